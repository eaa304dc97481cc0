/* rwlock.h - many read or one writes. Python has none; Java: ReentrantReadWriteLock.
 *
 *     static tt_rwlock l;                        // zero is an open one; TT_RWLOCK_INIT says it in words
 *     tt_with_rwlock_read (&l) { look(table); }
 *     tt_with_rwlock_write (&l) { change(table); }
 *
 * Fair: who waits is let in in the order of waiting, readers next to each other together; who comes later does not
 * overtake, so neither side is starved. A strand that reads already may read once more at any time. A strand that reads
 * cannot write, and one that writes cannot take it again: -EDEADLK. A write's release happens-before every later
 * acquire, a read's before the next write. */
#ifndef TUTTI_RWLOCK_H
#define TUTTI_RWLOCK_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_rwlock {
    uint64_t word; /* private: see src/sync/rwlock.c */
    void *waiters; /* private: the strands that wait */
    uint64_t spare[2];
} tt_rwlock;
#define TT_RWLOCK_INIT { 0, NULL, { 0, 0 } }

/* tt_rwlock_acquire_read, tt_rwlock_acquire_write - take it for reading or writing, waiting until `by`.
 * Returns   0; TT_OWNER_DIED (1): you hold it, but a writer ended without releasing it: whoever writes next repairs,
 *           then tt_rwlock_repaired; -EAGAIN (TT_NOW and it is not to be had); -ETIMEDOUT; -ECANCELED; -EDEADLK: you
 *           write already, or read and want to write; -ENOMEM (no descriptor, or a strand that reads several at once)
 * Strands   any     Cost   free: one compare-and-swap and a look into the strand's own short table */
TT_API TT_NODISCARD int tt_rwlock_acquire_read(tt_rwlock *l, tt_time by);
TT_API TT_NODISCARD int tt_rwlock_acquire_write(tt_rwlock *l, tt_time by);

/* tt_rwlock_release_read, tt_rwlock_release_write - give it back.  0; -EPERM: you do not hold it so (and nothing
 * changes). */
TT_API int tt_rwlock_release_read(tt_rwlock *l);
TT_API int tt_rwlock_release_write(tt_rwlock *l);

/* tt_rwlock_repaired - what a writer that ended left behind is in order again.  0; -EPERM: you are not its writer. */
TT_API int tt_rwlock_repaired(tt_rwlock *l);

/* tt_rwlock_readers - how many strands read now. tt_rwlock_written - whether one writes. May be outdated at once.
 * A strand that ends while it reads is reported, and goes on counting: nobody can tell the lock. */
TT_API int64_t tt_rwlock_readers(const tt_rwlock *l);
TT_API bool tt_rwlock_written(const tt_rwlock *l);

/* tt_rwlock_read_held, tt_rwlock_write_held - whether the calling strand reads, or writes. */
TT_API bool tt_rwlock_read_held(const tt_rwlock *l);
TT_API bool tt_rwlock_write_held(const tt_rwlock *l);

/* Private: the block forms. Leaving is harmless the second time. */
TT_API tt_rwlock *tt_rwlock_read_entered_(tt_rwlock *l);
TT_API tt_rwlock *tt_rwlock_write_entered_(tt_rwlock *l);
static inline void tt_rwlock_read_exit_(tt_rwlock **l)
{
    if (*l) (void)tt_rwlock_release_read(*l);
    *l = NULL;
}
static inline void tt_rwlock_write_exit_(tt_rwlock **l)
{
    if (*l) (void)tt_rwlock_release_write(*l);
    *l = NULL;
}

/* tt_with_rwlock_read (l) { … }, tt_with_rwlock_write (l) { … } - hold it in the block; tt_guard_rwlock_… until the
 * enclosing block ends. A body is never skipped: entering is no cancellation point, and a deadlock with oneself (or no
 * memory) is fatal. */
#define tt_with_rwlock_(how, l, guard)                                                                                \
    for (tt_rwlock *guard TT_CLEANUP(tt_rwlock_##how##_exit_) = tt_rwlock_##how##_entered_(l); guard;                 \
         tt_rwlock_##how##_exit_(&guard))
#define tt_with_rwlock_read(l) tt_with_rwlock_(read, l, TT_UNIQUE_(tt_guard_))
#define tt_with_rwlock_write(l) tt_with_rwlock_(write, l, TT_UNIQUE_(tt_guard_))
#define tt_guard_rwlock_read(l)                                                                                       \
    __attribute__((unused)) tt_rwlock *TT_UNIQUE_(tt_guard_) TT_CLEANUP(tt_rwlock_read_exit_) =                       \
        tt_rwlock_read_entered_(l)
#define tt_guard_rwlock_write(l)                                                                                      \
    __attribute__((unused)) tt_rwlock *TT_UNIQUE_(tt_guard_) TT_CLEANUP(tt_rwlock_write_exit_) =                      \
        tt_rwlock_write_entered_(l)

#ifdef __cplusplus
}
#endif
#endif
