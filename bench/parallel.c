/* parallel.c - a fork that nobody steals, and a loop over an array. Rivals: two calls, and the plain loop. */
#include <stdlib.h>
#include <tutti/parallel.h>
#include <tutti/thread_pool.h>

#include "support/bench.h"

struct fib {
    int n;
    long result;
};

static void fib(void *arg)
{
    struct fib *x = arg;
    x->result = x->n;
    if (x->n < 2) return;
    struct fib a = { x->n - 1, 0 }, b = { x->n - 2, 0 };
    tt_join2(fib, &a, fib, &b);
    x->result = a.result + b.result;
}

static void fib_plain(void *arg)
{
    struct fib *x = arg;
    x->result = x->n;
    if (x->n < 2) return;
    struct fib a = { x->n - 1, 0 }, b = { x->n - 2, 0 };
    fib_plain(&a);
    fib_plain(&b);
    x->result = a.result + b.result;
}

static void repeat(long n, void (*call)(void *))
{
    for (long i = 0; i < n; i++) {
        struct fib x = { 15, 0 };
        call(&x);
        BENCH_CHECK(x.result == 610);
    }
}

static tt_value repeat_forks(tt_view arg)
{
    repeat((long)tt_as_int(arg), fib);
    return tt_none();
}

enum { FORKS = 986 }; /* of fib(15) */

static void forks_on(int workers, long n)
{
    tt_executor *ex = tt_thread_pool(.workers = workers);
    bench_go();
    tt_future_free(tt_submit(ex, repeat_forks, tt_int(n)));
    tt_executor_free(ex);
    bench_stop(n * FORKS);
}

BENCH(join2_on_one_worker, "one fork, not stolen")
{
    forks_on(1, n);
}

BENCH(join2_on_two_workers, "one fork")
{
    forks_on(2, n);
}

BENCH(rival_two_calls, "two plain calls in place of a fork")
{
    bench_go();
    repeat(n, fib_plain);
    bench_stop(n * FORKS);
}

enum { ITEMS = 1 << 16 };
static double array[ITEMS];

static int scale(size_t begin, size_t end, void *context)
{
    for (size_t i = begin; i < end; i++)
        array[i] = array[i] * *(double *)context + 1;
    return 0;
}

BENCH(parallel_for, "65,536 doubles")
{
    double factor = 0.5;
    BENCH_CHECK(tt_parallel_for(0, ITEMS, 0, scale, &factor, TT_FOREVER) == 0);
    bench_go();
    for (long i = 0; i < n; i++)
        BENCH_CHECK(tt_parallel_for(0, ITEMS, 0, scale, &factor, TT_FOREVER) == 0);
    bench_stop(n);
}

BENCH(rival_plain_loop, "65,536 doubles")
{
    double factor = 0.5;
    bench_go();
    for (long i = 0; i < n; i++)
        scale(0, ITEMS, &factor);
    bench_stop(n);
}
