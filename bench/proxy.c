/* proxy.c - addresses with a drop. */
#include <tutti.h>

#include "support/bench.h"

static void let_go(void *address)
{
    BENCH_USE(address);
}

BENCH(made_and_dropped, "a proxy made and dropped")
{
    static const tt_proxy_type type = { sizeof type, "thing", let_go };
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_proxy(&n, &type));
    bench_stop(n);
}
