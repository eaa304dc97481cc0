/* int.c - big ints from and to text. */
#include <stdlib.h>
#include <tutti.h>

#include "support/bench.h"

static const char digits[] = "1234567890123456789012345678901234567890123456789012345678901234567890123456789";

BENCH(big_from_text, "79 digits read")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_int_from_text(digits, sizeof digits - 1, 10));
    bench_stop(n);
}

BENCH(big_to_text, "79 digits written")
{
    tt_auto v = tt_int_from_text(digits, sizeof digits - 1, 10);
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_int_to_text(v, 10));
    bench_stop(n);
}

BENCH(small_from_text, "18 digits read")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_int_from_text(digits, 18, 10));
    bench_stop(n);
}

BENCH(rival_strtoll, "18 digits read by strtoll")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(strtoll(digits + sizeof digits - 19, NULL, 10));
    bench_stop(n);
}
