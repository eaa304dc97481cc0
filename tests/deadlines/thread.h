/* thread.h - rows of the deadline table: <tutti/thread.h>, <tutti/timer.h>. */
#include <tutti/thread.h>
#include <tutti/timer.h>

struct runner {
    tt_thread *thread;
    tt_timer *timer;
    int go_on; /* atomic */
};

static tt_value run_until_told(tt_view arg)
{
    struct runner *r = tt_as_pointer(arg);
    while (!tt_load_acquire_(&r->go_on))
        sched_yield();
    return tt_int(7);
}

static void *make_runner(void)
{
    struct runner *r = calloc(1, sizeof *r);
    r->thread = tt_thread_new(run_until_told, tt_pointer(r));
    CHECK_OK(tt_thread_start(r->thread));
    return r;
}

static int call_thread_join(void *arg, tt_time by)
{
    return tt_thread_join(((struct runner *)arg)->thread, by);
}

static int call_thread_result(void *arg, tt_time by)
{
    tt_value v = tt_int(-1);
    int r = tt_thread_result(((struct runner *)arg)->thread, &v, by);
    CHECK_EQ(tt_as_int(v), r == 0 ? 7 : -1);
    return r;
}

static void grant_end(void *arg)
{
    struct runner *r = arg;
    tt_store_release_(&r->go_on, 1);
    CHECK_OK(tt_thread_join(r->thread, TT_FOREVER));
}

static void unmake_runner(void *arg)
{
    struct runner *r = arg;
    grant_end(r);
    tt_thread_free(r->thread);
    free(r);
}

DEADLINE_ROW(tt_thread_join, .make = make_runner, .call = call_thread_join, .grant = grant_end,
             .unmake = unmake_runner)
DEADLINE_ROW(tt_thread_result, .make = make_runner, .call = call_thread_result, .grant = grant_end,
             .unmake = unmake_runner)

static void *make_timer(void)
{
    struct runner *r = calloc(1, sizeof *r);
    r->timer = tt_timer_new(3600, run_until_told, tt_pointer(r));
    CHECK_OK(tt_timer_start(r->timer));
    return r;
}

static int call_timer_join(void *arg, tt_time by)
{
    return tt_timer_join(((struct runner *)arg)->timer, by);
}

static int call_timer_result(void *arg, tt_time by)
{
    tt_auto v = tt_int(-1);
    int r = tt_timer_result(((struct runner *)arg)->timer, &v, by);
    CHECK_EQ(tt_is_error(v), r == 0);
    return r;
}

static void grant_timer(void *arg)
{
    struct runner *r = arg;
    CHECK(tt_timer_cancel(r->timer));
    CHECK_OK(tt_timer_join(r->timer, TT_FOREVER));
}

static void unmake_timer(void *arg)
{
    struct runner *r = arg;
    grant_timer(r);
    tt_timer_free(r->timer);
    free(r);
}

DEADLINE_ROW(tt_timer_join, .make = make_timer, .call = call_timer_join, .grant = grant_timer, .unmake = unmake_timer)
DEADLINE_ROW(tt_timer_result, .make = make_timer, .call = call_timer_result, .grant = grant_timer,
             .unmake = unmake_timer)
