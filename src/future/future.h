/* future.h - the future as the library's own parts see it. The contract: <tutti/future.h>.
 *
 * state, atomic:
 *
 *     PENDING --start--> RUNNING
 *        |                  |
 *        '---- claim -------'---> SETTLING --settle--> DONE or CANCELLED
 *
 * Whoever moves it to SETTLING (by compare-and-swap) completes it, alone. DONE and CANCELLED are set under the lock of
 * `waiters`, which also guards watches and callbacks; both are final, and nothing is added to those lists afterwards.
 * arg belongs to who took the future out of PENDING; then nobody else looks at it.
 * Lock order: a future's queue lock, then what a watch takes (a group, a completion queue). */
#ifndef TUTTI_FUTURE_FUTURE_H
#define TUTTI_FUTURE_FUTURE_H

#include <tutti/executor.h>
#include <tutti/future.h>

#include <string.h>

#include "base/options.h"
#include "strand/park.h"
#include "strand/scope.h"
#include "worker/workers.h"

enum {
    TT_FUTURE_PENDING_,
    TT_FUTURE_RUNNING_,
    TT_FUTURE_SETTLING_,
    TT_FUTURE_CANCELLED_,
    TT_FUTURE_DONE_,
};

/* Told when the future is over, under its queue lock: takes other locks of later rank, never allocates, calls no user
 * code. Returns a waiter it has claimed, to be delivered, or NULL. */
struct tt_watch_ {
    struct tt_list_ link;
    struct tt_waiter_ *(*fire)(struct tt_watch_ *w, tt_future *f);
};

/* Called once when the future is over, under no lock; may be gone afterwards. */
struct tt_callback_ {
    struct tt_callback_ *next;
    void (*call)(struct tt_callback_ *c, tt_future *f);
};

struct tt_future {
    uint32_t refs;      /* atomic: handles, one of the executor, those of groups and iterators */
    uint32_t state;     /* atomic */
    void *waiters;      /* wait queue */
    tt_value result;    /* written while SETTLING; None of a CANCELLED one: made when it is asked for */
    struct tt_list_ watches;
    struct tt_callback_ *callbacks, **last_callback;
    uint32_t collected; /* atomic; somebody has the result */
    int32_t retries;    /* the runner's own */
    tt_fn fn;
    void *(*fn_c)(void *arg); /* instead of fn */
    tt_value arg;
    tt_executor *executor;    /* NULL: none; alive while the task runs */
    uint64_t epoch;           /* tt_fork_epoch_() + 1 of the pool that has it; 0: no pool has */
    struct tt_scope scope;    /* of the task; its deadline is the task's */
    struct tt_job_ job;       /* the executor's */
    struct tt_list_ running;  /* the executor's */
    char name[];
};

/* A pending future with a task; takes arg and seals it. Never NULL: without memory the static failed one. */
tt_future *tt_future_task_(tt_executor *ex, tt_fn fn, void *(*fn_c)(void *), tt_value arg, const tt_task_options *o);

/* Gives the task to its executor; without success the future fails. */
void tt_future_start_(tt_future *f);

/* Runs the task as tt_future_run does, without giving back a reference. */
void tt_future_execute_(tt_future *f);

/* Runs the task with another argument, which it takes, and leaves it running: *ret and *ret_state are how to complete
 * it. False: it was cancelled before. */
bool tt_future_call_with_(tt_future *f, tt_value arg, tt_value *ret, uint32_t *ret_state);

static inline bool tt_future_over_(const tt_future *f)
{
    return tt_load_acquire_(&f->state) >= TT_FUTURE_CANCELLED_; /* pairs with settle's release */
}

/* The right to complete it. False: somebody else has or had it. `from` is what it was. */
bool tt_future_claim_(tt_future *f, uint32_t *ret_from);

/* Completes a claimed one: takes result. Wakes, then calls back. */
void tt_future_settle_(tt_future *f, uint32_t state, tt_value result);

/* Completes it if nobody else has; takes result in any case. 0, -ECANCELED (it was cancelled), -EALREADY. */
int tt_future_complete_(tt_future *f, uint32_t state, tt_value result);

/* The same, but *ret_callbacks is what the caller has to call then. */
int tt_future_complete_quietly_(tt_future *f, uint32_t state, tt_value result, struct tt_callback_ **ret_callbacks);

/* Completes it with the error of `code` (CANCELLED for -ECANCELED), if nobody else has. */
void tt_future_fail_(tt_future *f, int code);

/* Fails it if it is pending past its deadline, or a task of a pool that did not come along through a fork (K15). */
void tt_future_expire_(tt_future *f);

/* Until when a look at it need not be repeated: its deadline while it is pending, else TT_FOREVER. */
tt_time tt_future_due_(tt_future *f);

/* Waits until it is over; codes as of tt_future_result. flags as of tt_park_begin_. */
int tt_future_wait_(tt_future *f, tt_time by, unsigned flags);

/* A value of the result of one that is over; it counts as collected then. */
tt_value tt_future_collect_(tt_future *f);

/* Reports the error of f, whose last reference goes. */
void tt_future_report_(tt_future *f);

/* Whether it is over with an error (not by being cancelled). */
bool tt_future_failed_(tt_future *f);

/* Adds w unless it is over: then false. remove: afterwards it is not and will not be fired. */
bool tt_future_watch_(tt_future *f, struct tt_watch_ *w);
void tt_future_unwatch_(tt_future *f, struct tt_watch_ *w);

/* Adds c, or calls it at once when it is over. */
void tt_future_on_done_(tt_future *f, struct tt_callback_ *c);

/* The worker set of a thread pool. */
struct tt_workers_ *tt_pool_workers_(tt_executor *pool);

/* The future of last resort: done, with MemoryError. */
tt_future *tt_future_no_memory_(void);

#endif
