/* executor.c - an executor of one's own, and that every executor does the same.
 * labels: quick */
#include <stdlib.h>
#include <tutti.h>

#include "executor_suite.h"

/* An executor that runs each task in submit, on the strand that calls. Only public headers are needed. */
struct inline_executor {
    tt_executor base;
    int tasks;
};

static int inline_submit(tt_executor *ex, tt_future *task)
{
    ((struct inline_executor *)ex)->tasks++;
    tt_future_run(task);
    return 0;
}

static int inline_shutdown(tt_executor *ex, tt_time by, const tt_shutdown_options *options)
{
    (void)ex; /* whatever was submitted has ended */
    (void)by;
    (void)options;
    return 0;
}

static void inline_free(tt_executor *ex)
{
    free(ex);
}

static const tt_executor_vtable inline_vtable = {
    .size = sizeof inline_vtable,
    .kind = "inline",
    .submit = inline_submit,
    .shutdown = inline_shutdown,
    .free = inline_free,
};

static tt_executor *inline_executor(void)
{
    struct inline_executor *ex = calloc(1, sizeof *ex);
    if (!ex) return NULL;
    tt_executor_init(&ex->base, &inline_vtable);
    return &ex->base;
}

EXECUTOR_SUITE(inline, inline_executor, 1)

static tt_executor *pool(void)
{
    return tt_thread_pool(.workers = 3);
}

EXECUTOR_SUITE(pool, pool, 1)

static tt_executor *one_worker(void)
{
    return tt_thread_pool(.workers = 1);
}

EXECUTOR_SUITE(one_worker, one_worker, 1)

static tt_executor *exclusive(void)
{
    return tt_thread_pool(.workers = 2, .exclusive = true);
}

EXECUTOR_SUITE(exclusive, exclusive, 1)

/* One that refuses: its answer is the future's error. */
static int refuse(tt_executor *ex, tt_future *task)
{
    (void)ex;
    (void)task;
    return -EBUSY;
}

TEST(what_submit_answers_is_the_futures_error)
{
    test_allow(0, 0, 2);
    tt_executor_vtable vtable = inline_vtable;
    vtable.submit = refuse;
    tt_executor ex;
    tt_executor_init(&ex, &vtable);
    tt_autoptr(tt_future) f = tt_submit(&ex, suite_square, tt_args(1));
    tt_auto v = tt_await(f);
    CHECK_EQ(tt_error_code(v), -EBUSY);
}
