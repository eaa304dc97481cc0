/* barrier.c - Barrier: rounds of `parties` strands.
 *
 * The queue's lock guards everything. Whoever comes last claims all the others: if one of them had timed out or was
 * cancelled before (its claim fails), the round is broken. Then nobody of the round can fail any more, and the action
 * runs with no lock held; who comes meanwhile is queued as LATE and looks again when the action is over. Only after
 * that the round is delivered, each with its place or code in its descriptor.
 * `round` counts rounds that are over, complete or broken: a waiter that fails breaks the barrier only in its own. */
#include <tutti/barrier.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/options.h"
#include "sync/await.h"
#include "sync/code.h"
#include "value/object.h"

enum { IN_ROUND = 0, LATE = 1 }; /* a waiter's mode, and how its wait ended: told a result, or look again */

struct tt_barrier {
    void *waiters;
    uint64_t round;
    uint64_t actor; /* the strand that runs the action; 0: none */
    int parties;
    int arrived; /* of this round, waiting; atomic, written under the lock */
    bool broken; /* atomic, written under the lock */
    tt_fn action;
    tt_value action_arg;
    double timeout;
};

tt_barrier *tt_barrier_new_with(int parties, const tt_barrier_options *options)
{
    tt_barrier_options o;
    bool valid = tt_options_read_(&o, sizeof o, options) && parties >= 1 && !(o.timeout < 0);
    bool sealed = !tt_is_no_memory_(tt_view_of(o.action_arg)) && tt_seal_(o.action_arg) == 0;
    tt_barrier *b = valid && sealed ? tt_calloc_(1, sizeof *b) : NULL;
    if (!valid)
        tt_misuse_(NULL, "barrier for %d parties, timeout %g: below 1, negative, or no .size", parties, o.timeout);
    if (!b) {
        tt_drop(o.action_arg);
        return NULL;
    }
    b->parties = parties;
    b->action = o.action;
    b->action_arg = o.action_arg;
    b->timeout = o.timeout;
    return b;
}

void tt_barrier_free(tt_barrier *b)
{
    if (!b) return;
    tt_waitq_lock_(&b->waiters);
    bool waited = tt_waitq_first_(&b->waiters) != NULL || b->actor != 0;
    tt_waitq_unlock_(&b->waiters);
    if (waited) {
        tt_misuse_(b, "barrier freed while strands wait for it: it is kept");
        return;
    }
    tt_drop(b->action_arg);
    tt_free_(b);
}

/* Claims all who wait onto `claimed`, each to be told `result`; a LATE one of an action that is over looks again.
 * Ends the round. How many they were. Lock held. */
static int64_t end_round(struct tt_barrier *b, int result, struct tt_list_ *claimed)
{
    tt_list_init_(claimed);
    int64_t n = tt_waitq_claim_some_(&b->waiters, INT64_MAX, claimed);
    for (struct tt_list_ *l = claimed->next; l != claimed; l = l->next)
        tt_container_(l, struct tt_waiter_, link)->strand->payload[0] = (uint64_t)(int64_t)result;
    tt_store_relaxed_(&b->arrived, 0);
    b->round++;
    return n;
}

/* Lock held; released. */
static void break_it(struct tt_barrier *b, bool stays_broken)
{
    struct tt_list_ claimed;
    end_round(b, -ECONNABORTED, &claimed);
    tt_store_relaxed_(&b->broken, stays_broken);
    tt_waitq_unlock_(&b->waiters);
    tt_deliver_all_(&claimed);
}

/* Gives each of the round its place. */
static void tell_places(struct tt_list_ *claimed)
{
    for (struct tt_list_ *l = claimed->next; l != claimed; l = l->next) {
        struct tt_waiter_ *w = tt_container_(l, struct tt_waiter_, link);
        w->strand->payload[0] = w->arg[0];
    }
}

/* The action is over: who came meanwhile looks again, at a barrier that is broken if it failed. Lock not held. */
static void end_action(struct tt_barrier *b, bool failed)
{
    struct tt_list_ late;
    tt_list_init_(&late);
    tt_waitq_lock_(&b->waiters);
    b->actor = 0;
    if (failed) tt_store_relaxed_(&b->broken, true);
    tt_waitq_claim_some_(&b->waiters, INT64_MAX, &late);
    for (struct tt_list_ *l = late.next; l != &late; l = l->next)
        tt_container_(l, struct tt_waiter_, link)->index = LATE;
    tt_waitq_unlock_(&b->waiters);
    tt_deliver_all_(&late);
}

/* 0, or the code of its error. The round is claimed; no lock held. It counts as a lock that this strand holds, so that
 * a strand that ends in the middle, and leaves the others waiting, is reported. */
static int act(struct tt_barrier *b)
{
    tt_self_.held++;
    tt_value answer = b->action(tt_view_of(b->action_arg));
    int r = tt_is_error(answer) ? tt_code_of_failure_(b, "barrier's action", answer) : 0;
    tt_drop(answer);
    tt_self_.held--;
    return r;
}

/* The calling strand is the last of its round. Lock held; released. */
static int complete(struct tt_barrier *b, struct tt_strand_ *me)
{
    struct tt_list_ claimed;
    int r = b->parties - 1; /* the place, unless it fails */
    bool whole = end_round(b, -ECONNABORTED, &claimed) == b->parties - 1;
    if (!whole) tt_store_relaxed_(&b->broken, true);
    bool acts = whole && b->action;
    if (acts) b->actor = me->id;
    tt_waitq_unlock_(&b->waiters);
    if (acts) {
        int failed = act(b);
        end_action(b, failed < 0);
        if (failed < 0) r = failed;
    }
    if (!whole) r = -ECONNABORTED;
    if (r >= 0) tell_places(&claimed);
    tt_deliver_all_(&claimed); /* b may be gone from here on */
    return r;
}

/* The wait of one who is early or LATE has failed with r: that breaks the barrier. Lock held; released. */
static int fail(struct tt_barrier *b, uint64_t round, int r)
{
    if (b->round == round)
        break_it(b, true);
    else
        tt_waitq_unlock_(&b->waiters);
    return r;
}

/* Waits, in this round or LATE. 0: *ret is the place or code; -EAGAIN: look again; else it failed. Lock held;
 * released. */
static int wait_once(struct tt_barrier *b, struct tt_strand_ *me, int mode, tt_time by, int *ret)
{
    struct tt_await_ a;
    uint64_t round = b->round;
    tt_await_join_(&a, me, "barrier", b, TT_PARK_CANCELLABLE_);
    if (mode == IN_ROUND) a.node.arg[0] = (uint64_t)b->arrived;
    if (mode == IN_ROUND) tt_store_relaxed_(&b->arrived, b->arrived + 1);
    tt_waitq_push_(&b->waiters, &a.node);
    tt_waitq_unlock_(&b->waiters);
    int r = tt_await_(&a, &b->waiters, by);
    if (r < 0) return fail(b, round, r);
    if (r == LATE) return -EAGAIN;
    *ret = (int)(int64_t)me->payload[0];
    return 0;
}

/* One try. -EAGAIN: look again, or with TT_NOW that it is not complete. */
static int arrive(struct tt_barrier *b, struct tt_strand_ *me, tt_time by)
{
    int place = 0, r = -EAGAIN;
    tt_waitq_lock_(&b->waiters);
    bool acting = b->actor != 0;
    if (b->broken || b->actor == me->id || (by == TT_NOW && (acting || b->arrived + 1 < b->parties))) {
        if (b->broken) r = -ECONNABORTED;
        if (b->actor == me->id) r = -EDEADLK;
        tt_waitq_unlock_(&b->waiters);
        return r;
    }
    if (!acting && b->arrived + 1 == b->parties) return complete(b, me);
    r = wait_once(b, me, acting ? LATE : IN_ROUND, by, &place);
    return r < 0 ? r : place;
}

int tt_barrier_wait(tt_barrier *b, tt_time by)
{
    int r;
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (by == TT_FOREVER && b->timeout > 0) by = tt_after(b->timeout);
    do {
        r = arrive(b, me, by);
    } while (r == -EAGAIN && by != TT_NOW);
    if (r == -EDEADLK) tt_misuse_(b, "barrier waited for by its own action");
    return r;
}

void tt_barrier_abort(tt_barrier *b)
{
    tt_waitq_lock_(&b->waiters);
    break_it(b, true);
}

void tt_barrier_reset(tt_barrier *b)
{
    tt_waitq_lock_(&b->waiters);
    break_it(b, false);
}

bool tt_barrier_broken(const tt_barrier *b)
{
    return tt_load_relaxed_(&b->broken);
}

int tt_barrier_parties(const tt_barrier *b)
{
    return b->parties;
}

int tt_barrier_n_waiting(const tt_barrier *b)
{
    return tt_load_relaxed_(&b->arrived);
}
