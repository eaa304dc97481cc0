/* rlock.c - a lock taken three deep by one thread. Rival: a recursive pthread_mutex. */
#include <pthread.h>
#include <tutti/rlock.h>

#include "support/bench.h"

enum { DEEP = 3 };

BENCH(rlock_deep, "acquire and release three times, nested")
{
    tt_rlock l = TT_RLOCK_INIT;
    bench_go();
    for (long i = 0; i < n; i++) {
        for (int depth = 0; depth < DEEP; depth++) BENCH_CHECK(tt_rlock_acquire(&l, TT_FOREVER) == 0);
        for (int depth = 0; depth < DEEP; depth++) tt_rlock_release(&l);
    }
    bench_stop(n);
}

BENCH(rival_recursive_deep, "the same with a recursive pthread_mutex")
{
    pthread_mutexattr_t recursive;
    pthread_mutex_t m;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m, &recursive);
    bench_go();
    for (long i = 0; i < n; i++) {
        for (int depth = 0; depth < DEEP; depth++) pthread_mutex_lock(&m);
        for (int depth = 0; depth < DEEP; depth++) pthread_mutex_unlock(&m);
    }
    bench_stop(n);
    pthread_mutex_destroy(&m);
}
