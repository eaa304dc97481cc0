/* deque.h - a bounded work-stealing deque of jobs not yet started: the owner pushes and pops at the bottom, any
 * thief steals at the top. After Chase and Lev, Dynamic circular work-stealing deque (2005) and Le, Pop, Cohen,
 * Zappa Nardelli (2013), with a fixed ring: what does not fit goes to the shared queue, so nothing allocates.
 *
 * Invariant: jobs stand at top <= i < bottom; top only grows, by compare-and-swap; only the owner writes bottom.
 * The last job is taken by whoever wins the CAS on top. All of top and bottom is sequentially consistent, so the
 * owner's "take the bottom, then look at top" and the thief's "look at top, then at bottom" cannot both win. */
#ifndef TUTTI_WORKER_DEQUE_H
#define TUTTI_WORKER_DEQUE_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/job.h"

enum { TT_DEQUE_SIZE_ = 1024 };

struct tt_deque_ {
    int64_t top __attribute__((aligned(64)));
    int64_t bottom __attribute__((aligned(64)));
    struct tt_job_ *ring[TT_DEQUE_SIZE_];
};

/* The owner only. Push: false when full. Pop: the newest job, or NULL. */
bool tt_deque_push_(struct tt_deque_ *d, struct tt_job_ *job);
struct tt_job_ *tt_deque_pop_(struct tt_deque_ *d);

/* The owner only: takes `job` if it is the newest. */
bool tt_deque_pop_if_(struct tt_deque_ *d, const struct tt_job_ *job);

/* Anybody: the oldest job, or NULL when there is none (or another thief was faster: *ret_raced becomes true). */
struct tt_job_ *tt_deque_steal_(struct tt_deque_ *d, bool *ret_raced);

/* Anybody; outdated at once. */
bool tt_deque_empty_(struct tt_deque_ *d);
int64_t tt_deque_count_(struct tt_deque_ *d);

#endif
