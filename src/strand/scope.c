/* scope.c - cancel scopes: a stack of them per strand.
 *
 * A strand's chain of scopes changes only by the strand itself, under its scope_lock; whoever cancels holds that
 * lock while it walks the chain and ends the wait, so no scope can be left meanwhile. A scope's strand is set
 * when it is entered and cleared when left. The flag and the strand pointer, and the flag and the wait word, are
 * Dekker pairs (sequentially consistent): a cancel is seen by the wait or sees it.
 * Lock order: a thread's scope_lock, then that of the coroutine that stands in for it. */
#include "strand/scope.h"

#include "base/fatal.h"
#include "base/log.h"
#include "strand/park.h"

_Static_assert(sizeof(tt_scope) == 48, "the ABI promises 48 bytes");

bool tt_scope_reached_(struct tt_scope *s, tt_time *limit)
{
    for (; s; s = s->outer) {
        uint32_t flags = tt_load_seq_(&s->flags);
        if (flags & TT_SCOPE_CANCELLED_) return true;
        if (s->deadline < *limit) *limit = s->deadline;
        if (flags & TT_SCOPE_SHIELD_) return false;
    }
    return false;
}

void tt_scope_enter_(struct tt_scope *s, struct tt_strand_ *me)
{
    tt_spin_lock_(&me->scope_lock);
    s->outer = me->scope;
    me->scope = s;
    tt_store_seq_(&s->strand, me);
    tt_spin_unlock_(&me->scope_lock);
}

void tt_scope_leave_(struct tt_scope *s, struct tt_strand_ *me)
{
    tt_spin_lock_(&me->scope_lock);
    me->scope = s->outer;
    tt_store_seq_(&s->strand, NULL);
    tt_spin_unlock_(&me->scope_lock);
}

/* Whether a cancel of `s` reaches the strand where it is now. Its scope_lock is held. */
static bool reaches(const struct tt_scope *s, struct tt_strand_ *strand)
{
    for (struct tt_scope *in = strand->scope; in; in = in->outer) {
        if (in == s) return true;
        if (tt_load_relaxed_(&in->flags) & TT_SCOPE_SHIELD_) return false;
    }
    return false;
}

static void set_scope(struct tt_strand_ *me, struct tt_scope *s)
{
    tt_spin_lock_(&me->scope_lock);
    me->scope = s;
    tt_spin_unlock_(&me->scope_lock);
}

static void set_deputy(struct tt_strand_ *thread, struct tt_strand_ *deputy)
{
    tt_spin_lock_(&thread->scope_lock);
    thread->deputy = deputy;
    tt_spin_unlock_(&thread->scope_lock);
}

void tt_scope_stand_in_(struct tt_strand_ *me, struct tt_strand_ *thread)
{
    set_scope(me, thread->scope); /* which stays as it is: the thread is in its loop */
    set_deputy(thread, me);
}

void tt_scope_stand_out_(struct tt_strand_ *me, struct tt_strand_ *thread)
{
    set_deputy(thread, NULL);
    set_scope(me, NULL);
}

/* Its scope_lock is held. */
static void cancel_deputy(const struct tt_scope *s, struct tt_strand_ *thread)
{
    struct tt_strand_ *deputy = thread->deputy;
    if (!deputy) return;
    tt_spin_lock_(&deputy->scope_lock);
    if (reaches(s, deputy)) tt_park_cancel_(deputy);
    tt_spin_unlock_(&deputy->scope_lock);
}

void tt_scope_cancel(tt_scope *s)
{
    if (tt_or_seq_(&s->flags, TT_SCOPE_CANCELLED_) & TT_SCOPE_CANCELLED_) return;
    struct tt_strand_ *strand = tt_load_seq_(&s->strand);
    if (!strand) return;
    tt_spin_lock_(&strand->scope_lock);
    if (tt_load_seq_(&s->strand) == strand && reaches(s, strand)) {
        tt_park_cancel_(strand);
        cancel_deputy(s, strand);
    }
    tt_spin_unlock_(&strand->scope_lock);
}

bool tt_scope_entered_(const struct tt_scope *s, const struct tt_strand_ *me)
{
    for (const struct tt_scope *in = me->scope; in; in = in->outer)
        if (in == s) return true;
    return false;
}

int tt_scope_enter(tt_scope *s, tt_time deadline)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (tt_scope_entered_(s, me)) {
        tt_misuse_(s, "scope entered by a strand that is in it");
        return -EPERM;
    }
    tt_scope_init_(s, deadline);
    tt_scope_enter_(s, me);
    return 0;
}

static bool expired(const tt_scope *s)
{
    return s->deadline != TT_FOREVER && tt_clock() >= s->deadline;
}

int tt_scope_leave(tt_scope *s)
{
    struct tt_strand_ *me = tt_self_.strand;
    if (!me || me->scope != s) {
        tt_misuse_(s, "scope left by a strand whose innermost it is not");
        return -EPERM;
    }
    tt_scope_leave_(s, me);
    if (tt_load_relaxed_(&s->flags) & TT_SCOPE_CANCELLED_) return -ECANCELED;
    return expired(s) ? -ETIMEDOUT : 0;
}

bool tt_scope_cancelled(const tt_scope *s)
{
    return tt_load_seq_(&s->flags) & TT_SCOPE_CANCELLED_ || expired(s);
}

bool tt_cancelled(void)
{
    struct tt_strand_ *me = tt_self_.strand;
    tt_time limit = TT_FOREVER;
    if (!me || !me->scope) return false;
    return tt_scope_reached_(me->scope, &limit) || (limit != TT_FOREVER && tt_clock() >= limit);
}

void tt_scope_open_(tt_scope *s, tt_time deadline, bool shield)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) tt_fatal_("no memory to enter a scope");
    tt_scope_init_(s, deadline);
    if (shield) s->flags = TT_SCOPE_SHIELD_; /* before it is entered: a canceller sees both or neither */
    tt_scope_enter_(s, me);
}

void tt_scope_close_(tt_scope *s)
{
    if (s->strand) tt_scope_leave(s);
}
