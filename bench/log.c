/* log.c - a line, and a misuse that is held back. */
#include <stdio.h>
#include <tutti.h>

#include "base/log.h"

#include "support/bench.h"

static void quiet(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    BENCH_USE(line);
}

BENCH(line, "a line to a hook")
{
    tt_set_log(quiet, NULL);
    bench_go();
    for (long i = 0; i < n; i++) tt_log_(TT_LOG_INFO, "line %ld", i);
    bench_stop(n);
}

BENCH(misuse_held_back, "one misuse of many in a second")
{
    tt_set_log(quiet, NULL);
    bench_go();
    for (long i = 0; i < n; i++) tt_misuse_(&n, "released by %s", "nobody");
    bench_stop(n);
}

BENCH(rival_snprintf, "the line formatted, and nothing more")
{
    char s[100];
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(snprintf(s, sizeof s, "line %ld", i));
    bench_stop(n);
}
