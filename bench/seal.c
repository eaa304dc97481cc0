/* seal.c - sealing and thawing. */
#include <tutti.h>

#include "support/bench.h"

static tt_value tree(void)
{
    return tt_list_of(1, "text", tt_dict_of("k", tt_list_of(1, 2, 3), "l", tt_tuple_of(4, "five")));
}

BENCH(seal_again, "a sealed value handed over once more")
{
    tt_auto v = tree();
    (void)tt_seal(v);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_seal(v));
    bench_stop(n);
}

BENCH(seal_new, "a list in a list made and sealed")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_auto v = tt_list_of(tt_list_of(1));
        BENCH_USE(tt_seal(v));
    }
    bench_stop(n);
}

BENCH(thaw, "a tree of three containers copied and dropped")
{
    tt_auto v = tree();
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_thaw(v));
    bench_stop(n);
}
