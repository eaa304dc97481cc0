/* list.c - appending, reading and sorting. */
#include <stdlib.h>
#include <tutti.h>

#include "support/bench.h"

BENCH(append, "an int appended")
{
    tt_auto l = tt_list();
    bench_go();
    for (long i = 0; i < n; i++) (void)tt_list_append(l, tt_int(i));
    bench_stop(n);
}

BENCH(at, "an item looked at")
{
    tt_auto l = tt_list_of(1, 2, 3, 4, 5, 6, 7, 8);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_at(l, i & 7).word);
    bench_stop(n);
}

static unsigned scrambled(long i)
{
    return (unsigned)i * 2654435761u;
}

BENCH(sort, "an int of a list sorted")
{
    tt_auto l = tt_list();
    for (long i = 0; i < n; i++) (void)tt_list_append(l, tt_int(scrambled(i)));
    bench_go();
    (void)tt_list_sort(l);
    bench_stop(n);
}

static int by_size(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

BENCH(rival_qsort, "a long of an array sorted by qsort")
{
    long *a = malloc((size_t)n * sizeof *a);
    for (long i = 0; a && i < n; i++) a[i] = scrambled(i);
    bench_go();
    if (a) qsort(a, (size_t)n, sizeof *a, by_size);
    bench_stop(n);
    free(a);
}
