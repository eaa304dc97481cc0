/* once.c - asking for what is done already. Rival: pthread_once. */
#include <pthread.h>
#include <tutti/once.h>

#include "support/bench.h"

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

static void nothing_c(void)
{
}

BENCH(once_done, "a call that finds it done")
{
    static tt_once o;
    BENCH_CHECK(tt_once_call(&o, nothing, tt_none(), TT_FOREVER) == 0);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_CHECK(tt_once_call(&o, nothing, tt_none(), TT_FOREVER) == 0);
    bench_stop(n);
}

BENCH(rival_pthread_once, "pthread_once, done")
{
    static pthread_once_t o = PTHREAD_ONCE_INIT;
    pthread_once(&o, nothing_c);
    bench_go();
    for (long i = 0; i < n; i++) pthread_once(&o, nothing_c);
    bench_stop(n);
}
