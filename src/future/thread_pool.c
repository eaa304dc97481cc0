/* thread_pool.c - an executor on a set of worker threads (src/worker). Python: ThreadPoolExecutor.
 *
 * A task's job is embedded in its future; the pool holds one reference from submit to the end of the run. Tasks that
 * run stand in one of a few lists, so that a shutdown can name and cancel them; a list is chosen by the strand, so its
 * lock is rarely contended.
 * The pool is freed with its last reference: that of the handle, which is given back when it is freed and the last
 * thread of the set has ended, one of each submit from outside, and one of each look by exit. Nothing is freed under
 * a running task.
 * Lock order: a list's lock, then a strand's scope_lock. */
#include <tutti/thread_pool.h>

#include <stdio.h>
#include <string.h>

#include "base/cpu.h"
#include "base/log.h"
#include "base/memory.h"
#include "future/future.h"
#include "thread/exit.h"
#include "value/object.h"

enum {
    LISTS = 16,
    BROKEN = -ENOTRECOVERABLE, /* what the set answers after a failed initializer */
    NAMES_PER_LINE = 12,
    NAME_SIZE = 64,
};

struct running {
    tt_spin_ lock;
    struct tt_list_ tasks; /* futures, by `running` */
} __attribute__((aligned(64)));

struct pool {
    tt_executor base;
    struct tt_workers_ *set;
    uint32_t refs;  /* atomic */
    uint64_t epoch; /* tt_fork_epoch_() when it was made */
    struct tt_at_exit_ exit;
    int workers;
    bool cancelling; /* atomic; shut down with cancel_pending */
    tt_fn initializer;
    tt_value initializer_arg;
    tt_value failure;      /* the initializer's error, once; guarded by failure_lock */
    tt_spin_ failure_lock;
    char name[TT_STRAND_NAME_SIZE_];
    struct running running[LISTS];
};

static struct pool *pool_of(tt_executor *ex)
{
    return tt_container_(ex, struct pool, base);
}

static tt_future *future_of(struct tt_job_ *job)
{
    return tt_container_(job, tt_future, job);
}

/* --- running --- */

static struct running *list_of(struct pool *p)
{
    return &p->running[tt_self_.strand ? tt_self_.strand->slot % LISTS : 0];
}

static void enter(struct running *list, tt_future *f)
{
    tt_spin_lock_(&list->lock);
    tt_list_push_back_(&list->tasks, &f->running);
    tt_spin_unlock_(&list->lock);
}

static void leave(struct running *list, tt_future *f)
{
    tt_spin_lock_(&list->lock);
    tt_list_remove_(&f->running);
    tt_spin_unlock_(&list->lock);
}

static void run_job(struct tt_job_ *job)
{
    tt_future *f = future_of(job);
    struct running *list = list_of(pool_of(f->executor));
    enter(list, f);
    tt_future_execute_(f);
    leave(list, f);
    tt_future_free(f);
}

static void unref(struct pool *p)
{
    if (tt_sub_acq_rel_(&p->refs, 1) != 1) return;
    tt_drop(p->initializer_arg);
    tt_drop(p->failure);
    tt_workers_free_(p->set);
    tt_free_(p);
}

static tt_value failure_of(struct pool *p)
{
    tt_spin_lock_(&p->failure_lock);
    tt_value v = tt_ref(p->failure);
    tt_spin_unlock_(&p->failure_lock);
    return v;
}

static void fail_job(struct tt_job_ *job, int code)
{
    tt_future *f = future_of(job);
    if (code == BROKEN)
        tt_future_complete_(f, TT_FUTURE_DONE_, failure_of(pool_of(f->executor)));
    else
        tt_future_fail_(f, code);
    tt_future_free(f);
}

static void cancel_pending(struct pool *p)
{
    struct tt_job_ *job;
    while ((job = tt_workers_take_(p->set)))
        fail_job(job, -ECANCELED);
}

static int submit_job(struct pool *p, struct tt_job_ *job)
{
    int r = tt_workers_submit_(p->set, job);
    if (r == BROKEN) fail_job(job, r);
    if (r == 0 && tt_load_seq_(&p->cancelling)) cancel_pending(p); /* a Dekker pair with shutdown */
    return r == BROKEN ? 0 : r;
}

/* From outside with a reference: the task may free the pool before this returns. */
static int submit(tt_executor *ex, tt_future *f)
{
    struct pool *p = pool_of(ex);
    f->job.run = run_job;
    f->job.fail = fail_job;
    f->epoch = p->epoch + 1;
    if (tt_executor_current() == ex) return submit_job(p, &f->job);
    tt_add_relaxed_(&p->refs, 1);
    int r = submit_job(p, &f->job);
    unref(p);
    return r;
}

struct tt_workers_ *tt_pool_workers_(tt_executor *pool)
{
    return pool_of(pool)->set;
}

static int workers(tt_executor *ex)
{
    return pool_of(ex)->workers;
}

/* --- the end --- */

/* Copies the names of up to `max` running tasks after the first `skip`. Returns how many. */
static int copy_names(struct running *list, int skip, char names[][NAME_SIZE], const void **functions, int max)
{
    int n = 0;
    tt_spin_lock_(&list->lock);
    for (struct tt_list_ *l = list->tasks.next; l != &list->tasks && n < max; l = l->next) {
        tt_future *f = tt_container_(l, tt_future, running);
        if (skip-- > 0) continue;
        functions[n] = f->name[0] ? NULL : f->job.function;
        snprintf(names[n++], NAME_SIZE, "%.*s", NAME_SIZE - 1, f->name);
    }
    tt_spin_unlock_(&list->lock);
    return n;
}

static void say_names(struct pool *p, char names[][NAME_SIZE], const void **functions, int n)
{
    char line[900];
    size_t length = 0;
    for (int i = 0; i < n; i++) {
        if (functions[i]) tt_name_of_(functions[i], names[i], NAME_SIZE);
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%s", i ? ", " : "", names[i]);
    }
    tt_log_(TT_LOG_WARNING, "thread pool '%s': shutdown waits for %s", p->name, line);
}

/* One line for every few tasks that run, and one for those that do not. */
static void name_unfinished(struct pool *p)
{
    struct tt_workers_stats_ stats;
    char names[NAMES_PER_LINE][NAME_SIZE];
    const void *functions[NAMES_PER_LINE];
    for (int i = 0; i < LISTS; i++) {
        int n, skip = 0;
        while ((n = copy_names(&p->running[i], skip, names, functions, NAMES_PER_LINE)) > 0) {
            say_names(p, names, functions, n);
            skip += n;
        }
    }
    tt_workers_stats_(p->set, &stats);
    if (stats.pending)
        tt_log_(TT_LOG_WARNING, "thread pool '%s': shutdown waits for %llu tasks not started", p->name,
                (unsigned long long)stats.pending);
}

static void cancel_running(struct running *list)
{
    tt_spin_lock_(&list->lock);
    for (struct tt_list_ *l = list->tasks.next; l != &list->tasks; l = l->next)
        tt_scope_cancel(&tt_container_(l, tt_future, running)->scope);
    tt_spin_unlock_(&list->lock);
}

static int shutdown(tt_executor *ex, tt_time by, const tt_shutdown_options *o)
{
    struct pool *p = pool_of(ex);
    tt_workers_close_(p->set);
    if (o->cancel_pending) {
        tt_store_seq_(&p->cancelling, true); /* what a running task submits from now on is cancelled, too */
        cancel_pending(p);
    }
    for (int i = 0; i < LISTS && o->cancel_running; i++)
        cancel_running(&p->running[i]);
    if (o->no_wait) return 0;
    int r = tt_workers_join_(p->set, by);
    if (r == -ETIMEDOUT) name_unfinished(p);
    return r;
}

/* The last thread has ended, and the handle is gone. */
static void ended(void *arg)
{
    struct pool *p = arg;
    tt_at_exit_remove_(&p->exit);
    unref(p);
}

static void free_pool(tt_executor *ex)
{
    struct pool *p = pool_of(ex);
    tt_workers_close_(p->set);
    tt_workers_on_end_(p->set, ended, p);
}

/* --- at exit (rule 9): the pool is shut down and joined --- */

static struct pool *exiting(struct tt_at_exit_ *e)
{
    return tt_container_(e, struct pool, exit);
}

static void describe_at_exit(struct tt_at_exit_ *e, char *buf, size_t size)
{
    snprintf(buf, size, "thread pool '%s'", exiting(e)->name);
}

static int join_at_exit(struct tt_at_exit_ *e, tt_time by)
{
    static const tt_shutdown_options usual = { .size = sizeof usual };
    struct pool *p = exiting(e);
    tt_store_release_(&p->base.closed_, 1);
    int r = shutdown(&p->base, by, &usual);
    if (r == 0) tt_workers_reap_(p->set);
    return r == -EDEADLK ? tt_workers_join_others_(p->set, by) : r; /* a task of the pool exits */
}

static void cancel_at_exit(struct tt_at_exit_ *e)
{
    (void)e; /* a pool is no daemon */
}

static void hold_at_exit(struct tt_at_exit_ *e)
{
    tt_add_relaxed_(&exiting(e)->refs, 1);
}

static void let_go_at_exit(struct tt_at_exit_ *e)
{
    unref(exiting(e));
}

static const struct tt_at_exit_kind_ at_exit = {
    describe_at_exit, join_at_exit, cancel_at_exit, hold_at_exit, let_go_at_exit,
};

static const tt_executor_vtable vtable = {
    .size = sizeof vtable,
    .kind = "thread pool",
    .submit = submit,
    .shutdown = shutdown,
    .free = free_pool,
    .workers = workers,
};

/* --- making one --- */

/* On each new worker thread. */
static int initialize(void *arg)
{
    struct pool *p = arg;
    tt_value v = p->initializer(tt_view_of(p->initializer_arg));
    if (!tt_is_error(v) || tt_seal_(v) < 0) {
        tt_drop(v);
        return 0;
    }
    tt_spin_lock_(&p->failure_lock);
    tt_value spare = tt_is_none(p->failure) ? tt_none() : v;
    if (tt_is_none(p->failure)) p->failure = v;
    tt_spin_unlock_(&p->failure_lock);
    tt_drop(spare);
    return BROKEN;
}

static void name_pool(struct pool *p, const char *name)
{
    static uint32_t pools; /* atomic */
    if (name)
        snprintf(p->name, sizeof p->name, "%s", name);
    else
        snprintf(p->name, sizeof p->name, "pool-%u", tt_add_relaxed_(&pools, 1) + 1);
}

static struct pool *pool_new(const tt_thread_pool_options *o)
{
    struct pool *p = tt_alloc_aligned_(64, sizeof *p);
    if (!p) return NULL;
    memset(p, 0, sizeof *p);
    tt_executor_init(&p->base, &vtable);
    p->refs = 1;
    p->epoch = tt_fork_epoch_();
    p->exit.kind = &at_exit;
    p->initializer = o->initializer;
    name_pool(p, o->name);
    for (int i = 0; i < LISTS; i++)
        tt_list_init_(&p->running[i].tasks);
    struct tt_workers_options_ how = {
        .count = o->workers > 0 ? o->workers : tt_cpu_count(),
        .name = p->name,
        .stack_size = o->stack_size,
        .exclusive = o->exclusive > 0 || (o->exclusive == 0 && o->initializer),
        .start = o->initializer ? initialize : NULL,
        .arg = p,
    };
    p->workers = how.count;
    p->set = tt_workers_new_(&how);
    if (p->set && tt_at_exit_arm_() == 0) {
        tt_at_exit_add_(&p->exit);
        return p;
    }
    tt_workers_free_(p->set);
    tt_free_(p);
    return NULL;
}

tt_executor *tt_thread_pool_with(const tt_thread_pool_options *options)
{
    tt_thread_pool_options o;
    struct pool *p = NULL;
    if (!tt_options_read_(&o, sizeof o, options) || o.workers < 0)
        tt_misuse_(NULL, "thread pool with %d workers", o.workers);
    else if (!tt_is_no_memory_(tt_view_of(o.initializer_arg)) && tt_seal_(o.initializer_arg) == 0)
        p = pool_new(&o);
    if (!p) {
        tt_drop(o.initializer_arg);
        return NULL;
    }
    p->initializer_arg = o.initializer_arg;
    return &p->base;
}

/* --- the pool of the process --- */

static struct pool *default_pool; /* atomic */

tt_executor *tt_default_pool(void)
{
    struct pool *p = tt_load_acquire_(&default_pool); /* pairs with the CAS below */
    if (p && p->epoch == tt_fork_epoch_()) return &p->base;
    tt_executor *made = tt_thread_pool(.name = "tutti");
    if (!made) return NULL;
    made->shared_ = 1;
    if (tt_cas_acq_rel_(&default_pool, &p, pool_of(made))) return made; /* a forked child's first is left alone */
    made->shared_ = 0;
    tt_executor_free(made);
    return &p->base;
}
