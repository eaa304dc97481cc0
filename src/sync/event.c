/* event.c - Event: a flag, and the strands that wait for it.
 *
 * Set claims all who are queued, then sets the flag in the same hold of the queue lock: that is what makes set followed
 * by clear wake everybody who waited. Nobody is delivered before: the first to run may take the event apart.
 * Waiting without the lock is safe against the event's end: a waiter that sees the flag also looks whether
 * the setter is still inside the lock, and then waits until it is out (await.h, tt_waitq_settle_).
 * Pairings: the flag's release (set) with its acquire (is_set). */
#include <tutti/event.h>

#include "sync/await.h"
#include "sync/waitable.h"

_Static_assert(sizeof(tt_event) == 16, "the ABI promises 16 bytes");

void tt_event_set(tt_event *e)
{
    struct tt_list_ claimed;
    tt_list_init_(&claimed);
    tt_waitq_lock_(&e->waiters);
    tt_waitq_claim_in_turns_(&e->waiters, INT64_MAX, &claimed);
    tt_store_release_(&e->word, 1); /* pairs with is_set */
    tt_waitq_unlock_(&e->waiters);
    tt_deliver_all_(&claimed);
}

void tt_event_clear(tt_event *e)
{
    tt_waitq_lock_(&e->waiters);
    tt_store_relaxed_(&e->word, 0);
    tt_waitq_unlock_(&e->waiters);
}

int tt_event_wait_(tt_event *e, tt_time by)
{
    struct tt_await_ a;
    struct tt_strand_ *me = NULL;
    if (by != TT_NOW && !(me = tt_strand_current_())) return -ENOMEM;
    tt_waitq_lock_(&e->waiters);
    int r = tt_event_is_set(e) ? 0 : -EAGAIN;
    if (r < 0 && by != TT_NOW) {
        r = tt_await_turn_(&a, &e->waiters, me, "event", e, by);
        if (r >= 0) return 0;
    }
    tt_waitq_unlock_(&e->waiters);
    return r;
}

/* --- in a select --- */

static int attempt(struct tt_case *c)
{
    return tt_event_wait(c->object_, TT_NOW);
}

static void enlist(struct tt_case *c, struct tt_waiter_ *w)
{
    tt_event *e = c->object_;
    tt_waitq_lock_(&e->waiters);
    bool granted = tt_event_is_set(e) && tt_claim_(w);
    if (!tt_event_is_set(e)) tt_waitq_push_(&e->waiters, w);
    tt_waitq_unlock_(&e->waiters);
    if (granted) tt_deliver_(w);
}

static void withdraw(struct tt_case *c, struct tt_waiter_ *w)
{
    tt_event *e = c->object_;
    tt_waitq_lock_(&e->waiters);
    tt_waitq_remove_(&e->waiters, w);
    tt_waitq_unlock_(&e->waiters);
}

static int finish(struct tt_case *c, struct tt_waiter_ *w)
{
    (void)c;
    (void)w;
    return 0;
}

static const struct tt_case_ops_ ops = { attempt, enlist, withdraw, finish, NULL };

tt_case tt_on_event(tt_event *e)
{
    return tt_case_make_(&ops, e);
}
