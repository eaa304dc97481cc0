/* queue.c - Queue: items, strands that wait for items, strands that wait for room.
 *
 * Under the queue's lock, which is held for a few moves only and never while anybody's code runs or memory is fetched:
 *     a getter waits      only while there is no item (so an item that comes is handed over)
 *     a putter waits      only while size + kept reaches max (so room that is made goes to the first of them)
 *     kept                counts puts that were let in and are on their way: they fetch memory or compare first
 * A waiter may be ended by its deadline or a cancel at any time; whoever hands something over claims the wait first, so
 * nothing goes with a waiter that has ended (K1). Items travel in the getter's descriptor (K3); a blocked putter's item
 * lies in its node. Delivering, freeing and dropping are left for after the lock (struct tt_queue_after_).
 * Pairings: unlock with the next lock; handed over: deliver with park. */
#include "sync/queue.h"

#include "base/memory.h"
#include "value/object.h"

/* --- under the lock --- */

void tt_queue_begin_(struct tt_queue *q, struct tt_queue_after_ *after)
{
    tt_list_init_(&after->woken);
    after->chunks = NULL;
    after->nodes = NULL;
    tt_waitq_lock_(&q->getters);
}

void tt_queue_finish_(struct tt_queue *q, struct tt_queue_after_ *after)
{
    tt_waitq_unlock_(&q->getters); /* q may be gone from here on */
    tt_deliver_all_(&after->woken);
    for (struct tt_chunk_ *chunk = after->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        tt_free_(chunk);
    }
    for (struct tt_order_node_ *node = after->nodes, *next; node; node = next) {
        next = node->parent;
        tt_free_(node);
    }
}

static void wake(struct tt_waiter_ *w, uint32_t mode, struct tt_queue_after_ *after)
{
    w->mode = mode;
    tt_list_push_back_(&after->woken, &w->link);
}

void tt_queue_count_(struct tt_queue *q, bool stays)
{
    if (stays) tt_store_relaxed_(&q->size, q->size + 1);
    tt_store_relaxed_(&q->unfinished, q->unfinished + 1);
}

bool tt_queue_hand_over_(struct tt_queue *q, tt_value v, struct tt_queue_after_ *after)
{
    struct tt_waiter_ *w = tt_waitq_claim_next_(&q->getters);
    if (!w) return false;
    w->strand->payload[0] = v.tag;
    w->strand->payload[1] = v.word;
    wake(w, TT_GRANT_ITEM_, after);
    tt_queue_count_(q, false);
    return true;
}

int tt_queue_offer_(struct tt_queue *q, tt_value v, bool into_kept, struct tt_queue_after_ *after)
{
    if (q->closed) return -ESHUTDOWN;
    if (tt_queue_hand_over_(q, v, after)) return 0;
    if (!into_kept && tt_queue_full_(q)) return -EAGAIN;
    if (q->kind == TT_QUEUE_PRIORITY_) {
        q->kept++;
        return TT_QUEUE_KEPT_;
    }
    if (!tt_chain_push_(&q->items, v)) return TT_QUEUE_NO_CHUNK_;
    tt_queue_count_(q, true);
    return 0;
}

void tt_queue_admit_(struct tt_queue *q, struct tt_queue_after_ *after)
{
    struct tt_waiter_ *w;
    while (!q->closed && !tt_queue_full_(q) && (w = tt_waitq_claim_next_(&q->putters))) {
        tt_value v = { w->arg[0], w->arg[1] };
        int r = tt_queue_offer_(q, v, true, after);
        if (r == TT_QUEUE_NO_CHUNK_) q->kept++;
        wake(w, r == 0 ? TT_GRANT_TAKEN_ : TT_GRANT_PLACE_, after);
    }
}

void tt_queue_unkeep_(struct tt_queue *q, struct tt_queue_after_ *after)
{
    q->kept--;
    if (tt_waitq_first_(&q->putters)) tt_queue_admit_(q, after);
}

static void free_later(struct tt_chunk_ *chunk, struct tt_queue_after_ *after)
{
    if (!chunk) return;
    chunk->next = after->chunks;
    after->chunks = chunk;
}

tt_value tt_queue_take_(struct tt_queue *q, struct tt_queue_after_ *after)
{
    tt_value v;
    if (q->kind == TT_QUEUE_PRIORITY_) {
        struct tt_order_node_ *node = tt_order_pop_(&q->order);
        v = node->item;
        node->parent = after->nodes;
        after->nodes = node;
    } else if (q->kind == TT_QUEUE_LIFO_) {
        free_later(tt_chain_pop_last_(&q->items, &v), after);
    } else {
        free_later(tt_chain_pop_first_(&q->items, &v), after);
    }
    tt_store_relaxed_(&q->size, q->size - 1);
    if (tt_waitq_first_(&q->putters)) tt_queue_admit_(q, after);
    return v;
}

/* --- put --- */

int tt_queue_seal_(tt_value v)
{
    if (!(v.tag & TT_COUNTED_)) return 0;
    return tt_is_no_memory_(tt_view_of(v)) ? -ENOMEM : tt_seal_(v);
}

int tt_queue_fetch_chunk_(struct tt_queue *q)
{
    struct tt_queue_after_ after;
    struct tt_chunk_ *chunk = tt_alloc_(sizeof *chunk);
    if (!chunk) return -ENOMEM;
    tt_queue_begin_(q, &after);
    free_later(tt_chain_supply_(&q->items, chunk), &after);
    tt_queue_finish_(q, &after);
    return 0;
}

void tt_queue_give_up_place_(struct tt_queue *q)
{
    struct tt_queue_after_ after;
    tt_queue_begin_(q, &after);
    tt_queue_unkeep_(q, &after);
    tt_queue_finish_(q, &after);
}

static int place_at_end(struct tt_queue *q, tt_value v)
{
    struct tt_queue_after_ after;
    int r = tt_queue_fetch_chunk_(q);
    while (r == 0) {
        tt_queue_begin_(q, &after);
        r = tt_queue_offer_(q, v, true, &after);
        if (r <= 0) tt_queue_unkeep_(q, &after);
        tt_queue_finish_(q, &after);
        if (r <= 0) return r;
        r = tt_queue_fetch_chunk_(q);
    }
    tt_queue_give_up_place_(q);
    return r;
}

int tt_queue_place_(struct tt_queue *q, tt_value v)
{
    return q->kind == TT_QUEUE_PRIORITY_ ? tt_queue_place_in_order_(q, v) : place_at_end(q, v);
}

int tt_queue_put_granted_(struct tt_queue *q, tt_value v, uint32_t mode)
{
    if (mode == TT_GRANT_TAKEN_) return 0;
    return mode == TT_GRANT_PLACE_ ? tt_queue_place_(q, v) : -ESHUTDOWN;
}

/* Waits until there is room. The lock is held; it is released. */
static int wait_to_put(struct tt_queue *q, tt_value v, tt_time by)
{
    struct tt_await_ a;
    struct tt_strand_ *me = tt_self_.strand;
    tt_await_join_(&a, me, "queue (put)", q, TT_PARK_CANCELLABLE_);
    a.node.arg[0] = v.tag;
    a.node.arg[1] = v.word;
    tt_waitq_push_(&q->putters, &a.node);
    tt_waitq_unlock_(&q->getters);
    int r = tt_park_(&a.park, by);
    if (r >= 0) return tt_queue_put_granted_(q, v, a.node.mode);
    tt_waitq_lock_(&q->getters);
    tt_waitq_remove_(&q->putters, &a.node);
    tt_waitq_unlock_(&q->getters);
    return r;
}

int tt_queue_put_sealed_(struct tt_queue *q, tt_value v, tt_time by)
{
    if (by != TT_NOW && !tt_strand_current_()) return -ENOMEM;
    for (;;) {
        struct tt_queue_after_ after;
        tt_queue_begin_(q, &after);
        int r = tt_queue_offer_(q, v, false, &after);
        if (r == -EAGAIN && by != TT_NOW) return wait_to_put(q, v, by);
        tt_queue_finish_(q, &after);
        if (r == TT_QUEUE_KEPT_) return tt_queue_place_(q, v);
        if (r != TT_QUEUE_NO_CHUNK_) return r;
        r = tt_queue_fetch_chunk_(q);
        if (r < 0) return r;
    }
}

int tt_queue_put(tt_queue *q, tt_value v, tt_time by)
{
    int r = tt_queue_seal_(v);
    if (r == 0) r = tt_queue_put_sealed_(q, v, by);
    if (r < 0) tt_drop(v);
    return r;
}

/* --- get --- */

int tt_queue_get_granted_(const struct tt_waiter_ *w, tt_value *ret)
{
    if (w->mode != TT_GRANT_ITEM_) return w->mode == TT_GRANT_CLOSED_ ? -ESHUTDOWN : -EAGAIN;
    *ret = (tt_value){ w->strand->payload[0], w->strand->payload[1] };
    return 0;
}

/* Waits for an item. The lock is held; it is released. */
static int wait_to_get(struct tt_queue *q, tt_value *ret, tt_time by)
{
    struct tt_await_ a;
    int r = tt_await_turn_(&a, &q->getters, tt_self_.strand, "queue (get)", q, by);
    if (r >= 0) return tt_queue_get_granted_(&a.node, ret);
    tt_waitq_unlock_(&q->getters);
    return r;
}

int tt_queue_get(tt_queue *q, tt_value *ret, tt_time by)
{
    struct tt_queue_after_ after;
    if (by != TT_NOW && !tt_strand_current_()) return -ENOMEM;
    tt_queue_begin_(q, &after);
    int r = q->size > 0 ? 0 : q->closed ? -ESHUTDOWN : -EAGAIN;
    if (r == -EAGAIN && by != TT_NOW) return wait_to_get(q, ret, by);
    if (r == 0) *ret = tt_queue_take_(q, &after);
    tt_queue_finish_(q, &after);
    return r;
}
