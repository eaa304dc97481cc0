/* mix.c - threads, coroutines and exclusive tasks use the same few objects at random, with deadlines and cancels, until
 * the time is up; then nothing may be lost, held or queued.
 * labels: long concurrent */
#include <pthread.h>
#include <sched.h>
#include <tutti/barrier.h>
#include <tutti/condition.h>
#include <tutti/event.h>
#include <tutti/lock.h>
#include <tutti/once.h>
#include <tutti/queue.h>
#include <tutti/rwlock.h>
#include <tutti/select.h>
#include <tutti/semaphore.h>

#include "base/random.h"
#include "strand/scope.h"
#include "test.h"
#include "worker/workers.h"

enum { OF_EACH = 4, ALL = 3 * OF_EACH, PERMITS = 3, PLACES = 4, PARTIES = 3 };

struct player {
    struct tt_job_ job;
    pthread_t thread;
    pthread_mutex_t guard; /* whether `scope` is entered; a canceller holds it */
    bool in_scope;
    tt_scope scope;
    int64_t locked, put, got; /* how often it succeeded */
};

static struct {
    tt_lock lock;
    int64_t counter; /* plain: the lock guards it */
    tt_condition condition;
    tt_semaphore semaphore;
    int permits_out; /* atomic */
    tt_rwlock rwlock;
    int64_t pair[2]; /* plain: the rwlock guards them; always equal */
    tt_event event;
    tt_queue *queue;
    tt_barrier *barrier;
    tt_time end;
    uint32_t ended; /* atomic: how many players */
    struct player players[ALL];
} m;

static tt_time soon(void)
{
    uint32_t n = tt_random_below_(8);
    if (n == 0) return TT_NOW;
    return tt_clock() + (n == 1 ? -1 : (tt_time)tt_random_below_(300) * TT_US);
}

/* Nothing, a yield, or a short sleep. */
static void dawdle(void)
{
    uint32_t n = tt_random_below_(16);
    if (n < 4) tt_yield();
    if (n == 5) (void)tt_sleep(tt_clock() + (tt_time)tt_random_below_(100) * TT_US);
}

static void check_failure(int r)
{
    CHECK(r == -EAGAIN || r == -ETIMEDOUT || r == -ECANCELED);
}

static void use_lock(struct player *p)
{
    int r = tt_lock_acquire(&m.lock, tt_random_below_(2) ? TT_FOREVER : soon());
    if (r < 0) return check_failure(r);
    int64_t seen = m.counter;
    dawdle();
    if (tt_random_below_(8) == 0) CHECK_OK(tt_condition_notify(&m.condition, 2));
    m.counter = seen + 1;
    p->locked++;
    if (tt_random_below_(8) == 0 && (r = tt_condition_wait(&m.condition, &m.lock, soon())) < 0) check_failure(r);
    CHECK_OK(tt_lock_release(&m.lock));
}

static void use_semaphore(struct player *p)
{
    (void)p;
    int r = tt_semaphore_acquire(&m.semaphore, soon());
    if (r < 0) return check_failure(r);
    CHECK_LE(tt_add_acq_rel_(&m.permits_out, 1), PERMITS - 1);
    dawdle();
    tt_sub_acq_rel_(&m.permits_out, 1);
    CHECK_OK(tt_semaphore_release(&m.semaphore));
}

static void use_rwlock(struct player *p)
{
    (void)p;
    bool writes = tt_random_below_(3) == 0;
    int r = writes ? tt_rwlock_acquire_write(&m.rwlock, soon()) : tt_rwlock_acquire_read(&m.rwlock, soon());
    if (r < 0) return check_failure(r);
    if (writes) m.pair[0]++;
    dawdle();
    if (writes) m.pair[1]++;
    CHECK_EQ(m.pair[0], m.pair[1]);
    CHECK_OK(writes ? tt_rwlock_release_write(&m.rwlock) : tt_rwlock_release_read(&m.rwlock));
}

static void use_queue(struct player *p)
{
    tt_value v;
    bool puts = tt_random_below_(2);
    int r = puts ? tt_queue_put(m.queue, tt_int(1), soon()) : tt_queue_get(m.queue, &v, soon());
    if (r < 0) return check_failure(r);
    if (puts) p->put++;
    else p->got++;
}

static void use_select(struct player *p)
{
    tt_value v = tt_none();
    tt_case cases[] = { tt_on_get(m.queue, &v), tt_on_put(m.queue, tt_int(1)), tt_on_event(&m.event),
                        tt_on_deadline(soon()) };
    bool gets = tt_random_below_(2);
    int r = gets ? tt_select(cases, 1, soon()) : tt_select(cases + 1, 3, soon());
    if (r < 0) return check_failure(r);
    if (gets) p->got++;
    else if (r == 0) p->put++;
}

static void use_event(struct player *p)
{
    (void)p;
    switch (tt_random_below_(3)) {
    case 0: tt_event_set(&m.event); break;
    case 1: tt_event_clear(&m.event); break;
    default:
        for (int r = tt_event_wait(&m.event, soon()); r < 0; r = 0)
            check_failure(r);
    }
}

static void use_barrier(struct player *p)
{
    (void)p;
    int r = tt_barrier_wait(m.barrier, soon());
    if (r == -ECONNABORTED) tt_barrier_reset(m.barrier);
    else if (r < 0) check_failure(r);
    else CHECK_LT(r, PARTIES);
}

static void cancel_somebody(struct player *p)
{
    (void)p;
    struct player *other = &m.players[tt_random_below_(ALL)];
    if (pthread_mutex_trylock(&other->guard) != 0) return;
    if (other->in_scope) tt_scope_cancel(&other->scope);
    pthread_mutex_unlock(&other->guard);
}

static void (*const uses[])(struct player *) = { use_lock,  use_semaphore, use_rwlock,      use_queue,
                                                 use_queue, use_select,    cancel_somebody, use_event,
                                                 use_barrier };

static void set_in_scope(struct player *p, bool in)
{
    pthread_mutex_lock(&p->guard);
    p->in_scope = in;
    pthread_mutex_unlock(&p->guard);
}

static void play(struct player *p)
{
    while (tt_clock() < m.end) {
        CHECK_OK(tt_scope_enter(&p->scope, tt_random_below_(4) ? TT_FOREVER : tt_clock() + TT_MS));
        set_in_scope(p, true);
        for (int i = 0; i < 16; i++)
            uses[tt_random_below_(sizeof uses / sizeof *uses)](p);
        set_in_scope(p, false);
        (void)tt_scope_leave(&p->scope);
    }
    tt_add_acq_rel_(&m.ended, 1);
}

static void play_job(struct tt_job_ *job)
{
    play((struct player *)(void *)job);
}

static void *play_thread(void *p)
{
    play(p);
    return NULL;
}

static void end_set(struct tt_workers_ *set)
{
    tt_workers_close_(set);
    CHECK_OK(tt_workers_join_(set, TT_FOREVER));
    tt_workers_free_(set);
}

/* What was put was got or is there; everything is open and nobody is queued. */
static void check_the_end(void)
{
    int64_t locked = 0, put = 0, got = 0;
    for (int i = 0; i < ALL; i++) {
        locked += m.players[i].locked;
        put += m.players[i].put;
        got += m.players[i].got;
    }
    CHECK_GT(locked, 0);
    CHECK_EQ(m.counter, locked);
    CHECK_EQ(tt_queue_size(m.queue), put - got);
    CHECK_EQ(tt_semaphore_value(&m.semaphore), PERMITS);
    CHECK_EQ(m.lock.word, 0);
    CHECK_EQ(m.rwlock.word, 0);
    CHECK(!m.lock.waiters && !m.rwlock.waiters && !m.semaphore.waiters && !m.event.waiters && !m.condition.waiters);
    for (int i = 0; i < PLACES; i++) /* each place of the queue is still there */
        if (i >= put - got) CHECK_OK(tt_queue_put(m.queue, tt_none(), TT_NOW));
    CHECK_EQ(tt_queue_put(m.queue, tt_none(), TT_NOW), -EAGAIN);
}

TEST_WITHIN(everybody_uses_everything_and_nothing_is_lost, 60)
{
    test_allow(0, 1, 2); /* the watchdog */
    m.semaphore = (tt_semaphore)TT_SEMAPHORE_INIT(PERMITS);
    m.queue = tt_queue_new(PLACES);
    m.barrier = tt_barrier_new(PARTIES);
    m.end = tt_clock() + 2 * TT_S;
    struct tt_workers_ *pool = tt_workers_new_(&(struct tt_workers_options_){ .count = 2 });
    struct tt_workers_ *exclusive = tt_workers_new_(&(struct tt_workers_options_){ .count = 2, .exclusive = true });
    for (int i = 0; i < ALL; i++)
        pthread_mutex_init(&m.players[i].guard, NULL);
    for (int i = 0; i < ALL; i++) {
        struct player *p = &m.players[i];
        p->job.run = play_job;
        if (i % 3 == 0) CHECK_EQ(pthread_create(&p->thread, NULL, play_thread, p), 0);
        if (i % 3 == 1) CHECK_OK(tt_workers_submit_(pool, &p->job));
        if (i % 3 == 2) CHECK_OK(tt_workers_submit_(exclusive, &p->job));
    }
    for (int i = 0; i < ALL; i += 3)
        CHECK_EQ(pthread_join(m.players[i].thread, NULL), 0);
    end_set(pool);
    end_set(exclusive);
    CHECK_EQ(m.ended, ALL);
    check_the_end();
    tt_queue_free(m.queue);
    tt_barrier_free(m.barrier);
}
