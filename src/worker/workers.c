/* workers.c - coroutine workers that steal from each other. The idle protocol and its proof: workers.h.
 *
 * A set's threads are made when a job finds nobody asleep, up to its count, and live until the set is closed and a
 * worker has neither job nor started task left (K7).
 * Lock order: set->lock and the shared queue's lock are taken alone. */
#include <stdio.h>
#include <string.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/thread.h"
#include "worker/set.h"
#include "worker/watchdog.h"

enum { SHARED_FIRST = 61 }; /* every so many jobs the shared queue comes before the own deque */

static void *worker_thread(void *arg);

static struct tt_workers_ *set_of(struct tt_worker_ *w)
{
    return w->set;
}

static struct tt_member_ *member_at(struct tt_workers_ *set, unsigned i)
{
    return tt_load_acquire_(&set->table[i]); /* pairs with worker_thread's release */
}

/* --- finding jobs --- */

static struct tt_job_ *steal(struct tt_workers_ *set, struct tt_worker_ *thief)
{
    unsigned n = (unsigned)set->options.count, first = tt_random_below_(n);
    bool raced = true;
    while (raced) {
        raced = false;
        for (unsigned i = 0; i < n; i++) {
            struct tt_member_ *victim = member_at(set, (first + i) % n);
            if (!victim || &victim->worker == thief) continue;
            struct tt_job_ *job = tt_deque_steal_(&victim->worker.deque, &raced);
            if (!job) continue;
            tt_add_relaxed_(&set->steals, 1);
            return job;
        }
    }
    return NULL;
}

static bool has_work(struct tt_workers_ *set)
{
    if (tt_load_seq_(&set->shared.count)) return true;
    for (unsigned i = 0; i < (unsigned)set->options.count; i++) {
        struct tt_member_ *m = member_at(set, i);
        if (m && !tt_deque_empty_(&m->worker.deque)) return true;
    }
    return false;
}

/* Wakes one sleeper to search, unless somebody searches already. False: there is none that sleeps for good; whoever saw
 * us search meanwhile counts on the caller to look once more. */
static bool wake_searcher(struct tt_workers_ *set)
{
    uint32_t none = 0;
    if (tt_load_seq_(&set->sleepers) == 0) return false;
    if (tt_load_seq_(&set->searching) != 0 || !tt_cas_seq_(&set->searching, &none, 1)) return true;
    unsigned n = (unsigned)set->options.count, first = tt_random_below_(n);
    for (unsigned i = 0; i < n; i++) {
        struct tt_member_ *m = member_at(set, (first + i) % n);
        if (m && tt_worker_wake_(&m->worker, TT_WORKER_SEARCH_)) return true;
    }
    tt_sub_seq_(&set->searching, 1);
    return false;
}

/* Wakes a sleeper, or makes one more thread if there is none; not when the first one is on its way: before it sleeps
 * it looks at the queue, which has the job by now. A sleeper that is not to be woken is going to sleep, and looks once
 * more before, or has been woken: one or the other is over soon. */
static void call_for_help(struct tt_workers_ *set, bool coming)
{
    unsigned round = 0;
    while (!wake_searcher(set)) {
        if (!coming && tt_load_seq_(&set->made) < set->options.count) {
            tt_set_add_thread_(set, worker_thread);
            return;
        }
        if (tt_load_seq_(&set->sleepers) == 0 || !has_work(set)) return;
        tt_spin_relax_(&round);
    }
}

static void begin_search(struct tt_workers_ *set, struct tt_worker_ *w)
{
    if (w->searching) return;
    w->searching = true;
    tt_add_seq_(&set->searching, 1);
}

/* Whether this was the last one who searched. */
static bool end_search(struct tt_workers_ *set, struct tt_worker_ *w)
{
    if (!w->searching) return false;
    w->searching = false;
    return tt_sub_seq_(&set->searching, 1) == 1;
}

static struct tt_job_ *pick(struct tt_workers_ *set, struct tt_worker_ *w)
{
    bool shared_first = ++w->ticks % SHARED_FIRST == 0 || tt_load_relaxed_(&set->shared.urgent);
    struct tt_job_ *job = shared_first ? tt_shared_queue_pop_(&set->shared) : NULL;
    if (!job) job = tt_deque_pop_(&w->deque);
    if (!job) job = tt_shared_queue_pop_(&set->shared);
    if (job || set->options.count == 1) return job;
    begin_search(set, w);
    return steal(set, w);
}

/* It has something else to do from here on: the last who searched summons another, if there is work. */
static void pass_search_on(struct tt_worker_ *w)
{
    struct tt_workers_ *set = set_of(w);
    if (end_search(set, w) && has_work(set)) call_for_help(set, false);
}

/* A job, or NULL; nobody counts on this worker's search any more. */
static struct tt_job_ *next(struct tt_worker_ *w)
{
    struct tt_workers_ *set = set_of(w);
    struct tt_job_ *job;
    do {
        while ((job = pick(set, w)) && tt_load_relaxed_(&set->broken))
            job->fail(job, tt_load_relaxed_(&set->broken));
    } while (!job && end_search(set, w) && has_work(set)); /* who came late counted on us: once more */
    if (!job) return NULL;
    pass_search_on(w);
    tt_store_relaxed_(&w->jobs, w->jobs + 1);
    return job;
}

/* --- going to sleep, and the end --- */

static bool finished(struct tt_workers_ *set, struct tt_worker_ *w)
{
    return tt_load_seq_(&set->closing) && w->live == 0 && !has_work(set) && !tt_worker_has_ready_(w);
}

static bool idle(struct tt_worker_ *w, tt_time by)
{
    struct tt_workers_ *set = set_of(w);
    tt_add_seq_(&set->sleepers, 1);
    tt_store_seq_(&w->sleep, TT_WORKER_ASLEEP_); /* from here on others look; so we look once more */
    bool ends = finished(set, w);
    if (ends || has_work(set) || tt_worker_has_ready_(w))
        tt_worker_wake_(w, TT_WORKER_AWAKE_);
    else
        tt_worker_sleep_(w, by);
    if (tt_load_seq_(&w->sleep) == TT_WORKER_SEARCH_) w->searching = true;
    tt_store_seq_(&w->sleep, TT_WORKER_AWAKE_);
    tt_watchdog_wake_();
    if (ends) end_search(set, w);
    return !ends;
}

static const struct tt_worker_source_ source = { next, idle, pass_search_on };

/* --- threads --- */

/* A new thread shows itself: from here on thieves, wakers and close see it. */
void tt_set_publish_(struct tt_member_ *m)
{
    struct tt_workers_ *set = m->set;
    int slot = 0;
    m->thread = pthread_self();
    tt_spin_lock_(&set->lock);
    m->next = set->members;
    set->members = m;
    while (!set->options.exclusive && set->table[slot])
        slot++;
    if (!set->options.exclusive) tt_store_seq_(&set->table[slot], m);
    tt_spin_unlock_(&set->lock);
}

void tt_set_retire_(struct tt_member_ *m)
{
    struct tt_workers_ *set = m->set;
    tt_spin_lock_(&set->lock);
    struct tt_member_ **link = &set->members;
    while (*link != m)
        link = &(*link)->next;
    *link = m->next;
    tt_store_seq_(&set->made, set->made - 1);
    tt_spin_unlock_(&set->lock);
    pthread_detach(pthread_self());
    tt_free_(m);
}

static void *worker_thread(void *arg)
{
    struct tt_member_ *m = arg;
    struct tt_workers_ *set = m->set;
    tt_set_publish_(m);
    tt_thread_set_name_(m->name);
    if (tt_set_start_thread_(m)) {
        tt_watchdog_add_(&m->worker);
        tt_worker_run_(&m->worker);
        tt_watchdog_remove_(&m->worker);
    }
    tt_set_thread_ends_(set);
    return NULL;
}

/* Fails what waits in the shared queue. */
static void fail_pending(struct tt_workers_ *set, int code)
{
    if (tt_load_seq_(&set->shared.count) == 0) return;
    for (struct tt_job_ *job; (job = tt_shared_queue_pop_(&set->shared)); )
        job->fail(job, code);
}

bool tt_set_start_thread_(struct tt_member_ *m)
{
    struct tt_workers_ *set = m->set;
    int r = set->options.start ? set->options.start(set->options.arg) : 0;
    if (r >= 0) return true;
    tt_store_seq_(&set->broken, r); /* then the queue: a submitter pushes, then looks at `broken` */
    fail_pending(set, r);
    return false;
}

void tt_set_thread_ends_(struct tt_workers_ *set)
{
    struct tt_list_ claimed;
    tt_waitq_lock_(&set->joiners);
    bool last = tt_sub_acq_rel_(&set->alive, 1) == 1;
    void (*ended)(void *) = last ? set->ended : NULL;
    void *arg = set->ended_arg;
    tt_list_init_(&claimed);
    if (last) tt_waitq_claim_all_(&set->joiners, &claimed);
    tt_waitq_unlock_(&set->joiners);
    tt_deliver_all_(&claimed);
    if (ended) ended(arg);
}

/* Takes a place for one more thread. False: the set has all of them. */
static bool reserve(struct tt_workers_ *set, struct tt_member_ *m)
{
    tt_spin_lock_(&set->lock);
    bool room = set->options.exclusive || set->made < set->options.count;
    if (room) {
        m->index = set->names++;
        tt_store_seq_(&set->made, set->made + 1);
        tt_add_seq_(&set->alive, 1);
    }
    tt_spin_unlock_(&set->lock);
    return room;
}

/* Others have submitted, counting on our thread: they push, then look at `made`, we the other way round (a Dekker
 * pair). */
int tt_set_answer_failure_(struct tt_workers_ *set, int r)
{
    if (tt_load_seq_(&set->made) == 0) fail_pending(set, r);
    return r;
}

static void give_back(struct tt_workers_ *set, int r)
{
    tt_spin_lock_(&set->lock);
    tt_store_seq_(&set->made, set->made - 1);
    tt_spin_unlock_(&set->lock);
    tt_set_answer_failure_(set, r);
    tt_set_thread_ends_(set);
}

int tt_set_add_thread_(struct tt_workers_ *set, void *(*body)(void *member))
{
    pthread_t thread;
    struct tt_thread_start_ how = { .block_signals = true };
    if (set->options.exclusive) how.stack_size = set->options.stack_size;
    struct tt_member_ *m = tt_alloc_aligned_(64, sizeof *m);
    if (!m) return tt_set_answer_failure_(set, -ENOMEM);
    memset(m, 0, sizeof *m);
    m->set = set;
    if (!reserve(set, m)) {
        tt_free_(m);
        return 0;
    }
    snprintf(m->name, sizeof m->name, "%s_%d", set->name, m->index);
    tt_worker_init_(&m->worker, &source, m->name, set->options.stack_size);
    m->worker.set = set;
    m->worker.sleepers = &set->sleepers;
    m->strand = set->options.exclusive ? tt_strand_new_(m->name) : NULL;
    int r = set->options.exclusive && !m->strand ? -ENOMEM : tt_thread_create_(&thread, &how, body, m);
    if (r == 0) return 0;
    if (m->strand) tt_strand_free_(m->strand);
    tt_free_(m);
    give_back(set, r);
    return r;
}

/* --- submitting --- */

static bool usable(struct tt_workers_ *set)
{
    if (set->epoch != tt_fork_epoch_()) return false;
    return !tt_load_seq_(&set->closing) || tt_workers_current_() == set;
}

static struct tt_worker_ *self_in(struct tt_workers_ *set)
{
    struct tt_worker_ *w = tt_worker_current_();
    return w && w->set == set ? w : NULL;
}

static int submit(struct tt_workers_ *set, struct tt_job_ *job)
{
    int r = 0;
    bool first = tt_load_relaxed_(&set->made) == 0;
    if (first && (r = tt_set_add_thread_(set, worker_thread)) < 0) return r;
    struct tt_worker_ *w = self_in(set);
    bool mine = w && job->priority == 0 && tt_deque_push_(&w->deque, job);
    if (w && !mine)
        tt_shared_queue_push_inside_(&set->shared, job);
    else if (!mine && !tt_shared_queue_push_(&set->shared, job))
        return -ESHUTDOWN;
    call_for_help(set, first);
    return 0;
}

int tt_workers_submit_(struct tt_workers_ *set, struct tt_job_ *job)
{
    int r = tt_load_relaxed_(&set->broken);
    if (!usable(set)) return -ESHUTDOWN;
    if (r < 0) return r;
    r = set->options.exclusive ? tt_exclusive_submit_(set, job) : submit(set, job);
    int broken = r == 0 ? tt_load_seq_(&set->broken) : 0; /* a Dekker pair with tt_set_start_thread_ */
    if (broken) fail_pending(set, broken);
    return r;
}

/* --- the set as a whole --- */

struct tt_workers_ *tt_workers_new_(const struct tt_workers_options_ *options)
{
    struct tt_workers_ *set = tt_alloc_aligned_(64, sizeof *set);
    if (!set) return NULL;
    memset(set, 0, sizeof *set);
    set->options = *options;
    if (set->options.count <= 0) set->options.count = tt_cpu_count();
    set->epoch = tt_fork_epoch_();
    snprintf(set->name, sizeof set->name, "%s", options->name ? options->name : "worker");
    set->table = tt_calloc_((size_t)set->options.count, sizeof(struct tt_member_ *));
    if (set->table) return set;
    tt_free_(set);
    return NULL;
}

void tt_workers_close_(struct tt_workers_ *set)
{
    tt_shared_queue_close_(&set->shared);
    tt_store_seq_(&set->closing, true);
    if (set->epoch != tt_fork_epoch_()) return;
    if (set->options.exclusive) tt_exclusive_wake_all_(set);
    for (int i = 0; !set->options.exclusive && i < set->options.count; i++)
        if (member_at(set, (unsigned)i)) tt_worker_wake_(&member_at(set, (unsigned)i)->worker, TT_WORKER_AWAKE_);
}

static bool joined(struct tt_workers_ *set)
{
    return tt_load_seq_(&set->alive) == 0 || set->epoch != tt_fork_epoch_();
}

int tt_workers_join_(struct tt_workers_ *set, tt_time by)
{
    struct tt_park_ p;
    struct tt_waiter_ waiter;
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (tt_workers_current_() == set) return -EDEADLK;
    tt_waitq_lock_(&set->joiners);
    if (joined(set) || by == TT_NOW) {
        int r = joined(set) ? 0 : -EAGAIN;
        tt_waitq_unlock_(&set->joiners);
        return r;
    }
    tt_park_begin_(&p, me, "executor", set, TT_PARK_CANCELLABLE_);
    tt_waiter_init_(&waiter, &p, 0);
    tt_waitq_push_(&set->joiners, &waiter);
    tt_waitq_unlock_(&set->joiners);
    int r = tt_park_(&p, by);
    if (r >= 0) return 0;
    tt_waitq_lock_(&set->joiners);
    tt_waitq_remove_(&set->joiners, &waiter);
    tt_waitq_unlock_(&set->joiners);
    return r;
}

/* Other threads have ended, and nobody but the caller could bring work. */
static bool is_alone(struct tt_workers_ *set)
{
    if (tt_load_seq_(&set->alive) > 1 || has_work(set)) return false;
    return set->options.exclusive || tt_worker_current_()->live == 1;
}

/* Nobody wakes who waits so: it happens once in a program. */
int tt_workers_join_others_(struct tt_workers_ *set, tt_time by)
{
    while (!is_alone(set)) {
        if (tt_clock() >= by) return -ETIMEDOUT;
        tt_sleep(tt_clock() + TT_MS);
    }
    return 0;
}

/* A thread at its end; it may be calling. */
static void reap(struct tt_member_ *m)
{
    if (m->reaped) return;
    m->reaped = true;
    if (pthread_equal(m->thread, pthread_self()))
        pthread_detach(m->thread);
    else
        pthread_join(m->thread, NULL);
}

void tt_workers_reap_(struct tt_workers_ *set)
{
    for (struct tt_member_ *m = set->members; m; m = m->next)
        reap(m);
}

void tt_workers_free_(struct tt_workers_ *set)
{
    if (!set) return;
    bool forked = set->epoch != tt_fork_epoch_();
    while (set->members) {
        struct tt_member_ *m = set->members;
        set->members = m->next;
        if (!forked) reap(m);
        tt_free_(m);
    }
    tt_free_(set->table);
    tt_free_(set);
}

void tt_workers_on_end_(struct tt_workers_ *set, void (*ended)(void *arg), void *arg)
{
    tt_waitq_lock_(&set->joiners);
    bool over = joined(set);
    set->ended_arg = arg;
    if (!over) set->ended = ended;
    tt_waitq_unlock_(&set->joiners);
    if (over) ended(arg);
}

struct tt_job_ *tt_workers_take_(struct tt_workers_ *set)
{
    struct tt_job_ *job = tt_shared_queue_pop_(&set->shared);
    return job ? job : steal(set, NULL);
}

int tt_workers_count_(struct tt_workers_ *set)
{
    return set->options.count;
}

struct tt_workers_ *tt_workers_current_(void)
{
    struct tt_worker_ *w = tt_worker_current_();
    if (w) return w->set;
    return tt_self_.strand ? tt_self_.strand->set : NULL;
}

void tt_workers_stats_(struct tt_workers_ *set, struct tt_workers_stats_ *ret)
{
    *ret = (struct tt_workers_stats_){ .threads = tt_load_relaxed_(&set->alive),
                                       .steals = tt_load_relaxed_(&set->steals) };
    ret->pending = tt_load_relaxed_(&set->shared.count);
    tt_spin_lock_(&set->lock);
    for (struct tt_member_ *m = set->members; m; m = m->next) {
        ret->started += tt_load_relaxed_(&m->worker.jobs);
        ret->running += (int)tt_load_relaxed_(&m->worker.live);
        ret->pending += (uint64_t)tt_deque_count_(&m->worker.deque);
    }
    tt_spin_unlock_(&set->lock);
}
