/* futex.h - sleep until a 32-bit word changes. The only futex calls of the library. */
#ifndef TUTTI_BASE_FUTEX_H
#define TUTTI_BASE_FUTEX_H

#include <stdint.h>
#include <tutti/core.h>

/* Sleeps while *word == expected, at most until `by` (absolute CLOCK_MONOTONIC; TT_FOREVER: no limit).
 * 0: woken, or *word differed, or a signal or nothing at all woke us; -ETIMEDOUT: `by` has passed. */
int tt_futex_wait_(uint32_t *word, uint32_t expected, tt_time by);

/* Wakes at most `count` sleepers on the word. The memory need not be valid any more in meaning, only mapped. */
void tt_futex_wake_(uint32_t *word, int count);

#endif
