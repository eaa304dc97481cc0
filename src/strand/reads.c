/* reads.c - the first read lock has its place in the descriptor; more of them at a time are in a block that is made
 * when it is needed and freed when it has run empty. */
#include "strand/reads.h"

#include "base/memory.h"

enum { FIRST_ROOM = 4 };

struct tt_reads_ {
    uint32_t used, room;
    struct tt_read_ at[];
};

static struct tt_read_ *find(struct tt_strand_ *me, const void *lock)
{
    if (me->read.lock == lock) return &me->read;
    for (uint32_t i = 0; me->reads && i < me->reads->used; i++)
        if (me->reads->at[i].lock == lock) return &me->reads->at[i];
    return NULL;
}

uint64_t tt_reads_depth_(const struct tt_strand_ *me, const void *lock)
{
    const struct tt_read_ *r = find((struct tt_strand_ *)me, lock);
    return r ? r->depth : 0;
}

/* An empty entry, or NULL: no memory. */
static struct tt_read_ *new_entry(struct tt_strand_ *me)
{
    struct tt_reads_ *more = me->reads;
    if (!me->read.lock) return &me->read;
    if (!more || more->used == more->room) {
        uint32_t used = more ? more->used : 0, room = more ? more->room * 2 : FIRST_ROOM;
        more = tt_realloc_(more, sizeof *more + room * sizeof more->at[0]);
        if (!more) return NULL;
        more->used = used;
        more->room = room;
        me->reads = more;
    }
    return &more->at[more->used++];
}

int64_t tt_reads_add_(struct tt_strand_ *me, const void *lock)
{
    struct tt_read_ *r = find(me, lock);
    if (r) return (int64_t)++r->depth;
    r = new_entry(me);
    if (!r) return -ENOMEM;
    *r = (struct tt_read_){ lock, 1 };
    return 1;
}

static void free_block(struct tt_strand_ *me)
{
    tt_free_(me->reads);
    me->reads = NULL;
}

int64_t tt_reads_remove_(struct tt_strand_ *me, const void *lock)
{
    struct tt_read_ *r = find(me, lock);
    if (!r) return -EPERM;
    if (--r->depth > 0) return (int64_t)r->depth;
    if (r == &me->read) {
        r->lock = NULL;
        return 0;
    }
    *r = me->reads->at[--me->reads->used];
    if (me->reads->used == 0) free_block(me);
    return 0;
}

void tt_reads_clear_(struct tt_strand_ *me)
{
    me->read.lock = NULL;
    free_block(me);
}
