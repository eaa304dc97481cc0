/* timer.c - Timer: one server thread waits for all of them. Python: threading.Timer.
 *
 *     NEW --start--> PENDING --due--> FIRED: the timer's thread is started, and is all there is from then on
 *      '---cancel--> CANCELLED <--cancel---'(PENDING)
 *
 * The lock of `service.waiters` guards the heap, `coming`, `servers`, and every timer's state and `started`. A PENDING
 * timer is in the heap, or among the coming: its new server brings it along and moves it to the heap. `decided` opens
 * when FIRED and started, or CANCELLED: then `thread` says the rest.
 * A server ends after it had nothing to do for LINGER, deciding so under the lock and with an empty heap; so a pending
 * timer always has one. Two servers do no harm.
 * References: handles, and one of the service while PENDING and until it is decided.
 * Lock order: the service's lock is taken alone. Tests: tests/timer.c. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <tutti/timer.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/memory.h"
#include "thread/thread.h"

#define LINGER (100 * TT_MS)

enum state { NEW, PENDING, FIRED, CANCELLED };

struct tt_timer {
    uint32_t refs; /* atomic */
    enum state state;
    bool started;
    double interval;
    tt_time due;
    struct tt_heap_node_ node;
    struct tt_list_ link; /* among the coming */
    struct tt_latch_ decided;
    struct tt_thread *thread;
    sigset_t signals; /* blocked where it was started, and so in its thread; the server blocks all */
    struct tt_at_exit_ exit;
};

static struct {
    void *waiters; /* servers that sleep, and the lock */
    struct tt_heap_ heap;
    struct tt_list_ coming;
    unsigned servers;
} service = { .coming = { &service.coming, &service.coming } };

static struct tt_timer *timer_of(struct tt_heap_node_ *n)
{
    return tt_container_(n, struct tt_timer, node);
}

static void lock(void)
{
    tt_waitq_lock_(&service.waiters);
}

static void unlock(void)
{
    tt_waitq_unlock_(&service.waiters);
}

/* ---- the object ---- */

tt_timer *tt_timer_new_with(double interval, tt_fn fn, tt_value arg, const tt_thread_options *options)
{
    struct tt_timer *t = tt_calloc_(1, sizeof *t);
    struct tt_thread *thread = tt_thread_new_with(fn, arg, options);
    if (!t || !thread) {
        tt_thread_free(thread);
        tt_free_(t);
        return NULL;
    }
    t->refs = 1;
    tt_list_init_(&t->link);
    t->interval = interval;
    t->thread = thread;
    return t;
}

static void hold(struct tt_timer *t)
{
    tt_add_relaxed_(&t->refs, 1);
}

static void unref(struct tt_timer *t)
{
    if (tt_sub_acq_rel_(&t->refs, 1) != 1) return;
    tt_thread_free(t->thread);
    tt_free_(t);
}

void tt_timer_free(tt_timer *t)
{
    if (t) unref(t);
}

tt_thread *tt_timer_thread(tt_timer *t)
{
    return t->thread;
}

/* It will not wait any more: who waits for that goes on, and the service lets go of it. */
static void decide(struct tt_timer *t)
{
    tt_latch_open_(&t->decided);
    tt_at_exit_remove_(&t->exit);
    unref(t);
}

/* ---- the server ---- */

/* What shall be called: its own thread enters exit's list before the timer leaves it. */
static void fire(struct tt_timer *t)
{
    t->thread->signals = &t->signals;
    if (tt_thread_start(t->thread) < 0) tt_thread_run_here_(t->thread);
    decide(t);
}

/* The timer that is due, if one is. Locked. */
static struct tt_timer *take_due(tt_time now)
{
    struct tt_heap_node_ *n = tt_heap_least_(&service.heap);
    if (!n || n->key > now) return NULL;
    tt_heap_remove_(&service.heap, n);
    timer_of(n)->state = FIRED;
    return timer_of(n);
}

/* Sleeps until a timer is due, another comes first, or the server has lingered. Locked; unlocked when it returns. */
static int sleep_until_due(struct tt_strand_ *me, tt_time linger, unsigned flags)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    struct tt_heap_node_ *n = tt_heap_least_(&service.heap);
    tt_time by = n ? n->key : linger;
    tt_park_begin_(&p, me, "timer", &service, flags);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&service.waiters, &w);
    unlock();
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    lock();
    tt_waitq_remove_(&service.waiters, &w);
    unlock();
    return r;
}

/* Exit cancels the server: then it ends as soon as nothing is pending. Another one may still sleep until a time that
 * means nothing any more: it is woken to look again. */
static void serve_all(struct tt_strand_ *me)
{
    struct tt_list_ others;
    unsigned flags = TT_PARK_CANCELLABLE_;
    tt_time linger = tt_clock() + LINGER;
    for (lock(); tt_heap_least_(&service.heap) || (flags && tt_clock() < linger); lock()) {
        struct tt_timer *t = take_due(tt_clock());
        if (!t) {
            if (sleep_until_due(me, linger, flags) == -ECANCELED) flags = 0;
            continue;
        }
        unlock();
        fire(t);
        linger = tt_clock() + LINGER;
    }
    service.servers--;
    tt_waitq_claim_all_(&service.waiters, &others);
    unlock();
    tt_deliver_all_(&others);
}

/* Locked. */
static void insert(struct tt_timer *t)
{
    tt_list_remove_(&t->link);
    if (t->state == PENDING) tt_heap_insert_(&service.heap, &t->node, t->due);
}

static tt_value serve(tt_view first)
{
    struct tt_timer *t = tt_as_pointer(first);
    lock();
    service.servers++;
    insert(t);
    unlock();
    unref(t);
    serve_all(tt_self_.strand);
    return tt_none();
}

/* A server that brings t along, with a reference of its own. */
static int start_server(struct tt_timer *t)
{
    struct tt_thread *server = tt_thread_new(serve, tt_pointer(t), .name = "tt-timer", .daemon = true);
    if (!server) return -ENOMEM;
    server->internal = true;
    hold(t);
    int r = tt_thread_start(server);
    if (r < 0) unref(t);
    tt_thread_free(server);
    return r;
}

/* To a server that is there; if it sleeps for longer, it has to look again. */
static void hand_over(struct tt_timer *t)
{
    struct tt_waiter_ *w = NULL;
    lock();
    insert(t);
    if (tt_heap_least_(&service.heap) == &t->node) w = tt_waitq_claim_first_(&service.waiters);
    unlock();
    if (w) tt_deliver_(w);
}

/* ---- exit and fork ---- */

static struct tt_timer *at_exit_of(struct tt_at_exit_ *e)
{
    return tt_container_(e, struct tt_timer, exit);
}

static void exit_describe(struct tt_at_exit_ *e, char *buf, size_t size)
{
    snprintf(buf, size, "timer '%s'", tt_thread_name(at_exit_of(e)->thread));
}

static int exit_join(struct tt_at_exit_ *e, tt_time by)
{
    return tt_latch_wait_(&at_exit_of(e)->decided, "timer", at_exit_of(e), by);
}

static void exit_cancel(struct tt_at_exit_ *e)
{
    tt_timer_cancel(at_exit_of(e));
}

static void exit_hold(struct tt_at_exit_ *e)
{
    hold(at_exit_of(e));
}

static void exit_let_go(struct tt_at_exit_ *e)
{
    unref(at_exit_of(e));
}

static const struct tt_at_exit_kind_ exit_kind = {
    .describe = exit_describe,
    .join = exit_join,
    .cancel = exit_cancel,
    .hold = exit_hold,
    .let_go = exit_let_go,
};

/* It never comes in the child. The service's reference goes; a handle may be left. */
static void lose(struct tt_timer *t)
{
    t->state = CANCELLED;
    t->decided = (struct tt_latch_){ .open = 1 };
    t->refs--;
}

/* The child has no server. */
static void in_child(void)
{
    struct tt_list_ *l;
    struct tt_heap_node_ *n;
    while ((l = tt_list_pop_front_(&service.coming)))
        lose(tt_container_(l, struct tt_timer, link));
    while ((n = tt_heap_least_(&service.heap))) {
        tt_heap_remove_(&service.heap, n);
        lose(timer_of(n));
    }
    service.servers = 0;
    service.waiters = NULL;
}

static struct tt_fork_ watch = { .before = lock, .after = unlock, .child = in_child };

/* ---- start and cancel ---- */

static int prepare(void)
{
    int r = tt_at_exit_arm_();
    return r < 0 ? r : tt_fork_watch_(&watch);
}

/* Exit awaits it from now on, unless it has been decided already, and thus taken out before it was in. */
static void enter_exit(struct tt_timer *t)
{
    t->exit.kind = &exit_kind;
    t->exit.daemon = tt_thread_daemon(t->thread);
    tt_at_exit_add_(&t->exit);
    if (tt_latch_is_open_(&t->decided)) tt_at_exit_remove_(&t->exit);
}

/* As if it had not been started; 0 when it has been cancelled meanwhile, which is as good. */
static int take_back(struct tt_timer *t, int r)
{
    lock();
    bool pending = t->state == PENDING;
    tt_list_remove_(&t->link);
    if (pending) {
        t->state = NEW;
        t->started = false;
    }
    unlock();
    if (!pending) return 0;
    unref(t);
    return r;
}

static int launch(struct tt_timer *t, bool alone)
{
    hold(t); /* the service's */
    hold(t); /* its function may free the last handle */
    int r = alone ? start_server(t) : (hand_over(t), 0);
    if (r < 0)
        r = take_back(t, r);
    else
        enter_exit(t);
    unref(t);
    return r;
}

int tt_timer_start(tt_timer *t)
{
    if (!t) return -ENOMEM; /* what tt_timer_new answered */
    if (isnan(t->interval) || !tt_thread_stack_can_be_(t->thread)) return -EINVAL;
    int r = prepare();
    if (r < 0) return r;
    pthread_sigmask(SIG_BLOCK, NULL, &t->signals);
    lock();
    bool again = t->started, pending = !again && t->state == NEW, alone = service.servers == 0;
    t->started = true;
    if (pending) {
        t->state = PENDING;
        t->due = tt_after(t->interval);
        tt_list_push_back_(&service.coming, &t->link);
    }
    unlock();
    if (pending) return launch(t, alone);
    if (again) tt_misuse_(t, "timer '%s' started twice", tt_thread_name(t->thread));
    return again ? -EINVAL : 0;
}

/* Servers with nothing left to wait for shall not sleep until then. Locked; the caller delivers. */
static void remove_pending(struct tt_timer *t, struct tt_list_ *servers)
{
    tt_list_remove_(&t->link);
    if (!tt_heap_contains_(&t->node)) return;
    tt_heap_remove_(&service.heap, &t->node);
    if (!tt_heap_least_(&service.heap)) tt_waitq_claim_all_(&service.waiters, servers);
}

bool tt_timer_cancel(tt_timer *t)
{
    struct tt_list_ servers;
    tt_list_init_(&servers);
    (void)tt_fork_watch_(&watch);
    lock();
    enum state was = t->state;
    if (was != FIRED) t->state = CANCELLED;
    remove_pending(t, &servers);
    unlock();
    tt_deliver_all_(&servers);
    if (was == NEW) tt_latch_open_(&t->decided);
    if (was == PENDING) decide(t);
    return was != FIRED;
}

/* ---- waiting for it ---- */

static enum state state_of(struct tt_timer *t, bool *ret_started)
{
    (void)tt_fork_watch_(&watch);
    lock();
    enum state state = t->state;
    *ret_started = t->started;
    unlock();
    return state;
}

static int check_joinable(struct tt_timer *t)
{
    bool started;
    state_of(t, &started);
    if (!started) {
        tt_misuse_(t, "timer '%s' joined before its start", tt_thread_name(t->thread));
        return -EINVAL;
    }
    if (tt_thread_self_() == t->thread) {
        tt_misuse_(t, "timer '%s' joined by its own function", tt_thread_name(t->thread));
        return -EDEADLK;
    }
    return 0;
}

int tt_timer_join(tt_timer *t, tt_time by)
{
    bool started;
    int r = check_joinable(t);
    if (r == 0) r = tt_latch_wait_(&t->decided, "timer", t, by);
    if (r < 0 || state_of(t, &started) == CANCELLED) return r;
    return tt_thread_join(t->thread, by);
}

int tt_timer_result(tt_timer *t, tt_value *ret, tt_time by)
{
    bool started;
    int r = tt_timer_join(t, by);
    if (r < 0) return r;
    if (state_of(t, &started) != CANCELLED) return tt_thread_result(t->thread, ret, by);
    *ret = tt_error("CancelledError", "timer '%s' was cancelled", tt_thread_name(t->thread));
    return 0;
}

bool tt_timer_is_alive(tt_timer *t)
{
    bool started;
    enum state state = state_of(t, &started);
    return state == PENDING || (state == FIRED && !tt_latch_is_open_(&t->thread->ended));
}
