/* blocking.c - foreign blocking calls on a set of exclusive threads that come and go.
 *
 * A call belongs to two: who waits for it and who makes it; the last one frees it, so a waiter may give up. `waiters`
 * guards state and result: QUEUED -> MADE or, when its waiter has gone first, QUEUED -> GIVEN_UP. */
#include "worker/blocking.h"

#include <tutti/blocking.h>
#include <tutti/error.h>

#include "base/fork.h"
#include "base/memory.h"
#include "strand/park.h"
#include "value/object.h"
#include "worker/workers.h"

enum { HELPERS = 256, LINGER_SECONDS = 5 };
enum { QUEUED, MADE, GIVEN_UP };

struct call {
    struct tt_job_ job;
    tt_fn fn;
    tt_value arg, result;
    void *waiters; /* guards state, result */
    int state;
    uint32_t owners;
};

static void leave(struct call *c)
{
    if (tt_sub_acq_rel_(&c->owners, 1) != 1) return;
    tt_drop(c->arg);
    tt_drop(c->result);
    tt_free_(c);
}

/* What the calling thread makes now, or NULL. */
static __thread struct call *making;

static void answer(struct call *c, tt_value result)
{
    tt_waitq_lock_(&c->waiters);
    c->result = result;
    if (c->state == QUEUED) c->state = MADE;
    struct tt_waiter_ *w = tt_waitq_claim_first_(&c->waiters);
    tt_waitq_unlock_(&c->waiters);
    if (w) tt_deliver_(w);
}

static void finish(struct call *c, tt_value result)
{
    answer(c, result);
    leave(c);
}

static bool given_up(struct call *c)
{
    tt_waitq_lock_(&c->waiters);
    bool yes = c->state == GIVEN_UP;
    tt_waitq_unlock_(&c->waiters);
    return yes;
}

/* What fn returned, sealed as what any task returns. */
static tt_value result_of(tt_fn fn, tt_value arg)
{
    tt_value v = fn(tt_view_of(arg));
    if (tt_seal_(v) == 0) return v;
    tt_drop(v);
    return tt_error_no_memory();
}

static void make_call(struct tt_job_ *job)
{
    struct call *c = tt_container_(job, struct call, job);
    making = c;
    tt_value result = given_up(c) ? tt_none() : result_of(c->fn, c->arg);
    making = NULL;
    finish(c, result);
}

void tt_blocking_exits_(void)
{
    struct call *c = making;
    making = NULL;
    if (c) answer(c, tt_error_from_code(-ESHUTDOWN));
}

static void fail_call(struct tt_job_ *job, int code)
{
    finish(tt_container_(job, struct call, job), tt_error_from_code(code));
}

/* The helpers, made on first use, never freed; a forked child makes its own. NULL: no memory. */
static struct tt_workers_ *helpers(void)
{
    static struct tt_workers_ *set;
    static uint64_t epoch;
    static tt_spin_ lock;
    static struct tt_fork_ around_fork = { .lock = &lock };
    struct tt_workers_ *now = tt_load_acquire_(&set); /* pairs with the release below */
    if (now && tt_load_relaxed_(&epoch) == tt_fork_epoch_()) return now;
    struct tt_workers_ *made = tt_workers_new_(&(struct tt_workers_options_){
        .count = HELPERS, .name = "tt-blocking", .exclusive = true, .linger = LINGER_SECONDS * TT_S });
    tt_fork_watch_(&around_fork);
    tt_spin_lock_(&lock);
    bool first = made && (!set || epoch != tt_fork_epoch_());
    if (first) {
        tt_store_relaxed_(&epoch, tt_fork_epoch_());
        tt_store_release_(&set, made);
    }
    now = set;
    tt_spin_unlock_(&lock);
    if (!first) tt_workers_free_(made);
    return now;
}

/* Waits for the end of the call. */
static int wait_for(struct call *c, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    int r = 0;
    tt_waitq_lock_(&c->waiters);
    if (c->state == QUEUED) {
        tt_park_begin_(&p, me, "blocking call", (const void *)c->fn, TT_PARK_CANCELLABLE_);
        tt_waiter_init_(&w, &p, 0);
        tt_waitq_push_(&c->waiters, &w);
        tt_waitq_unlock_(&c->waiters);
        r = tt_park_(&p, by);
        tt_waitq_lock_(&c->waiters);
        if (r < 0) tt_waitq_remove_(&c->waiters, &w);
        if (c->state == MADE) r = 0; /* what completed wins */
        if (r < 0) c->state = GIVEN_UP;
    }
    tt_waitq_unlock_(&c->waiters);
    return r;
}

static int call_elsewhere(tt_fn fn, tt_value arg, tt_value *ret, struct tt_strand_ *me, tt_time by)
{
    struct tt_workers_ *set = helpers();
    struct call *c = set ? tt_alloc_(sizeof *c) : NULL;
    if (!c) {
        tt_drop(arg);
        return -ENOMEM;
    }
    *c = (struct call){ .job = { .run = make_call, .fail = fail_call, .function = (const void *)fn },
                        .fn = fn, .arg = arg, .owners = 2 };
    int r = tt_workers_submit_(set, &c->job);
    if (r < 0) {
        leave(c);
        leave(c);
        return r;
    }
    r = wait_for(c, me, by);
    if (r == 0) {
        *ret = c->result;
        c->result = tt_none();
    }
    leave(c);
    return r;
}

int tt_blocking(tt_fn fn, tt_value arg, tt_value *ret, tt_time by)
{
    struct tt_strand_ *me = tt_self_.strand;
    bool elsewhere = me && me->scheduler;
    int r = tt_is_no_memory_(tt_view_of(arg)) || tt_seal_(arg) < 0 ? -ENOMEM : elsewhere && by == TT_NOW ? -EAGAIN : 0;
    if (r < 0) {
        tt_drop(arg);
        return r;
    }
    if (elsewhere) return call_elsewhere(fn, arg, ret, me, by);
    *ret = result_of(fn, arg);
    tt_drop(arg);
    return 0;
}
