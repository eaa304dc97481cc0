/* worker.h - an OS thread that runs coroutines: ready queue, inbox, timers, and a source of jobs.
 *
 * A coroutine never leaves its worker (K1 of techniques: compilers cache thread-local addresses); only jobs, which
 * have not started, are stolen. The ready queue, the timers and the idle coroutines belong to the worker's thread;
 * other threads push woken strands into the inbox, a lock-free stack that the worker takes whole. A wake from
 * outside pokes the worker only when it sleeps: the push and the look at `sleep`, and the worker's "I sleep" and
 * its look at the inbox, are a Dekker pair (sequentially consistent). It is a visitor meanwhile, for which the worker's
 * end waits, since the strand it wakes may be the last.
 *
 * Switching: a coroutine that waits switches straight to the next ready one; after TURNS switches, or when none is
 * ready, to the loop on the worker's own stack, which takes the inbox, fires timers and takes jobs (K18). */
#ifndef TUTTI_WORKER_WORKER_H
#define TUTTI_WORKER_WORKER_H

#include "strand/park.h"
#include "worker/deque.h"
#include "worker/job.h"

struct tt_worker_;

/* Where a worker's jobs come from, and what it does when there is nothing to do. Called on the worker's own stack
 * or by a coroutine between two tasks. */
struct tt_worker_source_ {
    struct tt_job_ *(*next)(struct tt_worker_ *w); /* a job to start, or NULL */
    bool (*idle)(struct tt_worker_ *w, tt_time by); /* sleep until woken or `by`; false: the worker ends */
    void (*busy)(struct tt_worker_ *w); /* it is `searching`, and strands run before it can ask for a job; or NULL */
};

enum { TT_WORKER_AWAKE_ = 0, TT_WORKER_ASLEEP_ = 1, TT_WORKER_SEARCH_ = 2 };

struct tt_worker_ {
    struct tt_scheduler_ scheduler; /* first: the strand floor's view */
    const struct tt_worker_source_ *source;
    struct tt_context_ loop;            /* the worker's own stack */
    struct tt_strand_ *host;            /* the strand of the thread itself, while its loop runs; or NULL */
    struct tt_strand_ *current;         /* atomic; the coroutine that runs; NULL: the loop */
    struct tt_strand_ *ready, *last;    /* the ready queue; `ready` is atomic for the watchdog's look */
    struct tt_strand_ *inbox;           /* atomic; woken from outside, newest first */
    struct tt_heap_ timers;
    struct tt_strand_ *idle_strands;    /* coroutines between two tasks, hottest first */
    struct tt_strand_ *dead;            /* left for ever: the loop frees it */
    unsigned idle_count, budget;
    uint32_t live;                      /* atomic, written by the worker: tasks started and not ended */
    uint32_t sleep;                     /* atomic; the futex a sleeping worker waits on */
    uint32_t visitors;                  /* atomic; wakers from outside that are not done; the end waits for them */
    uint32_t *sleepers;                 /* atomic count of a set's sleeping workers, or NULL */
    uint64_t sequence;                  /* atomic, written by the worker: one per switch, for the watchdog */
    uint64_t reported;                  /* the watchdog's: the sequence it has reported */
    uint64_t sampled;                   /* the watchdog's */
    tt_time sampled_at;                 /* the watchdog's */
    size_t stack_size, guard;           /* of a coroutine, bytes */
    char name[TT_STRAND_NAME_SIZE_];
    struct tt_list_ link;               /* among all workers, for watchdog and dump */
    void *set;                          /* the set it belongs to, or NULL */
    unsigned ticks;
    uint64_t jobs;                      /* atomic, written by the worker: started so far */
    bool searching;
    struct tt_deque_ deque;
};

/* Prepares a worker; `stack_size` 0: the default of 1 MiB. */
void tt_worker_init_(struct tt_worker_ *w, const struct tt_worker_source_ *source, const char *name, size_t stack_size);

/* Runs it on the calling thread until its source says that it ends and no task is left. */
void tt_worker_run_(struct tt_worker_ *w);

/* Gives job a coroutine at once, at the end of the ready queue: tasks start in order with strands that wait to run.
 * The worker's own thread. False: no memory for one. */
bool tt_worker_start_(struct tt_worker_ *w, struct tt_job_ *job);

/* The worker that the calling thread is running, or NULL. */
struct tt_worker_ *tt_worker_current_(void);

/* Sleeps until poked or `by`; `sleep` was set to ASLEEP by the caller, who has looked for work since. */
void tt_worker_sleep_(struct tt_worker_ *w, tt_time by);

/* Wakes it if it sleeps: how is AWAKE or SEARCH. True: this call did it. Any thread. */
bool tt_worker_wake_(struct tt_worker_ *w, uint32_t how);

/* Around a push from outside and the wake for it: what is pushed may end the worker, whose memory stays until the last
 * visitor has left. It must be certain that the worker lives when the visit begins. */
static inline void tt_worker_visit_(struct tt_worker_ *w)
{
    tt_add_relaxed_(&w->visitors, 1);
}
static inline void tt_worker_leave_(struct tt_worker_ *w)
{
    tt_sub_release_(&w->visitors, 1); /* pairs with the end of tt_worker_run_; the last touch */
}

/* Whether strands wait to run. The worker's own thread. */
bool tt_worker_has_ready_(struct tt_worker_ *w);

#endif
