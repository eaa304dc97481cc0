/* rlock.c - RLock: the paths out of line. The word and its queue: word.c.
 * `depth` is written only by the holder; it is 0 while nobody holds the lock, and again before the word is released. */
#include "sync/rlock.h"

#include "base/fatal.h"
#include "base/log.h"

_Static_assert(sizeof(tt_rlock) == 24, "the ABI promises 24 bytes");
_Static_assert(TT_RLOCK_FLAGS_ == TT_ID_FLAGS_ && TT_RLOCK_DIED_ == TT_LOCK_DIED_, "rlock.h repeats them");

static struct tt_lock_word_ word_of(tt_rlock *l)
{
    return (struct tt_lock_word_){ &l->word, &l->waiters, "rlock" };
}

static bool is_mine(const tt_rlock *l)
{
    uint64_t me = tt_self_.id;
    return me != 0 && tt_lock_word_owner_(tt_load_relaxed_(&l->word)) == me;
}

int tt_rlock_acquire_depth_(tt_rlock *l, struct tt_strand_ *me, uint64_t depth, tt_time by)
{
    int r = tt_lock_word_acquire_(word_of(l), me, by);
    if (r >= 0) l->depth = depth;
    return r;
}

uint64_t tt_rlock_release_all_(tt_rlock *l)
{
    uint64_t depth = l->depth, me = tt_self_.id;
    l->depth = 0;
    if (tt_cas_release_(&l->word, &me, 0)) /* pairs with the next holder's acquire */
        tt_self_.held--;
    else
        tt_lock_word_release_(word_of(l));
    return depth;
}

int tt_rlock_wait_(tt_rlock *l, tt_time by)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    return tt_rlock_acquire_depth_(l, me, 1, by);
}

int tt_rlock_wake_(tt_rlock *l)
{
    if (!is_mine(l)) return tt_lock_word_not_mine_(word_of(l), "released");
    tt_lock_word_release_(word_of(l));
    return 0;
}

int tt_rlock_repaired(tt_rlock *l)
{
    if (!is_mine(l)) return tt_lock_word_not_mine_(word_of(l), "marked as repaired");
    tt_and_acq_rel_(&l->word, ~(uint64_t)TT_LOCK_DIED_);
    return 0;
}

bool tt_rlock_locked(const tt_rlock *l)
{
    return tt_lock_word_owner_(tt_load_relaxed_(&l->word)) != 0;
}

bool tt_rlock_held(const tt_rlock *l)
{
    return is_mine(l);
}

uint64_t tt_rlock_depth(const tt_rlock *l)
{
    return is_mine(l) ? l->depth : 0;
}

void tt_rlock_enter_(tt_rlock *l)
{
    char name[128];
    int r = tt_rlock_acquire(l, TT_FOREVER);
    if (r == TT_OWNER_DIED) tt_misuse_(l, "rlock entered whose holder ended without releasing it");
    if (r < 0) tt_fatal_("tt_with_rlock on %s: %s", tt_name_of_(l, name, sizeof name), tt_strerror(r));
}
