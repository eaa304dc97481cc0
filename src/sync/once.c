/* once.c - Once: who runs the function, and who waits for the end of that.
 *
 *     0     fresh, or the last try failed and nobody waits
 *     id    that strand runs the function (which is how a call from inside is found)
 *     1     done, for ever
 *
 * The word changes under the queue lock. When a try fails, the turn is handed to the first waiter. A runner that ends
 * in the middle counts as holding a lock: its end is reported and kicks the waiters (index 0 is "look again"), and the
 * first to look takes over.
 * Pairings: DONE's release with the acquire of every fast path; a turn handed over: deliver with park. */
#include <tutti/once.h>

#include "base/log.h"
#include "sync/await.h"
#include "sync/code.h"

_Static_assert(sizeof(tt_once) == 16, "the ABI promises 16 bytes");

enum { FRESH = 0, DONE = 1 };
enum { LOOK_AGAIN = 0, IS_DONE = 1, YOUR_TURN = 2 }; /* a waiter's index */

static void hand_on(tt_once *o, bool done)
{
    struct tt_list_ claimed;
    tt_list_init_(&claimed);
    tt_self_.held--;
    tt_waitq_lock_(&o->waiters);
    tt_waitq_claim_some_(&o->waiters, done ? INT64_MAX : 1, &claimed);
    struct tt_waiter_ *first = tt_list_empty_(&claimed) ? NULL : tt_container_(claimed.next, struct tt_waiter_, link);
    for (struct tt_list_ *l = claimed.next; l != &claimed; l = l->next)
        tt_container_(l, struct tt_waiter_, link)->index = done ? IS_DONE : YOUR_TURN;
    tt_store_release_(&o->word, done ? DONE : first ? first->strand->id : FRESH); /* pairs with the fast path */
    tt_waitq_unlock_(&o->waiters);
    tt_deliver_all_(&claimed);
}

/* Runs the function: the calling strand has the turn. */
static int run(tt_once *o, tt_fn fn, tt_view arg)
{
    tt_self_.held++;
    tt_value answer = fn(arg);
    int r = tt_is_error(answer) ? tt_code_of_failure_(o, "function of once", answer) : 0;
    tt_drop(answer);
    hand_on(o, r == 0);
    return r;
}

/* What there is to do now: IS_DONE, YOUR_TURN (then it is taken), or LOOK_AGAIN: another has it. Queue lock held. */
static int look(tt_once *o, uint64_t me)
{
    uint64_t word = tt_load_relaxed_(&o->word);
    if (word == DONE) return IS_DONE;
    if (word != FRESH && tt_strand_find_(word)) return LOOK_AGAIN;
    tt_store_relaxed_(&o->word, me);
    return YOUR_TURN;
}

/* The runner may have ended before our wait had begun: then its kick has missed us. */
static void recheck_runner(tt_once *o, struct tt_strand_ *me)
{
    uint64_t word = tt_load_seq_(&o->word);
    if (word > DONE && !tt_strand_find_(word)) tt_park_kick_(me);
}

/* Waits once. Queue lock held before and after. */
static int wait_once(tt_once *o, struct tt_strand_ *me, tt_time by)
{
    struct tt_await_ a;
    tt_await_join_(&a, me, "once", o, TT_PARK_CANCELLABLE_ | TT_PARK_COMPETES_);
    tt_waitq_push_(&o->waiters, &a.node);
    tt_waitq_unlock_(&o->waiters);
    recheck_runner(o, me);
    int r = tt_park_(&a.park, by);
    tt_waitq_lock_(&o->waiters);
    tt_waitq_remove_(&o->waiters, &a.node);
    return r;
}

/* Until it is done, or ours to do, or the wait fails. Queue lock held. */
static int get_turn(tt_once *o, struct tt_strand_ *me, tt_time by)
{
    for (;;) {
        int r = look(o, me->id);
        if (r != LOOK_AGAIN) return r;
        if (by == TT_NOW) return -EAGAIN;
        r = wait_once(o, me, by);
        if (r != LOOK_AGAIN) return r;
    }
}

int tt_once_slow_(tt_once *o, tt_fn fn, tt_view arg, tt_time by)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (tt_load_relaxed_(&o->word) == me->id) {
        tt_misuse_(o, "once called again by the function that it runs");
        return -EDEADLK;
    }
    tt_waitq_lock_(&o->waiters);
    int r = get_turn(o, me, by);
    tt_waitq_unlock_(&o->waiters);
    if (r < 0) return r;
    return r == IS_DONE ? 0 : run(o, fn, arg);
}
