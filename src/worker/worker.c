/* worker.c - the scheduler of one thread. The picture and the invariants: worker.h.
 *
 * A coroutine runs task after task on its stack; each task has an identity of its own. Between two tasks it takes
 * the next job itself as long as no strand is ready and the budget lasts: a task that never waits costs no switch.
 * Whoever leaves for ever puts itself in `dead`, and the loop frees it, since nobody can free the stack he stands on.
 * Lock order: nothing is held across a switch. */
#include "worker/worker.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/futex.h"
#include "strand/overflow.h"
#include "strand/locals.h"

enum {
    TURNS = 64,               /* switches before the loop looks at inbox, timers and jobs (K18) */
    IDLE_STRANDS = 128,       /* coroutines kept between two tasks */
};

static __thread struct tt_worker_ *self_worker;

struct tt_worker_ *tt_worker_current_(void)
{
    return self_worker;
}

static struct tt_worker_ *worker_of(struct tt_scheduler_ *s)
{
    return tt_container_(s, struct tt_worker_, scheduler);
}

/* --- the ready queue: the worker's own --- */

static void push_ready(struct tt_worker_ *w, struct tt_strand_ *s)
{
    s->next = NULL;
    if (w->ready)
        w->last->next = s;
    else
        tt_store_relaxed_(&w->ready, s);
    w->last = s;
}

static struct tt_strand_ *pop_ready(struct tt_worker_ *w)
{
    struct tt_strand_ *s = w->ready;
    if (s) tt_store_relaxed_(&w->ready, s->next);
    return s;
}

/* Moves the inbox to the ready queue, oldest first. */
static void take_inbox(struct tt_worker_ *w)
{
    if (!tt_load_relaxed_(&w->inbox)) return;
    struct tt_strand_ *s = tt_exchange_acquire_(&w->inbox, NULL), *oldest = NULL; /* pairs with ready's push */
    while (s) {
        struct tt_strand_ *next = s->next;
        s->next = oldest;
        oldest = s;
        s = next;
    }
    while (oldest) {
        struct tt_strand_ *next = oldest->next;
        push_ready(w, oldest);
        oldest = next;
    }
}

bool tt_worker_has_ready_(struct tt_worker_ *w)
{
    return w->ready || tt_load_seq_(&w->inbox);
}

/* --- sleeping and waking --- */

bool tt_worker_wake_(struct tt_worker_ *w, uint32_t how)
{
    uint32_t asleep = TT_WORKER_ASLEEP_;
    if (tt_load_seq_(&w->sleep) != TT_WORKER_ASLEEP_ || !tt_cas_seq_(&w->sleep, &asleep, how)) return false;
    if (w->sleepers) tt_sub_acq_rel_(w->sleepers, 1);
    tt_futex_wake_(&w->sleep, 1);
    return true;
}

static void sleep_until_woken(struct tt_worker_ *w, tt_time by)
{
    while (tt_load_seq_(&w->sleep) == TT_WORKER_ASLEEP_)
        if (tt_futex_wait_(&w->sleep, TT_WORKER_ASLEEP_, by) == -ETIMEDOUT) {
            uint32_t asleep = TT_WORKER_ASLEEP_;
            if (tt_cas_seq_(&w->sleep, &asleep, TT_WORKER_AWAKE_) && w->sleepers) tt_sub_acq_rel_(w->sleepers, 1);
        }
}

/* A loop may be driven by a task that has a thread alone: then that one waits. */
void tt_worker_sleep_(struct tt_worker_ *w, tt_time by)
{
    struct tt_strand_ *host = w->host;
    if (host && host->waits) host->waits(host, true);
    sleep_until_woken(w, by);
    if (host && host->waits) host->waits(host, false);
}

/* A strand's wait is over (struct tt_scheduler_). */
static void ready(struct tt_scheduler_ *scheduler, struct tt_strand_ *s)
{
    struct tt_worker_ *w = worker_of(scheduler);
    if (self_worker == w) {
        push_ready(w, s);
        return;
    }
    tt_worker_visit_(w);
    struct tt_strand_ *first = tt_load_relaxed_(&w->inbox);
    do
        s->next = first;
    while (!tt_cas_seq_(&w->inbox, &first, s)); /* pairs with take_inbox; a Dekker pair with going to sleep */
    tt_worker_wake_(w, TT_WORKER_AWAKE_);
    tt_worker_leave_(w);
}

static bool idle(struct tt_scheduler_ *scheduler)
{
    return tt_load_relaxed_(&worker_of(scheduler)->sleep) == TT_WORKER_ASLEEP_;
}

/* --- switching --- */

static void set_current(struct tt_worker_ *w, struct tt_strand_ *s)
{
    tt_store_release_(&w->current, s); /* pairs with the watchdog, which reads the name in a descriptor made just now */
    tt_store_relaxed_(&w->sequence, w->sequence + 1);
    tt_strand_become_(s ? s : w->host);
}

/* Who runs after the present strand: the next ready one, or NULL for the loop. */
static struct tt_strand_ *choose_next(struct tt_worker_ *w)
{
    if (w->budget == 0) return NULL;
    w->budget--;
    return pop_ready(w);
}

/* From a coroutine to whoever is next; returns when this one is chosen again. */
static void switch_away(struct tt_worker_ *w, struct tt_strand_ *me)
{
    struct tt_strand_ *next = choose_next(w);
    tt_stack_check_(&me->stack);
    if (next == me) return; /* woken before it had switched out (K5) */
    tt_stack_check_(&me->stack);
    set_current(w, next);
    tt_context_switch_(&me->context, next ? &next->context : &w->loop);
}

/* From the loop to a coroutine; returns when somebody switches to the loop. */
static void enter(struct tt_worker_ *w, struct tt_strand_ *s)
{
    set_current(w, s);
    tt_context_switch_(&w->loop, &s->context);
}

static void park(struct tt_scheduler_ *scheduler, struct tt_strand_ *me, tt_time by)
{
    struct tt_worker_ *w = worker_of(scheduler);
    if (by != TT_FOREVER) tt_heap_insert_(&w->timers, &me->timer, by);
    switch_away(w, me);
    if (tt_heap_contains_(&me->timer)) tt_heap_remove_(&w->timers, &me->timer);
}

static void yield(struct tt_scheduler_ *scheduler, struct tt_strand_ *me)
{
    struct tt_worker_ *w = worker_of(scheduler);
    if (!w->ready && w->budget == 0) sched_yield(); /* alone, and at it: whom it waits for may need this CPU */
    push_ready(w, me);
    switch_away(w, me);
}

static void fire_timers(struct tt_worker_ *w)
{
    struct tt_heap_node_ *n = tt_heap_least_(&w->timers);
    if (!n) return;
    tt_time now = tt_clock();
    for (; n && n->key <= now; n = tt_heap_least_(&w->timers)) {
        struct tt_strand_ *s = tt_container_(n, struct tt_strand_, timer);
        tt_heap_remove_(&w->timers, n);
        if (tt_park_expire_(s)) push_ready(w, s);
    }
}

/* --- coroutines that run tasks --- */

static void run_job(struct tt_worker_ *w, struct tt_strand_ *me, struct tt_job_ *job)
{
    tt_overflow_arm_();
    tt_strand_set_task_(me, job->name, job->function);
    tt_store_relaxed_(&w->live, w->live + 1);
    job->run(job);
    tt_store_relaxed_(&w->live, w->live - 1);
    tt_strand_set_task_(me, NULL, NULL);
    if (me->locals) tt_locals_clear_(me);
}

/* The next task for the same stack, if it may go on at once. */
static struct tt_job_ *next_at_once(struct tt_worker_ *w)
{
    if (w->ready || w->budget == 0) return NULL;
    w->budget--;
    tt_store_relaxed_(&w->sequence, w->sequence + 1);
    return w->source->next(w);
}

/* Runs tasks until there is none at once. False: this identity was the last that its descriptor could have. */
static bool run_jobs(struct tt_worker_ *w, struct tt_strand_ *me, struct tt_job_ *job)
{
    for (; job; job = next_at_once(w)) {
        run_job(w, me, job);
        if (!tt_strand_renew_(me)) return false;
    }
    return true;
}

static void coroutine(void *arg)
{
    struct tt_strand_ *me = arg;
    struct tt_worker_ *w = worker_of(me->scheduler);
    for (;;) {
        struct tt_job_ *job = me->job;
        me->job = NULL;
        if (!job || !run_jobs(w, me, job) || w->idle_count >= IDLE_STRANDS) break;
        me->next = w->idle_strands;
        w->idle_strands = me;
        w->idle_count++;
        struct tt_strand_ *next = choose_next(w);
        set_current(w, next);
        tt_context_switch_(&me->context, next ? &next->context : &w->loop);
    }
    w->dead = me;
    set_current(w, NULL);
    tt_context_exit_(&me->context, &w->loop);
}

static struct tt_strand_ *new_coroutine(struct tt_worker_ *w)
{
    struct tt_strand_ *s = tt_strand_new_(NULL);
    if (!s) return NULL;
    tt_store_relaxed_(&s->scheduler, &w->scheduler);
    if (tt_stack_new_(&s->stack, w->stack_size, w->guard) == 0) {
        if (tt_context_make_(&s->context, s->stack.low, s->stack.size, coroutine, s) == 0) return s;
        tt_stack_free_(&s->stack);
    }
    tt_store_relaxed_(&s->scheduler, NULL);
    tt_strand_free_(s);
    return NULL;
}

static void free_coroutine(struct tt_strand_ *s)
{
    tt_context_release_(&s->context);
    tt_stack_free_(&s->stack);
    tt_store_relaxed_(&s->scheduler, NULL);
    tt_strand_free_(s);
}

static void free_dead(struct tt_worker_ *w)
{
    struct tt_strand_ *s = w->dead;
    w->dead = NULL;
    if (s) free_coroutine(s);
}

/* A coroutine to run the next task on: an idle one, or a new one; NULL: no memory. */
static struct tt_strand_ *get_coroutine(struct tt_worker_ *w)
{
    struct tt_strand_ *s = w->idle_strands;
    if (!s) return new_coroutine(w);
    w->idle_strands = s->next;
    w->idle_count--;
    return s;
}

/* Switches to an idle coroutine, for `job` or, with NULL, for its end. */
static void enter_with(struct tt_worker_ *w, struct tt_strand_ *s, struct tt_job_ *job)
{
    s->job = job;
    enter(w, s);
    free_dead(w);
}

/* Starts one job. False: there is none. Without memory for a coroutine it fails: an answer, not a hang. */
static bool start_job(struct tt_worker_ *w)
{
    struct tt_job_ *job = w->source->next(w);
    if (!job) return false;
    struct tt_strand_ *s = get_coroutine(w);
    if (s)
        enter_with(w, s, job);
    else
        job->fail(job, -ENOMEM);
    return true;
}

bool tt_worker_start_(struct tt_worker_ *w, struct tt_job_ *job)
{
    struct tt_strand_ *s = get_coroutine(w);
    if (!s) return false;
    s->job = job;
    push_ready(w, s);
    return true;
}

static void run_ready(struct tt_worker_ *w)
{
    struct tt_strand_ *s = pop_ready(w);
    if (!s) return;
    enter(w, s);
    free_dead(w);
}

static tt_time next_timer(struct tt_worker_ *w)
{
    struct tt_heap_node_ *n = tt_heap_least_(&w->timers);
    return n ? n->key : TT_FOREVER;
}

/* One turn of the loop. False: the worker ends. */
static bool turn(struct tt_worker_ *w)
{
    tt_overflow_arm_();
    take_inbox(w);
    fire_timers(w);
    w->budget = TURNS;
    if (w->ready && w->searching) w->source->busy(w);
    run_ready(w);
    if (w->budget == 0) w->budget = 1; /* ready strands do not keep jobs from starting */
    if (start_job(w) || tt_worker_has_ready_(w)) return true;
    return w->source->idle(w, next_timer(w));
}

void tt_worker_init_(struct tt_worker_ *w, const struct tt_worker_source_ *source, const char *name, size_t stack_size)
{
    memset(w, 0, sizeof *w);
    w->scheduler = (struct tt_scheduler_){ ready, park, yield, idle };
    w->source = source;
    w->stack_size = stack_size ? stack_size : TT_STACK_TASK_;
    w->guard = w->stack_size > TT_STACK_LOOP_ ? TT_STACK_TASK_GUARD_ : TT_STACK_LOOP_GUARD_;
    tt_list_init_(&w->link);
    snprintf(w->name, sizeof w->name, "%s", name ? name : "");
}

/* Who has woken the last task may still be looking whether the worker sleeps. */
static void wait_for_visitors(struct tt_worker_ *w)
{
    unsigned round = 0;
    while (tt_load_acquire_(&w->visitors)) /* pairs with tt_worker_leave_ */
        tt_spin_relax_(&round);
}

void tt_worker_run_(struct tt_worker_ *w)
{
    struct tt_worker_ *outer = self_worker;
    w->host = tt_self_.strand;
    self_worker = w;
    tt_context_adopt_(&w->loop);
    tt_overflow_begin_();
    while (turn(w)) {
    }
    for (struct tt_strand_ *s; (s = w->idle_strands); ) {
        w->idle_strands = s->next;
        w->idle_count--;
        enter_with(w, s, NULL);
    }
    wait_for_visitors(w);
    tt_overflow_disarm_();
    tt_context_release_(&w->loop);
    self_worker = outer;
}
