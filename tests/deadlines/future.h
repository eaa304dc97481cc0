/* future.h - rows of the deadline table: <tutti/future.h>, <tutti/wait.h>, <tutti/executor.h>. */
#include <tutti/event.h>
#include <tutti/executor.h>
#include <tutti/future.h>
#include <tutti/thread_pool.h>
#include <tutti/wait.h>

static void *make_future(void)
{
    tt_future *f = tt_future_new();
    CHECK_NOT_NULL(f);
    CHECK_EQ(tt_future_set_running_or_cancelled(f), 1);
    return f;
}

static int call_future_result(void *f, tt_time by)
{
    tt_value v = tt_int(-1);
    int r = tt_future_result(f, &v, by);
    CHECK_EQ(tt_as_int(v), r == 0 ? 7 : -1);
    return r;
}

static int call_future_error(void *f, tt_time by)
{
    tt_value v = tt_int(-1);
    int r = tt_future_error(f, &v, by);
    CHECK_EQ(tt_is_none(v), r == 0);
    return r;
}

static void grant_result(void *f)
{
    CHECK_OK(tt_future_set_result(f, tt_int(7)));
}

static void unmake_future(void *f)
{
    if (!tt_future_done(f)) grant_result(f);
    tt_future_free(f);
}

DEADLINE_ROW(tt_future_result, .make = make_future, .call = call_future_result, .grant = grant_result,
             .unmake = unmake_future)
DEADLINE_ROW(tt_future_error, .make = make_future, .call = call_future_error, .grant = grant_result,
             .unmake = unmake_future)

static int call_wait(void *f, tt_time by)
{
    tt_future *fs[] = { f, f };
    return tt_wait(fs, 2, TT_ALL_COMPLETED, by);
}

static int call_completed_next(void *f, tt_time by)
{
    size_t i = 7;
    tt_future *fs[] = { f };
    tt_autoptr(tt_completed) c = tt_as_completed(fs, 1);
    int r = tt_completed_next(c, &i, by);
    CHECK_EQ(i, r == 1 ? 0 : 7);
    return r == 1 ? 0 : r;
}

static int call_gather(void *arg, tt_time by)
{
    tt_auto v = tt_int(-1);
    tt_future *f = arg;
    int r = tt_gather(&f, 1, &v, by);
    CHECK_EQ(tt_is_kind(v, TT_LIST), r == 0);
    return r;
}

DEADLINE_ROW(tt_wait, .make = make_future, .call = call_wait, .grant = grant_result, .unmake = unmake_future)
DEADLINE_ROW(tt_completed_next, .make = make_future, .call = call_completed_next, .grant = grant_result,
             .unmake = unmake_future)
DEADLINE_ROW(tt_gather_with, .make = make_future, .call = call_gather, .grant = grant_result, .unmake = unmake_future)

struct busy_pool {
    tt_executor *pool;
    tt_future *task;
    tt_event end;
};

static tt_value wait_for_end(tt_view arg)
{
    CHECK_OK(tt_event_wait(&((struct busy_pool *)tt_as_pointer(arg))->end, TT_FOREVER));
    return tt_none();
}

static void *make_busy_pool(void)
{
    struct busy_pool *b = calloc(1, sizeof *b);
    b->pool = tt_thread_pool(.workers = 1);
    b->task = tt_submit(b->pool, wait_for_end, tt_pointer(b));
    return b;
}

static int call_shutdown(void *arg, tt_time by)
{
    return tt_executor_shutdown(((struct busy_pool *)arg)->pool, by, .cancel_pending = false);
}

static void grant_end_of_tasks(void *arg)
{
    struct busy_pool *b = arg;
    tt_event_set(&b->end);
    CHECK_OK(tt_executor_shutdown(b->pool, TT_FOREVER));
}

static void unmake_busy_pool(void *arg)
{
    struct busy_pool *b = arg;
    grant_end_of_tasks(b);
    tt_future_free(b->task);
    tt_executor_free(b->pool);
    test_allow(0, 1, 0); /* the watchdog */
    free(b);
}

DEADLINE_ROW(tt_executor_shutdown_with, .make = make_busy_pool, .call = call_shutdown, .grant = grant_end_of_tasks,
             .unmake = unmake_busy_pool)
