/* parallel.c - loops and forks over plain memory: every index once, from threads and tasks; failures, deadlines.
 * labels: quick */
#include <sched.h>
#include <tutti/group.h>
#include <tutti/parallel.h>
#include <tutti/scope.h>
#include <tutti/strand.h>
#include <tutti/thread_pool.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "base/thread.h"
#include "test.h"

#define KEEPS test_allow(0, 12, 16) /* watchdog and the default pool; chunks of strand descriptors, the pool */

enum { N = 20000 };
static unsigned char seen[N];
static uint32_t pieces, largest;

static int mark(size_t begin, size_t end, void *context)
{
    CHECK_NULL(context);
    CHECK_LT(begin, end);
    tt_add_relaxed_(&pieces, 1);
    if (end - begin > tt_load_relaxed_(&largest)) tt_store_relaxed_(&largest, (uint32_t)(end - begin));
    for (size_t i = begin; i < end; i++)
        seen[i]++;
    return 0;
}

static void check_marks(size_t begin, size_t end)
{
    for (size_t i = 0; i < N; i++)
        CHECK_EQ(seen[i], i >= begin && i < end);
}

TEST(every_index_once_from_a_thread)
{
    KEEPS;
    CHECK_OK(tt_parallel_for(0, N, 0, mark, NULL, TT_FOREVER));
    check_marks(0, N);
    CHECK_GE(pieces, 2);
}

TEST(a_piece_is_at_most_the_grain)
{
    KEEPS;
    CHECK_OK(tt_parallel_for(7, N - 3, 100, mark, NULL, tt_after(8)));
    check_marks(7, N - 3);
    CHECK_LE(largest, 100);
    CHECK_OK(tt_parallel_for(5, 5, 0, mark, NULL, TT_FOREVER));
    CHECK_OK(tt_parallel_for(6, 5, 0, mark, NULL, TT_NOW));
}

static tt_value loop_in_task(tt_view arg)
{
    (void)arg;
    return tt_int(tt_parallel_for(0, N, 16, mark, NULL, TT_FOREVER));
}

static void loop_in(tt_executor *make)
{
    tt_with_executor (ex, make) {
        tt_autoptr(tt_future) f = tt_submit(ex, loop_in_task, tt_none());
        CHECK_EQ(tt_as_int(tt_await(f)), 0);
    }
    check_marks(0, N);
}

TEST(every_index_once_in_a_task)
{
    KEEPS;
    loop_in(tt_thread_pool(.workers = 2));
}

TEST(every_index_once_on_one_worker)
{
    KEEPS;
    loop_in(tt_thread_pool(.workers = 1));
}

TEST(every_index_once_in_an_exclusive_task)
{
    KEEPS;
    loop_in(tt_thread_pool(.workers = 1, .exclusive = true));
}

static int fail_at(size_t begin, size_t end, void *context)
{
    size_t at = *(size_t *)context;
    return begin <= at && at < end ? -EIO : mark(begin, end, NULL);
}

TEST(the_first_failure_leaves_out_the_rest)
{
    KEEPS;
    size_t first = 0;
    CHECK_EQ(tt_parallel_for(0, N, 1, fail_at, &first, TT_FOREVER), -EIO);
    CHECK_LT(pieces, N - 1);
}

static int slow(size_t begin, size_t end, void *context)
{
    (void)context;
    (void)tt_sleep(tt_after(0.001));
    return mark(begin, end, NULL);
}

TEST(past_the_deadline_nothing_is_begun)
{
    KEEPS;
    CHECK_EQ(tt_parallel_for(0, N, 1, slow, NULL, tt_after(0.01)), -ETIMEDOUT);
    CHECK_LT(pieces, N);
    pieces = 0;
    CHECK_EQ(tt_parallel_for(0, N, 1, mark, NULL, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_parallel_for(0, N, 1, mark, NULL, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(pieces, 0);
}

TEST(a_cancel_leaves_out_the_rest)
{
    KEEPS;
    tt_deadline_scope (tt_after(0.01))
        CHECK_EQ(tt_parallel_for(0, N, 1, slow, NULL, TT_FOREVER), -ECANCELED);
    CHECK_LT(pieces, N);
}

/* --- join2 --- */

struct fib {
    int n;
    long result;
    tt_executor *expected;
};

static void fib(void *arg)
{
    struct fib *x = arg;
    if (x->expected) CHECK(tt_executor_current() == x->expected);
    if (x->n < 2) {
        x->result = x->n;
        return;
    }
    struct fib a = { x->n - 1, 0, x->expected }, b = { x->n - 2, 0, x->expected };
    tt_join2(fib, &a, fib, &b);
    x->result = a.result + b.result;
}

static tt_value fib_task(tt_view arg)
{
    struct fib x = { (int)tt_as_int(arg), 0, tt_executor_current() };
    fib(&x);
    return tt_int(x.result);
}

TEST(join2_nests)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) f = tt_submit(ex, fib_task, tt_int(20));
        CHECK_EQ(tt_as_int(tt_await(f)), 6765);
    }
}

TEST(join2_from_a_thread)
{
    KEEPS;
    struct fib x = { 8, 0, NULL };
    fib(&x);
    CHECK_EQ(x.result, 21);
}

static uint32_t met;

/* Both must run at the same time, or wait for each other. */
static void meet(void *arg)
{
    (void)arg;
    tt_add_acq_rel_(&met, 1);
    while (tt_load_acquire_(&met) < 2)
        tt_yield();
}

static tt_value meet_task(tt_view arg)
{
    (void)arg;
    tt_join2(meet, NULL, meet, NULL);
    return tt_none();
}

TEST(a_fork_runs_while_the_first_waits)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit(ex, meet_task, tt_none());
        CHECK(tt_is_none(tt_await(f)));
    }
}

static uint32_t ended;

static void sleep_long(void *arg)
{
    (void)arg;
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
    tt_add_acq_rel_(&ended, 1);
}

static tt_value sleep_twice(tt_view arg)
{
    (void)arg;
    tt_join2(sleep_long, NULL, sleep_long, NULL);
    return tt_error_from_code(tt_sleep(TT_FOREVER));
}

TEST(a_cancel_reaches_both_sides_of_a_join)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) f = tt_submit(ex, sleep_twice, tt_none());
        while (!tt_future_running(f))
            sched_yield();
        (void)tt_sleep(tt_after(0.003));
        CHECK_EQ(tt_future_cancel(f), 1);
        tt_drop(tt_await(f));
        CHECK(tt_future_cancelled(f));
    }
    CHECK_EQ(ended, 2);
}

/* --- map --- */

static int half(void *out, const void *in, void *context)
{
    *(double *)out = *(const int *)in / *(double *)context;
    return *(const int *)in < 0 ? -EDOM : 0;
}

TEST(an_array_map_fills_each_place)
{
    KEEPS;
    static int in[N];
    static double out[N];
    double two = 2;
    for (int i = 0; i < N; i++)
        in[i] = i;
    CHECK_OK(tt_parallel_map(out, in, N, sizeof in[0], sizeof out[0], 0, half, &two, TT_FOREVER));
    for (int i = 0; i < N; i++)
        CHECK_FLOAT(out[i], i / 2.0);
    in[N / 3] = -1;
    CHECK_EQ(tt_parallel_map(out, in, N, sizeof in[0], sizeof out[0], 10, half, &two, TT_FOREVER), -EDOM);
}

TEST(without_memory_or_threads_the_caller_does_it_alone)
{
    KEEPS;
    (void)tt_strand_id();
    tt_memory_fail_after_(1);
    CHECK_OK(tt_parallel_for(0, N / 2, 0, mark, NULL, TT_FOREVER));
    tt_memory_fail_after_(0);
    tt_thread_fail_after_(0);
    CHECK_OK(tt_parallel_for(N / 2, N, 0, mark, NULL, TT_FOREVER));
    tt_thread_fail_after_(-1);
    check_marks(0, N);
}
