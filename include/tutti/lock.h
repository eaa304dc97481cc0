/* lock.h - mutual exclusion between strands: threads, coroutines, and the two mixed. Python: threading.Lock.
 *
 *     static tt_lock l;                          // zero is an open lock; TT_LOCK_INIT says it in words
 *     tt_with_lock (&l) { stats.hits++; }        // released at the end, and by break, continue, return, goto
 *
 * Not recursive; only the holder may release it (stricter than Python). Free locks go to whoever comes first; a
 * strand that has waited about 1 ms gets it handed over. release happens-before the next acquire. */
#ifndef TUTTI_LOCK_H
#define TUTTI_LOCK_H

#include <tutti/core.h>
#include <tutti/strand.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_lock {
    uint64_t word; /* private: 0 free; my id: mine and nobody waits; else see src/sync/word.c */
    void *waiters; /* private: the strands that wait */
} tt_lock;
#define TT_LOCK_INIT { 0, NULL }

/* Private: the paths out of line. */
TT_API int tt_lock_wait_(tt_lock *l, tt_time by);
TT_API int tt_lock_wake_(tt_lock *l);
TT_API void tt_lock_enter_(tt_lock *l);

/* tt_lock_acquire - takes the lock, waiting until `by`.
 * Returns   0; TT_OWNER_DIED (1): you hold it, but its holder ended without releasing it: repair what it guards,
 *           then tt_lock_repaired; -EAGAIN (TT_NOW and it is held); -ETIMEDOUT; -EDEADLK: you hold it already;
 *           -ECANCELED (only with a deadline: an unbounded acquire is no cancellation point); -ENOMEM (no
 *           descriptor for this thread)
 * Strands   any     Cost   free: one compare-and-swap     Python   Lock.acquire */
TT_NODISCARD static inline int tt_lock_acquire(tt_lock *l, tt_time by)
{
    uint64_t free = 0, me = tt_self_.id;
    if (__builtin_expect(me != 0, 1) &&
        __atomic_compare_exchange_n(&l->word, &free, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        tt_self_.held++;
        return 0;
    }
    return tt_lock_wait_(l, by);
}

/* tt_lock_release - opens it.  0; -EPERM: you do not hold it (nothing changes).  Python: Lock.release. */
static inline int tt_lock_release(tt_lock *l)
{
    uint64_t me = tt_self_.id;
    if (__builtin_expect(me != 0, 1) &&
        __atomic_compare_exchange_n(&l->word, &me, (uint64_t)0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
        tt_self_.held--;
        return 0;
    }
    return tt_lock_wake_(l);
}

/* tt_lock_repaired - the holder says that what a dead holder left behind is in order again; until then every
 * acquire answers TT_OWNER_DIED.  0; -EPERM: you do not hold it. */
TT_API int tt_lock_repaired(tt_lock *l);

/* tt_lock_locked - whether anybody holds it; may be outdated at once.  Python: Lock.locked. */
TT_API bool tt_lock_locked(const tt_lock *l);

/* tt_lock_held - whether the calling strand holds it. */
TT_API bool tt_lock_held(const tt_lock *l);

/* Private: leaves the scope; harmless the second time. */
static inline void tt_lock_exit_(tt_lock **l)
{
    if (*l) (void)tt_lock_release(*l);
    *l = NULL;
}
static inline tt_lock *tt_lock_entered_(tt_lock *l)
{
    tt_lock_enter_(l);
    return l;
}

/* tt_with_lock (l) { … } - holds *l in the block. tt_guard_lock(l); - holds it until the enclosing block ends.
 * The block is a loop of one turn, as every tt_with_…: break and continue end it, not a loop around it. Where they
 * should reach that one, use tt_guard_lock in its body.
 * Entering fails only by a deadlock with oneself (or no memory): that is fatal, with the report, since a body is
 * never skipped silently; who wants the code calls tt_lock_acquire. A lock whose holder died is entered and a
 * line is logged. */
#define tt_with_lock_(l, guard)                                                                                       \
    for (tt_lock *guard TT_CLEANUP(tt_lock_exit_) = tt_lock_entered_(l); guard; tt_lock_exit_(&guard))
#define tt_with_lock(l) tt_with_lock_(l, TT_UNIQUE_(tt_guard_))
#define tt_guard_lock(l)                                                                                              \
    __attribute__((unused)) tt_lock *TT_UNIQUE_(tt_guard_) TT_CLEANUP(tt_lock_exit_) = tt_lock_entered_(l)

#ifdef __cplusplus
}
#endif
#endif
