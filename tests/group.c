/* group.c - tasks that end together: leaving waits, the first failure cancels, errors are collected; nesting.
 * labels: quick */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <tutti/group.h>
#include <tutti/str.h>
#include <tutti/strand.h>
#include <tutti/thread.h>
#include <tutti/thread_pool.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "test.h"

#define KEEPS test_allow(0, 8, 16) /* watchdog and the default pool; chunks of strand descriptors, the pool */

static uint32_t ran, asleep, cancelled;

static tt_value count(tt_view arg)
{
    (void)arg;
    if (tt_sleep(tt_after(0.001)) == 0) tt_add_relaxed_(&ran, 1);
    return tt_none();
}

static tt_value sleep_long(tt_view arg)
{
    (void)arg;
    tt_add_acq_rel_(&asleep, 1);
    int r = tt_sleep(TT_FOREVER);
    CHECK_EQ(r, -ECANCELED);
    tt_add_relaxed_(&cancelled, 1);
    return tt_error_from_code(r);
}

static tt_value failing(tt_view arg)
{
    (void)tt_sleep(tt_after(0.002));
    return tt_error("ValueError", "bad %d", (int)tt_as_int(arg));
}

TEST(leaving_waits_for_every_task)
{
    KEEPS;
    tt_future *f = NULL;
    tt_auto error = tt_int(1);
    tt_with_group (g, &error) {
        f = tt_group_submit(g, count, tt_none(), .name = "one");
        for (int i = 0; i < 99; i++)
            tt_group_start(g, count, tt_none());
    }
    CHECK(tt_is_none(error));
    CHECK_EQ(ran, 100);
    CHECK(tt_future_done(f));
    CHECK(tt_is_none(tt_await(f)));
    tt_future_free(f);
}

TEST(an_empty_group_is_left_at_once)
{
    KEEPS;
    tt_with_group (g) {
        CHECK(!tt_group_cancelled(g));
    }
    tt_group again;
    CHECK_OK(tt_group_enter(&again));
    CHECK(tt_is_none(tt_group_leave(&again)));
}

static void leave_by_return(void)
{
    tt_with_group (g) {
        for (int i = 0; i < 10; i++)
            tt_group_start(g, count, tt_none());
        return;
    }
}

TEST(leaving_by_return_waits_too)
{
    KEEPS;
    leave_by_return();
    CHECK_EQ(ran, 10);
}

TEST(the_first_failure_cancels_the_others_and_the_body)
{
    KEEPS;
    tt_auto error = tt_none();
    tt_with_group (g, &error) {
        for (int i = 0; i < 5; i++)
            tt_group_start(g, sleep_long, tt_none());
        tt_group_start(g, failing, tt_int(7));
        CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
        CHECK(tt_group_cancelled(g));
        tt_autoptr(tt_future) late = tt_group_submit(g, count, tt_none());
        CHECK(tt_future_cancelled(late));
    }
    CHECK_EQ(tt_sleep(tt_after(0.001)), 0); /* the scope is left */
    CHECK(tt_error_is(error, "ExceptionGroup"));
    CHECK(strstr(tt_error_message(error), "1 failed: "));
    CHECK(strstr(tt_error_message(error), "ValueError: bad 7"));
    CHECK(tt_error_is(tt_error_cause(tt_view_of(error)), "ValueError"));
    CHECK_EQ(ran, 0);
}

TEST(every_failure_is_in_the_error)
{
    KEEPS;
    char text[16];
    tt_auto error = tt_none();
    tt_with_group (g, &error) {
        tt_group_fail(g, tt_error("KeyError", "by hand"));
        for (int i = 0; i < 3; i++) {
            tt_future *f = tt_future_new();
            CHECK_OK(tt_future_set_error(f, tt_error("OSError", "bad %d", i)));
            CHECK_OK(tt_group_add(g, f));
            tt_future_free(f);
        }
    }
    CHECK(strstr(tt_error_message(error), "4 failed: "));
    CHECK(strstr(tt_error_message(error), "KeyError: by hand"));
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "bad %d", i);
        CHECK(strstr(tt_error_message(error), text));
    }
    CHECK(tt_error_is(tt_error_cause(tt_view_of(error)), "KeyError"));
}

TEST(a_cancelled_task_is_no_failure)
{
    KEEPS;
    tt_auto error = tt_int(1);
    tt_with_group (g, &error) {
        tt_autoptr(tt_future) f = tt_group_submit(g, sleep_long, tt_none());
        tt_group_start(g, count, tt_none());
        (void)tt_sleep(tt_after(0.002));
        CHECK_GE(tt_future_cancel(f), 0);
        CHECK_OK(tt_sleep(tt_after(0.002)));
    }
    CHECK(tt_is_none(error));
    CHECK_EQ(ran, 1);
}

static tt_value cancel_it(tt_view arg)
{
    (void)tt_sleep(tt_after(0.003));
    tt_group_cancel(tt_as_pointer(arg));
    return tt_none();
}

TEST(cancel_from_any_strand_ends_it_without_an_error)
{
    KEEPS;
    tt_auto error = tt_int(1);
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_with_group (g, &error) {
            tt_group_start(g, sleep_long, tt_none());
            tt_future_free(tt_group_submit_to(g, ex, sleep_long, tt_none(), .name = "elsewhere"));
            tt_future_free(tt_submit(ex, cancel_it, tt_pointer(g)));
        }
    }
    CHECK(tt_is_none(error));
}

TEST(a_cancel_from_outside_reaches_the_tasks_and_waits_for_them)
{
    KEEPS;
    tt_auto error = tt_int(1);
    tt_scope outer;
    CHECK_OK(tt_scope_enter(&outer, TT_FOREVER));
    tt_with_group (g, &error) {
        for (int i = 0; i < 4; i++)
            tt_group_start(g, sleep_long, tt_none());
        while (tt_load_acquire_(&asleep) < 4)
            sched_yield();
        tt_scope_cancel(&outer);
    }
    CHECK_EQ(tt_scope_leave(&outer), -ECANCELED);
    CHECK(tt_error_is(error, "CancelledError"));
    CHECK_EQ(cancelled, 4);
}

static uint32_t started;

static tt_value stubborn(tt_view arg)
{
    (void)arg;
    tt_store_release_(&started, 1);
    (void)tt_sleep(TT_FOREVER);
    tt_shield {
        CHECK_OK(tt_sleep(tt_after(0.005)));
    }
    tt_add_relaxed_(&ran, 1);
    return tt_none();
}

TEST(leaving_is_no_cancellation_point)
{
    KEEPS;
    tt_auto error = tt_int(1);
    tt_scope outer;
    CHECK_OK(tt_scope_enter(&outer, TT_FOREVER));
    tt_with_group (g, &error) {
        tt_group_start(g, stubborn, tt_none());
        while (!tt_load_acquire_(&started))
            sched_yield();
        tt_scope_cancel(&outer);
    }
    CHECK_EQ(ran, 1);
    CHECK_EQ(tt_scope_leave(&outer), -ECANCELED);
}

static tt_value add_siblings(tt_view arg)
{
    tt_group *g = tt_as_pointer(arg);
    (void)tt_sleep(tt_after(0.002)); /* the body waits at its end by now */
    for (int i = 0; i < 5; i++)
        tt_group_start(g, count, tt_none());
    return tt_none();
}

TEST(tasks_may_start_siblings)
{
    KEEPS;
    tt_with_group (g)
        tt_group_start(g, add_siblings, tt_pointer(g));
    CHECK_EQ(ran, 5);
}

static tt_value inner(tt_view arg)
{
    (void)arg;
    tt_auto error = tt_none();
    tt_with_group (g, &error) {
        tt_group_start(g, count, tt_none());
        tt_group_start(g, failing, tt_int(3));
        tt_group_start(g, sleep_long, tt_none());
    }
    return tt_take(&error);
}

TEST(groups_nest)
{
    KEEPS;
    tt_auto error = tt_none();
    tt_with_group (g, &error) {
        tt_group_start(g, inner, tt_none());
        tt_group_start(g, sleep_long, tt_none());
    }
    CHECK(strstr(tt_error_message(error), "ExceptionGroup: 1 failed"));
    CHECK(strstr(tt_error_message(error), "bad 3"));
}

static tt_value hold_group(tt_view arg)
{
    (void)arg;
    tt_auto error = tt_none();
    tt_with_group (g, &error)
        for (int i = 0; i < 3; i++)
            tt_group_start(g, sleep_long, tt_none());
    return tt_take(&error);
}

TEST(cancelling_a_task_reaches_through_its_groups)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) f = tt_submit(ex, hold_group, tt_none());
        while (tt_load_acquire_(&asleep) < 3)
            sched_yield();
        CHECK_EQ(tt_future_cancel(f), 1);
        tt_drop(tt_await(f));
        CHECK(tt_future_cancelled(f));
    }
}

static int reports;

static void count_report(void *user, const char *who, tt_view error)
{
    (void)user;
    CHECK_STR(who, "group");
    CHECK(tt_error_is(error, "ExceptionGroup"));
    reports++;
}

TEST(an_error_that_no_variable_takes_is_reported)
{
    KEEPS;
    tt_set_error_hook(count_report, NULL);
    tt_with_group (g)
        tt_group_start(g, failing, tt_int(1));
    CHECK_EQ(reports, 1);
}

TEST(a_group_that_is_not_innermost_is_not_left)
{
    KEEPS;
    tt_group a, b;
    CHECK_OK(tt_group_enter(&a));
    CHECK_OK(tt_group_enter(&b));
    tt_value error = tt_group_leave(&a);
    CHECK_EQ(tt_error_code(error), -EPERM);
    tt_drop(error);
    CHECK(tt_is_none(tt_group_leave(&b)));
    CHECK(tt_is_none(tt_group_leave(&a)));
}

TEST(without_memory_the_group_fails_and_still_waits)
{
    KEEPS;
    tt_with_group (warm)
        tt_group_start(warm, count, tt_none());
    for (int n = 1, failed = 1; failed && n < 40; n++) {
        tt_auto error = tt_none();
        tt_memory_fail_after_(n);
        tt_with_group (g, &error) {
            tt_group_start(g, count, tt_none(), .name = "counter");
            tt_group_fail(g, tt_error("KeyError", "by hand"));
        }
        failed = tt_memory_failed_();
        tt_memory_fail_after_(0);
        CHECK(tt_is_error(error));
    }
}

static tt_value return_its_argument(tt_view v)
{
    return tt_ref(v);
}

static void use_a_group_that_nobody_is_in(tt_group *g)
{
    tt_autoptr(tt_future) f = tt_group_submit(g, return_its_argument, tt_str("taken all the same, and counted"));
    tt_auto v = tt_await(f);
    CHECK_EQ(tt_error_code(v), -EPERM);
    tt_group_start(g, return_its_argument, tt_str("taken all the same, and counted"));
    tt_group_cancel(g);
    tt_group_fail(g, tt_error("ValueError", "dropped"));
    CHECK_EQ(tt_group_add(g, f), -EPERM);
    CHECK(!tt_group_cancelled(g));
    tt_auto left = tt_group_leave(g);
    CHECK_EQ(tt_error_code(left), -EPERM);
}

TEST(misuse_is_answered_and_changes_nothing)
{
    tt_group g = TT_ZEROS_;
    test_allow(0, 1, 3); /* the default pool, and strands */
    use_a_group_that_nobody_is_in(&g);
    CHECK_OK(tt_group_enter(&g));
    CHECK_EQ(tt_group_enter(&g), -EPERM);
    CHECK(!tt_cancelled());
    tt_auto v = tt_group_leave(&g);
    CHECK(tt_is_none(v));
    use_a_group_that_nobody_is_in(&g);
}
