/* lock.c - Lock: the paths out of line. The word and its queue: word.c. */
#include <tutti/lock.h>

#include "base/fatal.h"
#include "base/log.h"
#include "sync/word.h"

_Static_assert(sizeof(tt_lock) == 16, "the ABI promises 16 bytes");

static struct tt_lock_word_ word_of(tt_lock *l)
{
    return (struct tt_lock_word_){ &l->word, &l->waiters, "lock" };
}

static bool is_mine(const tt_lock *l, uint64_t me)
{
    return me != 0 && tt_lock_word_owner_(tt_load_relaxed_(&l->word)) == me;
}

int tt_lock_wait_(tt_lock *l, tt_time by)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (is_mine(l, me->id)) {
        tt_misuse_(l, "lock acquired again by the strand that holds it");
        return -EDEADLK;
    }
    return tt_lock_word_acquire_(word_of(l), me, by);
}

int tt_lock_wake_(tt_lock *l)
{
    if (!is_mine(l, tt_self_.id)) return tt_lock_word_not_mine_(word_of(l), "released");
    tt_lock_word_release_(word_of(l));
    return 0;
}

int tt_lock_repaired(tt_lock *l)
{
    if (!is_mine(l, tt_self_.id)) return tt_lock_word_not_mine_(word_of(l), "marked as repaired");
    tt_and_acq_rel_(&l->word, ~(uint64_t)TT_LOCK_DIED_);
    return 0;
}

bool tt_lock_locked(const tt_lock *l)
{
    return tt_lock_word_owner_(tt_load_relaxed_(&l->word)) != 0;
}

bool tt_lock_held(const tt_lock *l)
{
    return is_mine(l, tt_self_.id);
}

void tt_lock_enter_(tt_lock *l)
{
    char name[128];
    int r = tt_lock_acquire(l, TT_FOREVER);
    if (r == TT_OWNER_DIED) tt_misuse_(l, "lock entered whose holder ended without releasing it");
    if (r < 0) tt_fatal_("tt_with_lock on %s: %s", tt_name_of_(l, name, sizeof name), tt_strerror(r));
}
