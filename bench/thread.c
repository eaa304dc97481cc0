/* thread.c - a thread's whole life, and asking who is calling. */
#include <pthread.h>
#include <stdlib.h>
#include <tutti.h>

#include "support/bench.h"

static tt_value nothing(tt_view arg)
{
    return tt_ref(arg);
}

BENCH(start_and_join, "a thread made, started, joined for its result, freed")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_thread *t = tt_thread_new(nothing, tt_int(i), .name = "bench");
        tt_value v;
        if (tt_thread_start(t) < 0 || tt_thread_result(t, &v, TT_FOREVER) < 0) abort();
        tt_thread_free(t);
    }
    bench_stop(n);
}

static void *nothing_c(void *arg)
{
    return arg;
}

BENCH(rival_pthread, "pthread_create and pthread_join")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        pthread_t t;
        if (pthread_create(&t, NULL, nothing_c, NULL) != 0) abort();
        pthread_join(t, NULL);
    }
    bench_stop(n);
}

enum { CROWD = 64 };

BENCH(crowd, "a thread of 64 started, then joined")
{
    tt_thread *t[CROWD];
    bench_go();
    for (long i = 0; i < n; i += CROWD) {
        for (int j = 0; j < CROWD; j++)
            if (tt_thread_start(t[j] = tt_thread_new(nothing, tt_int(j))) < 0) abort();
        for (int j = 0; j < CROWD; j++) {
            if (tt_thread_join(t[j], TT_FOREVER) < 0) abort();
            tt_thread_free(t[j]);
        }
    }
    bench_stop((n + CROWD - 1) / CROWD * CROWD);
}

BENCH(rival_crowd, "the same by pthread_create and pthread_join")
{
    pthread_t t[CROWD];
    bench_go();
    for (long i = 0; i < n; i += CROWD) {
        for (int j = 0; j < CROWD; j++)
            if (pthread_create(&t[j], NULL, nothing_c, NULL) != 0) abort();
        for (int j = 0; j < CROWD; j++) pthread_join(t[j], NULL);
    }
    bench_stop((n + CROWD - 1) / CROWD * CROWD);
}

BENCH(current, "tt_thread_current")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_thread_current());
    bench_stop(n);
}
