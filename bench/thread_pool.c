/* thread_pool.c - empty tasks handed to a pool, from outside and by a task of the pool; one handed over and awaited.
 * Rival: a queue of calls with a pthread_mutex and a condition variable, and as many threads. */
#include <pthread.h>
#include <stdlib.h>
#include <tutti/thread_pool.h>

#include "support/bench.h"

enum { WORKERS = 2 };

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

BENCH(submit_from_outside, "one empty task, its handle dropped at once")
{
    tt_executor *ex = tt_thread_pool(.workers = WORKERS);
    bench_go();
    for (long i = 0; i < n; i++)
        tt_future_free(tt_submit(ex, nothing, tt_none()));
    tt_executor_free(ex);
    bench_stop(n);
}

static tt_value spread(tt_view arg)
{
    for (int64_t n = tt_as_int(arg); n > 0; n--)
        tt_future_free(tt_submit(tt_executor_current(), nothing, tt_none()));
    return tt_none();
}

BENCH(submit_by_a_task, "one empty task, its handle dropped at once")
{
    tt_executor *ex = tt_thread_pool(.workers = WORKERS);
    bench_go();
    tt_future_free(tt_submit(ex, spread, tt_int(n)));
    tt_executor_free(ex);
    bench_stop(n);
}

static tt_value await_each(tt_view arg)
{
    for (int64_t n = tt_as_int(arg); n > 0; n--) {
        tt_autoptr(tt_future) f = tt_submit(tt_executor_current(), nothing, tt_none());
        tt_auto v = tt_await(f);
        BENCH_CHECK(tt_is_none(v));
    }
    return tt_none();
}

BENCH(submit_and_await_by_a_task, "one empty task and its result")
{
    tt_executor *ex = tt_thread_pool(.workers = 1);
    bench_go();
    tt_future_free(tt_submit(ex, await_each, tt_int(n)));
    tt_executor_free(ex);
    bench_stop(n);
}

BENCH(submit_and_await_from_outside, "one empty task and its result: two threads hand over")
{
    tt_executor *ex = tt_thread_pool(.workers = 1);
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_autoptr(tt_future) f = tt_submit(ex, nothing, tt_none());
        tt_auto v = tt_await(f);
        BENCH_CHECK(tt_is_none(v));
    }
    bench_stop(n);
    tt_executor_free(ex);
}

/* --- the rival --- */

struct call {
    struct call *next;
    void *(*fn)(void *);
    void *arg;
};

static struct rival {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty;
    struct call *first, *last;
    int closed;
} rival = { .mutex = PTHREAD_MUTEX_INITIALIZER, .not_empty = PTHREAD_COND_INITIALIZER };

static struct call *rival_take(void)
{
    pthread_mutex_lock(&rival.mutex);
    while (!rival.first && !rival.closed)
        pthread_cond_wait(&rival.not_empty, &rival.mutex);
    struct call *c = rival.first;
    if (c) rival.first = c->next;
    pthread_mutex_unlock(&rival.mutex);
    return c;
}

static void *rival_worker(void *arg)
{
    for (struct call *c; (c = rival_take()); free(c))
        c->fn(c->arg);
    return arg;
}

static void rival_submit(void *(*fn)(void *), void *arg)
{
    struct call *c = malloc(sizeof *c);
    BENCH_CHECK(c != NULL);
    *c = (struct call){ NULL, fn, arg };
    pthread_mutex_lock(&rival.mutex);
    if (rival.first)
        rival.last->next = c;
    else
        rival.first = c;
    rival.last = c;
    pthread_cond_signal(&rival.not_empty);
    pthread_mutex_unlock(&rival.mutex);
}

static void *nothing_c(void *arg)
{
    return arg;
}

BENCH(rival_submit_from_outside, "mutex, condition, linked list; no future")
{
    pthread_t threads[WORKERS];
    rival.closed = 0;
    for (int i = 0; i < WORKERS; i++)
        BENCH_CHECK(pthread_create(&threads[i], NULL, rival_worker, NULL) == 0);
    bench_go();
    for (long i = 0; i < n; i++)
        rival_submit(nothing_c, NULL);
    pthread_mutex_lock(&rival.mutex);
    rival.closed = 1;
    pthread_cond_broadcast(&rival.not_empty);
    pthread_mutex_unlock(&rival.mutex);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    bench_stop(n);
}
