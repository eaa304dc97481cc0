/* set.h - what the two kinds of worker set share: coroutine workers (workers.c) and exclusive threads (exclusive.c). */
#ifndef TUTTI_WORKER_SET_H
#define TUTTI_WORKER_SET_H

#include <pthread.h>

#include "worker/shared_queue.h"
#include "worker/workers.h"

/* One thread of a set; never freed before the set. */
struct tt_member_ {
    struct tt_workers_ *set;
    struct tt_member_ *next;     /* among all of the set; guarded by set->lock */
    pthread_t thread;
    bool reaped;                 /* joined or detached; of who reaps or frees the set */
    int index;
    struct tt_strand_ *strand;   /* exclusive threads: the thread's own, made before it */
    char name[TT_STRAND_NAME_SIZE_ + 12];
    struct tt_worker_ worker;    /* coroutine workers run it; of an exclusive thread only the counts are used */
};

struct tt_workers_ {
    struct tt_workers_options_ options; /* count and name are filled in */
    char name[TT_STRAND_NAME_SIZE_];
    uint64_t epoch;                     /* tt_fork_epoch_() when it was made */
    struct tt_shared_queue_ shared;
    tt_spin_ lock;                      /* guards members, made; taken alone */
    struct tt_member_ *members;         /* newest first */
    int made;                           /* atomic; threads ever made, written under lock */
    int alive;                          /* atomic */
    int broken;                         /* atomic; what `start` answered, or 0 */
    bool closing;                       /* atomic */
    uint32_t sleepers;                  /* atomic; workers that sleep */
    uint32_t searching;                 /* atomic; workers that were woken to look for jobs, or look on their own */
    uint64_t steals;                    /* atomic */
    int names;                          /* for the next thread's name; guarded by lock */
    int running;                        /* atomic; exclusive: threads that run a task which does not wait */
    uint32_t wakes;                     /* atomic; exclusive: the futex idle threads sleep on */
    int coming;                         /* atomic; exclusive: threads that are made and have not looked for a job yet */
    struct tt_member_ **table;          /* coroutine workers by index; atomic, set once */
    void *joiners;                      /* wait queue; its lock guards `ended` */
    void (*ended)(void *arg);           /* called when the last thread has ended, or NULL */
    void *ended_arg;
};

/* Makes a thread of the set, running `body`. 0, -ENOMEM, -EAGAIN: then, if the set has no other, what is pending has
 * failed. */
int tt_set_add_thread_(struct tt_workers_ *set, void *(*body)(void *member));

/* No thread could be made, with code r: if there is none at all, what is pending fails. Returns r. */
int tt_set_answer_failure_(struct tt_workers_ *set, int r);

/* The first thing a thread of the set does. */
void tt_set_publish_(struct tt_member_ *m);

/* Exclusive, of a set that lingers: the calling thread leaves the list of members; nobody joins it. */
void tt_set_retire_(struct tt_member_ *m);

/* A thread of the set ends: the last wakes the joiners. The set may be gone afterwards. */
void tt_set_thread_ends_(struct tt_workers_ *set);

/* Runs `start` on a new thread. False: it failed, the set is broken and what was pending has failed. */
bool tt_set_start_thread_(struct tt_member_ *m);

/* A job from the shared queue; those of a broken set fail. */
struct tt_job_ *tt_set_pop_shared_(struct tt_workers_ *set);

/* exclusive.c */
int tt_exclusive_submit_(struct tt_workers_ *set, struct tt_job_ *job);
void tt_exclusive_wake_all_(struct tt_workers_ *set);

#endif
