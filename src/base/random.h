/* random.h - a small per-thread generator for scheduling decisions (not for secrets). */
#ifndef TUTTI_BASE_RANDOM_H
#define TUTTI_BASE_RANDOM_H

#include <stdint.h>

/* 32 random bits; seeded per thread from its own address and the clock on first use. */
uint32_t tt_random_(void);

/* A random number in [0, n), n > 0. */
static inline uint32_t tt_random_below_(uint32_t n)
{
    return (uint32_t)(((uint64_t)tt_random_() * n) >> 32);
}

#endif
