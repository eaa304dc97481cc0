/* lock.c - acquire and release, alone and contended by two threads, one on each CPU, that count. Rival: pthread_mutex
 * in a process with threads (glibc elides its atomics while there is one thread; the sleeping one prevents that). */
#include <pthread.h>
#include <tutti/lock.h>
#include <tutti/rlock.h>
#include <unistd.h>

#include "support/bench.h"

enum { THREADS = 2 };

static tt_lock lock;
static tt_rlock rlock;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static long counter, share;

static void *sleep_for_ever(void *unused)
{
    for (;;) pause();
    return unused;
}

__attribute__((constructor)) static void not_single_threaded(void)
{
    pthread_t sleeper;
    BENCH_CHECK(pthread_create(&sleeper, NULL, sleep_for_ever, NULL) == 0);
}

BENCH(lock, "acquire and release")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_lock_acquire(&lock, TT_FOREVER) == 0);
        tt_lock_release(&lock);
    }
    bench_stop(n);
}

BENCH(rival_mutex, "lock and unlock a pthread_mutex")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(pthread_mutex_lock(&mutex) == 0);
        pthread_mutex_unlock(&mutex);
    }
    bench_stop(n);
}

BENCH(rlock, "acquire and release")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_rlock_acquire(&rlock, TT_FOREVER) == 0);
        tt_rlock_release(&rlock);
    }
    bench_stop(n);
}

BENCH(rival_recursive_mutex, "lock and unlock a recursive pthread_mutex")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(pthread_mutex_lock(&recursive) == 0);
        pthread_mutex_unlock(&recursive);
    }
    bench_stop(n);
}

static void *count_locked(void *cpu)
{
    bench_pin((int)(intptr_t)cpu);
    for (long i = 0; i < share; i++)
        tt_with_lock (&lock) counter++;
    return NULL;
}

static void *count_mutex(void *cpu)
{
    bench_pin((int)(intptr_t)cpu);
    for (long i = 0; i < share; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void contend(void *(*body)(void *), long n)
{
    pthread_t threads[THREADS];
    counter = 0;
    share = n;
    bench_go();
    for (int i = 0; i < THREADS; i++) BENCH_CHECK(pthread_create(&threads[i], NULL, body, (void *)(intptr_t)i) == 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    bench_stop(THREADS * n);
    BENCH_CHECK(counter == THREADS * n);
}

BENCH(lock_two_threads, "acquire, count, release")
{
    contend(count_locked, n);
}

BENCH(rival_mutex_two_threads, "the same with a pthread_mutex")
{
    contend(count_mutex, n);
}
