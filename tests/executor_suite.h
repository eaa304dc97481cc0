/* executor_suite.h - what every executor does, whoever made it: include it, then EXECUTOR_SUITE(word, make, local).
 *
 * make     tt_executor *make(void)
 * local    1: its tasks run in this process; 0: they see only their argument
 *
 * Tasks are registered functions of their argument alone. */
#include <stdio.h>
#include <tutti/args.h>
#include <tutti/compare.h>
#include <tutti/executor.h>
#include <tutti/group.h>
#include <tutti/iter.h>
#include <tutti/list.h>
#include <tutti/strand.h>
#include <tutti/struct.h>
#include <tutti/task.h>
#include <tutti/thread.h>
#include <tutti/wait.h>

#include "test.h"

typedef tt_executor *(*suite_make)(void);

TT_DEFINE(int64_t, suite_square, int64_t, x) { return x * x; }
TT_DEFINE(tt_value, suite_fail, int64_t, x) { return tt_error("KeyError", "no %d", (int)x); }
TT_DEFINE(tt_value, suite_below_ten, int64_t, x)
{
    return x < 10 ? tt_int(x) : tt_error("ValueError", "%d is too large", (int)x);
}

static inline tt_value suite_echo(tt_view arg)
{
    return tt_ref(arg);
}
TT_TASK(suite_echo);

static inline void suite_submits(suite_make make)
{
    tt_with_executor (ex, make()) {
        tt_autoptr(tt_future) f = tt_submit(ex, suite_square, tt_args(7));
        CHECK_EQ(tt_as_int(tt_await(f)), 49);
        CHECK(tt_future_done(f) && !tt_future_cancelled(f) && !tt_future_running(f));
        CHECK_EQ(tt_future_cancel(f), -EALREADY);
        CHECK_GE(tt_executor_workers(ex), 1);
    }
}

static inline void suite_passes_values(suite_make make)
{
    tt_with_executor (ex, make()) {
        tt_auto list = tt_list();
        CHECK_OK(tt_list_append(list, tt_str("a string that is long enough to be counted")));
        CHECK_OK(tt_list_append(list, tt_float(2.5)));
        tt_autoptr(tt_future) f = tt_submit(ex, suite_echo, tt_ref(list));
        tt_auto back = tt_await(f);
        CHECK(tt_equal(list, back));
        CHECK_EQ(tt_list_append(list, tt_none()), -EROFS); /* handed over: sealed */
    }
}

static inline void suite_returns_errors(suite_make make)
{
    tt_value v;
    tt_with_executor (ex, make()) {
        tt_autoptr(tt_future) f = tt_submit(ex, suite_fail, tt_args(3), .name = "failing");
        CHECK_OK(tt_future_result(f, &v, TT_FOREVER));
        CHECK(tt_error_is(v, "KeyError"));
        CHECK_STR(tt_error_message(v), "no 3");
        CHECK_STR(tt_future_name(f), "failing");
        tt_drop(v);
        tt_autoptr(tt_future) g = tt_submit(ex, suite_square, tt_args("not a number"));
        CHECK_OK(tt_future_error(g, &v, TT_FOREVER));
        CHECK(tt_error_is(v, "TypeError"));
        tt_drop(v);
    }
}

static inline void suite_runs_what_nobody_waits_for(suite_make make)
{
    tt_future *last = NULL;
    tt_with_executor (ex, make()) {
        for (int i = 0; i < 300; i++) {
            tt_future_free(last);
            last = tt_submit(ex, suite_square, tt_args(i));
        }
    }
    CHECK(tt_future_done(last)); /* leaving has waited */
    CHECK_EQ(tt_as_int(tt_await(last)), 299 * 299);
    tt_future_free(last);
}

static inline void suite_does_not_start_what_is_late(suite_make make)
{
    tt_with_executor (ex, make()) {
        tt_autoptr(tt_future) f = tt_submit(ex, suite_square, tt_args(1), .deadline = tt_after(-1));
        tt_auto v = tt_await(f);
        CHECK(tt_error_is(v, "TimeoutError"));
    }
}

static inline void suite_count_call(tt_future *f, void *context)
{
    CHECK(tt_future_done(f));
    ++*(int *)context;
}

static inline void suite_calls_back_once(suite_make make)
{
    int calls = 0;
    tt_with_executor (ex, make()) {
        tt_autoptr(tt_future) f = tt_submit(ex, suite_square, tt_args(3));
        CHECK_OK(tt_future_add_done_callback(f, suite_count_call, &calls));
        tt_autoptr(tt_future) g = tt_then(f, suite_square);
        CHECK_EQ(tt_as_int(tt_await(g)), 81);
    }
    CHECK_EQ(calls, 1);
}

static inline void suite_refuses_after_shutdown(suite_make make)
{
    tt_executor *ex = make();
    tt_autoptr(tt_future) before = tt_submit(ex, suite_square, tt_args(2));
    CHECK_OK(tt_executor_shutdown(ex, tt_after(8)));
    CHECK(tt_future_done(before));
    CHECK_OK(tt_executor_shutdown(ex, tt_after(8), .cancel_pending = true));
    tt_autoptr(tt_future) after = tt_submit(ex, suite_square, tt_args(2));
    tt_auto v = tt_await(after);
    CHECK_EQ(tt_error_code(v), -ESHUTDOWN);
    CHECK_EQ(tt_as_int(tt_await(before)), 4);
    tt_executor_free(ex);
}

static inline void suite_frees_without_shutdown(suite_make make)
{
    tt_executor *ex = make();
    tt_autoptr(tt_future) f = tt_submit(ex, suite_square, tt_args(5));
    tt_executor_free(ex);
    CHECK(tt_future_done(f));
    CHECK_EQ(tt_as_int(tt_await(f)), 25);
}

static inline void suite_waits_for_several(suite_make make)
{
    tt_value all;
    size_t i, n = 0;
    tt_future *fs[20];
    tt_with_executor (ex, make()) {
        for (int k = 0; k < 20; k++)
            fs[k] = tt_submit(ex, suite_square, tt_args(k));
        tt_autoptr(tt_completed) c = tt_as_completed(fs, 20);
        while (tt_completed_next(c, &i, tt_after(8)) == 1)
            n++;
        CHECK_EQ(n, 20);
        CHECK_OK(tt_gather(fs, 20, &all, TT_NOW));
        for (int k = 0; k < 20; k++) {
            CHECK_EQ(tt_as_int(tt_at(tt_view_of(all), k)), k * k);
            tt_future_free(fs[k]);
        }
        tt_drop(all);
    }
}

/* --- map: the source counts how far it is ahead of who takes --- */

struct suite_source {
    int64_t given, taken, ahead, limit, ends_with;
};

static inline int suite_next(tt_iter *it, tt_value *ret)
{
    struct suite_source *s = it->user;
    if (s->given == s->limit) return (int)s->ends_with;
    *ret = tt_args(s->given++);
    if (s->given - s->taken > s->ahead) s->ahead = s->given - s->taken;
    return 1;
}

static inline void suite_maps_in_order(suite_make make)
{
    struct suite_source s = { .limit = 500 };
    tt_with_executor (ex, make()) {
        tt_value v;
        tt_iter it = tt_map(ex, suite_square, tt_iter_of(suite_next, NULL, &s), .buffer = 7);
        for (; tt_iter_next(&it, &v) == 1; s.taken++)
            CHECK_EQ(tt_as_int(v), s.taken * s.taken);
        tt_iter_end(&it);
    }
    CHECK_EQ(s.taken, 500);
    CHECK_EQ(s.ahead, 7);
}

static inline void suite_maps_without_order(suite_make make)
{
    struct suite_source s = { .limit = 500 };
    int64_t sum = 0;
    tt_with_executor (ex, make()) {
        tt_value v;
        tt_iter it = tt_map_unordered(ex, suite_square, tt_iter_of(suite_next, NULL, &s), .buffer = 7);
        for (; tt_iter_next(&it, &v) == 1; s.taken++)
            sum += tt_as_int(v);
        tt_iter_end(&it);
    }
    CHECK_EQ(s.taken, 500);
    CHECK_EQ(s.ahead, 7);
    CHECK_EQ(sum, 499 * 500 * 999 / 6);
}

static inline void suite_maps_until_the_first_error(suite_make make)
{
    struct suite_source s = { .limit = INT64_MAX }; /* an endless one */
    tt_with_executor (ex, make()) {
        tt_value v;
        tt_iter it = tt_map(ex, suite_below_ten, tt_iter_of(suite_next, NULL, &s), .buffer = 4);
        for (; tt_iter_next(&it, &v) == 1 && !tt_is_error(v); s.taken++)
            CHECK_EQ(tt_as_int(v), s.taken);
        CHECK(tt_error_is(v, "ValueError"));
        tt_drop(v);
        CHECK_EQ(tt_iter_next(&it, &v), 0);
        tt_iter_end(&it);
    }
    CHECK_EQ(s.taken, 10);
}

static inline void suite_maps_what_the_source_answers(suite_make make)
{
    struct suite_source s = { .limit = 3, .ends_with = -EIO };
    tt_with_executor (ex, make()) {
        tt_value v;
        tt_iter it = tt_map(ex, suite_square, tt_iter_of(suite_next, NULL, &s));
        for (int i = 0; i < 3; i++)
            CHECK_EQ(tt_iter_next(&it, &v), 1);
        CHECK_EQ(tt_iter_next(&it, &v), -EIO);
        CHECK_EQ(tt_iter_next(&it, &v), 0);
        tt_iter_end(&it);
    }
}

static inline void suite_ends_a_map_early(suite_make make)
{
    tt_with_executor (ex, make()) {
        tt_value v;
        struct suite_source s = { .limit = INT64_MAX }, u = s;
        tt_iter it = tt_map(ex, suite_square, tt_iter_of(suite_next, NULL, &s));
        tt_iter un = tt_map_unordered(ex, suite_square, tt_iter_of(suite_next, NULL, &u));
        CHECK_EQ(tt_iter_next(&it, &v), 1);
        CHECK_EQ(tt_iter_next(&un, &v), 1);
        tt_iter_end(&it);
        tt_iter_end(&un);
    }
}

static inline void suite_groups(suite_make make)
{
    tt_auto error = tt_none();
    tt_with_executor (ex, make()) {
        tt_with_group (g, &error) {
            for (int i = 0; i < 10; i++)
                tt_future_free(tt_group_submit_to(g, ex, suite_square, tt_args(i)));
            tt_future_free(tt_group_submit_to(g, ex, suite_fail, tt_args(4)));
        }
    }
    CHECK(tt_error_is(error, "ExceptionGroup"));
    CHECK(strstr(tt_error_message(error), "KeyError: no 4"));
}

static inline void suite_count_report(void *user, const char *who, tt_view error)
{
    (void)who;
    CHECK(tt_error_is(error, "KeyError"));
    ++*(int *)user;
}

static inline void suite_reports_lost_errors(suite_make make)
{
    int reports = 0;
    tt_set_error_hook(suite_count_report, &reports);
    tt_with_executor (ex, make())
        tt_future_free(tt_submit(ex, suite_fail, tt_args(1)));
    tt_set_error_hook(NULL, NULL);
    CHECK_EQ(reports, 1);
}

/* --- tasks that share memory with us --- */

static inline void *suite_bump(void *arg)
{
    __atomic_fetch_add((int *)arg, 1, __ATOMIC_RELAXED);
    return arg;
}

static inline tt_value suite_fail_twice(tt_view arg)
{
    int *n = tt_as_pointer(arg);
    return ++*n < 3 ? tt_error("ValueError", "not yet") : tt_int(*n);
}

static inline tt_value suite_nest(tt_view arg)
{
    int64_t depth = tt_as_int(arg);
    if (depth == 0) return tt_int(0);
    tt_autoptr(tt_future) f = tt_submit(tt_executor_current(), suite_nest, tt_int(depth - 1));
    tt_value v = tt_await(f);
    return tt_is_error(v) ? v : tt_int(tt_as_int(v) + 1);
}

/* Leaving waits for what the tasks need, also for what they hand over only then. */
static inline void suite_lets_tasks_submit_to_the_end(suite_make make)
{
    tt_future *f = NULL;
    tt_with_executor (ex, make())
        f = tt_submit(ex, suite_nest, tt_int(300));
    CHECK_EQ(tt_as_int(tt_await(f)), 300);
    tt_future_free(f);
}

static inline void suite_shares_memory(suite_make make)
{
    int n = 0, tries = 0;
    tt_with_executor (ex, make()) {
        CHECK_NULL(tt_executor_current());
        tt_autoptr(tt_future) f = tt_submit_c(ex, suite_bump, &n);
        CHECK(tt_as_pointer(tt_await(f)) == &n);
        tt_autoptr(tt_future) g = tt_submit(ex, suite_fail_twice, tt_pointer(&tries), .retries = 5);
        CHECK_EQ(tt_as_int(tt_await(g)), 3);
        tt_autoptr(tt_future) h = tt_submit(ex, suite_nest, tt_int(50));
        CHECK_EQ(tt_as_int(tt_await(h)), 50);
    }
    CHECK_EQ(n, 1);
}

#define EXECUTOR_CLAIM_(word, claim, make)                                                                            \
    TEST(word##_##claim)                                                                                              \
    {                                                                                                                 \
        test_allow(0, 8, 24); /* watchdog, default pool; chunks of strand descriptors */                              \
        suite_##claim(make);                                                                                          \
    }
#define EXECUTOR_SUITE(word, make, local)                                                                             \
    EXECUTOR_CLAIM_(word, submits, make)                                                                              \
    EXECUTOR_CLAIM_(word, passes_values, make)                                                                        \
    EXECUTOR_CLAIM_(word, returns_errors, make)                                                                       \
    EXECUTOR_CLAIM_(word, runs_what_nobody_waits_for, make)                                                           \
    EXECUTOR_CLAIM_(word, does_not_start_what_is_late, make)                                                          \
    EXECUTOR_CLAIM_(word, calls_back_once, make)                                                                      \
    EXECUTOR_CLAIM_(word, refuses_after_shutdown, make)                                                               \
    EXECUTOR_CLAIM_(word, frees_without_shutdown, make)                                                               \
    EXECUTOR_CLAIM_(word, waits_for_several, make)                                                                    \
    EXECUTOR_CLAIM_(word, maps_in_order, make)                                                                        \
    EXECUTOR_CLAIM_(word, maps_without_order, make)                                                                   \
    EXECUTOR_CLAIM_(word, maps_until_the_first_error, make)                                                           \
    EXECUTOR_CLAIM_(word, maps_what_the_source_answers, make)                                                         \
    EXECUTOR_CLAIM_(word, ends_a_map_early, make)                                                                     \
    EXECUTOR_CLAIM_(word, groups, make)                                                                               \
    EXECUTOR_CLAIM_(word, reports_lost_errors, make)                                                                  \
    EXECUTOR_LOCAL_##local##_(word, make)
#define EXECUTOR_LOCAL_0_(word, make)
#define EXECUTOR_LOCAL_1_(word, make)                                                                                 \
    EXECUTOR_CLAIM_(word, lets_tasks_submit_to_the_end, make)                                                         \
    EXECUTOR_CLAIM_(word, shares_memory, make)
