/* future.c - the future's states, results, cancelling, callbacks; by a plain thread and set by hand.
 * labels: quick */
#include <pthread.h>
#include <stdio.h>
#include <tutti/future.h>
#include <tutti/str.h>
#include <tutti/scope.h>
#include <tutti/strand.h>
#include <tutti/thread.h>

#include "base/memory.h"
#include "future/future.h"
#include "test.h"

#define KEEPS test_allow(0, 0, 2) /* a chunk of strand descriptors, and its table */

static void check_error(tt_value v, const char *type)
{
    CHECK(tt_is_error(v));
    CHECK_STR(tt_error_type(v), type);
    tt_drop(v);
}

TEST(a_pending_future_gives_its_result_once_set)
{
    KEEPS;
    tt_value v = tt_int(1);
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK(!tt_future_done(f) && !tt_future_running(f) && !tt_future_cancelled(f));
    CHECK_EQ(tt_future_result(f, &v, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_future_result(f, &v, tt_after(0.005)), -ETIMEDOUT);
    CHECK_EQ(tt_future_result(f, &v, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(tt_as_int(v), 1);
    CHECK_EQ(tt_future_set_running_or_cancelled(f), 1);
    CHECK(tt_future_running(f));
    CHECK_EQ(tt_future_set_result(f, tt_int(7)), 0);
    CHECK(tt_future_done(f) && !tt_future_running(f) && !tt_future_cancelled(f));
    CHECK_EQ(tt_future_result(f, &v, TT_NOW), 0);
    CHECK_EQ(tt_as_int(v), 7);
    CHECK_EQ(tt_as_int(tt_await(f)), 7);
    CHECK_EQ(tt_future_error(f, &v, TT_NOW), 0);
    CHECK(tt_is_none(v));
}

TEST(a_future_completes_once)
{
    KEEPS;
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_EQ(tt_future_set_result(f, tt_int(1)), 0);
    CHECK_EQ(tt_future_set_result(f, tt_str("late")), -EALREADY);
    CHECK_EQ(tt_future_set_error(f, tt_error("ValueError", "late")), -EALREADY);
    CHECK_EQ(tt_future_set_running_or_cancelled(f), -EALREADY);
    CHECK_EQ(tt_future_cancel(f), -EALREADY);
    CHECK_EQ(tt_as_int(tt_await(f)), 1);
    tt_autoptr(tt_future) g = tt_future_new();
    CHECK_EQ(tt_future_set_error(g, tt_int(3)), -EINVAL);
    CHECK(!tt_future_done(g));
    CHECK_EQ(tt_future_set_running_or_cancelled(g), 1);
    CHECK_EQ(tt_future_set_running_or_cancelled(g), -EALREADY);
}

TEST(an_error_is_a_result)
{
    KEEPS;
    tt_value v;
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_EQ(tt_future_set_error(f, tt_error("KeyError", "%d", 3)), 0);
    CHECK(tt_future_done(f) && !tt_future_cancelled(f));
    CHECK_EQ(tt_future_result(f, &v, TT_FOREVER), 0);
    check_error(v, "KeyError");
    CHECK_EQ(tt_future_error(f, &v, TT_FOREVER), 0);
    check_error(v, "KeyError");
    check_error(tt_await(f), "KeyError");
}

TEST(a_cancelled_future_is_over_for_everybody)
{
    KEEPS;
    tt_value v;
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_EQ(tt_future_cancel(f), 0);
    CHECK_EQ(tt_future_cancel(f), 0);
    CHECK(tt_future_cancelled(f) && tt_future_done(f) && tt_future_cancel_requested(f));
    CHECK_EQ(tt_future_set_running_or_cancelled(f), 0);
    CHECK_EQ(tt_future_set_result(f, tt_str("x")), -ECANCELED);
    CHECK_EQ(tt_future_result(f, &v, TT_NOW), 0);
    check_error(v, "CancelledError");
    CHECK_EQ(tt_future_error(f, &v, TT_NOW), 0);
    check_error(v, "CancelledError");
}

TEST(cancelling_a_running_future_is_a_request)
{
    KEEPS;
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_EQ(tt_future_set_running_or_cancelled(f), 1);
    CHECK(!tt_future_cancel_requested(f));
    CHECK_EQ(tt_future_cancel(f), 1);
    CHECK(tt_future_cancel_requested(f) && !tt_future_cancelled(f));
    CHECK_EQ(tt_future_set_result(f, tt_int(5)), 0);
    CHECK(!tt_future_cancelled(f));
    CHECK_EQ(tt_as_int(tt_await(f)), 5);
}

static char letters[] = "abcden";
#define LETTER(c) strchr(letters, c)

static char order[16];

static void note(tt_future *f, void *context)
{
    CHECK(tt_future_done(f));
    strncat(order, context, 1);
}

static void add_another(tt_future *f, void *context)
{
    note(f, context);
    CHECK_EQ(tt_future_add_done_callback(f, note, LETTER('n')), 0);
}

TEST(callbacks_run_once_in_order_and_at_once_when_over)
{
    KEEPS;
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_EQ(tt_future_add_done_callback(f, note, LETTER('a')), 0);
    CHECK_EQ(tt_future_add_done_callback(f, add_another, LETTER('b')), 0);
    CHECK_EQ(tt_future_add_done_callback(f, note, LETTER('c')), 0);
    CHECK_STR(order, "");
    CHECK_EQ(tt_future_set_result(f, tt_none()), 0);
    CHECK_STR(order, "abnc");
    CHECK_EQ(tt_future_add_done_callback(f, note, LETTER('d')), 0);
    CHECK_STR(order, "abncd");
    tt_autoptr(tt_future) g = tt_future_new();
    CHECK_EQ(tt_future_add_done_callback(g, note, LETTER('e')), 0);
    CHECK_EQ(tt_future_cancel(g), 0);
    CHECK_STR(order, "abncde");
}

static tt_value add_one(tt_view arg)
{
    return tt_int(tt_as_int(arg) + 1);
}

TEST(then_follows_with_the_value_and_passes_errors_on)
{
    KEEPS;
    tt_autoptr(tt_future) f = tt_future_new();
    tt_autoptr(tt_future) g = tt_then(f, add_one);
    tt_autoptr(tt_future) h = tt_then(g, add_one);
    CHECK(!tt_future_done(h));
    CHECK_EQ(tt_future_set_result(f, tt_int(1)), 0);
    CHECK_EQ(tt_as_int(tt_await(h)), 3);
    tt_autoptr(tt_future) late = tt_then(h, add_one);
    CHECK_EQ(tt_as_int(tt_await(late)), 4);

    tt_autoptr(tt_future) bad = tt_future_new();
    tt_autoptr(tt_future) after = tt_then(bad, add_one);
    CHECK_EQ(tt_future_set_error(bad, tt_error("ValueError", "x")), 0);
    check_error(tt_await(after), "ValueError");

    tt_autoptr(tt_future) gone = tt_future_new();
    tt_autoptr(tt_future) follower = tt_then(gone, add_one);
    CHECK_EQ(tt_future_cancel(gone), 0);
    CHECK(tt_future_cancelled(follower));
}

TEST(a_cancelled_follower_never_runs)
{
    KEEPS;
    tt_autoptr(tt_future) f = tt_future_new();
    tt_autoptr(tt_future) g = tt_then(f, add_one);
    CHECK_EQ(tt_future_cancel(g), 0);
    CHECK_EQ(tt_future_set_result(f, tt_str("not an int")), 0);
    CHECK(tt_future_cancelled(g));
}

/* --- reports --- */

static int reports;
static char last_report[512];

static void count_report(void *user, const char *who, tt_view error)
{
    (void)user;
    reports++;
    snprintf(last_report, sizeof last_report, "%s: %s", who, tt_error_message(error));
}

TEST(an_error_nobody_collected_is_reported_once_with_the_last_handle)
{
    KEEPS;
    tt_set_error_hook(count_report, NULL);
    tt_future *f = tt_future_new(), *g = tt_future_ref(f);
    CHECK_EQ(tt_future_set_error(f, tt_error("ValueError", "lost one")), 0);
    tt_future_free(f);
    CHECK_EQ(reports, 0);
    tt_future_free(g);
    CHECK_EQ(reports, 1);
    CHECK(strstr(last_report, "lost one") != NULL);
}

TEST(a_collected_error_is_not_reported)
{
    KEEPS;
    tt_set_error_hook(count_report, NULL);
    tt_future *f = tt_future_new();
    CHECK_EQ(tt_future_set_error(f, tt_error("ValueError", "seen")), 0);
    tt_drop(tt_await(f));
    tt_future_free(f);
    f = tt_future_new();
    CHECK_EQ(tt_future_cancel(f), 0);
    tt_future_free(f);
    CHECK_EQ(reports, 0);
}

/* --- between threads --- */

static void *set_soon(void *arg)
{
    (void)tt_sleep(tt_after(0.005));
    CHECK_EQ(tt_future_set_result(arg, tt_str("made elsewhere, and long enough to be counted")), 0);
    return NULL;
}

TEST(a_result_wakes_who_waits)
{
    KEEPS;
    pthread_t thread;
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_EQ(pthread_create(&thread, NULL, set_soon, f), 0);
    tt_auto v = tt_await(f);
    CHECK(tt_is_kind(v, TT_STR));
    pthread_join(thread, NULL);
}

static void *await_it(void *arg)
{
    tt_auto v = tt_await(arg);
    CHECK(tt_is_kind(v, TT_STR));
    return NULL;
}

TEST(a_result_wakes_all_who_wait)
{
    KEEPS;
    pthread_t threads[6];
    tt_autoptr(tt_future) f = tt_future_new();
    for (int i = 0; i < 6; i++)
        CHECK_EQ(pthread_create(&threads[i], NULL, await_it, f), 0);
    set_soon(f);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
}

TEST(cancelling_a_wait_leaves_the_future_alone)
{
    KEEPS;
    tt_value v = tt_int(1);
    tt_autoptr(tt_future) f = tt_future_new();
    tt_deadline_scope (tt_after(0.002)) {
        CHECK_EQ(tt_future_result(f, &v, TT_FOREVER), -ECANCELED);
        CHECK_EQ(tt_future_result(f, &v, TT_NOW), -EAGAIN);
        check_error(tt_await(f), "CancelledError");
    }
    CHECK(!tt_future_done(f));
    CHECK_EQ(tt_future_set_result(f, tt_int(2)), 0);
    tt_deadline_scope (tt_after(-1)) {
        CHECK_EQ(tt_future_result(f, &v, TT_FOREVER), 0); /* what need not wait succeeds */
    }
    CHECK_EQ(tt_as_int(v), 2);
}

/* Cancel and set_result race: exactly one of them wins, and callbacks run once. */
static uint32_t called;

static void count_call(tt_future *f, void *context)
{
    (void)f;
    (void)context;
    tt_add_relaxed_(&called, 1);
}

static void *try_cancel(void *arg)
{
    return (void *)(intptr_t)tt_future_cancel(arg);
}

TEST(of_cancel_and_result_exactly_one_wins)
{
    KEEPS;
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        void *cancelled;
        tt_value v;
        tt_autoptr(tt_future) f = tt_future_new();
        CHECK_EQ(tt_future_add_done_callback(f, count_call, NULL), 0);
        CHECK_EQ(pthread_create(&thread, NULL, try_cancel, f), 0);
        int set = tt_future_set_result(f, tt_int(1));
        pthread_join(thread, &cancelled);
        CHECK_EQ(set == 0, (intptr_t)cancelled == -EALREADY);
        CHECK_EQ(tt_future_result(f, &v, TT_FOREVER), 0);
        CHECK_EQ(tt_is_error(v), set != 0);
        CHECK_EQ(tt_future_cancelled(f), set != 0);
        tt_drop(v);
    }
    CHECK_EQ(called, 200);
}

/* --- no memory --- */

TEST(without_memory_every_call_answers)
{
    KEEPS;
    tt_memory_fail_after_(1);
    CHECK_NULL(tt_future_new());
    tt_autoptr(tt_future) f = tt_future_new();
    tt_memory_fail_after_(1);
    CHECK_EQ(tt_future_add_done_callback(f, note, LETTER('x')), -ENOMEM);
    for (int n = 1; n <= 2; n++) {
        tt_memory_fail_after_(n);
        tt_autoptr(tt_future) g = tt_then(f, add_one);
        CHECK(tt_memory_failed_());
        check_error(tt_await(g), "MemoryError");
        CHECK_EQ(tt_future_cancel(g), -EALREADY);
    }
    tt_memory_fail_after_(0);
    CHECK_EQ(tt_future_set_result(f, tt_int(1)), 0);
    CHECK_STR(order, "");
}

static tt_value one_more(tt_view v)
{
    return tt_int(tt_as_int(v) + 1);
}

/* A chain of `n` after `first`: its end. */
static tt_future *chain_after(tt_future *first, int n)
{
    tt_future *end = tt_future_ref(first);
    for (int i = 0; i < n; i++) {
        tt_future *next = tt_then(end, one_more);
        tt_future_free(end);
        end = next;
    }
    return end;
}

TEST(a_chain_may_be_longer_than_the_stack)
{
    enum { N = 200000 };
    tt_autoptr(tt_future) good = tt_future_new(), cancelled = tt_future_new();
    tt_autoptr(tt_future) end = chain_after(good, N), end_of_cancelled = chain_after(cancelled, N);
    CHECK_OK(tt_future_set_result(good, tt_int(0)));
    tt_auto v = tt_await(end);
    CHECK_EQ(tt_as_int(v), N);
    CHECK_OK(tt_future_cancel(cancelled));
    CHECK(tt_future_cancelled(end_of_cancelled));
}

static char turns[8], a[] = "a", b[] = "b", g_[] = "g";

static void note_letter(tt_future *f, void *letter)
{
    (void)f;
    strcat(turns, letter);
}

static tt_value note_then(tt_view v)
{
    strcat(turns, "t");
    return tt_ref(v);
}

TEST(then_takes_its_turn_among_the_callbacks)
{
    tt_autoptr(tt_future) f = tt_future_new();
    CHECK_OK(tt_future_add_done_callback(f, note_letter, a));
    tt_autoptr(tt_future) g = tt_then(f, note_then);
    CHECK_OK(tt_future_add_done_callback(g, note_letter, g_));
    CHECK_OK(tt_future_add_done_callback(f, note_letter, b));
    CHECK_OK(tt_future_set_result(f, tt_int(1)));
    CHECK_EQ(strlen(turns), 4);
    CHECK(strchr(turns, 'a') < strchr(turns, 't') && strchr(turns, 't') < strchr(turns, 'b'));
    CHECK(strchr(turns, 't') < strchr(turns, 'g'));
}

TEST(what_follows_a_future_that_is_given_up_is_told)
{
    tt_future *f = tt_future_new();
    tt_autoptr(tt_future) g = tt_then(f, one_more);
    CHECK_OK(tt_future_add_done_callback(f, note_letter, a));
    tt_future_free(f);
    tt_auto v = tt_await(g);
    CHECK(tt_error_is(v, "RuntimeError"));
    CHECK_STR(turns, "a");
}
