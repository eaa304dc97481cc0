/* chain.h - items in a chain of fixed chunks: every operation is a few moves, so it can be done under a spin lock.
 * It never allocates; when it needs a chunk it says so, and the caller fetches one outside its lock. */
#ifndef TUTTI_SYNC_CHAIN_H
#define TUTTI_SYNC_CHAIN_H

#include <tutti/value.h>

enum { TT_CHUNK_ITEMS_ = 62 };

struct tt_chunk_ {
    struct tt_chunk_ *next, *prev;
    tt_value items[TT_CHUNK_ITEMS_];
};

/* All zero is an empty one. */
struct tt_chain_ {
    struct tt_chunk_ *head, *tail; /* NULL: no chunk at all */
    struct tt_chunk_ *spare;       /* one that is in no use, or NULL */
    uint32_t first;                /* index of the first item, in head */
    uint32_t end;                  /* index behind the last item, in tail */
    uint64_t count;
};

/* Appends v. False: there is no place; give it a chunk (tt_chain_supply_) and try again. */
bool tt_chain_push_(struct tt_chain_ *d, tt_value v);

/* Takes a chunk for later; the one it has no use for comes back, to be freed outside the lock, or NULL. */
struct tt_chunk_ *tt_chain_supply_(struct tt_chain_ *d, struct tt_chunk_ *chunk);

/* Takes the first or the last item; there is one. A chunk to be freed outside the lock, or NULL. */
struct tt_chunk_ *tt_chain_pop_first_(struct tt_chain_ *d, tt_value *ret);
struct tt_chunk_ *tt_chain_pop_last_(struct tt_chain_ *d, tt_value *ret);

/* Drops all items and frees all chunks. Not under a lock. */
void tt_chain_clear_(struct tt_chain_ *d);

#endif
