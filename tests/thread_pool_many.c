/* thread_pool_many.c - very many: waiting tasks on two workers, items of a map, races of cancel and completion.
 * labels: long */
#include <stdio.h>
#include <tutti.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "future/future.h"
#include "test.h"

#ifdef TT_TSAN_
enum { WAITING = 5000, ITEMS = 50000, RACES = 20000 }; /* it knows about 8,000 coroutines at once */
#else
enum { WAITING = 100000, ITEMS = 1000000, RACES = 300000 };
#endif

static tt_value wait_until_told(tt_view arg)
{
    return tt_int(tt_event_wait(tt_as_pointer(arg), TT_FOREVER));
}

TEST_WITHIN(two_workers_hold_a_hundred_thousand_waiting_tasks, 120)
{
    test_allow(0, 1, 2048);
    static tt_future *f[WAITING];
    tt_event told = TT_EVENT_INIT;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        struct tt_workers_stats_ stats;
        for (int i = 0; i < WAITING; i++)
            f[i] = tt_submit(ex, wait_until_told, tt_pointer(&told));
        do
            tt_workers_stats_(tt_pool_workers_(ex), &stats);
        while (stats.running < WAITING && tt_sleep(tt_after(0.01)) == 0);
        CHECK_LE(stats.threads, 2);
        tt_event_set(&told);
        for (int i = 0; i < WAITING; i++) {
            CHECK_EQ(tt_as_int(tt_await(f[i])), 0);
            tt_future_free(f[i]);
        }
    }
}

static tt_value identity(tt_view arg)
{
    return tt_ref(arg);
}

/* Live allocations do not grow with the number of items. */
static void map_many(tt_iter (*map)(tt_executor *, tt_fn, tt_iter, const tt_map_options *))
{
    tt_map_options o = { .size = sizeof o, .buffer = 64 };
    long most = 0, before = tt_memory_live_();
    int64_t n = 0;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        tt_iter it = map(ex, identity, tt_range(0, INT64_MAX, 1), &o);
        for (tt_value v; n < ITEMS && tt_iter_next(&it, &v) == 1; n++) {
            tt_drop(v);
            long live = n % 100 ? 0 : tt_memory_live_() - before;
            if (live > most) most = live;
        }
        tt_iter_end(&it);
    }
    CHECK_EQ(n, ITEMS);
    CHECK_LT(most, 64 * 2 + 64);
}

TEST_WITHIN(an_endless_map_runs_in_constant_memory, 120)
{
    test_allow(0, 1, 16);
    map_many(tt_map_with);
}

TEST_WITHIN(an_endless_unordered_map_runs_in_constant_memory, 120)
{
    test_allow(0, 1, 16);
    map_many(tt_map_unordered_with);
}

static tt_value nap(tt_view arg)
{
    int64_t n = tt_as_int(arg);
    for (int64_t i = 0; i < n % 4; i++)
        tt_yield();
    return tt_cancelled() ? tt_error_from_code(-ECANCELED) : tt_int(n);
}

TEST_WITHIN(each_race_of_cancel_and_completion_has_one_outcome, 120)
{
    test_allow(0, 1, 16);
    tt_with_executor (ex, tt_thread_pool(.workers = 2))
        for (int i = 0; i < RACES; i++) {
            tt_autoptr(tt_future) f = tt_submit(ex, nap, tt_int(i));
            for (int spin = 0; spin < i % 64; spin++)
                tt_pause_();
            int r = tt_future_cancel(f);
            tt_auto v = tt_await(f);
            CHECK_EQ(tt_future_cancelled(f), tt_is_error(v));
            if (r != 1) CHECK_EQ(r == 0, tt_future_cancelled(f));
            if (!tt_is_error(v)) CHECK_EQ(tt_as_int(v), i);
        }
}
