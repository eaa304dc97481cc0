/* strands.h - for tests: one body, run as a thread or as a coroutine.
 *
 *     TEST_STRANDS(a_claim)                     three tests: …_by_threads, …_by_coroutines, …_mixed
 *     {
 *         struct strand *waiter = go(one, wait_for_it, &event);
 *         until_it_waits(waiter, &event);
 *         struct strand *setter = go(other, set_it, &event);
 *         finish(setter);
 *         finish(waiter);
 *     }
 *
 * In the body `one` and `other` are the kinds of the two sides. Coroutines run on one worker thread of a set that lives
 * from the first go to the last finish. */
#ifndef TUTTI_TESTS_STRANDS_H
#define TUTTI_TESTS_STRANDS_H

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <tutti/scope.h>

#include "base/atomic.h"
#include "strand/park.h"
#include "strand/scope.h"
#include "strand/strand.h"
#include "test.h"
#include "worker/workers.h"

enum kind { THREAD, COROUTINE };

struct strand {
    struct tt_job_ job;
    enum kind kind;
    void (*body)(void *);
    void *arg;
    pthread_t thread;
    struct tt_strand_ *self; /* atomic; NULL until it runs */
    uint32_t ended;          /* atomic */
    tt_scope scope;          /* the whole body runs in it */
};

static struct tt_workers_ *crew; /* used by the test's own thread only */
static int crew_size;

static inline void run_body(struct strand *s)
{
    struct tt_strand_ *me = tt_strand_current_();
    tt_scope_enter_(&s->scope, me);
    tt_store_release_(&s->self, me);
    s->body(s->arg);
    tt_scope_leave_(&s->scope, me);
    tt_store_release_(&s->ended, 1);
}

static inline void *run_thread(void *arg)
{
    run_body(arg);
    return NULL;
}

static inline void run_job(struct tt_job_ *job)
{
    run_body((struct strand *)(void *)job);
}

static inline struct strand *go(enum kind kind, void (*body)(void *), void *arg)
{
    struct strand *s = calloc(1, sizeof *s);
    s->kind = kind;
    s->body = body;
    s->arg = arg;
    tt_scope_init_(&s->scope, TT_FOREVER);
    if (kind == THREAD) {
        CHECK_EQ(pthread_create(&s->thread, NULL, run_thread, s), 0);
        return s;
    }
    s->job.run = run_job;
    if (crew_size++ == 0) {
        test_allow(0, 1, 0); /* the watchdog, which is made with the first worker and stays */
        struct tt_workers_options_ options = { .count = 1, .name = "crew" };
        crew = tt_workers_new_(&options);
        CHECK_NOT_NULL(crew);
    }
    CHECK_OK(tt_workers_submit_(crew, &s->job));
    return s;
}

/* Waits for its end and frees it. */
static inline void finish(struct strand *s)
{
    if (s->kind == THREAD) CHECK_EQ(pthread_join(s->thread, NULL), 0);
    while (!tt_load_acquire_(&s->ended))
        sched_yield();
    if (s->kind == COROUTINE && --crew_size == 0) {
        tt_workers_close_(crew);
        CHECK_OK(tt_workers_join_(crew, TT_FOREVER));
        tt_workers_free_(crew);
    }
    free(s);
}

static inline void finish_all(struct strand **s, int n)
{
    for (int i = 0; i < n; i++)
        finish(s[i]);
}

/* Whether its wait for that object is open: to be granted, timed out, cancelled. The name of what it waits for alone
 * may be there a little before. */
static inline bool waits_for(struct tt_strand_ *self, const void *object)
{
    uint64_t state = tt_load_acquire_(&self->wait) & TT_WAIT_STATE_;
    return (state == TT_WAIT_PENDING_ || state == TT_WAIT_SHIELDED_) && tt_load_relaxed_(&self->waits_on) == object;
}

/* Until it waits for that object (NULL: until it runs), or has ended. */
static inline void until_it_waits(struct strand *s, const void *object)
{
    struct tt_strand_ *self;
    while (!tt_load_acquire_(&s->ended)) {
        self = tt_load_acquire_(&s->self);
        if (self && (!object || waits_for(self, object))) return;
        sched_yield();
    }
}

/* Cancels the scope that its body runs in. */
static inline void cancel(struct strand *s)
{
    tt_scope_cancel(&s->scope);
}

/* A counter that strands bump and the test waits for. */
static inline void until_at_least(const int *counter, int n)
{
    while (tt_load_acquire_(counter) < n)
        sched_yield();
}

/* A relay: objects go from one strand to another, which looks again and again, so as to meet them at once. On busy CPUs
 * each look may cost a time slice; so the rounds end with the time, too.
 *
 *     struct relay r = { .rounds = 2000 };
 *     for (int i = 0; relay_goes_on(&r, i); i++) relay_give(&r, object);      one side
 *     while ((object = relay_take(&r))) …                                     the other
 */
enum { RELAY_SECONDS = 2 };
struct relay {
    int rounds;
    tt_time end;
    void *object;  /* atomic */
    uint32_t over; /* atomic */
};

static inline bool relay_goes_on(struct relay *r, int round)
{
    if (round == 0) r->end = tt_clock() + RELAY_SECONDS * TT_S;
    if (round < r->rounds && tt_clock() < r->end) return true;
    tt_store_release_(&r->over, 1);
    return false;
}

static inline void relay_give(struct relay *r, void *object)
{
    tt_store_release_(&r->object, object);
}

/* The next object, or NULL: it is over. */
static inline void *relay_take(struct relay *r)
{
    void *object;
    while (!(object = tt_exchange_acq_rel_(&r->object, NULL))) {
        if (tt_load_acquire_(&r->over) && !tt_load_acquire_(&r->object)) return NULL;
        tt_yield();
    }
    return object;
}

#define TEST_STRANDS(name)                                                                                             \
    static void name(enum kind one, enum kind other);                                                                  \
    TEST(name##_by_threads) { name(THREAD, THREAD); }                                                                  \
    TEST(name##_by_coroutines) { name(COROUTINE, COROUTINE); }                                                         \
    TEST(name##_mixed)                                                                                                 \
    {                                                                                                                  \
        name(THREAD, COROUTINE);                                                                                       \
        name(COROUTINE, THREAD);                                                                                       \
    }                                                                                                                  \
    static void name(enum kind one __attribute__((unused)), enum kind other __attribute__((unused)))

#endif
