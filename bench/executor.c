/* executor.c - map over a range: ordered and not, on two workers. Rival: submit and await by hand, as many in flight.
 * */
#include <tutti/thread_pool.h>

#include "support/bench.h"

enum { BUFFER = 64 };

static tt_value square(tt_view arg)
{
    return tt_int(tt_as_int(arg) * tt_as_int(arg));
}

static void map_with(tt_iter (*map)(tt_executor *, tt_fn, tt_iter, const tt_map_options *), long n)
{
    long taken = 0;
    tt_map_options o = { .size = sizeof o, .buffer = BUFFER };
    tt_executor *ex = tt_thread_pool(.workers = 2);
    bench_go();
    tt_iter it = map(ex, square, tt_range(0, n, 1), &o);
    for (tt_value v; tt_iter_next(&it, &v) == 1; taken++)
        tt_drop(v);
    tt_iter_end(&it);
    bench_stop(n);
    tt_executor_free(ex);
    BENCH_CHECK(taken == n);
}

BENCH(map, "one item")
{
    map_with(tt_map_with, n);
}

BENCH(map_unordered, "one item")
{
    map_with(tt_map_unordered_with, n);
}

BENCH(rival_by_hand, "one item, submitted and awaited in turn")
{
    tt_future *ring[BUFFER] = { NULL };
    tt_executor *ex = tt_thread_pool(.workers = 2);
    bench_go();
    for (long i = 0; i < n + BUFFER; i++) {
        tt_future *f = ring[i % BUFFER];
        if (f) tt_drop(tt_await(f));
        tt_future_free(f);
        ring[i % BUFFER] = i < n ? tt_submit(ex, square, tt_int(i)) : NULL;
    }
    bench_stop(n);
    tt_executor_free(ex);
}
