/* join.c - waiting for a thread's end: first for the latch `ended`, which every strand can; then for the moment until
 * the system's thread is gone, which the first who comes waits for, and the others at the gate. */
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

/* The main thread may not have said yet that it is the one. */
static bool is_calling(struct tt_thread *t)
{
    return (t->kind == TT_THREAD_MAIN_ ? tt_thread_current() : tt_thread_self_()) == t;
}

/* 0: it is a thread that can be waited for by the caller. */
static int check_joinable(struct tt_thread *t)
{
    if (!tt_thread_has_started_(t)) {
        tt_misuse_(t, "thread '%s' joined before its start", tt_thread_name(t));
        return -EINVAL;
    }
    if (t->kind == TT_THREAD_ADOPTED_) {
        tt_misuse_(t, "join of a thread that tutti did not start");
        return -EINVAL;
    }
    if (!tt_latch_is_open_(&t->ended) && is_calling(t)) {
        tt_misuse_(t, "thread '%s' joins itself", tt_thread_name(t));
        return -EDEADLK;
    }
    return 0;
}

int tt_thread_await_(struct tt_thread *t, tt_time by)
{
    int r = tt_latch_wait_(&t->ended, "thread", t, by);
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
