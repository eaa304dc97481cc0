/* spin.h - a lock for a few instructions at a time. Its holder never waits, allocates, calls user code or
 * switches strand; so a coroutine may spin on it: the holder is another OS thread, and running. */
#ifndef TUTTI_BASE_SPIN_H
#define TUTTI_BASE_SPIN_H

#include <stdint.h>

#include "base/atomic.h"

typedef struct tt_spin_ {
    uint32_t locked;
} tt_spin_;

/* Waits until something changes: pauses first, then gives up the CPU, since the holder may be preempted. */
void tt_spin_relax_(unsigned *round);

/* Whether a busy wait can pay: not on one CPU, where the one waited for could not run meanwhile. */
bool tt_can_spin_(void);

static inline void tt_spin_lock_(tt_spin_ *s)
{
    unsigned round = 0;
    while (tt_load_relaxed_(&s->locked) || tt_exchange_acquire_(&s->locked, 1)) /* pairs with unlock's release */
        tt_spin_relax_(&round);
}

static inline void tt_spin_unlock_(tt_spin_ *s)
{
    tt_store_release_(&s->locked, 0); /* pairs with lock's acquire */
}

#endif
