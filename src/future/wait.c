/* wait.c - waiting for several futures at once: each is watched, and the watches share one tally.
 *
 * The tally is guarded by the lock of its wait queue, which is taken under a future's queue lock. `met` is set once
 * enough are over; only then the waiter is woken. Before it returns, the waiter takes its watches out under each
 * future's lock, so none of them is fired afterwards. */
#include <tutti/list.h>
#include <tutti/wait.h>

#include "base/memory.h"
#include "future/future.h"

enum {
    FIRST_FAILURE = TT_FIRST_ERROR + 1, /* as FIRST_ERROR, and being cancelled counts: for gather */
    ON_STACK = 8,
};

struct tally {
    void *waiters;
    size_t left;   /* not over yet */
    unsigned what;
    bool met;
};

struct node {
    struct tt_watch_ watch;
    struct tally *tally;
};

static void account(struct tally *t, tt_future *f)
{
    bool failed = tt_future_failed_(f) || (t->what == FIRST_FAILURE && tt_future_cancelled(f));
    t->left--;
    if (t->left == 0 || t->what == TT_FIRST_COMPLETED || (t->what >= TT_FIRST_ERROR && failed)) t->met = true;
}

static struct tt_waiter_ *fire(struct tt_watch_ *w, tt_future *f)
{
    struct tally *t = tt_container_(w, struct node, watch)->tally;
    tt_waitq_lock_(&t->waiters);
    account(t, f);
    struct tt_waiter_ *waiter = t->met ? tt_waitq_claim_first_(&t->waiters) : NULL;
    tt_waitq_unlock_(&t->waiters);
    return waiter;
}

static void watch_all(struct tally *t, struct node *nodes, tt_future *const *fs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        nodes[i].tally = t;
        nodes[i].watch.fire = fire;
        tt_list_init_(&nodes[i].watch.link);
        if (tt_future_watch_(fs[i], &nodes[i].watch)) continue;
        tt_waitq_lock_(&t->waiters);
        account(t, fs[i]);
        tt_waitq_unlock_(&t->waiters);
    }
}

/* Waits until the tally is met. */
static int wait_met(struct tally *t, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&t->waiters);
    if (t->met) {
        tt_waitq_unlock_(&t->waiters);
        return 0;
    }
    tt_park_begin_(&p, me, "futures", t, TT_PARK_CANCELLABLE_);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&t->waiters, &w);
    tt_waitq_unlock_(&t->waiters);
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&t->waiters);
    tt_waitq_remove_(&t->waiters, &w);
    if (t->met) r = 0; /* what completed wins */
    tt_waitq_unlock_(&t->waiters);
    return r;
}

/* Fails those that are pending past their deadline. When the next of them is due. */
static tt_time expire_all(tt_future *const *fs, size_t n)
{
    tt_time due = TT_FOREVER;
    for (size_t i = 0; i < n; i++) {
        tt_future_expire_(fs[i]);
        tt_time one = tt_future_due_(fs[i]);
        if (one < due) due = one;
    }
    return due;
}

static int wait_with(struct node *nodes, unsigned what, tt_future *const *fs, size_t n, struct tt_strand_ *me,
                     tt_time by)
{
    struct tally t = { .left = n, .what = what };
    int r;
    watch_all(&t, nodes, fs, n);
    for (;;) {
        tt_time due = expire_all(fs, n);
        r = wait_met(&t, me, due < by ? due : by);
        if (r != -ETIMEDOUT || due >= by) break;
    }
    for (size_t i = 0; i < n; i++)
        tt_future_unwatch_(fs[i], &nodes[i].watch);
    return r;
}

/* What is to be said without waiting: 0, -EAGAIN, -EDEADLK. */
static int look(unsigned what, tt_future *const *fs, size_t n)
{
    struct tally t = { .left = n, .what = what, .met = n == 0 };
    const tt_future *own = tt_self_.strand ? tt_self_.strand->task : NULL;
    bool waits_for_own = false;
    for (size_t i = 0; i < n; i++)
        if (tt_future_done(fs[i]))
            account(&t, fs[i]);
        else if (fs[i] == own)
            waits_for_own = true;
    if (t.met) return 0;
    return waits_for_own && (what == TT_ALL_COMPLETED || t.left == 1) ? -EDEADLK : -EAGAIN;
}

static int wait_for(unsigned what, tt_future *const *fs, size_t n, tt_time by)
{
    struct node on_stack[ON_STACK];
    int r = look(what, fs, n);
    if (r != -EAGAIN || by == TT_NOW) return r;
    struct tt_strand_ *me = tt_strand_current_();
    struct node *nodes = n <= ON_STACK ? on_stack : tt_calloc_(n, sizeof *nodes);
    if (!me || !nodes) {
        if (nodes != on_stack) tt_free_(nodes);
        return -ENOMEM;
    }
    r = wait_with(nodes, what, fs, n, me, by);
    if (nodes != on_stack) tt_free_(nodes);
    return r;
}

int tt_wait(tt_future *const *fs, size_t n, tt_wait_for what, tt_time by)
{
    return (unsigned)what > TT_FIRST_ERROR ? -EINVAL : wait_for((unsigned)what, fs, n, by);
}

/* --- gather --- */

static tt_future *first_failure(tt_future *const *fs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (tt_future_failed_(fs[i]) || tt_future_cancelled(fs[i])) return fs[i];
    return NULL;
}

/* The results as a list; MemoryError. */
static tt_value collect_all(tt_future *const *fs, size_t n)
{
    tt_value list = tt_list();
    for (size_t i = 0; i < n && !tt_is_error(list); i++)
        if (tt_list_append(list, tt_future_collect_(fs[i])) < 0) {
            tt_drop(list);
            list = tt_error_no_memory();
        }
    return list;
}

int tt_gather_with(tt_future *const *fs, size_t n, tt_value *ret, tt_time by, const tt_gather_options *options)
{
    tt_gather_options o;
    if (!tt_options_read_(&o, sizeof o, options)) return -EINVAL;
    bool keep_errors = o.return_errors;
    int r = wait_for(keep_errors ? TT_ALL_COMPLETED : FIRST_FAILURE, fs, n, by);
    if (r < 0) return r;
    tt_future *failed = keep_errors ? NULL : first_failure(fs, n);
    *ret = failed ? tt_future_collect_(failed) : collect_all(fs, n);
    return 0;
}
