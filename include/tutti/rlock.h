/* rlock.h - a lock that its holder may take again, as often as it releases. Python: threading.RLock.
 *
 *     static tt_rlock l;                         // zero is an open one; TT_RLOCK_INIT says it in words
 *     tt_with_rlock (&l) { tt_with_rlock (&l) { stats.hits++; } }
 *
 * As tt_lock in everything else: the holder alone releases it, who comes first gets it, a strand that has waited
 * about 1 ms gets it handed over. The last release happens-before the next strand's first acquire. */
#ifndef TUTTI_RLOCK_H
#define TUTTI_RLOCK_H

#include <tutti/core.h>
#include <tutti/strand.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_rlock {
    uint64_t word;  /* private: as in tt_lock */
    void *waiters;  /* private: the strands that wait */
    uint64_t depth; /* private: how often the holder holds it; the holder's own */
} tt_rlock;
#define TT_RLOCK_INIT { 0, NULL, 0 }

/* Private: the paths out of line. */
TT_API int tt_rlock_wait_(tt_rlock *l, tt_time by);
TT_API int tt_rlock_wake_(tt_rlock *l);
TT_API void tt_rlock_enter_(tt_rlock *l);
#define TT_RLOCK_FLAGS_ ((uint64_t)7)
#define TT_RLOCK_DIED_ ((uint64_t)2)

/* tt_rlock_acquire - takes the lock, once more if the calling strand holds it already, waiting until `by`.
 * Returns   0; TT_OWNER_DIED (1): you hold it, but a holder ended without releasing it: repair what it guards,
 *           then tt_rlock_repaired; -EAGAIN (TT_NOW and another holds it); -ETIMEDOUT; -ECANCELED (only with a
 *           deadline: an unbounded acquire is no cancellation point); -ENOMEM (no descriptor for this thread)
 * Strands   any     Cost   free: one compare-and-swap; held: none     Python   RLock.acquire */
TT_NODISCARD static inline int tt_rlock_acquire(tt_rlock *l, tt_time by)
{
    uint64_t me = tt_self_.id, seen = __atomic_load_n(&l->word, __ATOMIC_RELAXED);
    if (__builtin_expect(me == 0, 0)) return tt_rlock_wait_(l, by);
    if ((seen & ~TT_RLOCK_FLAGS_) == me) {
        l->depth++;
        return seen & TT_RLOCK_DIED_ ? TT_OWNER_DIED : 0;
    }
    if (seen != 0 || !__atomic_compare_exchange_n(&l->word, &seen, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return tt_rlock_wait_(l, by);
    l->depth = 1;
    tt_self_.held++;
    return 0;
}

/* tt_rlock_release - gives back one acquire; the last one opens it.  0; -EPERM: you do not hold it (nothing changes).
 * Python: RLock.release. */
static inline int tt_rlock_release(tt_rlock *l)
{
    uint64_t me = tt_self_.id;
    uint64_t holder = __atomic_load_n(&l->word, __ATOMIC_RELAXED) & ~TT_RLOCK_FLAGS_;
    if (me == 0 || holder != me) return tt_rlock_wake_(l);
    if (--l->depth > 0) return 0;
    if (__atomic_compare_exchange_n(&l->word, &me, (uint64_t)0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
        tt_self_.held--;
        return 0;
    }
    return tt_rlock_wake_(l);
}

/* tt_rlock_repaired - as tt_lock_repaired.  0; -EPERM: you do not hold it. */
TT_API int tt_rlock_repaired(tt_rlock *l);

/* tt_rlock_locked - whether anybody holds it; may be outdated at once. */
TT_API bool tt_rlock_locked(const tt_rlock *l);

/* tt_rlock_held - whether the calling strand holds it. tt_rlock_depth - how often; 0: not at all. */
TT_API bool tt_rlock_held(const tt_rlock *l);
TT_API uint64_t tt_rlock_depth(const tt_rlock *l);

/* Private: leaves the scope; harmless the second time. */
static inline void tt_rlock_exit_(tt_rlock **l)
{
    if (*l) (void)tt_rlock_release(*l);
    *l = NULL;
}
static inline tt_rlock *tt_rlock_entered_(tt_rlock *l)
{
    tt_rlock_enter_(l);
    return l;
}

/* tt_with_rlock (l) { … } - holds *l in the block. tt_guard_rlock(l); - holds it until the enclosing block ends.
 * A lock whose holder died is entered and a line is logged; without memory for the thread's descriptor it is fatal. */
#define tt_with_rlock_(l, guard)                                                                                      \
    for (tt_rlock *guard TT_CLEANUP(tt_rlock_exit_) = tt_rlock_entered_(l); guard; tt_rlock_exit_(&guard))
#define tt_with_rlock(l) tt_with_rlock_(l, TT_UNIQUE_(tt_guard_))
#define tt_guard_rlock(l)                                                                                             \
    __attribute__((unused)) tt_rlock *TT_UNIQUE_(tt_guard_) TT_CLEANUP(tt_rlock_exit_) = tt_rlock_entered_(l)

#ifdef __cplusplus
}
#endif
#endif
