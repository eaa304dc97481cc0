/* dict.c - setting and finding. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <tutti.h>

#include "support/bench.h"

enum { KEYS = 1000 };

BENCH(set_new_ints, "a new int key set")
{
    tt_auto d = tt_dict();
    bench_go();
    for (long i = 0; i < n; i++) (void)tt_dict_set(d, tt_int(i), tt_int(i));
    bench_stop(n);
}

BENCH(find_int, "an int key found among 1000")
{
    tt_auto d = tt_dict();
    for (long i = 0; i < KEYS; i++) (void)tt_dict_set(d, tt_int(i), tt_int(i));
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_dict_at(d, tt_int(i % KEYS)).word);
    bench_stop(n);
}

static tt_value key_of(long i)
{
    return tt_format("key number %ld", i);
}

BENCH(find_str, "a str key found among 1000, its hash known")
{
    tt_auto d = tt_dict(), keys = tt_list();
    for (long i = 0; i < KEYS; i++) {
        (void)tt_list_append(keys, key_of(i));
        (void)tt_dict_set(d, tt_ref(tt_at(keys, i)), tt_int(i));
    }
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_dict_at(d, tt_at(keys, i % KEYS)).word);
    bench_stop(n);
}

BENCH(rival_hsearch, "a string key found among 1000 by hsearch")
{
    static char names[KEYS][32];
    hcreate(2 * KEYS);
    for (long i = 0; i < KEYS; i++) {
        snprintf(names[i], sizeof names[i], "key number %ld", i);
        hsearch((ENTRY){ names[i], names[i] }, ENTER);
    }
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(hsearch((ENTRY){ names[i % KEYS], NULL }, FIND));
    bench_stop(n);
    hdestroy();
}
