/* deque.c - see deque.h. */
#include "worker/deque.h"

#include "base/atomic.h"

static struct tt_job_ **cell(struct tt_deque_ *d, int64_t i)
{
    return &d->ring[i & (TT_DEQUE_SIZE_ - 1)];
}

bool tt_deque_push_(struct tt_deque_ *d, struct tt_job_ *job)
{
    int64_t bottom = tt_load_relaxed_(&d->bottom);
    if (bottom - tt_load_acquire_(&d->top) >= TT_DEQUE_SIZE_) return false;
    tt_store_relaxed_(cell(d, bottom), job);
    tt_store_seq_(&d->bottom, bottom + 1); /* publishes the job to thieves; then the pusher looks for sleepers */
    return true;
}

struct tt_job_ *tt_deque_pop_(struct tt_deque_ *d)
{
    int64_t bottom = tt_load_relaxed_(&d->bottom);
    if (bottom == tt_load_relaxed_(&d->top)) return NULL; /* top only grows: empty for certain */
    tt_store_seq_(&d->bottom, --bottom);
    int64_t top = tt_load_seq_(&d->top);
    struct tt_job_ *job = top <= bottom ? tt_load_relaxed_(cell(d, bottom)) : NULL;
    if (top < bottom) return job;
    if (job && !tt_cas_seq_(&d->top, &top, top + 1)) job = NULL; /* the last one: a thief was faster */
    tt_store_seq_(&d->bottom, bottom + 1);
    return job;
}

bool tt_deque_pop_if_(struct tt_deque_ *d, const struct tt_job_ *job)
{
    int64_t bottom = tt_load_relaxed_(&d->bottom);
    if (bottom == tt_load_relaxed_(&d->top) || tt_load_relaxed_(cell(d, bottom - 1)) != job) return false;
    return tt_deque_pop_(d) == job;
}

struct tt_job_ *tt_deque_steal_(struct tt_deque_ *d, bool *ret_raced)
{
    int64_t top = tt_load_seq_(&d->top);
    if (top >= tt_load_seq_(&d->bottom)) return NULL;
    struct tt_job_ *job = tt_load_relaxed_(cell(d, top));
    if (tt_cas_seq_(&d->top, &top, top + 1)) return job;
    *ret_raced = true;
    return NULL;
}

bool tt_deque_empty_(struct tt_deque_ *d)
{
    return tt_load_seq_(&d->top) >= tt_load_seq_(&d->bottom);
}

int64_t tt_deque_count_(struct tt_deque_ *d)
{
    int64_t top = tt_load_relaxed_(&d->top), bottom = tt_load_relaxed_(&d->bottom);
    return bottom > top ? bottom - top : 0;
}
