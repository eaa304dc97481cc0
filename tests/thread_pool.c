/* thread_pool.c - tasks on threads: submit and await, nesting, cancelling, deadlines, retries, the end.
 * labels: quick */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <tutti/event.h>
#include <tutti/log.h>
#include <tutti/loop.h>
#include <tutti/scope.h>
#include <tutti/strand.h>
#include <tutti/str.h>
#include <tutti/thread_pool.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/thread.h"
#include "future/future.h"
#include "test.h"

#define KEEPS test_allow(0, 1, 8) /* the watchdog; chunks of strand descriptors */

static void check_error(tt_value v, const char *type)
{
    CHECK(tt_is_error(v));
    CHECK_STR(tt_error_type(v), type);
    tt_drop(v);
}

static tt_value square(tt_view arg)
{
    return tt_int(tt_as_int(arg) * tt_as_int(arg));
}

TEST(submit_and_await)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) f = tt_submit(ex, square, tt_int(7));
        CHECK_EQ(tt_as_int(tt_await(f)), 49);
        CHECK_EQ(tt_executor_workers(ex), 2);
    }
}

TEST(many_tasks_each_give_their_own_result)
{
    KEEPS;
    enum { N = 2000 };
    static tt_future *f[N];
    tt_with_executor (ex, tt_thread_pool(.workers = 3)) {
        for (int i = 0; i < N; i++)
            f[i] = tt_submit(ex, square, tt_int(i));
        for (int i = 0; i < N; i++) {
            CHECK_EQ(tt_as_int(tt_await(f[i])), (long)i * i);
            tt_future_free(f[i]);
        }
    }
}

static uint32_t ran;

static tt_value count(tt_view arg)
{
    (void)arg;
    tt_add_relaxed_(&ran, 1);
    return tt_none();
}

static tt_value count_or_cancelled(tt_view arg)
{
    (void)arg;
    tt_yield();
    return tt_cancelled() ? tt_error_from_code(-ECANCELED) : count(arg);
}

TEST(a_dropped_handle_lets_the_task_run)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2))
        for (int i = 0; i < 3000; i++)
            tt_future_free(tt_submit(ex, count, tt_none()));
    CHECK_EQ(ran, 3000);
}

/* --- nesting --- */

struct nest {
    tt_executor *ex;
    int depth;
};

static tt_value nest(tt_view arg)
{
    struct nest *n = tt_as_pointer(arg), inner = { n->ex, n->depth - 1 };
    if (n->depth == 0) return tt_int(0);
    tt_autoptr(tt_future) f = tt_submit(n->ex, nest, tt_pointer(&inner));
    tt_value v = tt_await(f);
    return tt_is_error(v) ? v : tt_int(tt_as_int(v) + 1);
}

static void nest_in(tt_executor *make, int depth)
{
    tt_with_executor (ex, make) {
        struct nest n = { ex, depth };
        tt_autoptr(tt_future) f = tt_submit(ex, nest, tt_pointer(&n));
        CHECK_EQ(tt_as_int(tt_await(f)), depth);
    }
}

TEST(one_worker_runs_a_thousand_nested_submits)
{
    KEEPS;
    nest_in(tt_thread_pool(.workers = 1), 1000);
}

TEST(one_exclusive_worker_runs_a_thousand_nested_submits)
{
    test_allow(0, 1, 64);
    nest_in(tt_thread_pool(.workers = 1, .exclusive = true, .stack_size = 64 << 10), 1000);
}

static tt_value await_myself(tt_view arg)
{
    tt_future **self = tt_as_pointer(arg);
    while (!tt_load_acquire_(self))
        tt_yield();
    tt_value v;
    CHECK_EQ(tt_future_result(tt_load_acquire_(self), &v, tt_after(5)), -EDEADLK);
    CHECK_EQ(tt_executor_shutdown(tt_executor_current(), tt_after(5)), -EDEADLK);
    return tt_none();
}

TEST(a_task_that_waits_for_itself_is_told)
{
    KEEPS;
    static tt_future *self;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_future *f = tt_submit(ex, await_myself, tt_pointer(&self));
        tt_store_release_(&self, f);
        CHECK(tt_is_none(tt_await(f)));
        tt_future_free(f);
    }
}

/* --- cancelling --- */

static uint32_t go, started;

static tt_value hold(tt_view arg)
{
    (void)arg;
    tt_store_release_(&started, 1);
    while (!tt_load_acquire_(&go))
        sched_yield();
    return tt_none();
}

static void wait_for(uint32_t *flag)
{
    while (!tt_load_acquire_(flag))
        sched_yield();
}

TEST(a_pending_task_that_is_cancelled_never_runs)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) first = tt_submit(ex, hold, tt_none());
        tt_autoptr(tt_future) second = tt_submit(ex, count, tt_str("some argument of the task, dropped early"));
        CHECK_EQ(tt_future_cancel(second), 0);
        check_error(tt_await(second), "CancelledError");
        tt_store_release_(&go, 1);
    }
    CHECK_EQ(ran, 0);
}

static tt_value sleep_long(tt_view arg)
{
    (void)arg;
    tt_store_release_(&started, 1);
    TT_TRY(tt_sleep(TT_FOREVER));
    return tt_none();
}

static tt_value sleep_and_stay(tt_view arg)
{
    (void)arg;
    tt_store_release_(&started, 1);
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
    CHECK(tt_cancelled());
    return tt_int(3);
}

static void cancel_running(tt_executor *make)
{
    tt_with_executor (ex, make) {
        tt_autoptr(tt_future) f = tt_submit(ex, sleep_long, tt_none());
        wait_for(&started);
        CHECK_EQ(tt_future_cancel(f), 1);
        check_error(tt_await(f), "CancelledError");
        CHECK(tt_future_cancelled(f));
        tt_store_release_(&started, 0);
        tt_autoptr(tt_future) g = tt_submit(ex, sleep_and_stay, tt_none());
        wait_for(&started);
        CHECK_EQ(tt_future_cancel(g), 1);
        CHECK_EQ(tt_as_int(tt_await(g)), 3);
        CHECK(!tt_future_cancelled(g));
    }
}

TEST(cancelling_a_running_task_ends_its_waits)
{
    KEEPS;
    cancel_running(tt_thread_pool(.workers = 1));
}

TEST(cancelling_a_running_exclusive_task_ends_its_waits)
{
    KEEPS;
    cancel_running(tt_thread_pool(.workers = 1, .exclusive = true));
}

static tt_value compute(tt_view arg)
{
    (void)arg;
    tt_store_release_(&started, 1);
    while (!tt_cancelled())
        sched_yield();
    return tt_error_from_code(-ECANCELED);
}

TEST(a_task_that_only_computes_asks_whether_it_is_cancelled)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit(ex, compute, tt_none());
        wait_for(&started);
        CHECK_EQ(tt_future_cancel(f), 1);
        tt_drop(tt_await(f));
        CHECK(tt_future_cancelled(f));
    }
}

/* --- deadline, priority, retries --- */

TEST(a_task_past_its_deadline_ends_with_a_timeout)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit(ex, sleep_long, tt_none(), .deadline = tt_after(0.005));
        check_error(tt_await(f), "TimeoutError");
        CHECK(!tt_future_cancelled(f));
    }
}

TEST(a_task_pending_past_its_deadline_never_starts)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) first = tt_submit(ex, hold, tt_none());
        tt_autoptr(tt_future) late = tt_submit(ex, count, tt_none(), .deadline = tt_after(0.005));
        check_error(tt_await(late), "TimeoutError"); /* though the worker is busy */
        tt_autoptr(tt_future) past = tt_submit(ex, count, tt_none(), .deadline = tt_after(-1));
        CHECK(tt_future_done(past));
        check_error(tt_await(past), "TimeoutError");
        tt_store_release_(&go, 1);
    }
    CHECK_EQ(ran, 0);
}

static char sequence[16];

static tt_value append(tt_view arg)
{
    size_t n = strlen(sequence);
    sequence[n] = (char)tt_as_int(arg);
    return tt_none();
}

TEST(higher_priority_starts_first_and_equals_in_order)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_future_free(tt_submit(ex, hold, tt_none()));
        wait_for(&started);
        for (int c = 'a'; c <= 'c'; c++)
            tt_future_free(tt_submit(ex, append, tt_int(c)));
        for (int c = 'A'; c <= 'C'; c++)
            tt_future_free(tt_submit(ex, append, tt_int(c), .priority = 2));
        for (int c = '0'; c <= '2'; c++)
            tt_future_free(tt_submit(ex, append, tt_int(c), .priority = -1));
        tt_store_release_(&go, 1);
    }
    CHECK_STR(sequence, "ABCabc012");
}

static tt_value fail_twice(tt_view arg)
{
    (void)arg;
    return tt_add_relaxed_(&ran, 1) < 2 ? tt_error("ValueError", "not yet") : tt_int(1);
}

TEST(retries_run_a_failing_task_again)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit(ex, fail_twice, tt_none(), .retries = 2);
        CHECK_EQ(tt_as_int(tt_await(f)), 1);
        CHECK_EQ(ran, 3);
        tt_store_release_(&ran, 0);
        tt_autoptr(tt_future) g = tt_submit(ex, fail_twice, tt_none(), .retries = 1);
        check_error(tt_await(g), "ValueError");
        CHECK_EQ(ran, 2);
        tt_autoptr(tt_future) h = tt_submit(ex, fail_twice, tt_none(), .retries = -1);
        check_error(tt_await(h), "ValueError");
        CHECK_EQ(ran, 2);
    }
}

/* --- C functions, names --- */

static void *increment(void *arg)
{
    ++*(int *)arg;
    return arg;
}

TEST(a_pthread_function_is_submitted_as_it_is)
{
    KEEPS;
    int n = 1;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit_c(ex, increment, &n, .name = "increment");
        CHECK(tt_as_pointer(tt_await(f)) == &n);
        CHECK_STR(tt_future_name(f), "increment");
    }
    CHECK_EQ(n, 2);
}

/* --- initializer --- */

static __thread int prepared;

static tt_value prepare(tt_view arg)
{
    prepared = (int)tt_as_int(arg);
    tt_add_relaxed_(&started, 1);
    return tt_none();
}

static tt_value is_prepared(tt_view arg)
{
    (void)arg;
    CHECK_OK(tt_sleep(tt_after(0.001)));
    return tt_int(prepared);
}

static void initialize_in(int exclusive)
{
    tt_future *f[20];
    tt_with_executor (ex, tt_thread_pool(.workers = 2, .initializer = prepare, .initializer_arg = tt_int(9),
                                         .exclusive = exclusive)) {
        for (int i = 0; i < 20; i++)
            f[i] = tt_submit(ex, is_prepared, tt_none());
        for (int i = 0; i < 20; i++) {
            CHECK_EQ(tt_as_int(tt_await(f[i])), 9);
            tt_future_free(f[i]);
        }
    }
    CHECK_GE(started, 1);
}

TEST(the_initializer_runs_on_each_worker_thread)
{
    KEEPS;
    initialize_in(0);
}

TEST(the_initializer_runs_on_each_shared_worker_too)
{
    KEEPS;
    initialize_in(TT_NOT_EXCLUSIVE);
}

static tt_value refuse(tt_view arg)
{
    (void)arg;
    wait_for(&go);
    return tt_error("OSError", "no licence");
}

static void break_pool(int exclusive)
{
    tt_future *f[5];
    tt_with_executor (ex, tt_thread_pool(.workers = 2, .initializer = refuse, .exclusive = exclusive)) {
        for (int i = 0; i < 5; i++)
            f[i] = tt_submit(ex, count, tt_none());
        tt_store_release_(&go, 1);
        for (int i = 0; i < 5; i++) {
            check_error(tt_await(f[i]), "OSError");
            tt_future_free(f[i]);
        }
        tt_autoptr(tt_future) late = tt_submit(ex, count, tt_none());
        check_error(tt_await(late), "OSError");
    }
    CHECK_EQ(ran, 0);
}

TEST(a_failing_initializer_fails_what_is_pending_and_what_comes)
{
    KEEPS;
    break_pool(0);
}

TEST(a_failing_initializer_breaks_shared_workers_too)
{
    KEEPS;
    break_pool(TT_NOT_EXCLUSIVE);
}

/* --- the end --- */

TEST(submit_after_shutdown_is_a_failed_future)
{
    KEEPS;
    tt_executor *ex = tt_thread_pool(.workers = 1);
    CHECK_OK(tt_executor_shutdown(ex, TT_FOREVER));
    CHECK_OK(tt_executor_shutdown(ex, TT_FOREVER));
    tt_autoptr(tt_future) f = tt_submit(ex, count, tt_none());
    tt_auto v = tt_await(f);
    CHECK_EQ(tt_error_code(v), -ESHUTDOWN);
    tt_executor_free(ex);
}

TEST(shutdown_runs_what_is_pending)
{
    KEEPS;
    tt_executor *ex = tt_thread_pool(.workers = 1);
    for (int i = 0; i < 100; i++)
        tt_future_free(tt_submit(ex, count, tt_none()));
    CHECK_OK(tt_executor_shutdown(ex, tt_after(8)));
    CHECK_EQ(ran, 100);
    tt_executor_free(ex);
}

TEST(shutdown_can_cancel_what_is_pending)
{
    KEEPS;
    tt_future *f[50];
    tt_executor *ex = tt_thread_pool(.workers = 1);
    tt_autoptr(tt_future) first = tt_submit(ex, hold, tt_none());
    wait_for(&started);
    for (int i = 0; i < 50; i++)
        f[i] = tt_submit(ex, count, tt_none());
    CHECK_OK(tt_executor_shutdown(ex, TT_NOW, .cancel_pending = true, .no_wait = true));
    for (int i = 0; i < 50; i++) {
        CHECK(tt_future_cancelled(f[i])); /* at once, though the worker is busy */
        tt_future_free(f[i]);
    }
    CHECK_EQ(tt_executor_shutdown(ex, TT_NOW), -EAGAIN);
    tt_store_release_(&go, 1);
    CHECK_OK(tt_executor_shutdown(ex, tt_after(8)));
    CHECK(tt_is_none(tt_await(first)));
    CHECK_EQ(ran, 0);
    tt_executor_free(ex);
}

static tt_value submit_late(tt_view arg)
{
    hold(arg);
    tt_autoptr(tt_future) f = tt_submit(tt_executor_current(), count, tt_none());
    return tt_bool(tt_future_cancelled(f));
}

TEST(what_a_task_submits_after_that_is_cancelled)
{
    KEEPS;
    tt_executor *ex = tt_thread_pool(.workers = 1);
    tt_autoptr(tt_future) f = tt_submit(ex, submit_late, tt_none());
    wait_for(&started);
    CHECK_OK(tt_executor_shutdown(ex, TT_NOW, .cancel_pending = true, .no_wait = true));
    tt_store_release_(&go, 1);
    CHECK_OK(tt_executor_shutdown(ex, tt_after(8)));
    CHECK(tt_as_bool(tt_await(f)));
    tt_executor_free(ex);
}

static char log_lines[4096];

static void keep_line(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    strncat(log_lines, line, sizeof log_lines - strlen(log_lines) - 1);
}

TEST(shutdown_names_what_it_waits_for)
{
    KEEPS;
    tt_set_log(keep_line, NULL);
    tt_executor *ex = tt_thread_pool(.workers = 1, .name = "slow");
    tt_autoptr(tt_future) f = tt_submit(ex, sleep_long, tt_none(), .name = "the long one");
    tt_autoptr(tt_future) g = tt_submit(ex, hold, tt_none());
    tt_autoptr(tt_future) h = tt_submit(ex, count, tt_none());
    while (!tt_future_running(g))
        sched_yield();
    CHECK_EQ(tt_executor_shutdown(ex, tt_after(0.02)), -ETIMEDOUT);
    CHECK(strstr(log_lines, "slow") && strstr(log_lines, "the long one"));
    CHECK(strstr(log_lines, "hold"));
    CHECK(strstr(log_lines, "1 tasks not started"));
    tt_store_release_(&go, 1);
    CHECK_OK(tt_executor_shutdown(ex, tt_after(8), .cancel_running = true));
    tt_executor_free(ex);
}

TEST(a_pool_freed_under_running_tasks_goes_with_the_last_of_them)
{
    KEEPS;
    tt_set_log(keep_line, NULL);
    tt_executor *ex = tt_thread_pool(.workers = 2);
    tt_autoptr(tt_future) f = tt_submit(ex, hold, tt_none());
    tt_future *sleeper = tt_submit(ex, sleep_long, tt_none());
    wait_for(&started);
    CHECK_EQ(tt_executor_shutdown(ex, tt_after(0.01)), -ETIMEDOUT);
    tt_executor_free(ex);
    tt_store_release_(&go, 1);
    CHECK(tt_is_none(tt_await(f)));
    CHECK_GE(tt_future_cancel(sleeper), 0);
    tt_future_free(sleeper);
}

static tt_value free_my_pool(tt_view arg)
{
    tt_executor_free(tt_as_pointer(arg));
    CHECK_OK(tt_sleep(tt_after(0.002)));
    return tt_int(1);
}

TEST(a_task_may_free_its_own_pool)
{
    KEEPS;
    tt_executor *ex = tt_thread_pool(.workers = 1);
    tt_autoptr(tt_future) f = tt_submit(ex, free_my_pool, tt_pointer(ex));
    CHECK_EQ(tt_as_int(tt_await(f)), 1);
}

/* --- options --- */

TEST(an_older_callers_shorter_options_are_understood)
{
    KEEPS;
    struct {
        size_t size;
        const char *name;
    } old = { sizeof old, "old" };
    tt_task_options none = { 0 };
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit_with(ex, square, tt_int(3), (const tt_task_options *)(const void *)&old);
        CHECK_STR(tt_future_name(f), "old");
        CHECK_EQ(tt_as_int(tt_await(f)), 9);
        tt_autoptr(tt_future) g = tt_submit_with(ex, square, tt_int(3), NULL);
        CHECK_EQ(tt_as_int(tt_await(g)), 9);
        tt_autoptr(tt_future) h = tt_submit_with(ex, square, tt_int(3), &none);
        check_error(tt_await(h), "ValueError");
    }
}

/* --- many --- */

static tt_value wait_until_told(tt_view arg)
{
    return tt_int(tt_event_wait(tt_as_pointer(arg), TT_FOREVER));
}

#ifdef TT_TSAN_
enum { WAITING = 500, STUCK = 200 }; /* a coroutine costs it dear */
#else
enum { WAITING = 5000, STUCK = 1000 };
#endif

TEST(two_workers_hold_thousands_of_waiting_tasks)
{
    test_allow(0, 1, 64);
    static tt_future *f[WAITING];
    tt_event told = TT_EVENT_INIT;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        struct tt_workers_stats_ stats;
        for (int i = 0; i < WAITING; i++)
            f[i] = tt_submit(ex, wait_until_told, tt_pointer(&told));
        do
            tt_workers_stats_(tt_pool_workers_(ex), &stats);
        while (stats.running < WAITING && tt_sleep(tt_after(0.001)) == 0);
        CHECK_LE(stats.threads, 2);
        tt_event_set(&told);
        for (int i = 0; i < WAITING; i++) {
            CHECK_EQ(tt_as_int(tt_await(f[i])), 0);
            tt_future_free(f[i]);
        }
    }
}

static tt_value submit_many(tt_view arg)
{
    (void)arg;
    for (int i = 0; i < 300; i++)
        tt_future_free(tt_submit(tt_executor_current(), count, tt_none()));
    while (tt_load_acquire_(&ran) == 0) /* this worker is busy: only a thief can run one */
        sched_yield();
    return tt_none();
}

TEST(an_idle_worker_steals)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        struct tt_workers_stats_ stats;
        tt_autoptr(tt_future) f = tt_submit(ex, submit_many, tt_none());
        tt_drop(tt_await(f));
        tt_workers_stats_(tt_pool_workers_(ex), &stats);
        CHECK_GE(stats.steals, 1);
    }
    CHECK_EQ(ran, 300);
}

/* Cancelling and completing race: the outcome is one of the two, and the handle's answer fits it. */
TEST(of_cancel_and_completion_exactly_one_wins)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2))
        for (int i = 0; i < 2000; i++) {
            tt_autoptr(tt_future) f = tt_submit(ex, i % 2 ? square : count_or_cancelled, tt_int(3));
            for (int spin = 0; spin < i % 50 * 10; spin++)
                tt_pause_();
            int r = tt_future_cancel(f);
            tt_auto v = tt_await(f);
            if (r == 0) CHECK(tt_future_cancelled(f));
            if (r < 0) CHECK(!tt_future_cancelled(f));
            CHECK_EQ(tt_future_cancelled(f), tt_is_error(v));
        }
}

/* --- leaving, forking, exiting --- */

static int leave_by_return(void)
{
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        for (int i = 0; i < 50; i++)
            tt_future_free(tt_submit(ex, count, tt_none()));
        return 1;
    }
    return 0;
}

TEST(a_block_left_by_return_waits_too)
{
    KEEPS;
    CHECK_EQ(leave_by_return(), 1);
    CHECK_EQ(ran, 50);
}

/* Exit code of a child that runs body and then exits by exit(0). */
static int exit_code_of(void (*body)(void))
{
    int status;
    pid_t pid = fork();
    CHECK_GE(pid, 0);
    if (pid == 0) {
        body();
        exit(0);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static tt_value exit_later(tt_view arg)
{
    (void)tt_sleep(tt_after(0.02));
    _exit((int)tt_as_int(arg));
}

static void leave_a_task_behind(void)
{
    tt_future_free(tt_submit(tt_thread_pool(.workers = 1), exit_later, tt_int(7)));
}

static void leave_the_default_pool_a_task(void)
{
    tt_future_free(tt_submit(tt_default_pool(), exit_later, tt_int(8)));
}

static void leave_a_freed_pool_a_task(void)
{
    tt_executor *ex = tt_thread_pool(.workers = 1);
    tt_future_free(tt_submit(ex, exit_later, tt_int(9)));
    CHECK_OK(tt_executor_shutdown(ex, TT_NOW, .no_wait = true));
    tt_executor_free(ex);
}

static tt_value exit_now(tt_view arg)
{
    exit((int)tt_as_int(arg));
}

static void exit_in_a_task_beside_others(bool exclusive)
{
    tt_executor *ex = tt_thread_pool(.workers = 1, .exclusive = exclusive);
    tt_future_free(tt_submit(ex, exit_later, tt_int(10)));
    tt_future_free(tt_submit(ex, exit_now, tt_int(3)));
    for (;;) pause();
}

static void exit_in_a_task(void)
{
    exit_in_a_task_beside_others(false);
}

static void exit_in_an_exclusive_task(void)
{
    exit_in_a_task_beside_others(true);
}

static void exit_in_an_only_task(void)
{
    tt_future_free(tt_submit(tt_default_pool(), exit_now, tt_int(3)));
    for (;;) pause();
}

TEST(exit_by_a_task_waits_for_the_others_of_its_pool)
{
    CHECK_EQ(exit_code_of(exit_in_a_task), 10);
    CHECK_EQ(exit_code_of(exit_in_an_exclusive_task), 10);
    CHECK_EQ(exit_code_of(exit_in_an_only_task), 3);
}

TEST(exit_waits_for_the_tasks_of_pools)
{
    CHECK_EQ(exit_code_of(leave_a_task_behind), 7);
    CHECK_EQ(exit_code_of(leave_the_default_pool_a_task), 8);
    CHECK_EQ(exit_code_of(leave_a_freed_pool_a_task), 9);
}

static tt_executor *from_parent;

static int code_of(tt_executor *ex)
{
    tt_autoptr(tt_future) f = tt_submit(ex, square, tt_int(2));
    tt_auto v = tt_await(f);
    return tt_is_error(v) ? tt_error_code(v) : (int)tt_as_int(v);
}

static void use_pools_in_child(void)
{
    if (code_of(from_parent) != -ESHUTDOWN) _exit(1);
    tt_executor_free(from_parent);
    if (code_of(tt_default_pool()) != 4) _exit(2);
}

TEST(a_forked_child_has_no_workers)
{
    test_allow(0, 8, 24);
#ifdef TT_TSAN_
    test_skip("ThreadSanitizer calls the parent's threads leaked by the child");
#endif
    from_parent = tt_thread_pool(.workers = 2);
    CHECK_EQ(code_of(from_parent), 4);
    CHECK_EQ(code_of(tt_default_pool()), 4);
    CHECK_EQ(exit_code_of(use_pools_in_child), 0);
    tt_executor_free(from_parent);
}

TEST(the_default_pool_is_not_shut_down)
{
    test_allow(0, 8, 24);
    tt_executor *ex = tt_default_pool();
    CHECK(ex == tt_default_pool());
    tt_set_log(keep_line, NULL);
    CHECK_EQ(tt_executor_shutdown(ex, TT_FOREVER), -EPERM);
    tt_executor_free(ex);
    tt_autoptr(tt_future) f = tt_submit(ex, square, tt_int(4));
    CHECK_EQ(tt_as_int(tt_await(f)), 16);
}

static int named;

static void count_names(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    for (const char *at = line; (at = strstr(at, "stuck-")); at++)
        named++;
}

TEST(a_thousand_stuck_tasks_are_named)
{
    test_allow(0, 1, 64);
    tt_set_log(count_names, NULL);
    char name[16];
    static tt_future *f[STUCK];
    tt_executor *ex = tt_thread_pool(.workers = 2);
    for (int i = 0; i < STUCK; i++) {
        snprintf(name, sizeof name, "stuck-%d", i);
        f[i] = tt_submit(ex, sleep_long, tt_none(), .name = name);
    }
    for (int i = 0; i < STUCK; i++)
        while (!tt_future_running(f[i]))
            sched_yield();
    CHECK_EQ(tt_executor_shutdown(ex, tt_after(0.01)), -ETIMEDOUT);
    CHECK_EQ(named, STUCK);
    CHECK_OK(tt_executor_shutdown(ex, TT_FOREVER, .cancel_running = true));
    for (int i = 0; i < STUCK; i++) {
        CHECK(tt_future_cancelled(f[i]));
        tt_future_free(f[i]);
    }
    tt_executor_free(ex);
}

/* --- failures --- */

TEST(without_threads_a_submit_is_a_failed_future)
{
    KEEPS;
    tt_executor *ex = tt_thread_pool(.workers = 1);
    tt_thread_fail_after_(0);
    tt_autoptr(tt_future) f = tt_submit(ex, count, tt_none());
    tt_thread_fail_after_(-1);
    tt_auto v = tt_await(f);
    CHECK_EQ(tt_error_code(v), -EAGAIN);
    tt_executor_free(ex);
}

TEST(without_memory_every_call_answers)
{
    KEEPS;
    tt_with_executor (warm, tt_thread_pool(.workers = 1))
        tt_future_free(tt_submit(warm, count, tt_none()));
    for (int n = 1, failed = 1; failed && n < 60; n++) {
        tt_memory_fail_after_(n);
        tt_executor *ex = tt_thread_pool(.workers = 1, .initializer = prepare, .initializer_arg = tt_int(1));
        tt_future *f = ex ? tt_submit(ex, square, tt_int(5), .name = "five") : NULL;
        if (f) {
            tt_auto v = tt_await(f);
            CHECK(tt_is_error(v) || tt_as_int(v) == 25);
        }
        failed = tt_memory_failed_();
        tt_memory_fail_after_(0);
        tt_future_free(f);
        tt_executor_free(ex);
    }
}

TEST(bad_arguments_are_answered)
{
    KEEPS;
    tt_set_log(keep_line, NULL);
    CHECK_NULL(tt_thread_pool(.workers = -1));
    tt_autoptr(tt_future) f = tt_submit(NULL, count, tt_none());
    tt_auto v = tt_await(f);
    CHECK_EQ(tt_error_code(v), -EINVAL);
    tt_executor_free(NULL);
    tt_future_free(NULL);
}

static tt_executor *closing; /* a pool that shuts down */
static tt_event closes;
static uint32_t submitted; /* atomic */

static tt_value wait_for_closing(tt_view arg)
{
    CHECK_OK(tt_event_wait(&closes, TT_FOREVER));
    return tt_ref(arg);
}

static tt_value count_submitted(tt_view arg)
{
    tt_add_relaxed_(&submitted, 1);
    return tt_ref(arg);
}

static void submit_more(tt_future *f, void *unused)
{
    (void)f, (void)unused;
    CHECK(tt_executor_current() == closing);
    tt_future_free(tt_submit(closing, count_submitted, tt_int(1)));
}

static tt_value create_more(tt_view arg)
{
    tt_autoptr(tt_future) f = tt_create_task(count_submitted, tt_ref(arg));
    return tt_await(f);
}

TEST(callbacks_and_followers_belong_to_the_task_they_follow)
{
    test_allow(0, 1, 2);
    closing = tt_thread_pool(.workers = 1);
    tt_autoptr(tt_future) f = tt_submit(closing, wait_for_closing, tt_int(7));
    CHECK_OK(tt_future_add_done_callback(f, submit_more, NULL));
    tt_autoptr(tt_future) g = tt_then(f, create_more);
    CHECK_OK(tt_executor_shutdown(closing, TT_NOW, .no_wait = true));
    tt_event_set(&closes);
    tt_auto v = tt_await(g);
    CHECK_EQ(tt_as_int(v), 7);
    CHECK_OK(tt_executor_shutdown(closing, TT_FOREVER));
    CHECK_EQ(tt_load_relaxed_(&submitted), 2);
    tt_executor_free(closing);
}
