/* latch.h - something that happens once, and strands that wait for it. Zero bytes: not yet. */
#ifndef TUTTI_THREAD_LATCH_H
#define TUTTI_THREAD_LATCH_H

#include "strand/park.h"

struct tt_latch_ {
    void *waiters;
    uint32_t open; /* atomic; set under the lock of waiters */
};

/* What was written before open, whoever sees it open may read. */
static inline bool tt_latch_is_open_(const struct tt_latch_ *l)
{
    return tt_load_acquire_(&l->open); /* pairs with open */
}

/* Opens it and wakes who waits. Idempotent. Who has waited may not free it before the opener is done. */
void tt_latch_open_(struct tt_latch_ *l);

/* Waits until it is open: 0, -EAGAIN (TT_NOW), -ETIMEDOUT, -ECANCELED, -ENOMEM. kind and object: for reports. */
int tt_latch_wait_(struct tt_latch_ *l, const char *kind, const void *object, tt_time by);

#endif
