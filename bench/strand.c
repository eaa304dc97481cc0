/* strand.c - what coroutines cost: to let another run, to wake one, to make one. Rival for the last: a pthread. */
#include <pthread.h>
#include <tutti.h>

#include "support/bench.h"

static long count;

static tt_value yielder(tt_view n)
{
    for (int64_t i = tt_as_int(n); i > 0; i--) {
        tt_yield();
        count++;
    }
    return tt_none();
}

enum { CROWD = 1000, WARM = 100 };

/* As many coroutines as the first number says yield as often as the second. */
static tt_value crowd(tt_view arg)
{
    static tt_future *f[CROWD];
    long size, each;
    TT_TRY(tt_unpack(arg, &size, &each));
    for (long i = 0; i < size; i++) f[i] = tt_create_task(yielder, tt_int(each));
    for (long i = 0; i < size; i++) {
        tt_drop(tt_await(f[i]));
        tt_future_free(f[i]);
    }
    return tt_none();
}

static void yield_among(long size, long n)
{
    long each = n / size + WARM; /* so that making them does not count for much */
    bench_pin(0);
    count = 0;
    bench_go();
    tt_drop(tt_run(crowd, tt_args(size, each)));
    bench_stop(count);
    BENCH_CHECK(count == size * each);
}

BENCH(yield, "one of two coroutines lets the other run")
{
    yield_among(2, n);
}

BENCH(yield_in_a_crowd, "the same among 1,000")
{
    yield_among(CROWD, n);
}

static tt_event there, back;

static tt_value answer(tt_view n)
{
    for (int64_t i = tt_as_int(n); i > 0; i--) {
        BENCH_CHECK(tt_event_wait(&there, TT_FOREVER) == 0);
        tt_event_clear(&there);
        tt_event_set(&back);
    }
    return tt_none();
}

static tt_value ask(tt_view n)
{
    tt_autoptr(tt_future) other = tt_create_task(answer, tt_ref(n));
    for (int64_t i = tt_as_int(n); i > 0; i--) {
        tt_event_set(&there);
        BENCH_CHECK(tt_event_wait(&back, TT_FOREVER) == 0);
        tt_event_clear(&back);
    }
    return tt_await(other);
}

BENCH(event, "set by one coroutine until its waiter runs")
{
    bench_go();
    tt_drop(tt_run(ask, tt_int(n)));
    bench_stop(2 * n);
}

static tt_value end(tt_view arg)
{
    count++;
    return tt_ref(arg);
}

static tt_value make_many(tt_view n)
{
    for (int64_t i = tt_as_int(n); i > 0; i--) {
        tt_future_free(tt_create_task(end, tt_none()));
        if (i % 100 == 0) tt_yield();
    }
    tt_yield();
    return tt_none();
}

BENCH(coroutine, "made, with its future, until it has ended")
{
    count = 0;
    bench_go();
    tt_drop(tt_run(make_many, tt_int(n)));
    bench_stop(n);
    BENCH_CHECK(count == n);
}

static void *nothing(void *arg)
{
    return arg;
}

BENCH(rival_pthread, "made and joined")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        pthread_t t;
        BENCH_CHECK(pthread_create(&t, NULL, nothing, NULL) == 0);
        pthread_join(t, NULL);
    }
    bench_stop(n);
}
