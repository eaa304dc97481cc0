/* jitter.h - random delays, for the build that looks for races (preset jitter): most often none, sometimes a moment,
 * sometimes the CPU goes to another thread. The order of operations, and so what may happen, stays the same. */
#ifndef TUTTI_BASE_JITTER_H
#define TUTTI_BASE_JITTER_H

#include <sched.h>
#include <stdint.h>

/* Of 1024 operations: how many yield, how many up to which one wait for a moment; that is up to so many turns. */
enum { TT_JITTER_YIELDS_ = 40, TT_JITTER_WAITS_ = 160, TT_JITTER_TURNS_ = 1024 };

static inline void tt_jitter_(void)
{
    static __thread uint32_t x;
    if (x == 0) x = (uint32_t)(uintptr_t)&x * 2654435761u | 1; /* another one per thread */
    x ^= x << 13; /* xorshift: Marsaglia 2003 */
    x ^= x >> 17;
    x ^= x << 5;
    uint32_t chance = x % 1024, turns = x / 1024 % TT_JITTER_TURNS_;
    if (chance < TT_JITTER_YIELDS_)
        sched_yield();
    else if (chance < TT_JITTER_WAITS_)
        for (volatile uint32_t i = 0; i < turns; i++) {
        }
}

#endif
