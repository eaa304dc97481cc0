/* timer.c - timers that do not fire, as most of them, and timers that do. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <tutti.h>

#include "support/bench.h"

static tt_value nothing(tt_view arg)
{
    return tt_ref(arg);
}

BENCH(start_and_cancel, "a timer made, started, cancelled, freed")
{
    tt_timer *first = tt_timer_new(3600, nothing, tt_none(), .daemon = true); /* so that the server stays */
    if (tt_timer_start(first) < 0) abort();
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_timer *t = tt_timer_new(3601, nothing, tt_int(i), .name = "bench");
        if (tt_timer_start(t) < 0 || !tt_timer_cancel(t)) abort();
        tt_timer_free(t);
    }
    bench_stop(n);
    tt_timer_cancel(first);
    tt_timer_free(first);
}

static void notified(union sigval unused)
{
    (void)unused;
}

BENCH(rival_timer_create, "timer_create, settime, delete (SIGEV_THREAD)")
{
    struct sigevent how = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = notified };
    struct itimerspec at = { .it_value = { .tv_sec = 3600 } };
    bench_go();
    for (long i = 0; i < n; i++) {
        timer_t t;
        if (timer_create(CLOCK_MONOTONIC, &how, &t) < 0) abort();
        timer_settime(t, 0, &at, NULL);
        timer_delete(t);
    }
    bench_stop(n);
}

BENCH(fire, "a timer of 0 s made, started, joined, freed")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_timer *t = tt_timer_new(0, nothing, tt_int(i), .name = "bench");
        if (tt_timer_start(t) < 0 || tt_timer_join(t, TT_FOREVER) < 0) abort();
        tt_timer_free(t);
    }
    bench_stop(n);
}
