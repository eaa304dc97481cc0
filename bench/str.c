/* str.c - text made and dropped. */
#include <stdlib.h>
#include <string.h>
#include <tutti.h>

#include "support/bench.h"

static const char text[] = "a text of some forty characters, all ASCII";

BENCH(str_made_and_dropped, "a str of 42 characters")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_str(text));
    bench_stop(n);
}

BENCH(format_made_and_dropped, "a str made by a format")
{
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_format("%s %ld", "number", i));
    bench_stop(n);
}

BENCH(rival_strdup, "the same text by strdup and free")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        char *s = strdup(text);
        BENCH_USE(s);
        free(s);
    }
    bench_stop(n);
}
