/* future.c - one future by one thread: made, completed, collected; with a callback. Rival: malloc and free of its
 * size. */
#include <stdlib.h>
#include <tutti/future.h>

#include "future/future.h"
#include "support/bench.h"

BENCH(set_and_await, "one future made, completed, collected, freed")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_future *f = tt_future_new();
        BENCH_CHECK(tt_future_set_result(f, tt_int(i)) == 0);
        BENCH_CHECK(tt_as_int(tt_await(f)) == i);
        tt_future_free(f);
    }
    bench_stop(n);
}

static void count(tt_future *f, void *context)
{
    (void)f;
    ++*(long *)context;
}

BENCH(call_back, "the same with a callback in place of await")
{
    long called = 0;
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_future *f = tt_future_new();
        BENCH_CHECK(tt_future_add_done_callback(f, count, &called) == 0);
        BENCH_CHECK(tt_future_set_result(f, tt_int(i)) == 0);
        tt_future_free(f);
    }
    bench_stop(n);
    BENCH_CHECK(called == n);
}

BENCH(rival_malloc, "one malloc and free of that size")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        void *block = malloc(sizeof(tt_future));
        BENCH_USE(block);
        free(block);
    }
    bench_stop(n);
}
