/* local.c - reading and writing a strand's own variable. */
#include <pthread.h>
#include <tutti.h>

#include "support/bench.h"

static tt_local locals[16];

BENCH(get, "one of 16 locals read")
{
    for (int i = 0; i < 16; i++) (void)!tt_local_set(&locals[i], tt_int(i));
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(tt_local_get(&locals[i & 15]).word);
    bench_stop(n);
}

BENCH(set, "one of 16 locals set")
{
    bench_go();
    for (long i = 0; i < n; i++) (void)!tt_local_set(&locals[i & 15], tt_int(i));
    bench_stop(n);
}

BENCH(rival_getspecific, "pthread_getspecific")
{
    pthread_key_t key;
    pthread_key_create(&key, NULL);
    pthread_setspecific(key, &key);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(pthread_getspecific(key));
    bench_stop(n);
    pthread_key_delete(key);
}

static _Thread_local long variable;

BENCH(rival_thread_local, "a _Thread_local read, which coroutines share")
{
    bench_go();
    for (long i = 0; i < n; i++) BENCH_USE(variable);
    bench_stop(n);
}
