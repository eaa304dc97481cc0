/* condition.h - strands wait, under a lock, until another says that something changed. Python: threading.Condition.
 *
 *     static tt_lock lock;
 *     static tt_condition changed;               // zero is one without waiters; TT_CONDITION_INIT binds it at once
 *     tt_with_lock (&lock) {
 *         while (!ready) TT_TRY(tt_condition_wait(&changed, &lock, TT_FOREVER));
 *     }
 *
 * A condition belongs to one lock, a tt_lock or a tt_rlock: the one it was bound to by its initialiser, else the one
 * of its first wait. Who waits is woken in the order of waiting, each by one notify: there are no spurious wakes, and
 * a notify is never used up by a waiter that had timed out or was cancelled. What the notifier did under the lock
 * happens-before the return from the wait. */
#ifndef TUTTI_CONDITION_H
#define TUTTI_CONDITION_H

#include <tutti/lock.h>
#include <tutti/rlock.h>
#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_condition {
    void *waiters;    /* private: the strands that wait */
    const void *lock; /* private: the lock it belongs to, plus 1 for a tt_rlock; NULL: not known yet */
} tt_condition;

/* TT_CONDITION_INIT(&lock) - bound to that lock, so that notify without the lock is always found out. */
#define TT_CONDITION_INIT(l) { NULL, (const char *)(l) + _Generic((l), tt_rlock * : 1, tt_lock * : 0) }

/* tt_condition_wait - gives up the lock (an RLock whole, however deep), waits to be notified until `by`, and takes the
 * lock again (as deep as before): you hold it in every case. Taking it again is no cancellation point.
 * l         &lock or &rlock
 * Returns   0: notified; TT_OWNER_DIED (1): notified, and a holder of the lock ended without releasing it, see
 *           tt_lock_acquire; -EAGAIN (TT_NOW: the lock was not given up); -ETIMEDOUT; -ECANCELED; -EPERM: you do not
 *           hold the lock; -EINVAL: the condition belongs to another lock (in both cases nothing has changed)
 * Strands   any     Python   Condition.wait */
TT_API TT_NODISCARD int tt_condition_wait_with_lock(tt_condition *c, tt_lock *l, tt_time by);
TT_API TT_NODISCARD int tt_condition_wait_with_rlock(tt_condition *c, tt_rlock *l, tt_time by);

/* tt_condition_wait_for - waits until predicate(arg) is true: it is called with the lock held, at first and after
 * every wake.
 * predicate   answers a bool, or an error value to give up
 * arg         lent
 * Returns     0: the predicate is true; -EAGAIN (TT_NOW), -ETIMEDOUT, -ECANCELED: it is not; the code of the
 *             predicate's error (logged), else as tt_condition_wait. TT_OWNER_DIED is answered as soon as it is seen
 * Python      Condition.wait_for */
TT_API TT_NODISCARD int tt_condition_wait_for_with_lock(tt_condition *c, tt_lock *l, tt_fn predicate, tt_view arg,
                                                        tt_time by);
TT_API TT_NODISCARD int tt_condition_wait_for_with_rlock(tt_condition *c, tt_rlock *l, tt_fn predicate, tt_view arg,
                                                         tt_time by);

/* tt_condition_notify - wakes up to n of those who wait, the longest first; n < 1: none. tt_condition_notify_all - all.
 * Returns   0; -EPERM: you do not hold the condition's lock (nothing changes; a condition that knows no lock yet, since
 *           nobody has ever waited, cannot tell and answers 0)
 * Python    Condition.notify, notify_all */
TT_API int tt_condition_notify(tt_condition *c, int n);
TT_API int tt_condition_notify_all(tt_condition *c);

#ifdef __cplusplus
}
static inline int tt_condition_wait(tt_condition *c, tt_lock *l, tt_time by)
{
    return tt_condition_wait_with_lock(c, l, by);
}
static inline int tt_condition_wait(tt_condition *c, tt_rlock *l, tt_time by)
{
    return tt_condition_wait_with_rlock(c, l, by);
}
static inline int tt_condition_wait_for(tt_condition *c, tt_lock *l, tt_fn predicate, tt_view arg, tt_time by)
{
    return tt_condition_wait_for_with_lock(c, l, predicate, arg, by);
}
static inline int tt_condition_wait_for(tt_condition *c, tt_rlock *l, tt_fn predicate, tt_view arg, tt_time by)
{
    return tt_condition_wait_for_with_rlock(c, l, predicate, arg, by);
}
#else
#define tt_condition_wait(c, l, by)                                                                                   \
    _Generic((l), tt_lock * : tt_condition_wait_with_lock, tt_rlock * : tt_condition_wait_with_rlock)(c, l, by)
#define tt_condition_wait_for(c, l, predicate, arg, by)                                                               \
    _Generic((l), tt_lock * : tt_condition_wait_for_with_lock, tt_rlock * : tt_condition_wait_for_with_rlock)(        \
        c, l, predicate, tt_view_of(arg), by)
#endif

#endif
