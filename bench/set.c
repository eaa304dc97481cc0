/* set.c - adding, finding, joining. */
#include <tutti.h>

#include "support/bench.h"

static tt_value numbers(long from, long count)
{
    tt_value s = tt_set();
    for (long i = 0; i < count; i++) (void)tt_set_add(s, tt_int(from + i));
    return s;
}

BENCH(add, "a new int added")
{
    tt_auto s = tt_set();
    bench_go();
    for (long i = 0; i < n; i++) (void)tt_set_add(s, tt_int(i));
    bench_stop(n);
}

BENCH(contains, "an int found among 1000")
{
    tt_auto s = numbers(0, 1000);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_contains(s, tt_int(i % 1000)));
    bench_stop(n);
}

BENCH(union_of_two, "an element of the union of two sets of n")
{
    tt_auto a = numbers(0, n), b = numbers(n / 2, n);
    bench_go();
    tt_auto both = tt_set_union(a, b);
    bench_stop(n + n / 2);
}
