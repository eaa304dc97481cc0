/* barrier.c - two threads that meet again and again. Rival: pthread_barrier. */
#include <pthread.h>
#include <tutti/barrier.h>

#include "support/bench.h"

static tt_barrier *ours;
static pthread_barrier_t theirs;
static long rounds;

static void *meet(void *cpu)
{
    bench_pin(cpu != NULL);
    for (long i = 0; i < rounds; i++) BENCH_CHECK(tt_barrier_wait(ours, TT_FOREVER) >= 0);
    return NULL;
}

static void *meet_c(void *cpu)
{
    bench_pin(cpu != NULL);
    for (long i = 0; i < rounds; i++) pthread_barrier_wait(&theirs);
    return NULL;
}

static void contest(void *(*body)(void *), long n)
{
    pthread_t thread;
    rounds = n;
    bench_go();
    BENCH_CHECK(pthread_create(&thread, NULL, body, &rounds) == 0);
    body(NULL);
    pthread_join(thread, NULL);
    bench_stop(n);
}

BENCH(barrier, "a round of two threads")
{
    ours = tt_barrier_new(2);
    BENCH_CHECK(ours);
    contest(meet, n);
    tt_barrier_free(ours);
}

BENCH(rival_barrier, "the same with pthread_barrier")
{
    pthread_barrier_init(&theirs, NULL, 2);
    contest(meet_c, n);
    pthread_barrier_destroy(&theirs);
}
