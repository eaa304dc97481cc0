/* watchdog.c - see watchdog.h. `list` is guarded by `lock`, a spin lock taken alone. The thread is detached and
 * lives as long as the process; after a fork the child makes its own with its first worker. */
#include "worker/watchdog.h"

#include <stdio.h>

#include "base/futex.h"
#include "base/fork.h"
#include "base/log.h"
#include "base/thread.h"

enum { PERIOD = 50, LIMIT = 100 }; /* ms */

static tt_spin_ lock;
static struct tt_list_ list = { &list, &list };
static uint64_t thread_epoch; /* guarded by lock; 1 + the fork epoch in which the thread was made; 0: none */
static uint32_t asleep;       /* atomic; the futex it sleeps on while no worker is awake */

/* The workers stay behind. */
static void in_child(void)
{
    while (tt_list_pop_front_(&list)) {
    }
}

static struct tt_fork_ around_fork = { .lock = &lock, .child = in_child };

/* What is to be said of a worker, copied out of the lock. */
struct finding {
    char worker[TT_STRAND_NAME_SIZE_];
    char task[96];
};

static bool is_stuck(struct tt_worker_ *w, tt_time now)
{
    uint64_t sequence = tt_load_relaxed_(&w->sequence);
    if (sequence != w->sampled) {
        w->sampled = sequence;
        w->sampled_at = now;
        return false;
    }
    bool others_wait = tt_load_relaxed_(&w->ready) || tt_load_relaxed_(&w->inbox);
    return others_wait && sequence != w->reported && now - w->sampled_at >= LIMIT * TT_MS;
}

static void describe(struct tt_worker_ *w, struct finding *f)
{
    struct tt_strand_ *s = tt_load_acquire_(&w->current);
    snprintf(f->worker, sizeof f->worker, "%s", w->name);
    snprintf(f->task, sizeof f->task, "a task");
    if (s) tt_strand_label_(s, f->task, sizeof f->task);
}

/* One look at every worker. Whether any is awake; *f and *found are the first stuck one. */
static bool sample(struct finding *f, bool *found)
{
    bool awake = false;
    tt_time now = tt_clock();
    tt_spin_lock_(&lock);
    for (struct tt_list_ *l = list.next; l != &list; l = l->next) {
        struct tt_worker_ *w = tt_container_(l, struct tt_worker_, link);
        if (tt_load_seq_(&w->sleep) != TT_WORKER_ASLEEP_) awake = true;
        if (*found || !is_stuck(w, now)) continue;
        w->reported = w->sampled;
        describe(w, f);
        *found = true;
    }
    tt_spin_unlock_(&lock);
    return awake;
}

static bool look(void)
{
    struct finding f;
    bool found = false, awake = sample(&f, &found);
    if (found)
        tt_log_(TT_LOG_WARNING, "worker %s: %s has run for %d ms without waiting, and others wait for it", f.worker,
                f.task, LIMIT);
    return awake;
}

/* Sleeps until a worker wakes; the flag first, then a last look: a Dekker pair with tt_watchdog_wake_. */
static void sleep_until_needed(void)
{
    tt_store_seq_(&asleep, 1);
    if (!look())
        while (tt_load_seq_(&asleep))
            tt_futex_wait_(&asleep, 1, TT_FOREVER);
    tt_store_seq_(&asleep, 0);
}

static void *watch(void *unused)
{
    (void)unused;
    static uint32_t never;
    tt_thread_set_name_("tt-watchdog");
    for (;;) {
        tt_futex_wait_(&never, 0, tt_clock() + PERIOD * TT_MS);
        if (!look()) sleep_until_needed();
    }
    return NULL;
}

void tt_watchdog_wake_(void)
{
    if (tt_load_seq_(&asleep) && tt_exchange_seq_(&asleep, 0)) tt_futex_wake_(&asleep, 1);
}

/* Without a thread nothing is watched: said aloud, and tried again with the next worker. */
static void make_thread(void)
{
    pthread_t thread;
    struct tt_thread_start_ how = { .stack_size = 128 << 10, .block_signals = true, .detached = true };
    if (tt_thread_create_(&thread, &how, watch, NULL) == 0) return;
    tt_spin_lock_(&lock);
    thread_epoch = 0;
    tt_spin_unlock_(&lock);
    tt_log_(TT_LOG_WARNING, "no thread for the watchdog: tasks that hold up their worker will not be named");
}

void tt_watchdog_add_(struct tt_worker_ *w)
{
    uint64_t epoch = tt_fork_epoch_() + 1;
    tt_fork_watch_(&around_fork); /* without memory for it a fork at the wrong moment is all that can go wrong */
    tt_spin_lock_(&lock);
    tt_list_push_back_(&list, &w->link);
    bool none = thread_epoch != epoch;
    thread_epoch = epoch;
    tt_spin_unlock_(&lock);
    if (none) make_thread();
    tt_watchdog_wake_();
}

void tt_watchdog_remove_(struct tt_worker_ *w)
{
    tt_spin_lock_(&lock);
    tt_list_remove_(&w->link);
    tt_spin_unlock_(&lock);
}

static void copy_state(struct tt_worker_ *w, struct tt_worker_state_ *ret)
{
    struct tt_strand_ *s = tt_load_acquire_(&w->current);
    *ret = (struct tt_worker_state_){ .current = s ? tt_load_relaxed_(&s->id) : 0,
                                      .live = tt_load_relaxed_(&w->live),
                                      .asleep = tt_load_relaxed_(&w->sleep) == TT_WORKER_ASLEEP_ };
    snprintf(ret->name, sizeof ret->name, "%s", w->name);
}

bool tt_watchdog_state_(unsigned n, struct tt_worker_state_ *ret)
{
    tt_spin_lock_(&lock);
    struct tt_list_ *l = list.next;
    for (; n > 0 && l != &list; n--)
        l = l->next;
    bool found = l != &list;
    if (found) copy_state(tt_container_(l, struct tt_worker_, link), ret);
    tt_spin_unlock_(&lock);
    return found;
}
