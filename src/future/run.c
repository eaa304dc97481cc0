/* run.c - running a future's task: its scope, its retries, and what its answer means. */
#include "future/future.h"
#include "value/object.h"

static bool start(tt_future *f)
{
    uint32_t pending = TT_FUTURE_PENDING_;
    tt_future_expire_(f);
    return tt_cas_acq_rel_(&f->state, &pending, TT_FUTURE_RUNNING_);
}

static tt_value call(tt_future *f)
{
    if (f->fn) return f->fn(tt_view_of(f->arg));
    if (f->fn_c) return tt_pointer(f->fn_c(tt_as_pointer(f->arg)));
    return tt_error("RuntimeError", "a future without a task was run");
}

static bool is_cancel(tt_value v)
{
    return tt_is_error(v) && tt_error_code(v) == -ECANCELED;
}

static bool tries_again(tt_future *f, tt_value v)
{
    return tt_is_error(v) && f->retries > 0 && !tt_scope_cancelled(&f->scope);
}

/* The task as often as it takes, in its scope. */
static tt_value call_in_scope(tt_future *f, struct tt_strand_ *me)
{
    tt_scope_enter_(&f->scope, me);
    tt_value v = call(f);
    for (; tries_again(f, v); f->retries--) {
        tt_drop(v);
        v = call(f);
    }
    tt_scope_leave_(&f->scope, me);
    return v;
}

/* What the task answered, as the future's state and result. */
static uint32_t judge(tt_future *f, tt_value *v)
{
    if (tt_seal_(*v) < 0) {
        tt_drop(*v);
        *v = tt_error_no_memory();
    }
    if (!is_cancel(*v)) return TT_FUTURE_DONE_;
    if (tt_load_relaxed_(&f->scope.flags) & TT_SCOPE_CANCELLED_) return TT_FUTURE_CANCELLED_;
    if (tt_scope_cancelled(&f->scope)) *v = tt_error_with_cause(*v, "TimeoutError", "its deadline passed while it ran");
    return TT_FUTURE_DONE_;
}

/* Runs the task; the state to complete it with. */
static uint32_t perform(tt_future *f, struct tt_strand_ *me, tt_value *ret)
{
    *ret = me ? call_in_scope(f, me) : tt_error_no_memory();
    tt_drop(tt_take(&f->arg));
    return judge(f, ret);
}

/* Makes f the strand's present task. Returns the one before. */
static tt_future *set_task(struct tt_strand_ *me, tt_future *f)
{
    tt_future *before = me ? me->task : NULL;
    if (me) me->task = f;
    return before;
}

/* What is called back still belongs to the task: it may submit to an executor that shuts down. */
void tt_future_execute_(tt_future *f)
{
    tt_value v;
    struct tt_strand_ *me = tt_strand_current_();
    if (!start(f)) return;
    tt_future *outer = set_task(me, f);
    uint32_t state = perform(f, me, &v);
    tt_future_complete_(f, state, v);
    set_task(me, outer);
}

bool tt_future_call_with_(tt_future *f, tt_value arg, tt_value *ret, uint32_t *ret_state)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!start(f)) {
        tt_drop(arg);
        return false;
    }
    f->arg = arg;
    tt_future *outer = set_task(me, f);
    *ret_state = perform(f, me, ret);
    set_task(me, outer);
    return true;
}

void tt_future_run(tt_future *f)
{
    tt_future_execute_(f);
    tt_future_free(f);
}
