/* queue.h - the inside of a queue, shared by the files queue*.c. The invariants: queue.c. */
#ifndef TUTTI_SYNC_QUEUE_H
#define TUTTI_SYNC_QUEUE_H

#include <tutti/queue.h>

#include "sync/await.h"
#include "sync/chain.h"
#include "sync/order.h"

enum tt_queue_kind_ { TT_QUEUE_FIFO_, TT_QUEUE_LIFO_, TT_QUEUE_PRIORITY_, TT_QUEUE_SIMPLE_ };

/* What a granted waiter was granted: its mode. */
enum {
    TT_GRANT_ITEM_ = 1,   /* getter: the item is in the strand's payload */
    TT_GRANT_TAKEN_ = 2,  /* putter: its item is in the queue, or with a getter */
    TT_GRANT_PLACE_ = 3,  /* putter: a place is kept for it, it puts its item there itself */
    TT_GRANT_CLOSED_ = 4, /* the queue was shut down */
    TT_GRANT_AGAIN_ = 5,  /* nothing: look again */
};

enum { TT_QUEUE_KEPT_ = 1, TT_QUEUE_NO_CHUNK_ = 2 }; /* see tt_queue_offer_ */

struct tt_queue {
    void *getters;   /* strands that wait for an item; its lock is the queue's lock and guards everything here */
    void *putters;   /* strands that wait for room, each with its item in arg */
    void *joiners;   /* strands in join */
    uint64_t size;   /* items; atomic, written under the lock */
    uint64_t kept;   /* places kept for puts that are on their way */
    int64_t max;     /* size + kept may reach this; below 1: no bound. Atomic, written under the lock */
    int64_t unfinished; /* put and not dealt with; atomic, written under the lock */
    enum tt_queue_kind_ kind;
    bool closed;            /* atomic, written under the lock */
    struct tt_chain_ items; /* of the kinds that do not compare */
    struct tt_order_ order; /* of the priority kind */
    tt_less_fn less;
    void *context;
};

/* What is left to do when the lock has been released. */
struct tt_queue_after_ {
    struct tt_list_ woken;          /* claimed waiters, to be delivered */
    struct tt_chunk_ *chunks;       /* to be freed, by next */
    struct tt_order_node_ *nodes;   /* to be freed, by parent */
};

void tt_queue_begin_(struct tt_queue *q, struct tt_queue_after_ *after);  /* locks */
void tt_queue_finish_(struct tt_queue *q, struct tt_queue_after_ *after); /* unlocks and does what is left */

/* All of these with the lock held. */

/* Hands v to the getter that has waited longest. False: none waits. */
bool tt_queue_hand_over_(struct tt_queue *q, tt_value v, struct tt_queue_after_ *after);

/* Puts v, into a place that was kept for it or else if there is room. 0; -ESHUTDOWN; -EAGAIN: it is full;
 * TT_QUEUE_KEPT_: a place is kept now, continue with tt_queue_place_; TT_QUEUE_NO_CHUNK_: fetch one and try again. */
int tt_queue_offer_(struct tt_queue *q, tt_value v, bool into_kept, struct tt_queue_after_ *after);

/* Lets those in for whom there is room. */
void tt_queue_admit_(struct tt_queue *q, struct tt_queue_after_ *after);

/* A place that was kept is used or given up; an item that went to a getter instead has made room. */
void tt_queue_unkeep_(struct tt_queue *q, struct tt_queue_after_ *after);

/* Takes the next item, of which there is one, and lets in who waits for its place. */
tt_value tt_queue_take_(struct tt_queue *q, struct tt_queue_after_ *after);

/* An item has come in: counts it. */
void tt_queue_count_(struct tt_queue *q, bool stays);

static inline bool tt_queue_full_(const struct tt_queue *q)
{
    return q->max > 0 && (int64_t)(q->size + q->kept) >= q->max;
}

/* All of these without the lock. */

/* Seals v for the queue. 0 or -ENOMEM. */
int tt_queue_seal_(tt_value v);

/* Puts a sealed v; takes it only when it answers 0. */
int tt_queue_put_sealed_(struct tt_queue *q, tt_value v, tt_time by);

/* Puts v into the place that is kept for it. 0 or a code; then v is still the caller's and the place is given up. */
int tt_queue_place_(struct tt_queue *q, tt_value v);
int tt_queue_place_in_order_(struct tt_queue *q, tt_value v);
void tt_queue_give_up_place_(struct tt_queue *q);

/* Fetches a chunk for the queue. 0 or -ENOMEM. */
int tt_queue_fetch_chunk_(struct tt_queue *q);

/* A putter that was granted `mode`: 0, or a code; then v is still the caller's. A getter: its item, or a code. */
int tt_queue_put_granted_(struct tt_queue *q, tt_value v, uint32_t mode);
int tt_queue_get_granted_(const struct tt_waiter_ *w, tt_value *ret);

#endif
