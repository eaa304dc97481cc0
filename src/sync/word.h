/* word.h - the lock word that Lock and RLock share. See word.c. */
#ifndef TUTTI_SYNC_WORD_H
#define TUTTI_SYNC_WORD_H

#include "strand/park.h"

enum {
    TT_LOCK_WAITERS_ = 1, /* somebody is queued: the release must look */
    TT_LOCK_DIED_ = 2,    /* a holder ended while holding it, and nobody has said "repaired" */
};

struct tt_lock_word_ {
    uint64_t *word;
    void **waiters;
    const char *kind; /* "lock", "rlock": for reports */
};

/* Takes it for the calling strand, which does not hold it. 0, TT_OWNER_DIED, -EAGAIN, -ETIMEDOUT, -ECANCELED.
 * A wait is a cancellation point only when it has a deadline. */
int tt_lock_word_acquire_(struct tt_lock_word_ l, struct tt_strand_ *me, tt_time by);

/* Gives up what the calling strand holds, waking or handing over. */
void tt_lock_word_release_(struct tt_lock_word_ l);

static inline uint64_t tt_lock_word_owner_(uint64_t word)
{
    return word & ~(uint64_t)TT_ID_FLAGS_;
}

#endif
