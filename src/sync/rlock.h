/* rlock.h - what a condition does with an RLock: gives it up whole, and takes it back as deep. */
#ifndef TUTTI_SYNC_RLOCK_H
#define TUTTI_SYNC_RLOCK_H

#include <tutti/rlock.h>

#include "sync/word.h"

/* Gives up every level of what the calling strand holds. How many they were. */
uint64_t tt_rlock_release_all_(tt_rlock *l);

/* Takes it for a strand that does not hold it, `depth` deep. As tt_lock_word_acquire_. */
int tt_rlock_acquire_depth_(tt_rlock *l, struct tt_strand_ *me, uint64_t depth, tt_time by);

#endif
