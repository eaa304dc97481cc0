/* workers.c - worker sets: jobs, coroutines that wait, stealing, timers, the exclusive kind, the end.
 * labels: quick */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <tutti/event.h>
#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/scope.h>

#include "base/random.h"
#include "base/thread.h"
#include "strand/foreign.h"
#include "strand/park.h"
#include "test.h"
#include "worker/set.h"

struct task {
    struct tt_job_ job;
    void (*body)(struct task *);
    struct tt_workers_ *set;
    int code; /* what fail was given */
    int n;
};

static uint32_t done;

static void run(struct tt_job_ *job)
{
    struct task *t = (struct task *)(void *)job;
    t->body(t);
    tt_add_acq_rel_(&done, 1);
}

static void failed(struct tt_job_ *job, int code)
{
    struct task *t = (struct task *)(void *)job;
    t->code = code;
    tt_add_acq_rel_(&done, 1);
}

static void init(struct task *t, struct tt_workers_ *set, void (*body)(struct task *))
{
    *t = (struct task){ .job = { .run = run, .fail = failed }, .body = body, .set = set };
}

static void finish(struct tt_workers_ *set)
{
    tt_workers_close_(set);
    CHECK_EQ(tt_workers_join_(set, tt_after(20)), 0);
    tt_workers_free_(set);
}

static void nothing(struct task *t)
{
    t->n = 1;
}

static void sleeper(struct task *t)
{
    CHECK(tt_strand_is_coroutine() || t->set);
    CHECK_EQ(tt_sleep(tt_after(0.002)), 0);
    t->n = 1;
}

enum { MANY = 5000 };
static struct task tasks[MANY];

static void run_many(struct tt_workers_options_ options, void (*body)(struct task *), int n)
{
    struct tt_workers_ *set = tt_workers_new_(&options);
    CHECK(set != NULL);
    for (int i = 0; i < n; i++) {
        init(&tasks[i], set, body);
        CHECK_EQ(tt_workers_submit_(set, &tasks[i].job), 0);
    }
    finish(set);
    for (int i = 0; i < n; i++)
        CHECK_EQ(tasks[i].n, 1);
}

TEST(every_job_runs_once_on_one_worker)
{
    test_allow(0, 1, 2); /* the watchdog; a chunk of strand descriptors */
    run_many((struct tt_workers_options_){ .count = 1 }, nothing, MANY);
}

TEST(every_job_runs_once_on_three_workers)
{
    test_allow(0, 1, 2);
    run_many((struct tt_workers_options_){ .count = 3 }, nothing, MANY);
}

TEST(thousands_of_tasks_sleep_on_two_workers)
{
    test_allow(0, 1, 8);
    run_many((struct tt_workers_options_){ .count = 2 }, sleeper, MANY);
}

TEST(exclusive_tasks_sleep_in_turn)
{
    test_allow(0, 0, 2);
    run_many((struct tt_workers_options_){ .count = 2, .exclusive = true }, sleeper, 60);
}

/* A task that submits another of its set and waits for it, t->n deep. */
struct event {
    void *waiters;
    bool set;
};

static void set_event(struct event *e)
{
    struct tt_list_ claimed;
    tt_waitq_lock_(&e->waiters);
    e->set = true;
    tt_waitq_claim_all_(&e->waiters, &claimed);
    tt_waitq_unlock_(&e->waiters);
    tt_deliver_all_(&claimed);
}

static void wait_event(struct event *e)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&e->waiters);
    if (!e->set) {
        tt_park_begin_(&p, tt_strand_current_(), "event", e, 0);
        tt_waiter_init_(&w, &p, 0);
        tt_waitq_push_(&e->waiters, &w);
        tt_waitq_unlock_(&e->waiters);
        CHECK_EQ(tt_park_(&p, TT_FOREVER), 0);
        tt_waitq_lock_(&e->waiters);
    }
    tt_waitq_unlock_(&e->waiters);
}

struct nest {
    struct task task;
    struct event event;
};

static void nest(struct task *t)
{
    struct nest child, *self = (struct nest *)(void *)t;
    if (t->n > 0) {
        init(&child.task, t->set, nest);
        child.task.n = t->n - 1;
        child.event = (struct event){ 0 };
        CHECK_EQ(tt_workers_submit_(t->set, &child.task.job), 0);
        wait_event(&child.event);
    }
    set_event(&self->event);
}

static void nest_in(struct tt_workers_options_ options, int depth)
{
    struct tt_workers_ *set = tt_workers_new_(&options);
    struct nest top = { .event = { 0 } };
    init(&top.task, set, nest);
    top.task.n = depth;
    CHECK_EQ(tt_workers_submit_(set, &top.task.job), 0);
    wait_event(&top.event);
    finish(set);
}

TEST(one_worker_runs_tasks_that_wait_for_their_own_a_thousand_deep)
{
    test_allow(0, 1, 2);
    nest_in((struct tt_workers_options_){ .count = 1 }, 1000);
}

TEST(one_exclusive_worker_grows_for_tasks_that_wait)
{
    test_allow(0, 0, 2);
    nest_in((struct tt_workers_options_){ .count = 1, .exclusive = true }, 100);
}

static void spread(struct task *t)
{
    static struct task children[300];
    for (int i = 0; i < 300 && t->n == 0; i++) {
        struct task *c = &children[i];
        init(c, t->set, t->body);
        c->n = 1;
        CHECK_EQ(tt_workers_submit_(t->set, &c->job), 0);
    }
    for (tt_time end = tt_clock() + TT_MS / 4; tt_clock() < end; ) {
    }
}

TEST(an_idle_worker_steals)
{
    test_allow(0, 1, 2);
    struct tt_workers_stats_ stats;
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 2 });
    init(&tasks[0], set, spread);
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), 0);
    while (tt_load_acquire_(&done) < 301)
        sched_yield();
    tt_workers_stats_(set, &stats);
    CHECK_EQ(stats.started, 301);
    CHECK_GE(stats.steals, 1);
    finish(set);
}

static int order[8], ordered;

static void note(struct task *t)
{
    order[ordered++] = t->n;
}

static uint32_t go;

static void hold(struct task *t)
{
    (void)t;
    while (!tt_load_acquire_(&go))
        sched_yield();
}

TEST(higher_priority_first_and_arrival_within_one)
{
    test_allow(0, 1, 2);
    static const int priority[] = { 0, 0, -5, 7, 7, 0 }, expected[] = { 3, 4, 0, 1, 5, 2 };
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1 });
    init(&tasks[7], set, hold);
    CHECK_EQ(tt_workers_submit_(set, &tasks[7].job), 0);
    for (int i = 0; i < 6; i++) {
        init(&tasks[i], set, note);
        tasks[i].n = i;
        tasks[i].job.priority = priority[i];
        CHECK_EQ(tt_workers_submit_(set, &tasks[i].job), 0);
    }
    tt_store_release_(&go, 1);
    finish(set);
    for (int i = 0; i < 6; i++)
        CHECK_EQ(order[i], expected[i]);
}

static void submit_three_and_an_urgent_one(struct task *t)
{
    for (int i = 0; i < 4; i++) {
        init(&tasks[i], t->set, note);
        tasks[i].n = i;
        tasks[i].job.priority = i == 3 ? 7 : 0;
        CHECK_EQ(tt_workers_submit_(t->set, &tasks[i].job), 0);
    }
    tt_store_release_(&go, 1);
}

TEST(a_higher_priority_comes_before_a_workers_own_jobs)
{
    test_allow(0, 1, 2);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1 });
    init(&tasks[7], set, submit_three_and_an_urgent_one);
    CHECK_EQ(tt_workers_submit_(set, &tasks[7].job), 0);
    while (!tt_load_acquire_(&go))
        sched_yield();
    finish(set);
    CHECK_EQ(order[0], 3);
}

#ifdef TT_COUNTS_MUTEXES_
static char said[1024];

static void remember(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    snprintf(said, sizeof said, "%s", line);
}

static void sleeps_with_mutex(struct task *t)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    tt_sleep(tt_after(0.001));
    CHECK_STR(said, "");
    pthread_mutex_lock(&mutex);
    tt_sleep(tt_after(0.001));
    pthread_mutex_unlock(&mutex);
    t->n = 1;
}

TEST(a_coroutine_that_waits_holding_a_pthread_mutex_is_told)
{
    test_allow(0, 1, 2);
    tt_set_log(remember, NULL);
    run_many((struct tt_workers_options_){ .count = 1 }, sleeps_with_mutex, 1);
    tt_set_log(NULL, NULL);
    CHECK(strstr(said, "waits for sleep while it holds 1 pthread mutex") != NULL);
}
#endif

/* Raised by what a thread does itself; a blocked one would kill without its handler. */
static bool is_fault(int signal)
{
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL || signal == SIGTRAP ||
           signal == SIGSYS;
}

static void look_at_signals(struct task *t)
{
    sigset_t blocked;
    CHECK_EQ(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP && (i < 32 || i >= SIGRTMIN))
            CHECK_EQ(sigismember(&blocked, i), is_fault(i) ? 0 : 1);
    t->n = 1;
}

TEST(workers_block_every_signal_but_faults)
{
    test_allow(0, 1, 2);
    run_many((struct tt_workers_options_){ .count = 1 }, look_at_signals, 1);
    run_many((struct tt_workers_options_){ .count = 1, .exclusive = true }, look_at_signals, 1);
}

static int refuse(void *arg)
{
    (void)arg;
    return -EIO;
}

TEST(a_set_whose_start_fails_answers_with_its_code)
{
    test_allow(0, 1, 2);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1, .start = refuse });
    init(&tasks[0], set, nothing);
    int r = tt_workers_submit_(set, &tasks[0].job);
    if (r == 0)
        while (tt_load_acquire_(&done) == 0)
            sched_yield();
    CHECK_EQ(r == 0 ? tasks[0].code : r, -EIO);
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), -EIO);
    finish(set);
}

TEST(no_thread_to_be_had_is_an_answer)
{
    test_allow(0, 1, 2);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 2 });
    init(&tasks[0], set, nothing);
    tt_thread_fail_after_(0);
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), -EAGAIN);
    tt_thread_fail_after_(-1);
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), 0);
    finish(set);
    CHECK_EQ(tasks[0].n, 1);
}

TEST(a_closed_set_takes_no_more)
{
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 2 });
    init(&tasks[0], set, nothing);
    tt_workers_close_(set);
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), -ESHUTDOWN);
    finish(set);
}

/* A lock between coroutines of two workers and plain threads. */
static tt_lock lock;
static long count;
enum { ROUNDS = 300, COUNTERS = 40 };

static void add(struct task *t)
{
    (void)t;
    for (int i = 0; i < ROUNDS; i++) {
        CHECK_EQ(tt_lock_acquire(&lock, TT_FOREVER), 0);
        long before = count;
        if (i % 16 == 0) tt_yield();
        count = before + 1;
        CHECK_EQ(tt_lock_release(&lock), 0);
    }
}

static void *add_thread(void *arg)
{
    add(arg);
    return NULL;
}

TEST(a_lock_excludes_coroutines_and_threads)
{
    test_allow(0, 1, 2);
    pthread_t threads[2];
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 2 });
    for (int i = 0; i < COUNTERS; i++) {
        init(&tasks[i], set, add);
        CHECK_EQ(tt_workers_submit_(set, &tasks[i].job), 0);
    }
    for (int i = 0; i < 2; i++)
        CHECK_EQ(pthread_create(&threads[i], NULL, add_thread, NULL), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    finish(set);
    CHECK_EQ(count, (long)ROUNDS * (COUNTERS + 2));
    CHECK_EQ(lock.word, 0);
}

/* Two submitters, each with one job at a time: the second must not rely on a search of the first that is over. */
enum { SUBMITTERS = 2, SUBMISSIONS = 1000 };

struct single {
    struct tt_job_ job;
    struct tt_workers_ *set;
    uint32_t done;
};

static void run_single(struct tt_job_ *job)
{
    tt_store_release_(&((struct single *)(void *)job)->done, 1);
}

static pthread_barrier_t together;

static void *submit_one_by_one(void *set)
{
    for (int i = 0; i < SUBMISSIONS; i++) {
        struct single s = { .job = { .run = run_single }, .set = set };
        pthread_barrier_wait(&together); /* or the next submission would make good what this one has missed */
        for (uint32_t j = tt_random_below_(5000); j > 0; j--)
            tt_pause_(); /* so that now the worker is awake, now falls asleep, now sleeps */
        CHECK_EQ(tt_workers_submit_(set, &s.job), 0);
        while (!tt_load_acquire_(&s.done))
            sched_yield();
    }
    return NULL;
}

static void no_job_is_lost(struct tt_workers_options_ options)
{
    test_allow(0, 1, 2);
    pthread_t threads[SUBMITTERS];
    struct tt_workers_ *set = tt_workers_new_(&options);
    pthread_barrier_init(&together, NULL, SUBMITTERS);
    for (int i = 0; i < SUBMITTERS; i++)
        CHECK_EQ(pthread_create(&threads[i], NULL, submit_one_by_one, set), 0);
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    finish(set);
}

TEST_WITHIN(no_job_is_lost_between_two_submitters_and_one_worker, 30)
{
    no_job_is_lost((struct tt_workers_options_){ .count = 1 });
}

TEST_WITHIN(no_job_is_lost_between_two_submitters_and_two_workers, 30)
{
    no_job_is_lost((struct tt_workers_options_){ .count = 2 });
}

TEST_WITHIN(no_job_is_lost_between_two_submitters_and_exclusive_workers, 30)
{
    no_job_is_lost((struct tt_workers_options_){ .count = 2, .exclusive = true });
}

/* Threads that submit at the same time to a set that gets no thread: each job is refused or failed. */
enum { AT_ONCE = 4, FRESH_SETS = 200 };
static struct tt_workers_ *fresh[FRESH_SETS];
static uint32_t answers; /* atomic */

static void count_failure(struct tt_job_ *job, int code)
{
    (void)job;
    CHECK_EQ(code, -EAGAIN);
    tt_add_acq_rel_(&answers, 1);
}

static void *submit_to_each(void *arg)
{
    struct single *mine = arg;
    for (int i = 0; i < FRESH_SETS; i++) {
        mine[i] = (struct single){ .job = { .run = run_single, .fail = count_failure } };
        pthread_barrier_wait(&together);
        int r = tt_workers_submit_(fresh[i], &mine[i].job);
        if (r < 0) count_failure(&mine[i].job, r);
    }
    return NULL;
}

static void without_any_thread(bool exclusive)
{
    static struct single jobs[AT_ONCE][FRESH_SETS];
    pthread_t threads[AT_ONCE];
    answers = 0;
    pthread_barrier_init(&together, NULL, AT_ONCE);
    tt_thread_fail_after_(0); /* the library's; not those of this test */
    for (int i = 0; i < FRESH_SETS; i++)
        fresh[i] = tt_workers_new_(&(struct tt_workers_options_){ .count = 2, .exclusive = exclusive });
    for (int i = 0; i < AT_ONCE; i++)
        CHECK_EQ(pthread_create(&threads[i], NULL, submit_to_each, jobs[i]), 0);
    for (int i = 0; i < AT_ONCE; i++)
        pthread_join(threads[i], NULL);
    tt_thread_fail_after_(-1);
    CHECK_EQ(answers, AT_ONCE * FRESH_SETS);
    for (int i = 0; i < FRESH_SETS; i++)
        finish(fresh[i]);
}

TEST_WITHIN(without_any_thread_every_submission_is_answered, 30)
{
    without_any_thread(false);
    without_any_thread(true);
}

/* Each task finds itself the last that its descriptor can have. */
static void use_up(struct task *t)
{
    tt_self_.strand->generation = ((uint64_t)1 << TT_ID_GENERATION_BITS_) - 1;
    nothing(t);
}

TEST(a_strand_whose_identities_are_used_up_is_replaced)
{
    test_allow(0, 1, 2);
    run_many((struct tt_workers_options_){ .count = 1 }, use_up, 100);
    run_many((struct tt_workers_options_){ .count = 2 }, use_up, 100);
    run_many((struct tt_workers_options_){ .count = 1, .exclusive = true }, use_up, 20);
}

/* Two workers. One of them finds no job, takes a strand that was woken meanwhile, and runs that for long: nobody may
 * count on it to look for jobs; the other sleeps and is to be woken. */
static struct {
    struct tt_workers_ *set;
    tt_event event;
    struct task busy, first, second, third;
    uint32_t started, event_set, woken, third_ran; /* atomic */
} search;

static void until(const uint32_t *flag)
{
    while (!tt_load_acquire_(flag))
        sched_yield();
}

static void keep_the_other_busy(struct task *t)
{
    (void)t;
    until(&search.started);
}

static void wait_then_be_busy(struct task *t)
{
    (void)t;
    init(&search.second, search.set, search.second.body);
    CHECK_EQ(tt_workers_submit_(search.set, &search.second.job), 0);
    CHECK_EQ(tt_event_wait(&search.event, TT_FOREVER), 0);
    tt_store_release_(&search.woken, 1);
    until(&search.third_ran);
}

static void end_when_the_first_is_woken(struct task *t)
{
    (void)t;
    tt_store_release_(&search.started, 1);
    while (tt_load_acquire_(&search.set->sleepers) != 1)
        sched_yield();
    until(&search.event_set);
}

static void run_third(struct task *t)
{
    (void)t;
    tt_store_release_(&search.third_ran, 1);
}

TEST(who_runs_strands_does_not_count_as_searching)
{
    test_allow(0, 1, 2);
    search.set = tt_workers_new_(&(struct tt_workers_options_){ .count = 2 });
    init(&search.busy, search.set, keep_the_other_busy);
    init(&search.first, search.set, wait_then_be_busy);
    search.second.body = end_when_the_first_is_woken;
    init(&search.third, search.set, run_third);
    CHECK_EQ(tt_workers_submit_(search.set, &search.busy.job), 0);
    CHECK_EQ(tt_workers_submit_(search.set, &search.first.job), 0);
    until(&search.started);
    while (tt_load_acquire_(&search.set->sleepers) != 1)
        sched_yield();
    tt_event_set(&search.event);
    tt_store_release_(&search.event_set, 1);
    until(&search.woken);
    CHECK_EQ(tt_workers_submit_(search.set, &search.third.job), 0);
    until(&search.third_ran);
    finish(search.set);
}

/* Both workers sleep. The first job wakes one of them to search; the second is pushed meanwhile, and trusts in it. */
static uint32_t meeting; /* atomic: tasks that have come */

static void meet(struct task *t)
{
    tt_add_acq_rel_(&meeting, 1);
    while (tt_load_acquire_(&meeting) < (uint32_t)t->n)
        sched_yield();
}

static void meet_in_twos(bool exclusive)
{
    enum { MEETINGS = 300 };
    test_allow(0, 1, 2);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 2, .exclusive = exclusive });
    tt_time end = tt_clock() + 2 * TT_S; /* on busy CPUs each may take time slices */
    for (int i = 0; i < 2 * MEETINGS && tt_clock() < end; i += 2) {
        while (i > 0 && tt_load_acquire_(&set->sleepers) < 2)
            sched_yield();
        for (int j = i; j < i + 2; j++) {
            init(&tasks[j], set, meet);
            tasks[j].n = i + 2;
        }
        CHECK_EQ(tt_workers_submit_(set, &tasks[i].job), 0);
        CHECK_EQ(tt_workers_submit_(set, &tasks[i + 1].job), 0);
        while (tt_load_acquire_(&meeting) < (uint32_t)i + 2)
            sched_yield();
    }
    finish(set);
}

TEST(two_jobs_of_one_moment_run_side_by_side)
{
    meet_in_twos(false);
}

TEST(two_exclusive_jobs_of_one_moment_run_side_by_side)
{
    meet_in_twos(true);
}
