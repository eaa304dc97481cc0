/* shared_queue.h - the jobs that any worker of a set may take: highest priority first, first-in first-out within one.
 * A spin lock guards it; the counts may be read without. It never allocates. */
#ifndef TUTTI_WORKER_SHARED_QUEUE_H
#define TUTTI_WORKER_SHARED_QUEUE_H

#include "base/spin.h"
#include "worker/job.h"

struct tt_shared_queue_ {
    tt_spin_ lock;
    bool closed;
    struct tt_jobs_ usual;    /* priority 0 */
    struct tt_heap_ others;   /* key: priority, then order of arrival */
    uint64_t arrivals;
    uint64_t count;           /* atomic, written under the lock */
    uint64_t urgent;          /* atomic, written under the lock: jobs of a priority above 0 */
};

/* False: closed; the job stays the caller's. */
bool tt_shared_queue_push_(struct tt_shared_queue_ *q, struct tt_job_ *job);
/* The same by somebody who will look at the queue again himself; also when it is closed. */
void tt_shared_queue_push_inside_(struct tt_shared_queue_ *q, struct tt_job_ *job);
struct tt_job_ *tt_shared_queue_pop_(struct tt_shared_queue_ *q);
void tt_shared_queue_close_(struct tt_shared_queue_ *q);

#endif
