/* struct.c - C structs as values. */
#include <stdlib.h>
#include <string.h>
#include <tutti.h>

#include "support/bench.h"

typedef struct point {
    double x, y, z;
} point;

BENCH(made_and_read, "a struct of 24 bytes made, read and dropped")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_auto v = tt_struct(point, 1, 2, (double)i);
        BENCH_USE(tt_as(point, v).z);
    }
    bench_stop(n);
}

BENCH(rival_malloc, "the same by malloc and free")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        point *p = malloc(sizeof *p);
        if (p) *p = (point){ 1, 2, (double)i };
        BENCH_USE(p);
        free(p);
    }
    bench_stop(n);
}
