/* word.h - the lock word that Lock and RLock share. See word.c. */
#ifndef TUTTI_SYNC_WORD_H
#define TUTTI_SYNC_WORD_H

#include "base/log.h"
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

/* Reports that the calling strand did to the lock what only its holder may. -EPERM. Inlined, so that the place in the
 * report is the user's. */
static inline __attribute__((always_inline)) int tt_lock_word_not_mine_(struct tt_lock_word_ l, const char *what)
{
    char holder[96];
    uint64_t owner = tt_lock_word_owner_(tt_load_relaxed_(l.word));
    if (owner)
        tt_misuse_(l.word, "%s %s by a strand that does not hold it; the holder is %s", l.kind, what,
                   tt_strand_describe_(owner, holder, sizeof holder));
    else
        tt_misuse_(l.word, "%s %s while nobody holds it", l.kind, what);
    return -EPERM;
}

#endif
