/* shared_queue.c - see shared_queue.h. The usual priority costs a list operation, others a heap operation. */
#include "worker/shared_queue.h"

#include "base/list.h"

enum { ARRIVAL_BITS = 31 };

/* Lower is sooner. Arrivals wrap after 2^31 jobs of unusual priority: order between those that far apart. */
static int64_t key_of(int32_t priority, uint64_t arrival)
{
    return -(int64_t)priority * ((int64_t)1 << ARRIVAL_BITS) + (int64_t)(arrival & ((1u << ARRIVAL_BITS) - 1));
}

static bool push(struct tt_shared_queue_ *q, struct tt_job_ *job, bool inside)
{
    tt_spin_lock_(&q->lock);
    bool open = inside || !q->closed;
    if (open && job->priority == 0) tt_jobs_push_(&q->usual, job);
    if (open && job->priority != 0) tt_heap_insert_(&q->others, &job->node, key_of(job->priority, q->arrivals++));
    if (open && job->priority > 0) tt_store_relaxed_(&q->urgent, q->urgent + 1);
    if (open) tt_store_seq_(&q->count, q->count + 1); /* a Dekker pair with a worker that goes to sleep */
    tt_spin_unlock_(&q->lock);
    return open;
}

bool tt_shared_queue_push_(struct tt_shared_queue_ *q, struct tt_job_ *job)
{
    return push(q, job, false);
}

void tt_shared_queue_push_inside_(struct tt_shared_queue_ *q, struct tt_job_ *job)
{
    push(q, job, true);
}

static struct tt_job_ *pop_other(struct tt_shared_queue_ *q)
{
    struct tt_heap_node_ *n = tt_heap_least_(&q->others);
    if (!n) return NULL;
    struct tt_job_ *job = tt_container_(n, struct tt_job_, node);
    if (job->priority < 0 && q->usual.first) return NULL;
    tt_heap_remove_(&q->others, n);
    if (job->priority > 0) tt_store_relaxed_(&q->urgent, q->urgent - 1);
    return job;
}

struct tt_job_ *tt_shared_queue_pop_(struct tt_shared_queue_ *q)
{
    if (tt_load_relaxed_(&q->count) == 0) return NULL;
    tt_spin_lock_(&q->lock);
    struct tt_job_ *job = pop_other(q);
    if (!job) job = tt_jobs_pop_(&q->usual);
    if (job) tt_store_relaxed_(&q->count, q->count - 1);
    tt_spin_unlock_(&q->lock);
    return job;
}

void tt_shared_queue_close_(struct tt_shared_queue_ *q)
{
    tt_spin_lock_(&q->lock);
    tt_store_relaxed_(&q->closed, true);
    tt_spin_unlock_(&q->lock);
}
