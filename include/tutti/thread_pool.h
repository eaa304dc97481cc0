/* thread_pool.h - tasks on a few threads. Python: ThreadPoolExecutor.
 *
 * N workers, made when there is work for them, share the tasks and steal from each other. A task runs as a coroutine:
 * one that waits gives its worker to the next, so tasks that wait for tasks of the same pool never deadlock it, and
 * two workers hold 100,000 waiting tasks. The price: a task that has started stays on its worker, so it may be
 * delayed by one that computes there; and code that blocks outside tutti holds its worker up. The address of a
 * thread-local stays right in a task; its value may change over any call that waits.
 *
 * An exclusive pool gives each task a thread of its own to its end, for code that keeps state in thread-locals; a task
 * that waits there is replaced by another thread meanwhile.
 *
 * A pool that was not shut down is joined when the program returns from main or calls exit(). In a forked child it has
 * no threads: its tasks that were not over, and what is submitted to it, fail with -ESHUTDOWN. */
#ifndef TUTTI_THREAD_POOL_H
#define TUTTI_THREAD_POOL_H

#include <tutti/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero means Python's default everywhere. */
typedef struct tt_thread_pool_options {
    size_t size;               /* sizeof(tt_thread_pool_options); the macro sets it */
    int workers;               /* 0: tt_cpu_count() */
    const char *name;          /* copied; threads are name_0, name_1, …; NULL: "pool-1", "pool-2", … */
    tt_fn initializer;         /* run on each worker thread before its first task; an error value breaks the pool: what
                                  is pending, and every later submit, fails with that error */
    tt_value initializer_arg;  /* taken; lent to each call */
    int exclusive;             /* 1 (true): yes; TT_NOT_EXCLUSIVE: no; 0: yes when there is an initializer */
    size_t stack_size;         /* of a task, bytes; 0: 1 MiB, of which only what is used takes memory */
} tt_thread_pool_options;
#define TT_NOT_EXCLUSIVE (-1)

/* tt_thread_pool - a pool:  tt_thread_pool(.workers = 4, .name = "reader").
 * Returns   an executor of yours; NULL: no memory, or workers is negative (reported as misuse)
 * Strands   any     Cost   no thread before the first task     Python   ThreadPoolExecutor */
TT_API TT_NODISCARD tt_executor *tt_thread_pool_with(const tt_thread_pool_options *options);
#define tt_thread_pool(...) \
    tt_thread_pool_with(&(tt_thread_pool_options){ .size = sizeof(tt_thread_pool_options), __VA_ARGS__ })

/* tt_default_pool - the pool of the process, made on first use and joined at exit; lent. NULL: no memory. */
TT_API tt_executor *tt_default_pool(void);

#ifdef __cplusplus
}
#endif
#endif
