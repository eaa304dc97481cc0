/* join.c - waiting for a thread's end. A joiner parks in t->waiters; whoever has seen ENDED may read what was written
 * before it. Then the system's thread is joined, by the first who comes; the others wait at the gate. */
#include "base/log.h"
#include "thread/thread.h"

void tt_thread_reap_(struct tt_thread *t)
{
    void *returned;
    if (tt_load_acquire_(&t->gate) == TT_GATE_GONE_ || !tt_thread_enter_gate_(t)) return; /* pairs with leave */
    pthread_join(t->os, &returned);
    if (t->run_c && !t->returned)
        t->result = returned == PTHREAD_CANCELED ? tt_error("CancelledError", "the thread was ended by pthread_cancel")
                                                 : tt_pointer(returned);
    tt_thread_leave_gate_(t, TT_GATE_GONE_);
}

static bool has_ended(struct tt_thread *t)
{
    return tt_load_acquire_(&t->state) == TT_THREAD_IS_ENDED_; /* pairs with publish_end */
}

/* Queues and parks, unless it has just ended. */
static int wait_for_end(struct tt_thread *t, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&t->waiters);
    if (has_ended(t)) {
        tt_waitq_unlock_(&t->waiters);
        return 0;
    }
    tt_park_begin_(&p, me, "thread", t, TT_PARK_CANCELLABLE_);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&t->waiters, &w);
    tt_waitq_unlock_(&t->waiters);
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&t->waiters);
    tt_waitq_remove_(&t->waiters, &w);
    tt_waitq_unlock_(&t->waiters);
    return r;
}

/* The main thread may not have said yet that it is the one. */
static bool is_calling(struct tt_thread *t)
{
    return (t->kind == TT_THREAD_MAIN_ ? tt_thread_current() : tt_thread_self_()) == t;
}

/* 0: it is a thread that can be waited for by the caller. */
static int check_joinable(struct tt_thread *t)
{
    uint32_t state = tt_load_acquire_(&t->state); /* pairs with start */
    if (state == TT_THREAD_IS_NEW_ || state == TT_THREAD_IS_STARTING_) {
        tt_misuse_(t, "thread '%s' joined before its start", tt_thread_name(t));
        return -EINVAL;
    }
    if (t->kind == TT_THREAD_ADOPTED_) {
        tt_misuse_(t, "join of a thread that tutti did not start");
        return -EINVAL;
    }
    if (state != TT_THREAD_IS_ENDED_ && is_calling(t)) {
        tt_misuse_(t, "thread '%s' joins itself", tt_thread_name(t));
        return -EDEADLK;
    }
    return 0;
}

static int wait_until_ended(struct tt_thread *t, tt_time by)
{
    if (has_ended(t)) return 0;
    if (by == TT_NOW) return -EAGAIN;
    struct tt_strand_ *me = tt_strand_current_();
    return me ? wait_for_end(t, me, by) : -ENOMEM;
}

int tt_thread_await_(struct tt_thread *t, tt_time by)
{
    int r = wait_until_ended(t, by);
    if (r == 0) tt_thread_reap_(t);
    return r;
}

int tt_thread_join(tt_thread *t, tt_time by)
{
    int r = check_joinable(t);
    return r < 0 ? r : tt_thread_await_(t, by);
}

int tt_thread_result(tt_thread *t, tt_value *ret, tt_time by)
{
    int r = tt_thread_join(t, by);
    if (r < 0) return r;
    tt_exchange_acq_rel_(&t->collected, 1); /* pairs with report */
    *ret = t->lost ? tt_error("RuntimeError", "thread '%s' was lost in a fork", tt_thread_name(t)) : tt_ref(t->result);
    return 0;
}
