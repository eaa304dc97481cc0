/* executor.h - something that runs tasks: submit, map, shutdown. Python: concurrent.futures.Executor.
 *
 *     tt_with_executor (ex, tt_thread_pool(.workers = 4)) {
 *         tt_autoptr(tt_future) f = tt_submit(ex, square, tt_args(7), .name = "seven");
 *         tt_auto answer = tt_await(f);
 *     }                                                // waits until every task has ended
 *
 * It is an interface: a struct that begins with a tt_executor and a table of functions is one (tests/executor.c has an
 * executor in 40 lines). */
#ifndef TUTTI_EXECUTOR_H
#define TUTTI_EXECUTOR_H

#include <tutti/future.h>
#include <tutti/iter.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_executor tt_executor;

/* ---- submitting ---- */

/* Zero means Python's default everywhere. */
typedef struct tt_task_options {
    size_t size;      /* sizeof(tt_task_options); the macros set it */
    const char *name; /* for reports; copied. NULL: the function's name */
    tt_time deadline; /* 0: none. Pending then: it never starts; running then: its scope is cancelled. TimeoutError */
    int priority;     /* higher first, always; of equal priority in the order of submission from outside ex */
    int retries;      /* a task that returned an error is run again, up to this often (not when it was cancelled) */
} tt_task_options;

/* tt_submit - hands fn(arg) over:  tt_submit(ex, fn, arg, .name = "…", .priority = 1, .deadline = tt_after(5)).
 * fn        called with arg, lent; what it returns is the future's result
 * arg       taken, always; sealed
 * options   NULL: all defaults
 * Returns   a handle of yours, never NULL. What could not be handed over is a failed future: -ESHUTDOWN (after
 *           shutdown), -ENOMEM, -EAGAIN (no thread to be had), -EINVAL (options; ex is NULL), the error of a failed
 *           initializer. The MemoryError of last resort is static: freeing it does nothing
 * Strands   any, tasks of ex too     Cost   one allocation     Python   Executor.submit */
TT_API TT_NODISCARD tt_future *tt_submit_with(tt_executor *ex, tt_fn fn, tt_value arg, const tt_task_options *options);
#define tt_submit(ex, fn, ...) tt_submit_of_(tt_submit_with, ex, fn, __VA_ARGS__, .size = sizeof(tt_task_options))
#define tt_submit_of_(submit, ex, fn, arg, ...) submit((ex), (fn), (arg), &(tt_task_options){ __VA_ARGS__ })

/* tt_submit_c - the same for a function written for pthreads: arg is lent as it is, the result is a pointer value. */
TT_API TT_NODISCARD tt_future *tt_submit_c_with(tt_executor *ex, void *(*fn)(void *arg), void *arg,
                                                const tt_task_options *options);
#define tt_submit_c(ex, fn, ...) tt_submit_of_(tt_submit_c_with, ex, fn, __VA_ARGS__, .size = sizeof(tt_task_options))

/* ---- map ---- */

typedef struct tt_map_options {
    size_t size;
    size_t buffer;    /* at most so many items are handed over and not yet taken from you; 0: 4 for each worker */
    tt_time by;       /* when it ends with -ETIMEDOUT; 0: never */
    const char *name; /* of every task */
    int priority;
} tt_map_options;

/* tt_map - fn of every item of `items`, in parallel, as an iterator over the results in the items' order:
 *     tt_iter squares = tt_map(ex, square, tt_range(0, 1000000, 1), .buffer = 64);
 *     for (tt_value v; tt_iter_next(&squares, &v) == 1; tt_drop(v)) …
 *     tt_iter_end(&squares);
 * ex        must stay as long as you ask for results; tt_iter_end may come later
 * items     taken; asked for an item, on your strand, only when one more may be handed over: it may be endless
 * Gives     each result in its place. An error value comes in its place too, and is the last: the rest is cancelled.
 *           Negative: -ETIMEDOUT, -ECANCELED (your scope), -ENOMEM, or what `items` answered, in its place; the rest is
 *           cancelled. tt_iter_end cancels what is left, and does not wait for it
 * Strands   one at a time     Cost   two allocations, and one for each item     Python   Executor.map(buffersize) */
TT_API TT_NODISCARD tt_iter tt_map_with(tt_executor *ex, tt_fn fn, tt_iter items, const tt_map_options *options);
#define tt_map(ex, fn, ...) tt_map_of_(tt_map_with, ex, fn, __VA_ARGS__, .size = sizeof(tt_map_options))

/* tt_map_unordered - the same, each result as soon as it is there. */
TT_API TT_NODISCARD tt_iter tt_map_unordered_with(tt_executor *ex, tt_fn fn, tt_iter items,
                                                  const tt_map_options *options);
#define tt_map_unordered(ex, fn, ...)                                                                                 \
    tt_map_of_(tt_map_unordered_with, ex, fn, __VA_ARGS__, .size = sizeof(tt_map_options))
#define tt_map_of_(map, ex, fn, items, ...) map((ex), (fn), (items), &(tt_map_options){ __VA_ARGS__ })

/* ---- the end ---- */

typedef struct tt_shutdown_options {
    size_t size;
    bool cancel_pending; /* tasks not started, and new ones, are cancelled; else they still run */
    bool cancel_running; /* tasks that run get their scope cancelled */
    bool no_wait;        /* does not wait: answers 0 at once */
} tt_shutdown_options;

/* tt_executor_shutdown - no more submissions, except by tasks of ex, which may need more to end; waits until every task
 * has ended:
 * tt_executor_shutdown(ex, tt_after(5), .cancel_pending = true). May be called again, to wait again.
 * Returns   0: all have ended; -ETIMEDOUT: some run still, and lines in the log name them; they go on; -EAGAIN
 *           (TT_NOW); -ECANCELED (your wait); -EPERM: it is tt_default_pool; -EINVAL (options); -EDEADLK: called by a
 *           task of ex (submissions are refused all the same); -ENOMEM
 * Strands   any     Python   Executor.shutdown(wait, cancel_futures) */
TT_API int tt_executor_shutdown_with(tt_executor *ex, tt_time by, const tt_shutdown_options *options);
#define tt_executor_shutdown(ex, ...) \
    tt_executor_shutdown_of_(ex, __VA_ARGS__, .size = sizeof(tt_shutdown_options))
#define tt_executor_shutdown_of_(ex, by, ...)                                                                         \
    tt_executor_shutdown_with((ex), (by), &(tt_shutdown_options){ __VA_ARGS__ })

/* tt_executor_free - gives it back; NULL is ok. Unless it was shut down before, it is now, and every task is waited
 * for. After a shutdown that timed out or did not wait, and when a task of ex itself calls: nothing is waited for;
 * what runs goes on, and the memory goes with the last of it. Not a cancellation point. */
TT_API void tt_executor_free(tt_executor *ex);
TT_DEFINE_FREEP_(tt_executor)

/* tt_with_executor (ex, make) { … } - the block has `tt_executor *ex`; at its end, however it is left, every task is
 * waited for and ex is freed. Without memory for one it is fatal: a body is never skipped silently. */
TT_API TT_NODISCARD tt_executor *tt_executor_entered_(tt_executor *ex) __attribute__((returns_nonnull));
static inline void tt_executor_leave_(tt_executor **ex)
{
    tt_executor *leaving = *ex;
    *ex = NULL;
    tt_executor_free(leaving);
}
#define tt_with_executor(ex, make)                                                                                    \
    for (tt_executor *ex TT_CLEANUP(tt_executor_leave_) = tt_executor_entered_(make); ex; tt_executor_leave_(&ex))

/* ---- about it ---- */

/* tt_executor_current - the executor whose task is calling, lent; NULL: none. */
TT_API tt_executor *tt_executor_current(void);

/* tt_executor_workers - how many tasks it can run at once, 1 or more. */
TT_API int tt_executor_workers(tt_executor *ex);

/* ---- making one ---- */

/* What an executor does. Nothing is called under a lock of the library. */
typedef struct tt_executor_vtable {
    size_t size;      /* sizeof(tt_executor_vtable) */
    const char *kind; /* "thread pool" */
    /* Takes the task (after a shutdown only from its own tasks): sooner or later tt_future_run(task), on whatever
     * strand, or set its result or error and tt_future_free it. 0; or negative: the task stays with the caller, and
     * its future fails with that code. */
    int (*submit)(tt_executor *ex, tt_future *task);
    /* As tt_executor_shutdown. May be called again, and by several. */
    int (*shutdown)(tt_executor *ex, tt_time by, const tt_shutdown_options *options);
    /* Frees it, shut down as it is: as tt_executor_free. */
    void (*free)(tt_executor *ex);
    /* How many tasks it runs at once; NULL: 1. */
    int (*workers)(tt_executor *ex);
} tt_executor_vtable;

/* The beginning of every executor. */
struct tt_executor {
    const tt_executor_vtable *vtable;
    uint32_t closed_; /* tt_executor_shutdown has been called */
    uint32_t shared_; /* it is everybody's: nobody shuts it down or frees it */
    void *room_[2];
};

/* tt_executor_init - sets up the beginning of one. */
static inline void tt_executor_init(tt_executor *ex, const tt_executor_vtable *vtable)
{
    ex->vtable = vtable;
    ex->closed_ = 0;
    ex->shared_ = 0;
    ex->room_[0] = ex->room_[1] = NULL;
}

/* tt_future_priority - what .priority said, for executors. */
TT_API int tt_future_priority(tt_future *f);

#ifdef __cplusplus
}
#endif
#endif
