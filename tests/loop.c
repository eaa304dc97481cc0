/* loop.c - coroutines on the calling thread.
 * labels: quick */
#include <pthread.h>
#include <sched.h>
#include <tutti/event.h>
#include <tutti/loop.h>
#include <tutti/scope.h>
#include <tutti/str.h>
#include <tutti/strand.h>
#include <tutti/thread.h>

#include "base/atomic.h"
#include "future/future.h"
#include "test.h"
#include "worker/workers.h"

static int running, most;

static tt_value nap(tt_view arg)
{
    if (++running > most) most = running;
    int r = tt_sleep(tt_after(0.5));
    running--;
    return r < 0 ? tt_error_from_code(r) : tt_ref(arg);
}

static tt_value thousand(tt_view arg)
{
    enum { N = 1000 };
    static tt_future *f[N];
    int64_t sum = 0;
    for (int i = 0; i < N; i++)
        f[i] = tt_create_task(nap, tt_int(i));
    for (int i = 0; i < N; i++) {
        tt_auto v = tt_await(f[i]);
        sum += tt_as_int(v);
        tt_future_free(f[i]);
    }
    CHECK(tt_strand_is_coroutine());
    return tt_int(sum + tt_as_int(arg));
}

TEST(a_thousand_coroutines_sleep_side_by_side_on_one_thread)
{
    test_allow(0, 1, 2); /* the watchdog; a chunk of strands */
    tt_auto v = tt_run(thousand, tt_int(7));
    CHECK_EQ(tt_as_int(v), 499500 + 7);
    CHECK_EQ(most, 1000);
}

static tt_value own_name(tt_view arg)
{
    (void)arg;
    return tt_str(tt_future_name(tt_self_.strand->task));
}

TEST(options_of_run_may_be_none_or_of_another_version)
{
    test_allow(0, 1, 2);
    tt_run_options old = { .size = offsetof(tt_run_options, stack_size), .name = "old", .stack_size = 1 };
    tt_run_options none = { .name = "no size" };
    tt_auto v = tt_run_with(own_name, tt_none(), NULL);
    tt_auto w = tt_run_with(own_name, tt_none(), &old); /* its stack_size it did not know */
    tt_auto x = tt_run_with(own_name, tt_str("taken all the same, and counted, I hope"), &none);
    CHECK_STR(tt_as_str(v), "");
    CHECK_STR(tt_as_str(w), "old");
    CHECK_EQ(tt_error_code(x), -EINVAL);
}

static tt_value own_wait(tt_view unused)
{
    (void)unused;
    return tt_int(tt_sleep(tt_after(0.001)));
}

/* What a wait answered, as an int. */
static tt_value wait_long(tt_view event)
{
    if (!tt_is_none(event)) tt_event_set(tt_as_pointer(event));
    int r = tt_sleep(tt_after(1000));
    return tt_int(r);
}

static tt_value run_wait_long(tt_view event)
{
    return tt_run(wait_long, tt_ref(event));
}

TEST(a_cancel_of_the_thread_that_drives_it_reaches_the_first_coroutine)
{
    tt_event waits = TT_EVENT_INIT;
    test_allow(0, 1, 2);
    tt_autoptr(tt_thread) t = tt_thread_new(run_wait_long, tt_pointer(&waits));
    tt_auto v = tt_none();
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_event_wait(&waits, TT_FOREVER));
    CHECK_OK(tt_thread_cancel(t));
    CHECK_OK(tt_thread_result(t, &v, TT_FOREVER));
    CHECK_EQ(tt_as_int(v), -ECANCELED);
}

static tt_value wait_shielded_then_not(tt_view unused)
{
    (void)unused;
    tt_shield CHECK_OK(tt_sleep(tt_after(0.01)));
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
    CHECK(tt_cancelled());
    return tt_none();
}

TEST(a_deadline_around_run_is_inherited)
{
    test_allow(0, 1, 2);
    tt_deadline_scope (tt_after(0.001)) {
        tt_drop(tt_run(wait_shielded_then_not, tt_none()));
        tt_shield CHECK_EQ(tt_as_int(tt_run(own_wait, tt_none())), 0);
    }
    CHECK_EQ(tt_as_int(tt_run(own_wait, tt_none())), 0);
}

static tt_value fails(tt_view arg)
{
    return tt_error("ValueError", "bad line %d", (int)tt_as_int(arg));
}

TEST(run_returns_the_error_of_its_function)
{
    test_allow(0, 1, 2);
    tt_auto v = tt_run(fails, tt_int(3));
    CHECK(tt_error_is(v, "ValueError"));
}

static int cancelled;

static tt_value for_ever(tt_view arg)
{
    (void)arg;
    int r = tt_sleep(TT_FOREVER);
    cancelled += r == -ECANCELED;
    return tt_error_from_code(r);
}

static tt_value leaves_some(tt_view arg)
{
    for (int i = 0; i < 5; i++)
        tt_future_free(tt_create_task(for_ever, tt_none()));
    tt_yield(); /* they start */
    tt_future_free(tt_create_task(for_ever, tt_none())); /* this one does not */
    return tt_ref(arg);
}

TEST(what_is_left_at_the_end_is_cancelled_and_waited_for)
{
    test_allow(0, 1, 2);
    tt_auto v = tt_run(leaves_some, tt_str("done"));
    CHECK_STR(tt_as_str(v), "done");
    CHECK_EQ(cancelled, 5);
}

static tt_value runs_again(tt_view arg)
{
    return tt_run(nap, tt_ref(arg));
}

TEST(a_coroutine_cannot_run_another_loop)
{
    test_allow(0, 1, 2);
    tt_auto v = tt_run(runs_again, tt_int(1));
    CHECK(tt_error_is(v, "RuntimeError"));
}

static void *submit_from_outside(void *arg)
{
    tt_autoptr(tt_future) f = tt_submit((tt_executor *)arg, nap, tt_int(5));
    tt_auto v = tt_await(f);
    CHECK_EQ(tt_as_int(v), 5);
    CHECK_EQ(tt_executor_shutdown((tt_executor *)arg, TT_FOREVER), -EPERM); /* K6 */
    return NULL;
}

static tt_value serves_a_thread(tt_view arg)
{
    pthread_t t;
    CHECK_EQ(pthread_create(&t, NULL, submit_from_outside, tt_executor_current()), 0);
    CHECK_EQ(tt_sleep(tt_after(1)), 0); /* pthread_join would hold up the loop */
    pthread_join(t, NULL);
    return tt_ref(arg);
}

TEST(another_thread_submits_to_a_sleeping_loop)
{
    test_allow(0, 1, 2);
    tt_auto v = tt_run(serves_a_thread, tt_none());
    CHECK(tt_is_none(v));
}

static int steps[6], stepped;

static tt_value step(tt_view arg)
{
    for (int i = 0; i < 3; i++) {
        steps[stepped++] = (int)tt_as_int(arg);
        tt_yield();
    }
    return tt_none();
}

static tt_value two_steppers(tt_view arg)
{
    (void)arg;
    tt_autoptr(tt_future) a = tt_create_task(step, tt_int(1));
    tt_autoptr(tt_future) b = tt_create_task(step, tt_int(2));
    tt_drop(tt_await(a));
    tt_drop(tt_await(b));
    return tt_none();
}

TEST(yielding_coroutines_take_turns)
{
    test_allow(0, 1, 2);
    tt_drop(tt_run(two_steppers, tt_none()));
    for (int i = 0; i < 6; i++)
        CHECK_EQ(steps[i], i % 2 + 1);
}

/* A thread wakes the last task of a loop again and again: the loop ends at once, and its memory with it. */
enum { LOOPS = 2000 };
static tt_event *to_set; /* atomic */

static void *set_each(void *unused)
{
    for (int i = 0; i < LOOPS; i++) {
        tt_event *e;
        while (!(e = __atomic_exchange_n(&to_set, NULL, __ATOMIC_ACQ_REL)))
            sched_yield();
        tt_event_set(e);
    }
    return unused;
}

static tt_value wait_to_be_set(tt_view unused)
{
    tt_event e = TT_EVENT_INIT;
    (void)unused;
    __atomic_store_n(&to_set, &e, __ATOMIC_RELEASE);
    CHECK_EQ(tt_event_wait(&e, TT_FOREVER), 0);
    return tt_none();
}

/* Keeps the loop from sleeping. */
static tt_value yield_meanwhile(tt_view unused)
{
    (void)unused;
    tt_autoptr(tt_future) waiter = tt_create_task(wait_to_be_set, tt_none());
    while (!tt_future_done(waiter))
        tt_yield();
    return tt_none();
}

TEST_WITHIN(who_wakes_the_last_task_may_be_slow, 60)
{
    test_allow(0, 1, 2);
    pthread_t t;
    CHECK_EQ(pthread_create(&t, NULL, set_each, NULL), 0);
    for (int i = 0; i < LOOPS; i++)
        tt_drop(tt_run(yield_meanwhile, tt_none()));
    pthread_join(t, NULL);
}

/* The loop's thread belongs to a task of a set of one: while the loop sleeps, the set has a place to give. */
static struct tt_workers_ *alone;
static uint32_t both_ran; /* atomic */

static void set_job(struct tt_job_ *job)
{
    (void)job;
    tt_event_set(to_set);
}

static tt_value wait_for_the_other(tt_view unused)
{
    static struct tt_job_ other = { .run = set_job };
    tt_event e = TT_EVENT_INIT;
    (void)unused;
    to_set = &e;
    CHECK_EQ(tt_workers_submit_(alone, &other), 0);
    CHECK_EQ(tt_event_wait(&e, TT_FOREVER), 0);
    return tt_none();
}

static void drive_a_loop(struct tt_job_ *job)
{
    (void)job;
    tt_drop(tt_run(wait_for_the_other, tt_none()));
    tt_store_release_(&both_ran, 1);
}

TEST(a_loop_that_sleeps_gives_up_the_place_of_its_exclusive_task)
{
    struct tt_job_ first = { .run = drive_a_loop };
    test_allow(0, 1, 2);
    alone = tt_workers_new_(&(struct tt_workers_options_){ .count = 1, .exclusive = true });
    CHECK_EQ(tt_workers_submit_(alone, &first), 0);
    while (!tt_load_acquire_(&both_ran))
        sched_yield();
    tt_workers_close_(alone);
    CHECK_EQ(tt_workers_join_(alone, TT_FOREVER), 0);
    tt_workers_free_(alone);
}
