/* latch.c - see latch.h. Tests: tests/thread.c, tests/timer.c. */
#include "thread/latch.h"

void tt_latch_open_(struct tt_latch_ *l)
{
    struct tt_list_ claimed;
    tt_waitq_lock_(&l->waiters);
    tt_store_release_(&l->open, 1); /* pairs with is_open */
    tt_waitq_claim_all_(&l->waiters, &claimed);
    tt_waitq_unlock_(&l->waiters);
    tt_deliver_all_(&claimed);
}

/* Queues w, unless it is open by now: then false. */
static bool queue(struct tt_latch_ *l, struct tt_waiter_ *w, struct tt_park_ *p, const char *kind, const void *object)
{
    struct tt_strand_ *me = p->strand;
    tt_waitq_lock_(&l->waiters);
    bool closed = !tt_latch_is_open_(l);
    if (closed) {
        tt_park_begin_(p, me, kind, object, TT_PARK_CANCELLABLE_);
        tt_waiter_init_(w, p, 0);
        tt_waitq_push_(&l->waiters, w);
    }
    tt_waitq_unlock_(&l->waiters);
    return closed;
}

int tt_latch_wait_(struct tt_latch_ *l, const char *kind, const void *object, tt_time by)
{
    struct tt_waiter_ w;
    if (tt_latch_is_open_(l)) return 0;
    if (by == TT_NOW) return -EAGAIN;
    struct tt_park_ p = { .strand = tt_strand_current_() };
    if (!p.strand) return -ENOMEM;
    if (!queue(l, &w, &p, kind, object)) return 0;
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&l->waiters);
    tt_waitq_remove_(&l->waiters, &w);
    tt_waitq_unlock_(&l->waiters);
    return r;
}
