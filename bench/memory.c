/* memory.c - the way to malloc. */
#include <stdlib.h>
#include <tutti.h>

#include "base/memory.h"

#include "support/bench.h"

BENCH(alloc_and_free, "32 bytes through the allocator")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        void *p = tt_alloc_(32);
        BENCH_USE(p);
        tt_free_(p);
    }
    bench_stop(n);
}

BENCH(rival_malloc, "32 bytes by malloc and free")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        void *p = malloc(32);
        BENCH_USE(p);
        free(p);
    }
    bench_stop(n);
}
