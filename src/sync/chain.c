/* chain.c - a chain of chunks. Items lie from head->items[first] to tail->items[end - 1]; a chunk that has run empty
 * leaves the chain, except the last one, which starts again at 0. */
#include "sync/chain.h"

#include "base/memory.h"

struct tt_chunk_ *tt_chain_supply_(struct tt_chain_ *d, struct tt_chunk_ *chunk)
{
    if (d->spare) return chunk;
    d->spare = chunk;
    return NULL;
}

static void append_chunk(struct tt_chain_ *d, struct tt_chunk_ *chunk)
{
    chunk->next = NULL;
    chunk->prev = d->tail;
    if (d->tail)
        d->tail->next = chunk;
    else
        d->head = chunk;
    d->tail = chunk;
    d->end = 0;
}

bool tt_chain_push_(struct tt_chain_ *d, tt_value v)
{
    if (!d->tail || d->end == TT_CHUNK_ITEMS_) {
        if (!d->spare) return false;
        append_chunk(d, d->spare);
        d->spare = NULL;
    }
    d->tail->items[d->end++] = v;
    d->count++;
    return true;
}

/* The last item has gone: the one chunk that is left begins anew. */
static void restart(struct tt_chain_ *d)
{
    d->first = d->end = 0;
}

struct tt_chunk_ *tt_chain_pop_first_(struct tt_chain_ *d, tt_value *ret)
{
    struct tt_chunk_ *head = d->head;
    *ret = head->items[d->first++];
    if (--d->count == 0) {
        restart(d);
        return NULL;
    }
    if (d->first < TT_CHUNK_ITEMS_) return NULL;
    d->head = head->next;
    d->head->prev = NULL;
    d->first = 0;
    return tt_chain_supply_(d, head);
}

struct tt_chunk_ *tt_chain_pop_last_(struct tt_chain_ *d, tt_value *ret)
{
    struct tt_chunk_ *tail = d->tail;
    *ret = tail->items[--d->end];
    if (--d->count == 0) {
        restart(d);
        return NULL;
    }
    if (d->end > 0) return NULL;
    d->tail = tail->prev;
    d->tail->next = NULL;
    d->end = TT_CHUNK_ITEMS_;
    return tt_chain_supply_(d, tail);
}

void tt_chain_clear_(struct tt_chain_ *d)
{
    tt_value v;
    while (d->count > 0) {
        tt_free_(tt_chain_pop_first_(d, &v));
        tt_drop(v);
    }
    tt_free_(d->head);
    tt_free_(d->spare);
    *d = (struct tt_chain_){ 0 };
}
