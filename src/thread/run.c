/* run.c - start, and what the new thread does from its first to its last step.
 *
 * The strand is made by the one who starts, so that all that can fail fails there. The end comes by the destructor of
 * a thread-specific key in its last round (so that other destructors may still use locks and the thread's identity),
 * and is thus the same for a return, pthread_exit and pthread_cancel:
 *     the strand ends (locks it holds are reported by name) -> out of the registry -> `ended` opens
 *     -> out of exit's list -> the running thread's reference goes: its last touch.
 */
#include <string.h>

#include "base/futex.h"
#include "base/log.h"
#include "base/thread.h"
#include "strand/locals.h"
#include "thread/thread.h"
#include "value/object.h"

/* ---- the new thread ---- */

/* Tells who it is, and takes the name that it has by now. */
static void introduce(struct tt_thread *t)
{
    if (!tt_thread_enter_gate_(t)) return; /* never: it opens for the last time after our end */
    t->os = pthread_self();
    tt_thread_set_name_(tt_thread_name(t));
    tt_store_release_(&t->native, tt_thread_number_()); /* pairs with native_id */
    tt_futex_wake_((uint32_t *)(void *)&t->native, INT32_MAX);
    tt_thread_leave_gate_(t, TT_GATE_OPEN_);
}

/* The starter says so too: whoever comes first. */
static void runs(struct tt_thread *t)
{
    uint32_t is = TT_THREAD_IS_STARTING_;
    tt_cas_acq_rel_(&t->state, &is, TT_THREAD_IS_RUNNING_);
}

static tt_value call(struct tt_thread *t)
{
    if (t->run_c) return tt_pointer(t->run_c(tt_as_pointer(t->arg)));
    return t->run ? t->run(tt_view_of(t->arg)) : tt_none();
}

static tt_value sealed(tt_value v)
{
    if (tt_seal_(v) == 0) return v;
    tt_drop(v);
    return tt_no_memory_();
}

/* The function, in the thread's scope. */
static void run(struct tt_thread *t, struct tt_strand_ *me)
{
    tt_scope_enter_(&t->scope, me);
    t->result = sealed(call(t));
    t->returned = true;
    tt_scope_leave_(&t->scope, me);
    tt_drop(tt_take(&t->arg));
}

static void *body(void *arg)
{
    struct tt_thread *t = arg;
    tt_strand_become_(t->strand);
    tt_thread_become_(t);
    runs(t);
    introduce(t);
    bool noticed = tt_thread_at_end_(t);
    run(t, t->strand);
    if (!noticed) tt_thread_end_(t);
    return NULL;
}

/* ---- its end ---- */

/* All scopes, also those whose frames pthread_exit has thrown away. */
static void leave_scopes(struct tt_thread *t)
{
    tt_spin_lock_(&t->strand->scope_lock);
    t->strand->scope = NULL;
    tt_store_seq_(&t->scope.strand, NULL);
    tt_spin_unlock_(&t->strand->scope_lock);
}

/* What a C function gave to pthread_exit, only the one who joins the system's thread learns (join.c). */
static void settle_result(struct tt_thread *t)
{
    if (!t->returned && !t->run_c) t->result = tt_error("RuntimeError", "the thread ended by pthread_exit");
    tt_drop(tt_take(&t->arg));
    /* With no handle left nobody can collect: report while this still is a strand. */
    if (tt_load_acquire_(&t->refs) == 1) tt_thread_report_(t);
}

static void end_strand(struct tt_thread *t)
{
    leave_scopes(t);
    tt_locals_clear_(t->strand);
    settle_result(t);
    tt_strand_become_(NULL);
    tt_strand_free_(t->strand);
}

void tt_thread_end_(struct tt_thread *t)
{
    if (t->kind == TT_THREAD_MADE_)
        end_strand(t);
    else if (tt_thread_enter_gate_(t)) /* its strand and its joining are not ours */
        tt_thread_leave_gate_(t, TT_GATE_GONE_);
    tt_registry_end_(t);
    tt_latch_open_(&t->ended);
    tt_at_exit_remove_(&t->exit);
    tt_thread_unref_(t);
    tt_thread_become_(NULL);
}

/* ---- start ---- */

static struct tt_thread *thread_of(struct tt_at_exit_ *e)
{
    return tt_container_(e, struct tt_thread, exit);
}

static void exit_describe(struct tt_at_exit_ *e, char *buf, size_t size)
{
    tt_thread_describe_(thread_of(e), buf, size);
}

static int exit_join(struct tt_at_exit_ *e, tt_time by)
{
    return tt_thread_await_(thread_of(e), by);
}

static void exit_cancel(struct tt_at_exit_ *e)
{
    tt_scope_cancel(&thread_of(e)->scope);
}

static void exit_hold(struct tt_at_exit_ *e)
{
    tt_thread_hold_(thread_of(e));
}

static void exit_let_go(struct tt_at_exit_ *e)
{
    tt_thread_unref_(thread_of(e));
}

static const struct tt_at_exit_kind_ exit_kind = {
    .describe = exit_describe,
    .join = exit_join,
    .cancel = exit_cancel,
    .hold = exit_hold,
    .let_go = exit_let_go,
};

static int make_strand(struct tt_thread *t)
{
    struct tt_strand_ *s = tt_strand_new_(tt_thread_name(t));
    if (!s) return -ENOMEM;
    s->owner = t;
    t->strand = s;
    tt_store_relaxed_(&t->ident, s->id);
    return 0;
}

static void unmake_strand(struct tt_thread *t)
{
    tt_store_relaxed_(&t->ident, 0);
    tt_strand_free_(t->strand);
    t->strand = NULL;
}

/* From here on the thread may be anywhere, even at its end. */
static int create(struct tt_thread *t)
{
    pthread_t os;
    struct tt_thread_start_ how = { .stack_size = t->stack_size, .block_signals = t->internal, .signals = t->signals };
    if (!tt_thread_stack_can_be_(t)) return -EINVAL;
    return tt_thread_create_(&os, &how, body, t);
}

/* Exit awaits it from now on, unless it has ended already: its own removal, after `ended`, may have come before. */
static void enter_exit(struct tt_thread *t)
{
    t->exit.kind = &exit_kind;
    t->exit.daemon = t->daemon;
    tt_at_exit_add_(&t->exit);
    if (tt_latch_is_open_(&t->ended)) tt_at_exit_remove_(&t->exit);
}

static int launch(struct tt_thread *t)
{
    int r = tt_thread_ready_();
    if (r == 0) r = tt_at_exit_arm_();
    if (r == 0) r = make_strand(t);
    if (r < 0) return r;
    tt_thread_hold_(t); /* the running thread's */
    tt_registry_add_(t);
    r = create(t);
    if (r == 0) return 0;
    tt_registry_cancel_(t);
    tt_thread_unref_(t);
    unmake_strand(t);
    return r;
}

int tt_thread_start(tt_thread *t)
{
    if (!t) return -ENOMEM; /* what tt_thread_new answered */
    uint32_t is = TT_THREAD_IS_NEW_;
    if (!tt_cas_acq_rel_(&t->state, &is, TT_THREAD_IS_STARTING_)) {
        tt_misuse_(t, "thread '%s' started twice", tt_thread_name(t));
        return -EINVAL;
    }
    tt_thread_hold_(t); /* the new thread may free the last handle */
    int r = launch(t);
    is = TT_THREAD_IS_STARTING_;
    tt_cas_acq_rel_(&t->state, &is, r < 0 ? TT_THREAD_IS_NEW_ : TT_THREAD_IS_RUNNING_); /* unless it runs already */
    if (r == 0) enter_exit(t);
    tt_thread_unref_(t);
    return r;
}

bool tt_thread_run_here_(struct tt_thread *t)
{
    uint32_t is = TT_THREAD_IS_NEW_;
    struct tt_thread *host = tt_thread_self_();
    if (!tt_cas_acq_rel_(&t->state, &is, TT_THREAD_IS_RUNNING_)) return false;
    tt_store_relaxed_(&t->ident, tt_self_.id);
    tt_store_release_(&t->native, tt_thread_number_()); /* pairs with native_id */
    tt_thread_hold_(t);
    tt_registry_add_(t);
    tt_thread_become_(t);
    run(t, tt_self_.strand);
    tt_locals_clear_(tt_self_.strand);
    tt_thread_become_(host);
    if (tt_thread_enter_gate_(t)) tt_thread_leave_gate_(t, TT_GATE_GONE_);
    tt_registry_end_(t);
    tt_latch_open_(&t->ended);
    tt_thread_unref_(t);
    return true;
}
