/* macros.c - uses of the public macros, for check_headers.sh: no warning in either language, however strict. */
#include <tutti.h>

TT_DEFINE(tt_value, add, long, a, double, b) { return tt_float((double)a + b); }
TT_DEFINE(void, nothing) {}

static tt_lock lock = TT_LOCK_INIT;
static tt_rlock rlock = TT_RLOCK_INIT;
static tt_rwlock rwlock = TT_RWLOCK_INIT;
static tt_semaphore permits = TT_SEMAPHORE_INIT(3), bounded = TT_BOUNDED_SEMAPHORE_INIT(3);
static tt_event event = TT_EVENT_INIT;
static tt_once once = TT_ONCE_INIT;
static tt_local local = TT_LOCAL_INIT, made = TT_LOCAL_DEFAULT(nothing);

static tt_value blocks(tt_view arg)
{
    tt_auto error = tt_none(), sum = tt_none();
    tt_with_lock (&lock) {
        tt_with_rlock (&rlock) tt_event_clear(&event);
    }
    tt_with_semaphore (&permits) tt_event_set(&event);
    tt_with_rwlock_read (&rwlock) (void)tt_local_get(&local);
    tt_with_rwlock_write (&rwlock) (void)tt_local_get(&made);
    tt_with_group (g, &error) (void)tt_group_cancelled(g);
    tt_with_group (g) (void)tt_group_cancelled(g);
    tt_with_executor (ex, tt_thread_pool_with(NULL)) {
        tt_autoptr(tt_future) a = tt_submit_with(ex, add, tt_args(1, 2.5), NULL),
                              b = tt_submit_with(ex, nothing, tt_args(), NULL);
        sum = TT_TRY(tt_await(a));
        TT_TRY(tt_future_result(b, &error, TT_FOREVER));
    }
    tt_deadline_scope (tt_after(1)) {
        tt_shield tt_yield();
    }
    tt_guard_lock(&lock);
    tt_guard_rlock(&rlock);
    tt_guard_semaphore(&bounded);
    tt_guard_rwlock_read(&rwlock);
    TT_TRY(tt_once_call(&once, nothing, arg, TT_FOREVER));
    return tt_take(&sum);
}

#ifndef __cplusplus
static tt_value keywords(tt_view arg)
{
    tt_autoptr(tt_executor) pool = tt_thread_pool(.workers = 2, .name = "pool"), plain = tt_thread_pool();
    tt_autoptr(tt_thread) t = tt_thread_new(add, tt_args(1, 2.0)), u = tt_thread_new(add, tt_ref(arg), .daemon = true);
    tt_autoptr(tt_timer) timer = tt_timer_new(1, add, tt_args(), .name = "timer");
    tt_autoptr(tt_barrier) barrier = tt_barrier_new(1), timed = tt_barrier_new(1, .timeout = 1);
    tt_autoptr(tt_future) f = tt_submit(pool, add, tt_args(1, 2), .priority = 1),
                          g = tt_create_task(nothing, tt_args());
    tt_iter squares = tt_map(plain, add, tt_range(0, 3, 1), .buffer = 2);
    tt_iter_end(&squares);
    TT_TRY(tt_executor_shutdown(pool, TT_FOREVER));
    TT_TRY(tt_executor_shutdown(plain, TT_FOREVER, .cancel_pending = true));
    return tt_run(nothing, tt_none());
}
#endif

int main(void)
{
    tt_auto v = tt_run_with(blocks, tt_args(), NULL);
#ifndef __cplusplus
    tt_auto w = tt_run(keywords, tt_args(), .name = "main");
#endif
    TT_MUST(tt_print(v));
    return 0;
}
