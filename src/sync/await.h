/* await.h - the plain way to wait in an object's queue: at its end, for one grant.
 *
 *     tt_await_join_(&a, me, "semaphore", s, TT_PARK_CANCELLABLE_);   the queue is locked
 *     tt_waitq_push_(q, &a.node);
 *     tt_waitq_unlock_(q);
 *     r = tt_await_(&a, q, by);                                       r < 0: it is locked again, and the node is out
 */
#ifndef TUTTI_SYNC_AWAIT_H
#define TUTTI_SYNC_AWAIT_H

#include "strand/park.h"

struct tt_await_ {
    struct tt_park_ park;
    struct tt_waiter_ node;
};

/* Begins a wait with one node, which the caller links. */
static inline void tt_await_join_(struct tt_await_ *a, struct tt_strand_ *me, const char *kind, const void *object,
                                  unsigned flags)
{
    tt_park_begin_(&a->park, me, kind, object, flags);
    tt_waiter_init_(&a->node, &a->park, 0);
}

/* Waits for its end. The node's index, or with *q locked and the node unlinked: -ETIMEDOUT, -ECANCELED. */
static inline int tt_await_(struct tt_await_ *a, void **q, tt_time by)
{
    int r = tt_park_(&a->park, by);
    if (r < 0) {
        tt_waitq_lock_(q);
        tt_waitq_remove_(q, &a->node);
    }
    return r;
}

/* The usual case in one: queues at the end of the locked *q and waits. When negative, *q is locked. */
static inline int tt_await_turn_(struct tt_await_ *a, void **q, struct tt_strand_ *me, const char *kind,
                                 const void *object, tt_time by)
{
    tt_await_join_(a, me, kind, object, TT_PARK_CANCELLABLE_);
    tt_waitq_push_(q, &a->node);
    tt_waitq_unlock_(q);
    return tt_await_(a, q, by);
}

/* Claims and unlinks the first waiter of the locked *q whose wait is still open; those that have ended otherwise are
 * unlinked on the way (their owner's own unlinking is then harmless). NULL: none. */
static inline struct tt_waiter_ *tt_waitq_claim_next_(void **q)
{
    struct tt_waiter_ *w;
    while ((w = tt_waitq_first_(q))) {
        bool ours = tt_claim_(w);
        tt_waitq_remove_(q, w);
        if (ours) return w;
    }
    return NULL;
}

/* Claims up to n waiters so and moves them to the end of `claimed`. Returns how many. */
static inline int64_t tt_waitq_claim_some_(void **q, int64_t n, struct tt_list_ *claimed)
{
    int64_t got = 0;
    struct tt_waiter_ *w;
    for (; got < n && (w = tt_waitq_claim_next_(q)); got++)
        tt_list_push_back_(claimed, &w->link);
    return got;
}

/* The same for however many there are: lets others into the queue lock every so often. It is held before and after; who
 * comes meanwhile is claimed, too. */
static inline void tt_waitq_claim_in_turns_(void **q, int64_t n, struct tt_list_ *claimed)
{
    enum { TURN = 256 };
    while (n > TURN && tt_waitq_claim_some_(q, TURN, claimed) == TURN) {
        n -= TURN;
        tt_waitq_unlock_(q);
        tt_waitq_lock_(q);
    }
    tt_waitq_claim_some_(q, n, claimed);
}

/* Waits until whoever was inside the queue lock is out. An object whose state is read without that lock must not be
 * taken apart by the reader while somebody is inside: having seen what was published under the lock, the reader looks
 * at the lock bit (acquire, which pairs with unlock) and if it is set comes here. */
static inline void tt_waitq_settle_(void **q)
{
    tt_waitq_lock_(q);
    tt_waitq_unlock_(q);
}

#endif
