/* loop.h - coroutines on the calling thread. Python: asyncio.run, asyncio.create_task.
 *
 *     static tt_value greet(tt_view name) { tt_sleep(tt_after(0.1)); return tt_ref(name); }
 *     static tt_value hello(tt_view arg)
 *     {
 *         tt_autoptr(tt_future) a = tt_create_task(greet, tt_str("one"));
 *         tt_autoptr(tt_future) b = tt_create_task(greet, tt_str("two"));  // both sleep at the same time
 *         …
 *     }
 *     tt_auto v = tt_run(hello, tt_none());
 *
 * A loop is an executor like a thread pool, only that the caller's thread drives it: tt_submit, groups, tt_map and the
 * rest work on it, from other threads too. One task runs at a time; it goes on until it waits or yields. */
#ifndef TUTTI_LOOP_H
#define TUTTI_LOOP_H

#include <tutti/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_run_options {
    size_t size;       /* sizeof(tt_run_options); the macro sets it */
    const char *name;  /* of the loop, for reports; NULL: "loop" */
    size_t stack_size; /* of a coroutine, bytes; 0: 64 KiB, enough for printf; not for getaddrinfo */
} tt_run_options;

/* tt_run - runs fn(arg) as the first coroutine of a new loop, and the loop until fn has returned. Tasks that are left
 * then are cancelled and waited for; submissions are refused (-ESHUTDOWN). fn is in the scopes of the caller:
 * a cancel of those, and their deadlines, reach it.
 * When one of its tasks calls exit, the others are cancelled and waited for, too.
 * arg       taken; sealed
 * options   NULL: all defaults
 * Returns   what fn returned; an error value: of fn, MemoryError, or RuntimeError when a coroutine calls (which runs on
 *           a loop or a pool already: tt_create_task is for it)
 * Strands   threads     Python   asyncio.run */
TT_API TT_NODISCARD tt_value tt_run_with(tt_fn fn, tt_value arg, const tt_run_options *options);
#define tt_run(fn, ...) tt_run_of_(fn, __VA_ARGS__, .size = sizeof(tt_run_options))
#define tt_run_of_(fn, arg, ...) tt_run_with((fn), (arg), &(tt_run_options){ __VA_ARGS__ })

/* tt_create_task - hands fn(arg) to the executor whose task is calling: on a loop, one more coroutine of this thread.
 * tt_create_task(fn, arg, .name = "…"): options and result are those of tt_submit; a failed future (-EINVAL) outside
 * of any task. On a loop, tasks start in the order of their creation, once the caller waits; .priority orders only what
 * comes from other threads.     Python   asyncio.create_task */
#define tt_create_task(fn, ...) tt_submit(tt_executor_current(), fn, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
