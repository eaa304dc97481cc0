/* condition.c - Condition: a queue of strands, and the lock it belongs to.
 *
 * A waiter is queued before it gives up the lock, so a notify under the lock cannot miss it. A notify goes to the first
 * waiter whose wait it can claim: one that timed out or was cancelled has lost that race and uses nothing up.
 * `lock` is set once, by a strand that holds that lock; it is atomic, since others read it.
 * Lock order: the user's lock, then the condition's queue; the queue lock is released before the user's lock. */
#include <limits.h>
#include <tutti/condition.h>

#include "base/log.h"
#include "sync/await.h"
#include "sync/code.h"
#include "sync/rlock.h"

_Static_assert(sizeof(tt_condition) == 16, "the ABI promises 16 bytes");

/* Either kind of lock: exactly one is set. */
struct any_lock {
    tt_lock *lock;
    tt_rlock *rlock;
};

static struct any_lock lock_of(tt_lock *l)
{
    return (struct any_lock){ .lock = l };
}

static struct any_lock rlock_of(tt_rlock *l)
{
    return (struct any_lock){ .rlock = l };
}

static const void *tag_of(struct any_lock l)
{
    return l.lock ? (const char *)l.lock : (const char *)l.rlock + 1;
}

static bool is_held(const void *tag)
{
    if ((uintptr_t)tag & 1) return tt_rlock_held((const tt_rlock *)(const void *)((const char *)tag - 1));
    return tt_lock_held(tag);
}

static uint64_t give_up(struct any_lock l)
{
    if (l.rlock) return tt_rlock_release_all_(l.rlock);
    (void)tt_lock_release(l.lock);
    return 1;
}

static int take_back(struct any_lock l, struct tt_strand_ *me, uint64_t depth)
{
    return l.rlock ? tt_rlock_acquire_depth_(l.rlock, me, depth, TT_FOREVER) : tt_lock_acquire(l.lock, TT_FOREVER);
}

/* Whether the caller holds l and the condition belongs to it, or does from now on. */
static inline __attribute__((always_inline)) int check(tt_condition *c, struct any_lock l)
{
    const void *bound = NULL;
    if (!is_held(tag_of(l))) {
        tt_misuse_(c, "condition waited for by a strand that does not hold the lock");
        return -EPERM;
    }
    if (tt_cas_relaxed_(&c->lock, &bound, tag_of(l)) || bound == tag_of(l)) return 0;
    tt_misuse_(c, "condition waited for with another lock than the one it belongs to");
    return -EINVAL;
}

static int wait(tt_condition *c, struct any_lock l, tt_time by)
{
    struct tt_await_ a;
    int r = check(c, l);
    if (r < 0) return r;
    if (by == TT_NOW) return -EAGAIN;
    struct tt_strand_ *me = tt_self_.strand; /* it holds a lock, so it has a descriptor */
    tt_waitq_lock_(&c->waiters);
    tt_await_join_(&a, me, "condition", c, TT_PARK_CANCELLABLE_);
    tt_waitq_push_(&c->waiters, &a.node);
    tt_waitq_unlock_(&c->waiters);
    uint64_t depth = give_up(l);
    r = tt_await_(&a, &c->waiters, by);
    if (r < 0) tt_waitq_unlock_(&c->waiters);
    int taken = take_back(l, me, depth);
    return r < 0 ? r : taken;
}

/* 1 true, 0 false, or the code of the predicate's error. */
static int ask(tt_condition *c, tt_fn predicate, tt_view arg)
{
    bool yes = false;
    tt_value answer = predicate(arg);
    int r = tt_is_error(answer) ? tt_code_of_failure_(c, "condition's predicate", answer) : tt_get_bool(answer, &yes);
    tt_drop(answer);
    return r < 0 ? r : yes;
}

static int wait_for(tt_condition *c, struct any_lock l, tt_fn predicate, tt_view arg, tt_time by)
{
    int waited = 0, r = check(c, l);
    while (r == 0) {
        int answer = ask(c, predicate, arg);
        if (answer != 0) return answer < 0 ? answer : 0;
        if (waited < 0) return waited;
        waited = wait(c, l, by);
        if (waited == TT_OWNER_DIED) return waited;
    }
    return r;
}

int tt_condition_wait_with_lock(tt_condition *c, tt_lock *l, tt_time by)
{
    return wait(c, lock_of(l), by);
}

int tt_condition_wait_with_rlock(tt_condition *c, tt_rlock *l, tt_time by)
{
    return wait(c, rlock_of(l), by);
}

int tt_condition_wait_for_with_lock(tt_condition *c, tt_lock *l, tt_fn predicate, tt_view arg, tt_time by)
{
    return wait_for(c, lock_of(l), predicate, arg, by);
}

int tt_condition_wait_for_with_rlock(tt_condition *c, tt_rlock *l, tt_fn predicate, tt_view arg, tt_time by)
{
    return wait_for(c, rlock_of(l), predicate, arg, by);
}

static int notify(tt_condition *c, int64_t n)
{
    struct tt_list_ claimed;
    const void *bound = tt_load_relaxed_(&c->lock);
    if (bound && !is_held(bound)) {
        tt_misuse_(c, "condition notified by a strand that does not hold the lock");
        return -EPERM;
    }
    tt_list_init_(&claimed);
    tt_waitq_lock_(&c->waiters);
    tt_waitq_claim_in_turns_(&c->waiters, n, &claimed);
    tt_waitq_unlock_(&c->waiters);
    tt_deliver_all_(&claimed);
    return 0;
}

int tt_condition_notify(tt_condition *c, int n)
{
    return notify(c, n);
}

int tt_condition_notify_all(tt_condition *c)
{
    return notify(c, INT64_MAX);
}
