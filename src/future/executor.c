/* executor.c - what all executors have in common: handing a task over, and the end. */
#include <tutti/scope.h>

#include "base/fatal.h"
#include "base/log.h"
#include "future/future.h"

_Static_assert(sizeof(tt_executor) == 32, "the ABI promises 32 bytes");

void tt_future_start_(tt_future *f)
{
    if (f == tt_future_no_memory_() || tt_future_over_(f)) return;
    tt_executor *ex = f->executor;
    tt_future *task = tt_future_ref(f);
    bool open = !tt_load_acquire_(&ex->closed_) || tt_executor_current() == ex;
    int r = open ? ex->vtable->submit(ex, task) : -ESHUTDOWN;
    if (r >= 0) return;
    tt_future_fail_(task, r);
    tt_future_free(task);
}

static tt_future *submit(tt_executor *ex, tt_fn fn, void *(*fn_c)(void *), tt_value arg, const tt_task_options *o)
{
    tt_future *f = tt_future_task_(ex, fn, fn_c, arg, o);
    tt_future_start_(f);
    return f;
}

tt_future *tt_submit_with(tt_executor *ex, tt_fn fn, tt_value arg, const tt_task_options *options)
{
    return submit(ex, fn, NULL, arg, options);
}

tt_future *tt_submit_c_with(tt_executor *ex, void *(*fn)(void *arg), void *arg, const tt_task_options *options)
{
    return submit(ex, NULL, fn, tt_pointer(arg), options);
}

int tt_executor_shutdown_with(tt_executor *ex, tt_time by, const tt_shutdown_options *options)
{
    tt_shutdown_options o;
    if (ex->shared_) {
        tt_misuse_(ex, "shutdown of the default pool");
        return -EPERM;
    }
    if (!tt_options_read_(&o, sizeof o, options)) return -EINVAL;
    o.size = sizeof o;
    tt_store_release_(&ex->closed_, 1); /* pairs with start's acquire; what slips through is the executor's to refuse */
    return ex->vtable->shutdown(ex, by, &o);
}

void tt_executor_free(tt_executor *ex)
{
    if (!ex) return;
    if (ex->shared_) {
        tt_misuse_(ex, "free of the default pool");
        return;
    }
    if (!tt_load_acquire_(&ex->closed_)) {
        tt_shield {
            (void)tt_executor_shutdown_with(ex, TT_FOREVER, NULL);
        }
    }
    ex->vtable->free(ex);
}

tt_executor *tt_executor_entered_(tt_executor *ex)
{
    if (!ex) tt_fatal_("tt_with_executor: no executor could be made");
    return ex;
}

tt_executor *tt_executor_current(void)
{
    tt_future *f = tt_self_.strand ? tt_self_.strand->task : NULL;
    return f ? f->executor : NULL;
}

int tt_executor_workers(tt_executor *ex)
{
    int n = ex->vtable->workers ? ex->vtable->workers(ex) : 1;
    return n > 0 ? n : 1;
}
