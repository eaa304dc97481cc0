/* semaphore.c - a permit taken and given back by one thread. Rival: sem_t. */
#include <semaphore.h>
#include <tutti/semaphore.h>

#include "support/bench.h"

BENCH(semaphore, "acquire and release")
{
    tt_semaphore s = TT_SEMAPHORE_INIT(1);
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_semaphore_acquire(&s, TT_FOREVER) == 0);
        tt_semaphore_release(&s);
    }
    bench_stop(n);
}

BENCH(bounded_semaphore, "acquire and release a bounded one")
{
    tt_semaphore s = TT_BOUNDED_SEMAPHORE_INIT(1);
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_semaphore_acquire(&s, TT_FOREVER) == 0);
        tt_semaphore_release(&s);
    }
    bench_stop(n);
}

BENCH(rival_sem_t, "sem_wait and sem_post")
{
    sem_t s;
    BENCH_CHECK(sem_init(&s, 0, 1) == 0);
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(sem_wait(&s) == 0);
        sem_post(&s);
    }
    bench_stop(n);
    sem_destroy(&s);
}
