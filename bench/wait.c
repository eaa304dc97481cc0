/* wait.c - waiting for 100 futures that a pool completes: wait, as_completed. Rival: await one by one. */
#include <tutti/thread_pool.h>
#include <tutti/wait.h>

#include "support/bench.h"

enum { N = 100 };

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

static void await_all(tt_future **f)
{
    for (int i = 0; i < N; i++)
        tt_drop(tt_await(f[i]));
}

static void wait_all(tt_future **f)
{
    BENCH_CHECK(tt_wait(f, N, TT_ALL_COMPLETED, TT_FOREVER) == 0);
}

static void take_as_completed(tt_future **f)
{
    size_t i;
    tt_autoptr(tt_completed) c = tt_as_completed(f, N);
    while (tt_completed_next(c, &i, TT_FOREVER) == 1) {
    }
}

static void run(void (*all)(tt_future **), long n)
{
    tt_future *f[N];
    tt_executor *ex = tt_thread_pool(.workers = 2);
    bench_go();
    for (long k = 0; k < n; k++) {
        for (int i = 0; i < N; i++)
            f[i] = tt_submit(ex, nothing, tt_none());
        all(f);
        for (int i = 0; i < N; i++)
            tt_future_free(f[i]);
    }
    bench_stop(n * N);
    tt_executor_free(ex);
}

BENCH(wait_for_all, "one future of 100")
{
    run(wait_all, n);
}

BENCH(as_completed, "one future of 100")
{
    run(take_as_completed, n);
}

BENCH(rival_await_each, "one future of 100")
{
    run(await_all, n);
}
