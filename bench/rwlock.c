/* rwlock.c - taken for reading and for writing by one thread. Rival: pthread_rwlock. */
#include <pthread.h>
#include <tutti/rwlock.h>

#include "support/bench.h"

static tt_rwlock ours;
static pthread_rwlock_t theirs = PTHREAD_RWLOCK_INITIALIZER;

BENCH(rwlock_read, "acquire and release for reading")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_rwlock_acquire_read(&ours, TT_FOREVER) == 0);
        tt_rwlock_release_read(&ours);
    }
    bench_stop(n);
}

BENCH(rival_rwlock_read, "pthread_rwlock_rdlock and unlock")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        pthread_rwlock_rdlock(&theirs);
        pthread_rwlock_unlock(&theirs);
    }
    bench_stop(n);
}

BENCH(rwlock_write, "acquire and release for writing")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_rwlock_acquire_write(&ours, TT_FOREVER) == 0);
        tt_rwlock_release_write(&ours);
    }
    bench_stop(n);
}

BENCH(rival_rwlock_write, "pthread_rwlock_wrlock and unlock")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        pthread_rwlock_wrlock(&theirs);
        pthread_rwlock_unlock(&theirs);
    }
    bench_stop(n);
}
