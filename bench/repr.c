/* repr.c - how values look. */
#include <stdio.h>
#include <tutti.h>

#include "support/bench.h"

BENCH(of_a_float, "the repr of 0.1 * i")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_repr(tt_float(0.1 * (double)i)));
    bench_stop(n);
}

BENCH(rival_printf_17, "17 digits by snprintf, which do not look like it")
{
    char s[40];
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(snprintf(s, sizeof s, "%.17g", 0.1 * (double)i));
    bench_stop(n);
}

BENCH(of_a_dict, "the repr of a dict of four pairs")
{
    tt_auto d = tt_dict_of("name", "a name", "size", 4096, "tags", tt_list_of("a", "b"), "ratio", 0.5);
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_repr(d));
    bench_stop(n);
}
