/* loop.c - a worker that the calling thread drives, as an executor.
 *
 * A task submitted on the loop's own thread becomes a ready coroutine at once, so that tasks start in order with what
 * else is ready; others go to a shared queue, and the worker is woken if it sleeps. A task is in `tasks` from its
 * submission until it is over, so that what is left at the end can be cancelled; the lock of `waiters` guards that
 * list, is taken alone, and no user code runs under it.
 * The loop ends when the first task is over and no other is left; only the thread that drives it ends it (K6). When one
 * of its tasks calls exit, the others are cancelled and waited for (rule 9): whoever waits in `waiters` is that task.
 * Exit may look at a loop while it ends; so its memory goes with the last reference. */
#include <tutti/loop.h>

#include <stdio.h>

#include "base/memory.h"
#include "future/future.h"
#include "thread/exit.h"
#include "worker/shared_queue.h"
#include "worker/watchdog.h"
#include "worker/worker.h"

struct loop {
    tt_executor base; /* first */
    struct tt_shared_queue_ jobs;
    void *waiters;
    struct tt_list_ tasks; /* futures, by `running` */
    uint32_t refs;         /* atomic */
    struct tt_at_exit_ exit;
    tt_future *first;
    struct tt_worker_ worker;
};

static struct loop *loop_of(struct tt_worker_ *w)
{
    return tt_container_(w, struct loop, worker);
}

/* --- the worker's source --- */

static struct tt_job_ *next(struct tt_worker_ *w)
{
    return tt_shared_queue_pop_(&loop_of(w)->jobs);
}

static bool idle(struct tt_worker_ *w, tt_time by)
{
    tt_store_seq_(&w->sleep, TT_WORKER_ASLEEP_); /* then a last look: a Dekker pair with submit and with ready */
    bool busy = tt_load_seq_(&loop_of(w)->jobs.count) || tt_worker_has_ready_(w), ends = !busy && w->live == 0;
    if (!busy && !ends) tt_worker_sleep_(w, by);
    tt_store_seq_(&w->sleep, TT_WORKER_AWAKE_);
    tt_watchdog_wake_();
    return !ends;
}

static const struct tt_worker_source_ source = { next, idle, NULL };

/* --- the executor --- */

static void end_task(struct loop *l, tt_future *f)
{
    struct tt_list_ claimed;
    tt_waitq_lock_(&l->waiters);
    tt_list_remove_(&f->running);
    tt_waitq_claim_all_(&l->waiters, &claimed);
    tt_waitq_unlock_(&l->waiters);
    tt_deliver_all_(&claimed);
}

static void begin_task(struct loop *l, tt_future *f)
{
    tt_waitq_lock_(&l->waiters);
    tt_list_push_back_(&l->tasks, &f->running);
    tt_waitq_unlock_(&l->waiters);
}

/* The first task of the list `from` moves to the end of `to`, and is referred to. NULL: there is none. Lock held. */
static tt_future *move_task(struct tt_list_ *to, struct tt_list_ *from)
{
    struct tt_list_ *l = tt_list_pop_front_(from);
    if (!l) return NULL;
    tt_list_push_back_(to, l);
    return tt_future_ref(tt_container_(l, tt_future, running));
}

static tt_future *next_to_cancel(struct loop *l, struct tt_list_ *rest)
{
    tt_waitq_lock_(&l->waiters);
    tt_future *f = move_task(&l->tasks, rest);
    tt_waitq_unlock_(&l->waiters);
    return f;
}

/* No more tasks; those that are left are cancelled, under no lock, since that may call back. */
static void cancel_tasks(struct loop *l)
{
    struct tt_list_ rest;
    tt_list_init_(&rest);
    tt_shared_queue_close_(&l->jobs);
    tt_waitq_lock_(&l->waiters);
    tt_list_splice_(&rest, &l->tasks);
    tt_waitq_unlock_(&l->waiters);
    for (tt_future *f; (f = next_to_cancel(l, &rest)); tt_future_free(f))
        tt_future_cancel(f);
}

/* A task's turn. */
static void handle(struct loop *l, tt_future *f)
{
    bool first = f == l->first;
    tt_future *held = tt_future_ref(f);
    tt_future_run(f);
    end_task(l, held);
    tt_future_free(held);
    if (first) cancel_tasks(l);
}

static void fail(struct tt_job_ *job, int code)
{
    tt_future *f = tt_container_(job, tt_future, job);
    tt_future_fail_(f, code);
    handle((struct loop *)f->executor, f);
}

/* The first task is in the scopes of whoever called tt_run. */
static void run(struct tt_job_ *job)
{
    tt_future *f = tt_container_(job, tt_future, job);
    struct loop *l = (struct loop *)f->executor;
    struct tt_strand_ *host = f == l->first ? l->worker.host : NULL, *me = tt_self_.strand;
    if (host) tt_scope_stand_in_(me, host);
    handle(l, f);
    if (host) tt_scope_stand_out_(me, host);
}

/* Behind the strands that are ready now. */
static int start_here(struct loop *l, tt_future *f)
{
    if (tt_load_relaxed_(&l->jobs.closed)) return -ESHUTDOWN;
    return tt_worker_start_(&l->worker, &f->job) ? 0 : -ENOMEM;
}

static int start_from_outside(struct loop *l, tt_future *f)
{
    tt_worker_visit_(&l->worker);
    bool taken = tt_shared_queue_push_(&l->jobs, &f->job);
    if (taken) tt_worker_wake_(&l->worker, TT_WORKER_AWAKE_);
    tt_worker_leave_(&l->worker);
    return taken ? 0 : -ESHUTDOWN;
}

static int submit(tt_executor *ex, tt_future *f)
{
    struct loop *l = (struct loop *)ex;
    f->job.run = run;
    f->job.fail = fail;
    begin_task(l, f);
    int r = tt_worker_current_() == &l->worker ? start_here(l, f) : start_from_outside(l, f);
    if (r < 0) end_task(l, f);
    return r;
}

/* K6: only the driving thread ends a loop, and it does so in tt_run. */
static int shutdown(tt_executor *ex, tt_time by, const tt_shutdown_options *options)
{
    struct loop *l = (struct loop *)ex;
    (void)by;
    if (tt_worker_current_() != &l->worker) return -EPERM;
    tt_shared_queue_close_(&l->jobs);
    return options->no_wait ? 0 : -EDEADLK;
}

static void free_nothing(tt_executor *ex)
{
    (void)ex; /* tt_run owns it */
}

static const tt_executor_vtable vtable = {
    .size = sizeof vtable, .kind = "loop", .submit = submit, .shutdown = shutdown, .free = free_nothing
};

/* --- exit called by one of its tasks --- */

static struct loop *exiting(struct tt_at_exit_ *e)
{
    return tt_container_(e, struct loop, exit);
}

static void describe_at_exit(struct tt_at_exit_ *e, char *buf, size_t size)
{
    snprintf(buf, size, "loop '%s'", exiting(e)->worker.name);
}

/* Whether no task is left but the caller's. The list's lock is held. */
static bool is_alone(struct loop *l, struct tt_strand_ *me)
{
    const tt_future *mine = me->task;
    return tt_list_empty_(&l->tasks) || (mine && l->tasks.next == &mine->running && l->tasks.prev == &mine->running);
}

static int wait_until_alone(struct loop *l, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    int r = 0;
    tt_waitq_lock_(&l->waiters);
    while (r >= 0 && !is_alone(l, me)) {
        tt_park_begin_(&p, me, "loop", l, 0);
        tt_waiter_init_(&w, &p, 0);
        tt_waitq_push_(&l->waiters, &w);
        tt_waitq_unlock_(&l->waiters);
        r = tt_park_(&p, by);
        tt_waitq_lock_(&l->waiters);
        if (r < 0) tt_waitq_remove_(&l->waiters, &w);
    }
    tt_waitq_unlock_(&l->waiters);
    return r < 0 ? r : 0;
}

/* Another thread's loop is waited for with that thread, if at all. */
static int join_at_exit(struct tt_at_exit_ *e, tt_time by)
{
    struct loop *l = exiting(e);
    if (tt_worker_current_() != &l->worker) return -EPERM;
    cancel_tasks(l);
    return wait_until_alone(l, tt_self_.strand, by);
}

static void cancel_at_exit(struct tt_at_exit_ *e)
{
    (void)e; /* a loop is no daemon */
}

static void hold_at_exit(struct tt_at_exit_ *e)
{
    tt_add_relaxed_(&exiting(e)->refs, 1);
}

static void let_go_at_exit(struct tt_at_exit_ *e)
{
    struct loop *l = exiting(e);
    if (tt_sub_acq_rel_(&l->refs, 1) == 1) tt_free_(l);
}

static const struct tt_at_exit_kind_ at_exit = {
    describe_at_exit, join_at_exit, cancel_at_exit, hold_at_exit, let_go_at_exit,
};

/* --- driving it --- */

static struct loop *new_loop(const tt_run_options *o)
{
    struct loop *l = tt_at_exit_arm_() == 0 ? tt_alloc_aligned_(64, sizeof *l) : NULL;
    if (!l) return NULL;
    *l = (struct loop){ .refs = 1, .exit = { .kind = &at_exit } };
    tt_executor_init(&l->base, &vtable);
    tt_list_init_(&l->tasks);
    tt_worker_init_(&l->worker, &source, o->name ? o->name : "loop", o->stack_size ? o->stack_size : TT_STACK_LOOP_);
    return l;
}

static tt_value drive(struct loop *l, tt_fn fn, tt_value arg, const tt_run_options *o)
{
    tt_task_options options = { .size = sizeof options, .name = o->name };
    l->first = tt_future_task_(&l->base, fn, NULL, arg, &options);
    tt_future_start_(l->first);
    tt_watchdog_add_(&l->worker);
    tt_worker_run_(&l->worker);
    tt_watchdog_remove_(&l->worker);
    tt_value result = tt_await(l->first);
    tt_future_free(l->first);
    return result;
}

tt_value tt_run_with(tt_fn fn, tt_value arg, const tt_run_options *options)
{
    tt_run_options o;
    bool nested = tt_strand_is_coroutine(), valid = tt_options_read_(&o, sizeof o, options);
    struct loop *l = nested || !valid ? NULL : new_loop(&o);
    if (!l) {
        tt_drop(arg);
        if (nested) return tt_error("RuntimeError", "tt_run called by a coroutine");
        return valid ? tt_error_no_memory() : tt_error_from_code(-EINVAL);
    }
    tt_at_exit_add_(&l->exit);
    tt_value result = drive(l, fn, arg, &o);
    tt_at_exit_remove_(&l->exit);
    let_go_at_exit(&l->exit);
    return result;
}
