/* future.c - the future itself: references, completion, waiting, cancelling. States and locks: future.h.
 *
 * Completing: claim (compare-and-swap to SETTLING), write the result, then under the queue lock set the state, claim
 * every waiter and fire every watch; after the lock deliver, then call back. Who reads the state DONE (acquire) sees
 * the result. The completing side holds a reference of its own throughout. A task past its deadline that is still
 * pending is failed by whoever looks at it: its executor, or who waits for it. */
#include "future/future.h"

#include "base/log.h"
#include "base/memory.h"
#include "value/object.h"

static tt_future no_memory = {
    .state = TT_FUTURE_DONE_,
    .collected = 1,
    .watches = { &no_memory.watches, &no_memory.watches },
    .scope = { .deadline = TT_FOREVER },
    .name = "",
};

tt_future *tt_future_no_memory_(void)
{
    return &no_memory;
}

static tt_future *future_new(const char *name)
{
    size_t size = name ? strlen(name) + 1 : 1;
    tt_future *f = tt_alloc_(sizeof *f + size);
    if (!f) return NULL;
    *f = (tt_future){ .refs = 1, .last_callback = &f->callbacks };
    tt_list_init_(&f->watches);
    tt_list_init_(&f->running);
    tt_scope_init_(&f->scope, TT_FOREVER);
    memcpy(f->name, name ? name : "", size);
    return f;
}

tt_future *tt_future_new(void)
{
    return future_new(NULL);
}

static void take_options(tt_future *f, const tt_task_options *o)
{
    f->job.name = f->name[0] ? f->name : NULL;
    if (o->deadline) f->scope.deadline = o->deadline;
    f->job.priority = o->priority;
    f->retries = o->retries;
}

tt_future *tt_future_task_(tt_executor *ex, tt_fn fn, void *(*fn_c)(void *), tt_value arg, const tt_task_options *given)
{
    tt_task_options o;
    bool valid = tt_options_read_(&o, sizeof o, given);
    bool no_room = tt_is_no_memory_(tt_view_of(arg)) || tt_seal_(arg) < 0;
    tt_future *f = no_room ? NULL : future_new(o.name);
    if (!f) {
        tt_drop(arg);
        return &no_memory;
    }
    f->fn = fn;
    f->fn_c = fn_c;
    f->arg = arg;
    f->executor = ex;
    f->job.function = fn_c ? (const void *)(uintptr_t)fn_c : (const void *)(uintptr_t)fn;
    take_options(f, &o);
    if (!valid || !ex || (!fn && !fn_c) || f->retries < 0) tt_future_fail_(f, -EINVAL);
    return f;
}

/* --- references --- */

tt_future *tt_future_ref(tt_future *f)
{
    if (f != &no_memory) tt_add_relaxed_(&f->refs, 1);
    return f;
}

static void destroy(tt_future *f)
{
    if (tt_future_failed_(f) && !tt_load_relaxed_(&f->collected)) tt_future_report_(f);
    tt_drop(f->result);
    tt_drop(f->arg);
    tt_free_(f);
}

static bool unref(tt_future *f)
{
    return tt_sub_acq_rel_(&f->refs, 1) == 1; /* the release of each pairs with the acquire of the last */
}

/* What follows a future that nobody can complete any more is told so. */
void tt_future_free(tt_future *f)
{
    if (!f || f == &no_memory || !unref(f)) return;
    if (f->callbacks) {
        tt_store_relaxed_(&f->refs, 1);
        tt_store_relaxed_(&f->collected, 1);
        tt_future_complete_(f, TT_FUTURE_DONE_, tt_error("RuntimeError", "a future was freed before it was completed"));
        if (!unref(f)) return;
    }
    destroy(f);
}

/* --- completing --- */

bool tt_future_claim_(tt_future *f, uint32_t *ret_from)
{
    *ret_from = tt_load_acquire_(&f->state);
    while (*ret_from < TT_FUTURE_SETTLING_)
        if (tt_cas_acq_rel_(&f->state, ret_from, TT_FUTURE_SETTLING_)) return true;
    return false;
}

static void fire_watches(tt_future *f, struct tt_list_ *claimed)
{
    for (struct tt_list_ *l; (l = tt_list_pop_front_(&f->watches)); ) {
        struct tt_watch_ *watch = tt_container_(l, struct tt_watch_, link);
        struct tt_waiter_ *w = watch->fire(watch, f);
        if (w) tt_list_push_back_(claimed, &w->link);
    }
}

static void call_back(tt_future *f, struct tt_callback_ *c)
{
    for (struct tt_callback_ *next; c; c = next) {
        next = c->next;
        c->call(c, f);
    }
}

/* Returns what is to be called back. */
static struct tt_callback_ *settle(tt_future *f, uint32_t state, tt_value result)
{
    struct tt_list_ claimed;
    f->result = result;
    tt_waitq_lock_(&f->waiters);
    tt_store_release_(&f->state, state); /* pairs with tt_future_over_ */
    tt_waitq_claim_all_(&f->waiters, &claimed);
    fire_watches(f, &claimed);
    struct tt_callback_ *callbacks = f->callbacks;
    f->callbacks = NULL;
    tt_waitq_unlock_(&f->waiters);
    tt_deliver_all_(&claimed);
    return callbacks;
}

void tt_future_settle_(tt_future *f, uint32_t state, tt_value result)
{
    call_back(f, settle(f, state, result));
}

/* Completes it if nobody else has; takes result. The arg of one that never ran goes now. */
int tt_future_complete_quietly_(tt_future *f, uint32_t state, tt_value result, struct tt_callback_ **ret_callbacks)
{
    uint32_t from;
    if (!tt_future_claim_(f, &from)) {
        tt_drop(result);
        return from == TT_FUTURE_CANCELLED_ ? -ECANCELED : -EALREADY;
    }
    tt_value arg = tt_none();
    if (from == TT_FUTURE_PENDING_) arg = tt_take(&f->arg);
    *ret_callbacks = settle(f, state, result);
    tt_drop(arg);
    return 0;
}

int tt_future_complete_(tt_future *f, uint32_t state, tt_value result)
{
    struct tt_callback_ *callbacks;
    int r = tt_future_complete_quietly_(f, state, result, &callbacks);
    if (r == 0) call_back(f, callbacks);
    return r;
}

void tt_future_fail_(tt_future *f, int code)
{
    if (tt_load_relaxed_(&f->state) >= TT_FUTURE_SETTLING_) return;
    if (code == -ECANCELED)
        tt_future_complete_(f, TT_FUTURE_CANCELLED_, tt_none());
    else
        tt_future_complete_(f, TT_FUTURE_DONE_, tt_error_from_code(code));
}

static bool is_late(tt_future *f)
{
    return f->scope.deadline != TT_FOREVER && tt_clock() >= f->scope.deadline;
}

tt_time tt_future_due_(tt_future *f)
{
    return tt_load_acquire_(&f->state) == TT_FUTURE_PENDING_ ? f->scope.deadline : TT_FOREVER;
}

static bool is_orphan(tt_future *f)
{
    return f->epoch && f->epoch != tt_fork_epoch_() + 1;
}

void tt_future_expire_(tt_future *f)
{
    uint32_t from = TT_FUTURE_PENDING_;
    if (is_orphan(f)) tt_future_fail_(f, -ESHUTDOWN);
    if (tt_load_acquire_(&f->state) != TT_FUTURE_PENDING_ || !is_late(f)) return;
    tt_value error = tt_error("TimeoutError", "its deadline passed before it started");
    if (tt_cas_acq_rel_(&f->state, &from, TT_FUTURE_SETTLING_)) {
        tt_value arg = tt_take(&f->arg);
        tt_future_settle_(f, TT_FUTURE_DONE_, error);
        tt_drop(arg);
    } else {
        tt_drop(error);
    }
}

static int misused(tt_future *f, const char *call, int code)
{
    if (code == -EALREADY) tt_misuse_(f, "%s of a future that is done or runs already", call);
    return code;
}

int tt_future_set_result(tt_future *f, tt_value v)
{
    if (tt_seal_(v) < 0) {
        tt_drop(v);
        v = tt_error_no_memory();
    }
    return misused(f, "set_result", tt_future_complete_(f, TT_FUTURE_DONE_, v));
}

int tt_future_set_error(tt_future *f, tt_value error)
{
    if (tt_is_error(error)) return misused(f, "set_error", tt_future_complete_(f, TT_FUTURE_DONE_, error));
    tt_drop(error);
    tt_misuse_(f, "set_error with a value that is no error");
    return -EINVAL;
}

int tt_future_set_running_or_cancelled(tt_future *f)
{
    uint32_t state = TT_FUTURE_PENDING_;
    if (tt_cas_acq_rel_(&f->state, &state, TT_FUTURE_RUNNING_)) return 1;
    return state == TT_FUTURE_CANCELLED_ ? 0 : misused(f, "set_running_or_cancelled", -EALREADY);
}

int tt_future_cancel(tt_future *f)
{
    uint32_t state = TT_FUTURE_PENDING_;
    if (tt_cas_acq_rel_(&f->state, &state, TT_FUTURE_SETTLING_)) {
        tt_value arg = tt_take(&f->arg);
        tt_future_settle_(f, TT_FUTURE_CANCELLED_, tt_none());
        tt_drop(arg);
        return 0;
    }
    if (state == TT_FUTURE_CANCELLED_) return 0;
    if (state != TT_FUTURE_RUNNING_) return -EALREADY;
    tt_scope_cancel(&f->scope);
    return 1;
}

bool tt_future_cancel_requested(tt_future *f)
{
    return tt_future_cancelled(f) || tt_scope_cancelled(&f->scope);
}

/* --- waiting --- */

static int wait_once(tt_future *f, struct tt_strand_ *me, tt_time by, unsigned flags)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&f->waiters);
    if (tt_future_over_(f)) {
        tt_waitq_unlock_(&f->waiters);
        return 0;
    }
    tt_park_begin_(&p, me, "future", f, flags);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&f->waiters, &w);
    tt_waitq_unlock_(&f->waiters);
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&f->waiters);
    tt_waitq_remove_(&f->waiters, &w);
    if (tt_future_over_(f)) r = 0; /* what completed wins */
    tt_waitq_unlock_(&f->waiters);
    return r;
}

int tt_future_wait_(tt_future *f, tt_time by, unsigned flags)
{
    if (tt_future_over_(f)) return 0;
    tt_future_expire_(f);
    if (tt_future_over_(f)) return 0;
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (me->task == f) return -EDEADLK;
    if (by == TT_NOW) return -EAGAIN;
    for (;;) {
        tt_time due = tt_future_due_(f);
        int r = wait_once(f, me, due < by ? due : by, flags);
        if (r != -ETIMEDOUT || due >= by) return r;
        tt_future_expire_(f);
    }
}

tt_value tt_future_collect_(tt_future *f)
{
    if (f == &no_memory) return tt_error_no_memory();
    if (tt_load_relaxed_(&f->state) == TT_FUTURE_CANCELLED_ && tt_is_none(f->result))
        return tt_error_from_code(-ECANCELED);
    if (!tt_load_relaxed_(&f->collected)) tt_store_relaxed_(&f->collected, 1);
    return tt_ref(f->result);
}

int tt_future_result(tt_future *f, tt_value *ret, tt_time by)
{
    int r = tt_future_wait_(f, by, TT_PARK_CANCELLABLE_);
    if (r == 0) *ret = tt_future_collect_(f);
    return r;
}

int tt_future_error(tt_future *f, tt_value *ret, tt_time by)
{
    int r = tt_future_wait_(f, by, TT_PARK_CANCELLABLE_);
    if (r < 0) return r;
    bool failed = tt_future_failed_(f) || tt_future_cancelled(f);
    *ret = failed ? tt_future_collect_(f) : tt_none();
    return 0;
}

tt_value tt_await(tt_future *f)
{
    tt_value v;
    int r = tt_future_result(f, &v, TT_FOREVER);
    return r < 0 ? tt_error_from_code(r) : v;
}

/* --- asking --- */

bool tt_future_failed_(tt_future *f)
{
    if (f == &no_memory) return true;
    return tt_load_acquire_(&f->state) == TT_FUTURE_DONE_ && tt_is_error(f->result);
}

bool tt_future_done(tt_future *f)
{
    tt_future_expire_(f);
    return tt_future_over_(f);
}

bool tt_future_cancelled(tt_future *f)
{
    return tt_load_acquire_(&f->state) == TT_FUTURE_CANCELLED_;
}

bool tt_future_running(tt_future *f)
{
    return tt_load_acquire_(&f->state) == TT_FUTURE_RUNNING_;
}

const char *tt_future_name(tt_future *f)
{
    return f->name;
}

int tt_future_priority(tt_future *f)
{
    return f->job.priority;
}

tt_fn tt_future_function(tt_future *f)
{
    return f->fn;
}

tt_view tt_future_argument(tt_future *f)
{
    return tt_view_of(f->arg);
}
