/* Every allocation of every public call on futures is made to fail, one after the other, while a pool works: no
 * crash, no leak, nothing hangs, and what was handed over either runs or is answered with an error. labels: quick */
#include <tutti.h>

#include "base/memory.h"
#include "test.h"

static tt_executor *ex;

/* Runs it once per allocation that it and its tasks make, with that one failing. */
static void every_allocation_fails(void (*run)(void))
{
    test_allow(0, 8, 32);
    ex = tt_thread_pool(.workers = 1);
    run();
    for (int n = 1, failed = 1; failed && n < 200; n++) {
        tt_memory_fail_after_(n);
        run();
        failed = tt_memory_failed_();
        tt_memory_fail_after_(0);
        CHECK_LT(n, 199);
    }
    tt_executor_free(ex);
}

static tt_value echo(tt_view arg)
{
    return tt_ref(arg);
}

static void check_either(tt_value v)
{
    CHECK(tt_is_kind(v, TT_STR) || tt_error_is(v, "MemoryError"));
    tt_drop(v);
}

static void submit(void)
{
    tt_autoptr(tt_future) f = tt_submit(ex, echo, tt_str("some text that is counted"), .name = "echo");
    check_either(tt_await(f));
}

TEST(of_submit)
{
    every_allocation_fails(submit);
}

static void follow(void)
{
    tt_autoptr(tt_future) f = tt_submit(ex, echo, tt_str("some text that is counted"));
    tt_autoptr(tt_future) g = tt_then(f, echo);
    check_either(tt_await(g));
    tt_drop(tt_await(f));
}

TEST(of_then)
{
    every_allocation_fails(follow);
}

static void several(void)
{
    size_t i;
    tt_value all;
    tt_future *fs[9];
    for (int k = 0; k < 9; k++)
        fs[k] = tt_submit(ex, echo, tt_str("some text that is counted"));
    int r = tt_wait(fs, 9, TT_ALL_COMPLETED, TT_FOREVER);
    CHECK(r == 0 || r == -ENOMEM);
    tt_autoptr(tt_completed) c = tt_as_completed(fs, 9);
    while (c && tt_completed_next(c, &i, TT_FOREVER) == 1)
        CHECK(tt_future_done(fs[i]));
    r = tt_gather(fs, 9, &all, TT_FOREVER, .return_errors = true);
    CHECK(r == 0 || r == -ENOMEM);
    if (r == 0) tt_drop(all);
    for (int k = 0; k < 9; k++) {
        check_either(tt_await(fs[k]));
        tt_future_free(fs[k]);
    }
}

TEST(of_waiting_for_several)
{
    every_allocation_fails(several);
}

static void map_with(tt_iter (*map)(tt_executor *, tt_fn, tt_iter, const tt_map_options *))
{
    tt_map_options o = { .size = sizeof o, .buffer = 3 };
    int r, n = 0;
    tt_iter it = map(ex, echo, tt_range(0, 6, 1), &o);
    for (tt_value v; (r = tt_iter_next(&it, &v)) == 1; tt_drop(v)) {
        CHECK(tt_is_kind(v, TT_INT) || tt_error_is(v, "MemoryError"));
        n += tt_is_kind(v, TT_INT);
    }
    CHECK(r == 0 || r == -ENOMEM);
    CHECK_LE(n, 6);
    tt_iter_end(&it);
}

static void map(void)
{
    map_with(tt_map_with);
}

static void map_unordered(void)
{
    map_with(tt_map_unordered_with);
}

TEST(of_map)
{
    every_allocation_fails(map);
}

TEST(of_map_unordered)
{
    every_allocation_fails(map_unordered);
}

static void pool(void)
{
    tt_executor *own = tt_thread_pool(.workers = 2, .initializer = echo, .initializer_arg = tt_str("for each worker"));
    if (!own) return;
    tt_autoptr(tt_future) f = tt_submit(own, echo, tt_str("some text that is counted"));
    tt_auto v = tt_await(f);
    CHECK(tt_is_kind(v, TT_STR) || tt_is_error(v));
    tt_executor_free(own);
}

TEST(of_thread_pool)
{
    every_allocation_fails(pool);
}
