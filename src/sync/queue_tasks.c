/* queue_tasks.c - a queue from its making to its end: new, task_done and join, shutdown, free. */
#include "base/log.h"
#include "base/memory.h"
#include "sync/queue.h"

static tt_queue *new_queue(enum tt_queue_kind_ kind, int64_t max_items, tt_less_fn less, void *context)
{
    tt_queue *q = tt_calloc_(1, sizeof *q);
    if (!q) return NULL;
    q->kind = kind;
    q->max = max_items;
    q->less = less;
    q->context = context;
    return q;
}

tt_queue *tt_queue_new(int64_t max_items)
{
    return new_queue(TT_QUEUE_FIFO_, max_items, NULL, NULL);
}

tt_queue *tt_lifo_queue_new(int64_t max_items)
{
    return new_queue(TT_QUEUE_LIFO_, max_items, NULL, NULL);
}

tt_queue *tt_priority_queue_new(int64_t max_items, tt_less_fn less, void *context)
{
    return new_queue(TT_QUEUE_PRIORITY_, max_items, less, context);
}

tt_queue *tt_simple_queue_new(void)
{
    return new_queue(TT_QUEUE_SIMPLE_, 0, NULL, NULL);
}

void tt_queue_free(tt_queue *q)
{
    if (!q) return;
    tt_waitq_lock_(&q->getters);
    bool used = tt_waitq_first_(&q->getters) || tt_waitq_first_(&q->putters) || tt_waitq_first_(&q->joiners) || q->kept;
    tt_waitq_unlock_(&q->getters);
    if (used) {
        tt_misuse_(q, "queue freed while strands wait for it or put: it is kept");
        return;
    }
    tt_chain_clear_(&q->items);
    tt_order_clear_(&q->order);
    tt_free_(q);
}

/* --- tasks --- */

/* Inlined, so that the place in the report is the user's. */
static inline __attribute__((always_inline)) bool keeps_count(const tt_queue *q, const char *call)
{
    if (q->kind != TT_QUEUE_SIMPLE_) return true;
    tt_misuse_(q, "%s of a simple queue, which keeps no count", call);
    return false;
}

/* n items fewer to deal with; who joins goes on when it was the last. Lock held. */
static void settle(struct tt_queue *q, int64_t n, struct tt_queue_after_ *after)
{
    tt_store_relaxed_(&q->unfinished, q->unfinished - n);
    if (q->unfinished == 0) tt_waitq_claim_some_(&q->joiners, INT64_MAX, &after->woken);
}

int tt_queue_task_done(tt_queue *q)
{
    struct tt_queue_after_ after;
    if (!keeps_count(q, "task_done")) return -EINVAL;
    tt_queue_begin_(q, &after);
    bool any = q->unfinished > 0;
    if (any) settle(q, 1, &after);
    tt_queue_finish_(q, &after);
    if (any) return 0;
    tt_misuse_(q, "task_done more often than items were put");
    return -EINVAL;
}

/* The lock is held; it is released. */
static int wait_to_join(tt_queue *q, tt_time by)
{
    struct tt_await_ a;
    tt_await_join_(&a, tt_self_.strand, "queue (join)", q, TT_PARK_CANCELLABLE_);
    tt_waitq_push_(&q->joiners, &a.node);
    tt_waitq_unlock_(&q->getters);
    int r = tt_park_(&a.park, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&q->getters);
    tt_waitq_remove_(&q->joiners, &a.node);
    tt_waitq_unlock_(&q->getters);
    return r;
}

int tt_queue_join(tt_queue *q, tt_time by)
{
    if (!keeps_count(q, "join")) return -EINVAL;
    if (by != TT_NOW && !tt_strand_current_()) return -ENOMEM;
    tt_waitq_lock_(&q->getters);
    if (q->unfinished > 0 && by != TT_NOW) return wait_to_join(q, by);
    int r = q->unfinished > 0 ? -EAGAIN : 0;
    tt_waitq_unlock_(&q->getters);
    return r;
}

int64_t tt_queue_unfinished(const tt_queue *q)
{
    return tt_load_relaxed_(&q->unfinished);
}

/* --- shutdown --- */

static void turn_away(void **waiters, struct tt_queue_after_ *after)
{
    struct tt_waiter_ *w;
    while ((w = tt_waitq_claim_next_(waiters))) {
        w->mode = TT_GRANT_CLOSED_;
        tt_list_push_back_(&after->woken, &w->link);
    }
}

void tt_queue_shutdown(tt_queue *q, bool immediate)
{
    struct tt_queue_after_ after;
    struct tt_chain_ items = { 0 };
    struct tt_order_ order = { 0 };
    tt_queue_begin_(q, &after);
    tt_store_relaxed_(&q->closed, true);
    turn_away(&q->getters, &after);
    turn_away(&q->putters, &after);
    if (immediate) {
        items = q->items;
        order = q->order;
        q->items = (struct tt_chain_){ 0 };
        q->order = (struct tt_order_){ 0 };
        settle(q, (int64_t)q->size, &after);
        tt_store_relaxed_(&q->size, 0);
    }
    tt_queue_finish_(q, &after);
    tt_chain_clear_(&items);
    tt_order_clear_(&order);
}

bool tt_queue_is_shutdown(const tt_queue *q)
{
    return tt_load_relaxed_(&q->closed);
}

/* --- size --- */

size_t tt_queue_size(const tt_queue *q)
{
    return tt_load_relaxed_(&q->size);
}

bool tt_queue_empty(const tt_queue *q)
{
    return tt_queue_size(q) == 0;
}

bool tt_queue_full(const tt_queue *q)
{
    int64_t max = tt_load_relaxed_(&q->max);
    return max > 0 && (int64_t)tt_queue_size(q) >= max;
}

void tt_queue_set_max_items(tt_queue *q, int64_t max_items)
{
    struct tt_queue_after_ after;
    tt_queue_begin_(q, &after);
    tt_store_relaxed_(&q->max, max_items);
    tt_queue_admit_(q, &after);
    tt_queue_finish_(q, &after);
}

int64_t tt_queue_max_items(const tt_queue *q)
{
    int64_t max = tt_load_relaxed_(&q->max);
    return max > 0 ? max : 0;
}
