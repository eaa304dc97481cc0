/* workers.h - a set of worker threads that share jobs: what a thread pool stands on.
 *
 * A job submitted from outside goes to the shared queue: first-in first-out within a priority. One submitted by a
 * task of the set goes to its worker's deque: newest first for that worker, oldest first for thieves.
 *
 * Idle protocol: at most one worker searches because it was woken for that; whoever finds a job, or has strands to run
 * before, and was the last searcher wakes the next; whoever finds none looks once more after saying so. A submitter
 * publishes the job, then looks at `sleepers`; a worker counts itself a sleeper, then looks for jobs once more: a
 * Dekker pair (sequentially consistent), so no wake is lost. */
#ifndef TUTTI_WORKER_WORKERS_H
#define TUTTI_WORKER_WORKERS_H

#include "worker/job.h"
#include "worker/worker.h"

struct tt_workers_;

struct tt_workers_options_ {
    int count;              /* threads; 0: tt_cpu_count() */
    const char *name;       /* of the threads: name_0, name_1, …; NULL: "worker" */
    size_t stack_size;      /* of a task's coroutine, bytes; 0: 1 MiB; exclusive: of the thread */
    bool exclusive;         /* a task has its thread alone, to its end; one that waits is replaced by another thread */
    tt_time linger;         /* exclusive: ns without a job after which a thread ends; 0: never, nor is its set freed */
    int (*start)(void *arg); /* on each new thread, before its first job; negative: the set is broken with that code */
    void *arg;
};

/* NULL: no memory. Threads are made when there is work for them. */
struct tt_workers_ *tt_workers_new_(const struct tt_workers_options_ *options);

/* Takes over the job: it will be run once. 0; -ESHUTDOWN: closed, and not called by a task
 * of the set (or a forked child); what `start` answered; -EAGAIN:
 * no thread could be made. When negative the job stays the caller's. Any strand, also none. */
int tt_workers_submit_(struct tt_workers_ *set, struct tt_job_ *job);

/* No more submissions, except by tasks of the set; what was accepted still runs. Idempotent. */
void tt_workers_close_(struct tt_workers_ *set);

/* Waits until every thread has ended, after close. 0, -ETIMEDOUT, -ECANCELED, -EDEADLK (by a task of the set). */
int tt_workers_join_(struct tt_workers_ *set, tt_time by);

/* The same by a task of the set, which ends the program: waits until it is the set's only one. 0, -ETIMEDOUT. */
int tt_workers_join_others_(struct tt_workers_ *set, tt_time by);

/* Lets the system's threads of a joined set go, which else free does. Once, and not while it is freed. */
void tt_workers_reap_(struct tt_workers_ *set);

/* Frees a set whose threads have ended; one of them may be calling, as its last deed. */
void tt_workers_free_(struct tt_workers_ *set);

/* Once the last thread of a closed set has ended (now, if it has), calls ended(arg): on whatever thread, on no strand;
 * that may free the set. Once per set. */
void tt_workers_on_end_(struct tt_workers_ *set, void (*ended)(void *arg), void *arg);

/* Takes back a job that was not started; NULL: none at the moment. Any thread. */
struct tt_job_ *tt_workers_take_(struct tt_workers_ *set);

/* How many threads it may have. */
int tt_workers_count_(struct tt_workers_ *set);

/* The set whose task is calling, or NULL. */
struct tt_workers_ *tt_workers_current_(void);

/* Figures; outdated at once. */
struct tt_workers_stats_ {
    int threads;          /* alive */
    uint64_t steals;      /* jobs a worker took from another's deque */
    uint64_t started;     /* jobs started */
    int running;          /* started, not ended */
    uint64_t pending;     /* not started */
};
void tt_workers_stats_(struct tt_workers_ *set, struct tt_workers_stats_ *ret);

#endif
