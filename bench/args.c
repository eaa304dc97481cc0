/* args.c - C values into tuples and back. */
#include <tutti.h>

#include "support/bench.h"

BENCH(packed, "three values packed and dropped")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_args(i, 2.5, (void *)0));
    bench_stop(n);
}

BENCH(unpacked, "three values unpacked")
{
    tt_auto a = tt_args(7, 2.5, "text");
    long x;
    double d;
    const char *s;
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_unpack(a, &x, &d, &s));
    bench_stop(n);
}
