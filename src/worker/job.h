/* job.h - a call not yet started. Embedded in what it belongs to (a future, a helper's call). */
#ifndef TUTTI_WORKER_JOB_H
#define TUTTI_WORKER_JOB_H

#include <stdint.h>

#include "base/heap.h"

struct tt_job_ {
    struct tt_job_ *next;           /* in a list; guarded by that */
    struct tt_heap_node_ node;      /* in a shared queue, when priority is not 0 */
    void (*run)(struct tt_job_ *);  /* runs it, on a strand of its own; the job may be gone afterwards */
    void (*fail)(struct tt_job_ *, int code); /* instead of run: it cannot be started; on no strand; must not wait */
    const char *name;               /* for reports, or NULL: then the function's is used */
    const void *function;           /* what it calls, for reports, or NULL */
    int32_t priority;               /* higher first; 0 is usual */
    uint32_t flags;                 /* its owner's */
};

/* A first-in first-out list of jobs. */
struct tt_jobs_ {
    struct tt_job_ *first, *last;
};

static inline void tt_jobs_push_(struct tt_jobs_ *l, struct tt_job_ *job)
{
    job->next = NULL;
    if (l->first)
        l->last->next = job;
    else
        l->first = job;
    l->last = job;
}

static inline struct tt_job_ *tt_jobs_pop_(struct tt_jobs_ *l)
{
    struct tt_job_ *job = l->first;
    if (job) l->first = job->next;
    return job;
}

#endif
