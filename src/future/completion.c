/* completion.c - see completion.h. */
#include "future/completion.h"

void tt_completions_init_(struct tt_completions_ *q)
{
    q->waiters = NULL;
    tt_list_init_(&q->done);
}

/* Puts a node whose future is over into the queue. A waiter that was claimed for it, or NULL. */
static struct tt_waiter_ *put(struct tt_completion_ *node)
{
    struct tt_completions_ *q = node->queue;
    tt_waitq_lock_(&q->waiters);
    tt_list_push_back_(&q->done, &node->link);
    struct tt_waiter_ *w = tt_waitq_claim_first_(&q->waiters);
    tt_waitq_unlock_(&q->waiters);
    return w;
}

static struct tt_waiter_ *fire(struct tt_watch_ *w, tt_future *f)
{
    (void)f;
    return put(tt_container_(w, struct tt_completion_, watch));
}

void tt_completion_add_(struct tt_completions_ *q, struct tt_completion_ *node, tt_future *f)
{
    node->queue = q;
    node->future = tt_future_ref(f);
    node->watch.fire = fire;
    tt_list_init_(&node->watch.link);
    tt_list_init_(&node->link);
    if (tt_future_watch_(f, &node->watch)) return;
    struct tt_waiter_ *w = put(node);
    if (w) tt_deliver_(w);
}

struct tt_completion_ *tt_completions_pop_(struct tt_completions_ *q)
{
    tt_waitq_lock_(&q->waiters);
    struct tt_list_ *l = tt_list_pop_front_(&q->done);
    tt_waitq_unlock_(&q->waiters);
    return l ? tt_container_(l, struct tt_completion_, link) : NULL;
}

int tt_completions_wait_(struct tt_completions_ *q, tt_time by)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    tt_waitq_lock_(&q->waiters);
    if (!tt_list_empty_(&q->done)) {
        tt_waitq_unlock_(&q->waiters);
        return 0;
    }
    tt_park_begin_(&p, me, "futures", q, TT_PARK_CANCELLABLE_);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&q->waiters, &w);
    tt_waitq_unlock_(&q->waiters);
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&q->waiters);
    tt_waitq_remove_(&q->waiters, &w);
    if (!tt_list_empty_(&q->done)) r = 0; /* what completed wins */
    tt_waitq_unlock_(&q->waiters);
    return r;
}

void tt_completion_remove_(struct tt_completion_ *node)
{
    if (!node->future) return;
    tt_future_unwatch_(node->future, &node->watch);
    tt_waitq_lock_(&node->queue->waiters);
    tt_list_remove_(&node->link);
    tt_waitq_unlock_(&node->queue->waiters);
    tt_future_free(node->future);
    node->future = NULL;
}
