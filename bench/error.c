/* error.c - errors made, with and without a deep stack. */
#include <tutti.h>

#include "support/bench.h"

BENCH(error_made, "an error made near main and dropped")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_error("ValueError", "bad line %ld", i));
    bench_stop(n);
}

__attribute__((noinline)) static tt_value deeper(int depth)
{
    tt_value v = depth ? deeper(depth - 1) : tt_error("ValueError", "deep");
    BENCH_USE(depth);
    return v;
}

BENCH(error_made_deep, "the same 20 calls deep")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(deeper(20));
    bench_stop(n);
}

BENCH(str_of_the_same_text, "a str of the same text: the error without its backtrace")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_format("bad line %ld", i));
    bench_stop(n);
}
