/* task.c - calling through a wrapper, finding by name. */
#include <tutti.h>

#include "support/bench.h"

TT_DEFINE(long, bench_square, long, x) { return x * x; }

BENCH(wrapper, "a call through the wrapper of TT_DEFINE")
{
    tt_auto a = tt_args(7);
    tt_view arg = tt_view_of(a);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(bench_square(arg).word);
    bench_stop(n);
}

BENCH(plain_call, "the plain function")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(bench_square_c(i));
    bench_stop(n);
}

BENCH(find_by_name, "a task found by its name")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE((void *)(uintptr_t)tt_task_find("bench_square"));
    bench_stop(n);
}
