/* iter.c - going through things. */
#include <tutti.h>

#include "support/bench.h"

static void exhaust(tt_iter it)
{
    tt_value v;
    while (tt_iter_next(&it, &v) == 1) {
        BENCH_USE(v.word);
        tt_drop(v);
    }
    tt_iter_end(&it);
}

BENCH(range, "an int of a range")
{
    bench_go();
    exhaust(tt_range(0, n, 1));
    bench_stop(n);
}

BENCH(over_list, "an item of a list")
{
    tt_value l = tt_list();
    for (long i = 0; i < n; i++) (void)tt_list_append(l, tt_int(i));
    bench_go();
    exhaust(tt_iter_over(l));
    bench_stop(n);
}

BENCH(rival_loop, "an int of a loop")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(i);
    bench_stop(n);
}
