/* event.c - an event that nobody waits for, one that is set, and two threads that wake each other by turns. Rival: a
 * flag with a pthread_mutex and a condition variable. */
#include <pthread.h>
#include <tutti/event.h>

#include "support/bench.h"

static tt_event ping, pong;
static long turns;

struct flag {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool set;
};
static struct flag rival_ping = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
static struct flag rival_pong = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };

static void set_flag(struct flag *f)
{
    pthread_mutex_lock(&f->mutex);
    f->set = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->mutex);
}

static void take_flag(struct flag *f)
{
    pthread_mutex_lock(&f->mutex);
    while (!f->set) pthread_cond_wait(&f->changed, &f->mutex);
    f->set = false;
    pthread_mutex_unlock(&f->mutex);
}

static void take_event(tt_event *e)
{
    BENCH_CHECK(tt_event_wait(e, TT_FOREVER) == 0);
    tt_event_clear(e);
}

static void *answer(void *unused)
{
    bench_pin(1);
    for (long i = 0; i < turns; i++) {
        take_event(&ping);
        tt_event_set(&pong);
    }
    return unused;
}

static void *answer_flag(void *unused)
{
    bench_pin(1);
    for (long i = 0; i < turns; i++) {
        take_flag(&rival_ping);
        set_flag(&rival_pong);
    }
    return unused;
}

BENCH(event_set_and_clear, "set and clear; nobody waits")
{
    tt_event e = TT_EVENT_INIT;
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_event_set(&e);
        tt_event_clear(&e);
    }
    bench_stop(n);
}

BENCH(event_wait_set, "wait for one that is set")
{
    tt_event e = TT_EVENT_INIT;
    tt_event_set(&e);
    bench_go();
    for (long i = 0; i < n; i++) BENCH_CHECK(tt_event_wait(&e, TT_FOREVER) == 0);
    bench_stop(n);
}

BENCH(event_there_and_back, "two threads wake each other once")
{
    pthread_t thread;
    turns = n;
    bench_pin(0);
    bench_go();
    BENCH_CHECK(pthread_create(&thread, NULL, answer, NULL) == 0);
    for (long i = 0; i < n; i++) {
        tt_event_set(&ping);
        take_event(&pong);
    }
    pthread_join(thread, NULL);
    bench_stop(n);
}

BENCH(rival_flag_there_and_back, "the same through mutex and condition variables")
{
    pthread_t thread;
    turns = n;
    bench_pin(0);
    bench_go();
    BENCH_CHECK(pthread_create(&thread, NULL, answer_flag, NULL) == 0);
    for (long i = 0; i < n; i++) {
        set_flag(&rival_ping);
        take_flag(&rival_pong);
    }
    pthread_join(thread, NULL);
    bench_stop(n);
}
