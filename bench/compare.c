/* compare.c - equality, order, hash. */
#include <string.h>
#include <tutti.h>

#include "support/bench.h"

BENCH(equal_ints, "two ints compared")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_equal(tt_int(i), tt_int(7)));
    bench_stop(n);
}

BENCH(equal_tuples, "two tuples of three compared")
{
    tt_auto a = tt_args(1, "text", 2.5), b = tt_args(1, "text", 2.5);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_equal(a, b));
    bench_stop(n);
}

BENCH(hash_new_str, "a str of 16 bytes made, hashed and dropped")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        uint64_t h = 0;
        tt_auto s = tt_str("0123456789abcdef");
        (void)tt_hash(s, &h);
        BENCH_USE(h);
    }
    bench_stop(n);
}
