/* condition.c - two threads that take turns under one lock. Rival: pthread_mutex and pthread_cond. */
#include <pthread.h>
#include <tutti/condition.h>

#include "support/bench.h"

static tt_lock lock;
static tt_condition changed = TT_CONDITION_INIT(&lock);
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int whose;
static long turns;

static void take_turns(int mine)
{
    bench_pin(mine);
    BENCH_CHECK(tt_lock_acquire(&lock, TT_FOREVER) == 0);
    for (long i = 0; i < turns; i++) {
        while (whose != mine) BENCH_CHECK(tt_condition_wait(&changed, &lock, TT_FOREVER) == 0);
        whose = !mine;
        tt_condition_notify(&changed, 1);
    }
    tt_lock_release(&lock);
}

static void take_turns_c(int mine)
{
    bench_pin(mine);
    pthread_mutex_lock(&mutex);
    for (long i = 0; i < turns; i++) {
        while (whose != mine) pthread_cond_wait(&cond, &mutex);
        whose = !mine;
        pthread_cond_signal(&cond);
    }
    pthread_mutex_unlock(&mutex);
}

static void *second(void *unused)
{
    take_turns(1);
    return unused;
}

static void *second_c(void *unused)
{
    take_turns_c(1);
    return unused;
}

static void contest(void *(*theirs)(void *), void (*ours)(int mine), long n)
{
    pthread_t thread;
    turns = n;
    whose = 0;
    bench_go();
    BENCH_CHECK(pthread_create(&thread, NULL, theirs, NULL) == 0);
    ours(0);
    pthread_join(thread, NULL);
    bench_stop(n);
}

BENCH(condition_turns, "a turn of each of two threads")
{
    contest(second, take_turns, n);
}

BENCH(rival_cond_turns, "the same with pthread_cond")
{
    contest(second_c, take_turns_c, n);
}
