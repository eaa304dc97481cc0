/* parallel.c - fork and join on the caller's stack.
 *
 * A fork is a job on the stack of the strand that joins it. It is pushed onto the worker's own deque; if it is still
 * the newest there when f has returned, it is taken back and called like any function: no wait, no switch (K8 holds,
 * since it is the caller's own work). Else another worker has it: then the caller waits, and forwards a cancel of its
 * scopes to the fork's. The last thing that runs a fork does to it is to set `over` and unlock its queue; the caller
 * looks at it only under that lock. */
#include <tutti/parallel.h>
#include <tutti/thread_pool.h>

#include "future/future.h"

enum { PIECES_PER_WORKER = 8 };

struct fork {
    struct tt_job_ job;
    void (*fn)(void *);
    void *arg;
    void *task;           /* the forking strand's */
    struct tt_scope scope;
    void *waiters;        /* its lock guards what follows */
    bool over, not_run;
};

static void finish(struct fork *k, bool not_run)
{
    tt_waitq_lock_(&k->waiters);
    k->not_run = not_run;
    k->over = true;
    struct tt_waiter_ *w = tt_waitq_claim_first_(&k->waiters);
    tt_waitq_unlock_(&k->waiters);
    if (w) tt_deliver_(w);
}

static void run_fork(struct tt_job_ *job)
{
    struct fork *k = tt_container_(job, struct fork, job);
    struct tt_strand_ *me = tt_self_.strand;
    me->task = k->task;
    tt_scope_enter_(&k->scope, me);
    k->fn(k->arg);
    tt_scope_leave_(&k->scope, me);
    me->task = NULL;
    finish(k, false);
}

static void fail_fork(struct tt_job_ *job, int code)
{
    (void)code;
    finish(tt_container_(job, struct fork, job), true);
}

static void fork_init(struct fork *k, void (*fn)(void *), void *arg)
{
    struct tt_strand_ *me = tt_self_.strand;
    tt_time limit = TT_FOREVER;
    bool cancelled = me && me->scope && tt_scope_reached_(me->scope, &limit);
    *k = (struct fork){ .fn = fn, .arg = arg, .task = me ? me->task : NULL };
    k->job.run = run_fork;
    k->job.fail = fail_fork;
    k->job.function = (const void *)(uintptr_t)fn;
    tt_scope_init_(&k->scope, limit);
    if (cancelled) tt_scope_cancel(&k->scope);
}

/* Waits until it is over. 0, or -ECANCELED when begun cancellable. */
static int wait_once(struct fork *k, struct tt_strand_ *me, unsigned flags)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&k->waiters);
    if (k->over) {
        tt_waitq_unlock_(&k->waiters);
        return 0;
    }
    tt_park_begin_(&p, me, "join", k, flags);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&k->waiters, &w);
    tt_waitq_unlock_(&k->waiters);
    int r = tt_park_(&p, TT_FOREVER);
    if (r >= 0) return 0;
    tt_waitq_lock_(&k->waiters);
    tt_waitq_remove_(&k->waiters, &w);
    tt_waitq_unlock_(&k->waiters);
    return r;
}

/* Waits for a fork that somebody else has; what could not be run is run here. */
static void join(struct fork *k, struct tt_strand_ *me)
{
    if (wait_once(k, me, TT_PARK_CANCELLABLE_) < 0) {
        tt_scope_cancel(&k->scope);
        (void)wait_once(k, me, 0);
    }
    if (k->not_run) k->fn(k->arg);
}

struct both {
    void (*f)(void *), *a, (*g)(void *), *b;
};

static void join2_in(struct tt_worker_ *w, const struct both *x)
{
    struct fork k;
    fork_init(&k, x->g, x->b);
    bool forked = tt_workers_submit_(w->set, &k.job) == 0;
    x->f(x->a);
    if (!forked || tt_deque_pop_if_(&w->deque, &k.job))
        x->g(x->b);
    else
        join(&k, tt_self_.strand);
}

/* The worker that runs the calling coroutine, if it is one of a set. */
static struct tt_worker_ *worker_in_set(void)
{
    struct tt_worker_ *w = tt_worker_current_();
    return w && w->set && tt_strand_is_coroutine() ? w : NULL;
}

static void join2_here(void *arg)
{
    const struct both *x = arg;
    struct tt_worker_ *w = worker_in_set();
    if (w) {
        join2_in(w, x);
    } else {
        x->f(x->a);
        x->g(x->b);
    }
}

/* From outside: all of it becomes one task of the default pool. */
static void run_in_pool(void (*fn)(void *), void *arg)
{
    struct fork k;
    struct tt_strand_ *me = tt_strand_current_();
    tt_executor *pool = me ? tt_default_pool() : NULL;
    fork_init(&k, fn, arg);
    if (pool && tt_workers_submit_(tt_pool_workers_(pool), &k.job) == 0)
        join(&k, me);
    else
        fn(arg);
}

void tt_join2(void (*f)(void *a), void *a, void (*g)(void *b), void *b)
{
    struct both x = { f, a, g, b };
    if (worker_in_set())
        join2_here(&x);
    else
        run_in_pool(join2_here, &x);
}

/* --- loops --- */

struct loop {
    int (*body)(size_t begin, size_t end, void *context);
    void *context;
    size_t begin, end, grain;
    tt_time by;
    int code; /* atomic; the first failure */
};

struct range {
    struct loop *loop;
    size_t begin, end;
};

static void fail_loop(struct loop *l, int code)
{
    int none = 0;
    tt_cas_relaxed_(&l->code, &none, code);
}

static void run_piece(struct loop *l, size_t begin, size_t end)
{
    int r;
    if (tt_load_relaxed_(&l->code) < 0) return;
    if (l->by != TT_FOREVER && tt_clock() >= l->by)
        r = -ETIMEDOUT;
    else
        r = tt_cancelled() ? -ECANCELED : l->body(begin, end, l->context);
    if (r < 0) fail_loop(l, r);
}

/* Halves it until a piece is small enough. */
static void run_range(void *arg)
{
    const struct range *x = arg;
    struct loop *l = x->loop;
    if (x->end - x->begin <= l->grain) {
        run_piece(l, x->begin, x->end);
        return;
    }
    size_t middle = x->begin + (x->end - x->begin) / 2;
    struct range left = { l, x->begin, middle }, right = { l, middle, x->end };
    join2_here(&(struct both){ run_range, &left, run_range, &right });
}

static void run_loop(void *arg)
{
    struct loop *l = arg;
    struct tt_worker_ *w = worker_in_set();
    size_t pieces = PIECES_PER_WORKER * (size_t)(w ? tt_workers_count_(w->set) : 1);
    if (l->grain == 0) l->grain = (l->end - l->begin + pieces - 1) / pieces;
    run_range(&(struct range){ l, l->begin, l->end });
}

int tt_parallel_for(size_t begin, size_t end, size_t grain, int (*body)(size_t begin, size_t end, void *context),
                    void *context, tt_time by)
{
    struct loop l = { body, context, begin, end, grain, by, 0 };
    if (begin >= end) return 0;
    if (by == TT_NOW) return -EAGAIN;
    if (worker_in_set())
        run_loop(&l);
    else
        run_in_pool(run_loop, &l);
    return tt_load_relaxed_(&l.code);
}

struct array_map {
    char *out;
    const char *in;
    size_t in_size, out_size;
    int (*fn)(void *out, const void *in, void *context);
    void *context;
};

static int map_piece(size_t begin, size_t end, void *context)
{
    const struct array_map *m = context;
    int r = 0;
    for (size_t i = begin; i < end && r >= 0; i++)
        r = m->fn(m->out + i * m->out_size, m->in + i * m->in_size, m->context);
    return r;
}

int tt_parallel_map(void *out, const void *in, size_t n, size_t in_size, size_t out_size, size_t grain,
                    int (*fn)(void *out, const void *in, void *context), void *context, tt_time by)
{
    struct array_map m = { out, in, in_size, out_size, fn, context };
    return tt_parallel_for(0, n, grain, map_piece, &m, by);
}
