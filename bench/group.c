/* group.c - a group of empty tasks, by a task of the pool. Rival: the same tasks awaited one by one. */
#include <tutti/group.h>
#include <tutti/thread_pool.h>

#include "support/bench.h"

enum { TASKS = 100 };

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

static tt_value in_groups(tt_view arg)
{
    for (int64_t n = tt_as_int(arg); n > 0; n--)
        tt_with_group (g)
            for (int i = 0; i < TASKS; i++)
                tt_group_start(g, nothing, tt_none());
    return tt_none();
}

static tt_value one_by_one(tt_view arg)
{
    tt_future *f[TASKS];
    for (int64_t n = tt_as_int(arg); n > 0; n--) {
        for (int i = 0; i < TASKS; i++)
            f[i] = tt_submit(tt_executor_current(), nothing, tt_none());
        for (int i = 0; i < TASKS; i++) {
            tt_drop(tt_await(f[i]));
            tt_future_free(f[i]);
        }
    }
    return tt_none();
}

static void run(tt_fn fn, long n)
{
    tt_executor *ex = tt_thread_pool(.workers = 1);
    bench_go();
    tt_future *f = tt_submit(ex, fn, tt_int(n));
    tt_drop(tt_await(f));
    bench_stop(n * TASKS);
    tt_future_free(f);
    tt_executor_free(ex);
}

BENCH(groups_of_100, "one task")
{
    run(in_groups, n);
}

BENCH(rival_one_by_one, "one task, awaited by its handle")
{
    run(one_by_one, n);
}
