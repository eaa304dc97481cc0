/* park.h - the one way to wait: park and unpark, whatever kind of strand it is.
 *
 * The wait word of a strand (K1):
 *
 *     63         24 23      8     4         3      2..0
 *     [   epoch    ][ index ][competes][sleeping][state]
 *
 *     DONE  --begin-->  PENDING or SHIELDED  --claim-->  CLAIMED  --deliver-->  DONE (index: which node)
 *                               |--- by the strand or its worker --->  TIMEDOUT
 *                               '--- by whoever cancels (PENDING only) -->  CANCELLED
 *
 * Granter, timeout and canceller compete by compare-and-swap; only the winner moves a permit or an item.
 * A granter that has claimed writes the payload into the descriptor (K3) and delivers; between the two the
 * waiter can only wait. A canceller or timer never touches the object (K2): the waiter itself, once it sees
 * TIMEDOUT or CANCELLED, takes the object's queue lock and unlinks its nodes before it returns.
 * Every deliver, timeout or cancel is followed by exactly one unpark.
 *
 * How an object waits:
 *
 *     lock the object's queue; try; got it: unlock, return
 *     tt_park_begin_(&p, me, "queue", q, TT_PARK_CANCELLABLE_)
 *     tt_waiter_init_(&w, &p, 0); tt_waitq_push_(…, &w); unlock
 *     r = tt_park_(&p, by)
 *     r < 0: lock the queue, tt_waitq_remove_(…, &w), unlock
 */
#ifndef TUTTI_STRAND_PARK_H
#define TUTTI_STRAND_PARK_H

#include "base/list.h"
#include "strand/strand.h"

enum {
    TT_WAIT_DONE_ = 0,
    TT_WAIT_PENDING_ = 1,
    TT_WAIT_SHIELDED_ = 2, /* pending, and nobody may cancel it */
    TT_WAIT_CLAIMED_ = 3,
    TT_WAIT_TIMEDOUT_ = 4,
    TT_WAIT_CANCELLED_ = 5,
    TT_WAIT_STATE_ = 7,
    TT_WAIT_SLEEPING_ = 8, /* the thread sleeps on the futex in the word's low half */
    TT_WAIT_COMPETES_ = 16, /* a lock's waiter: any wake only means "try again", see tt_park_kick_ */
    TT_WAIT_INDEX_SHIFT_ = 8,
    TT_WAIT_INDEX_MAX_ = 0xffff,
    TT_WAIT_EPOCH_SHIFT_ = 24,
};

/* How a wait is begun. */
enum {
    TT_PARK_CANCELLABLE_ = 1, /* a cancel or a scope's deadline may end it */
    TT_PARK_COMPETES_ = 2,    /* the waiter takes index 0 as "try again", whoever says it */
};

/* One wait of one strand. */
struct tt_park_ {
    struct tt_strand_ *strand;
    uint64_t epoch;
    bool cancellable;
};

/* A place in an object's queue; lives on the waiter's stack. The object's queue lock guards it. */
struct tt_waiter_ {
    struct tt_list_ link;
    struct tt_strand_ *strand;
    uint64_t epoch;
    uint32_t index;  /* which of the wait's nodes this is */
    uint32_t mode;   /* the object's own use */
    uint64_t arg[2]; /* the object's own use: e.g. the item a blocked put offers */
    tt_time since;   /* the object's own use: when it was queued */
};

/* Opens a wait: from here on it can be granted, once its nodes are linked. `kind` is a literal. */
void tt_park_begin_(struct tt_park_ *p, struct tt_strand_ *me, const char *kind, const void *object, unsigned flags);

/* Prepares node number `index` of this wait. */
static inline void tt_waiter_init_(struct tt_waiter_ *w, const struct tt_park_ *p, uint32_t index)
{
    tt_list_init_(&w->link);
    w->strand = p->strand;
    w->epoch = p->epoch;
    w->index = index;
    w->mode = 0;
    w->since = 0;
}

/* Waits for the end of it. The index of the granted node (>= 0), -ETIMEDOUT, or -ECANCELED (only when begun
 * cancellable). When negative, unlink the nodes under the objects' queue locks. */
int tt_park_(struct tt_park_ *p, tt_time by);

/* For the granter, under the object's queue lock: tries to win the wait. True: it is ours; hand over in
 * w->strand->payload, unlink w and call tt_deliver_. False: it has ended otherwise; leave w to its owner. */
bool tt_claim_(const struct tt_waiter_ *w);

/* Ends a claimed wait and wakes its strand; w is gone at once. May be called after the queue lock is released. */
void tt_deliver_(const struct tt_waiter_ *w);

/* Claim and deliver in one, for waits without payload. */
bool tt_grant_(const struct tt_waiter_ *w);

/* Cancels the strand's present wait if it is PENDING (not shielded). The caller holds its scope_lock. */
void tt_park_cancel_(struct tt_strand_ *strand);

/* Wakes the strand with index 0 if it waits in a wait that competes: the holder of its lock may have died. */
void tt_park_kick_(struct tt_strand_ *strand);

/* The worker's timer: true if this ended the wait; then the worker makes the strand ready. */
bool tt_park_expire_(struct tt_strand_ *strand);

/* Whether the strand's wait has been decided and delivered, so that it may run. */
static inline bool tt_park_over_(struct tt_strand_ *s)
{
    uint64_t state = tt_load_acquire_(&s->wait) & TT_WAIT_STATE_; /* pairs with deliver, expire, cancel */
    return state == TT_WAIT_DONE_ || state >= TT_WAIT_TIMEDOUT_;
}

/* Whether a strand woken now would run at once: a thread, or a coroutine whose worker is idle or ours. */
bool tt_strand_can_run_(struct tt_strand_ *s);

/* A wait queue: a ring of waiters and the spin lock that guards it, in the 8 bytes of the object's `waiters`.
 * The word is the first waiter's address, bit 0 is the lock. All but lock need the lock held. */
void tt_waitq_lock_(void **q);
void tt_waitq_unlock_(void **q);
struct tt_waiter_ *tt_waitq_first_(void **q);                      /* NULL: none */
struct tt_waiter_ *tt_waitq_next_(void **q, struct tt_waiter_ *w); /* NULL: that was the last */
void tt_waitq_push_(void **q, struct tt_waiter_ *w);               /* at the end */
void tt_waitq_remove_(void **q, struct tt_waiter_ *w);             /* harmless when it is not linked */

/* Claims and unlinks the first waiter whose wait is still open; the caller delivers it. NULL: none. */
struct tt_waiter_ *tt_waitq_claim_first_(void **q);

/* Claims and unlinks all that are still open, onto the list `claimed`; see tt_deliver_all_. Returns how many. */
int tt_waitq_claim_all_(void **q, struct tt_list_ *claimed);
void tt_deliver_all_(struct tt_list_ *claimed); /* best after the queue lock is released */

#endif
