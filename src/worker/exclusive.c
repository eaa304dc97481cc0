/* exclusive.c - a set whose tasks have a thread each, to their end: for code that keeps state in thread-locals.
 *
 * `running` counts the threads that run a task which does not wait; a thread takes a job only while that is below
 * `count`. A task that waits gives its place up, so tasks that wait for others of the set cannot deadlock it; when it
 * goes on, `running` may exceed `count` until somebody's task ends. Threads are made when there is a job, a place and
 * nobody asleep or on the way. Who takes a job summons somebody for the next: a sleeper may have been woken for both.
 * Idle threads sleep on `wakes`: whoever makes a job or a place available adds one to it and wakes; an idle thread
 * reads the word, looks, counts itself a sleeper, looks again, and sleeps unless the word has changed. The count and
 * the looks are sequentially consistent (Dekker), so no wake is lost. */
#include <limits.h>

#include "base/futex.h"
#include "base/thread.h"
#include "strand/locals.h"
#include "worker/set.h"

static void *exclusive_thread(void *arg);

static bool job_and_place(struct tt_workers_ *set)
{
    return tt_load_seq_(&set->shared.count) && tt_load_seq_(&set->running) < set->options.count;
}

static int add_thread(struct tt_workers_ *set)
{
    tt_add_seq_(&set->coming, 1);
    int r = tt_set_add_thread_(set, exclusive_thread);
    if (r == 0) return 0;
    tt_add_seq_(&set->coming, -1);
    return tt_set_answer_failure_(set, r); /* for those who have seen us in `coming` meanwhile */
}

/* Whether those on their way will take all the jobs, or all the places. They look after they have left `coming`. */
static bool enough_coming(struct tt_workers_ *set)
{
    int coming = tt_load_seq_(&set->coming);
    return (uint64_t)coming >= tt_load_seq_(&set->shared.count) ||
           coming + tt_load_seq_(&set->running) >= set->options.count;
}

/* Somebody shall look for a job: a sleeper, or a new thread. Without memory for one the job waits for those there
 * are; if there is none, it fails. */
static void summon(struct tt_workers_ *set)
{
    if (!job_and_place(set)) return;
    tt_add_seq_(&set->wakes, 1);
    if (tt_load_seq_(&set->sleepers))
        tt_futex_wake_(&set->wakes, 1);
    else if (!enough_coming(set))
        add_thread(set);
}

static bool take_place(struct tt_workers_ *set)
{
    int n = tt_load_relaxed_(&set->running);
    while (n < set->options.count)
        if (tt_cas_seq_(&set->running, &n, n + 1)) return true;
    return false;
}

static void give_place(struct tt_workers_ *set)
{
    tt_add_seq_(&set->running, -1);
}

static void on_wait(struct tt_strand_ *s, bool begins)
{
    struct tt_workers_ *set = s->set;
    tt_add_seq_(&set->running, begins ? -1 : 1);
    if (begins) summon(set);
}

int tt_exclusive_submit_(struct tt_workers_ *set, struct tt_job_ *job)
{
    bool first = tt_load_seq_(&set->made) == 0;
    int r = first ? add_thread(set) : 0;
    if (r < 0) return r;
    if (tt_workers_current_() == set)
        tt_shared_queue_push_inside_(&set->shared, job);
    else if (!tt_shared_queue_push_(&set->shared, job))
        return -ESHUTDOWN;
    if (!first || tt_load_seq_(&set->sleepers)) summon(set); /* else the first thread looks before it sleeps */
    return 0;
}

void tt_exclusive_wake_all_(struct tt_workers_ *set)
{
    tt_add_seq_(&set->wakes, 1);
    tt_futex_wake_(&set->wakes, INT_MAX);
}

static struct tt_job_ *next(struct tt_workers_ *set)
{
    struct tt_job_ *job;
    while ((job = tt_shared_queue_pop_(&set->shared)) && tt_load_relaxed_(&set->broken))
        job->fail(job, tt_load_relaxed_(&set->broken));
    return job;
}

static struct tt_job_ *take_job(struct tt_workers_ *set)
{
    if (!take_place(set)) return NULL;
    struct tt_job_ *job = next(set);
    if (!job)
        give_place(set);
    else
        summon(set); /* who submitted the next job may have counted on us, when we were asleep */
    return job;
}

/* Sleeps until summoned. False: `by` has passed and nothing has come. */
static bool sleep_idle(struct tt_workers_ *set, uint32_t seen, tt_time by)
{
    tt_add_seq_(&set->sleepers, 1);
    bool late = !job_and_place(set) && tt_futex_wait_(&set->wakes, seen, by) == -ETIMEDOUT;
    tt_sub_seq_(&set->sleepers, 1);
    return !late;
}

/* The next job, with a place; NULL: the set is closed and has none, or this thread has lingered long enough. */
static struct tt_job_ *wait_for_job(struct tt_workers_ *set)
{
    tt_time by = TT_FOREVER;
    for (;;) {
        uint32_t seen = tt_load_seq_(&set->wakes);
        struct tt_job_ *job = take_job(set);
        if (job || (tt_load_seq_(&set->closing) && tt_load_seq_(&set->shared.count) == 0)) return job;
        if (set->options.linger && by == TT_FOREVER) by = tt_clock() + set->options.linger; /* woken: no more */
        if (!sleep_idle(set, seen, by)) return take_job(set); /* once more: a submitter may have seen us asleep */
    }
}

static void run(struct tt_member_ *m, struct tt_strand_ *me, struct tt_job_ *job)
{
    struct tt_worker_ *count = &m->worker;
    tt_strand_set_task_(me, job->name, job->function);
    tt_store_relaxed_(&count->jobs, count->jobs + 1);
    tt_store_relaxed_(&count->live, 1);
    job->run(job);
    tt_store_relaxed_(&count->live, 0);
    tt_strand_set_task_(me, m->name, NULL);
    if (me->locals) tt_locals_clear_(me);
}

static void *exclusive_thread(void *arg)
{
    struct tt_member_ *m = arg;
    struct tt_workers_ *set = m->set;
    struct tt_strand_ *me = m->strand;
    tt_set_publish_(m);
    tt_thread_set_name_(m->name);
    tt_strand_become_(me);
    me->set = set;
    me->waits = on_wait;
    bool started = tt_set_start_thread_(m);
    tt_add_seq_(&set->coming, -1);
    if (started)
        for (struct tt_job_ *job; (job = wait_for_job(set)); ) {
            run(m, me, job);
            give_place(set);
            if (!tt_strand_renew_(me)) break; /* used up, after 2^30 tasks: a new thread takes over */
        }
    tt_strand_become_(NULL);
    tt_strand_free_(me);
    if (set->options.linger) tt_set_retire_(m);
    summon(set);
    if (tt_load_seq_(&set->closing)) tt_exclusive_wake_all_(set); /* whoever sleeps for want of a place may end, too */
    tt_set_thread_ends_(set);
    return NULL;
}
