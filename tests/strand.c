/* strand.c - identities, foreign threads, sleep and yield, and what the scheduler owes a coroutine.
 * labels: quick concurrent */
#include <stdio.h>
#include <tutti/event.h>
#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/strand.h>

#include "base/memory.h"
#include "strand/park.h"
#include "strands.h"

/* --- ids (K4) --- */

enum { IDS = 300 };
static uint64_t ids[IDS];
static uint32_t noted;

static void note_id(void *arg)
{
    (void)arg;
    uint64_t me = tt_strand_id();
    CHECK_NE(me, 0);
    CHECK_EQ(me & TT_ID_FLAGS_, 0);
    CHECK_EQ(tt_strand_id(), me);
    CHECK(tt_strand_find_(me) == tt_strand_current_());
    ids[tt_add_relaxed_(&noted, 1)] = me;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

TEST_STRANDS(an_id_is_never_used_again_and_dies_with_its_strand)
{
    noted = 0;
    for (int i = 0; i < IDS / 2; i++) {
        finish(go(one, note_id, NULL));
        finish(go(other, note_id, NULL));
    }
    qsort(ids, IDS, sizeof *ids, by_value);
    for (int i = 0; i < IDS; i++) {
        CHECK(i == 0 || ids[i] != ids[i - 1]);
        CHECK(tt_strand_find_(ids[i]) == NULL);
    }
}

TEST(the_table_of_strands_grows_and_its_slots_are_used_again)
{
    enum { MANY = 3000 };
    static struct tt_strand_ *s[MANY];
    test_allow(0, 0, 4); /* its chunks are kept for ever */
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++) {
            struct tt_strand_ *before = s[i];
            s[i] = tt_strand_new_("one of many");
            CHECK(s[i] != NULL);
            CHECK(round == 0 || before != NULL);
            CHECK(tt_strand_find_(s[i]->id) == s[i]);
        }
        for (int i = MANY; i-- > 0; ) tt_strand_free_(s[i]);
    }
    struct tt_strand_ *again = tt_strand_new_(NULL);
    CHECK(again == s[0]); /* the last one freed: the table did not grow in the second round */
    tt_strand_free_(again);
}

TEST(a_strand_has_a_name_a_report_can_use_also_after_its_end)
{
    char buf[128];
    struct tt_strand_ *s = tt_strand_new_("a name that is far too long for the place that it has");
    uint64_t id = s->id;
    CHECK(strstr(tt_strand_describe_(id, buf, sizeof buf), "'a name that is far too long for") != NULL);
    tt_strand_free_(s);
    CHECK(strstr(tt_strand_describe_(id, buf, sizeof buf), "ended ") != NULL);
}

TEST(without_memory_there_is_no_strand_and_nothing_is_lost)
{
    enum { MANY = 40 }; /* more than the static ones */
    struct tt_strand_ *s[MANY];
    int n = 0;
    tt_memory_fail_after_(1);
    while (n < MANY && (s[n] = tt_strand_new_(NULL))) n++;
    CHECK(n < MANY);
    s[n] = tt_strand_new_(NULL);
    CHECK(s[n] != NULL);
    test_allow(0, 0, 1);
    for (int i = 0; i <= n; i++) tt_strand_free_(s[i]);
}

/* --- foreign threads (K11) --- */

static pthread_key_t late_key;
static tt_lock late_lock;

static void use_lock_late(void *arg)
{
    (void)arg;
    CHECK_OK(tt_lock_acquire(&late_lock, TT_FOREVER));
    CHECK_OK(tt_lock_release(&late_lock));
}

static void *register_and_leave(void *arg)
{
    pthread_setspecific(late_key, arg);
    use_lock_late(NULL);
    ids[0] = tt_strand_id();
    return NULL;
}

TEST(a_foreign_thread_may_use_locks_until_its_last_destructor)
{
    pthread_t t;
    CHECK_EQ(pthread_key_create(&late_key, use_lock_late), 0);
    CHECK_EQ(pthread_create(&t, NULL, register_and_leave, &late_lock), 0);
    pthread_join(t, NULL);
    CHECK_EQ(late_lock.word, 0);
    CHECK(tt_strand_find_(ids[0]) == NULL);
    pthread_key_delete(late_key);
}

static char said[1024];

static void remember(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    snprintf(said, sizeof said, "%s", line);
}

static void *leave_holding(void *arg)
{
    CHECK_OK(tt_lock_acquire(arg, TT_FOREVER));
    return NULL;
}

TEST(a_strand_that_ends_holding_a_lock_is_reported)
{
    static tt_lock lock;
    pthread_t t;
    tt_set_log(remember, NULL);
    CHECK_EQ(pthread_create(&t, NULL, leave_holding, &lock), 0);
    pthread_join(t, NULL);
    tt_set_log(NULL, NULL);
    CHECK(strstr(said, "ended holding 1 lock") != NULL);
    CHECK_EQ(tt_lock_acquire(&lock, TT_NOW), TT_OWNER_DIED);
    CHECK_OK(tt_lock_repaired(&lock));
    CHECK_OK(tt_lock_release(&lock));
}

/* --- sleep and yield --- */

static void sleeps(void *arg)
{
    (void)arg;
    tt_time by = tt_after(0.01);
    CHECK_OK(tt_sleep(by));
    CHECK_GE(tt_clock(), by);
    CHECK_OK(tt_sleep(by)); /* past: at once */
    CHECK_OK(tt_sleep(TT_NOW));
}

TEST_STRANDS(sleep_ends_not_before_its_time)
{
    finish(go(one, sleeps, NULL));
    finish(go(other, sleeps, NULL));
}

static tt_time woken[20];
static uint32_t wakes;

static void sleep_a_while(void *arg)
{
    tt_time by = *(tt_time *)arg;
    CHECK_OK(tt_sleep(by));
    woken[tt_add_relaxed_(&wakes, 1)] = by;
}

static bool has_gone_to_sleep(struct strand *s)
{
    struct tt_strand_ *self = tt_load_acquire_(&s->self);
    return self && (tt_load_acquire_(&self->wait) & TT_WAIT_STATE_) == TT_WAIT_PENDING_;
}

/* False: the machine was so busy that a deadline had passed before all slept. */
static bool timers_fire_in_order(double delay)
{
    static tt_time by[20];
    static struct strand *s[20];
    wakes = 0;
    tt_time base = tt_after(delay);
    for (int i = 0; i < 20; i++) {
        by[i] = base + (i * 7 % 20) * 100 * TT_US;
        s[i] = go(COROUTINE, sleep_a_while, &by[i]);
    }
    int asleep = 0;
    while (asleep < 20 && tt_clock() < base) asleep += has_gone_to_sleep(s[asleep]);
    finish_all(s, 20);
    if (asleep < 20) return false;
    for (int i = 1; i < 20; i++) CHECK_GE(woken[i], woken[i - 1]);
    return true;
}

TEST(timers_of_a_worker_fire_in_the_order_of_their_deadlines)
{
    double delay = 0.02;
    while (!timers_fire_in_order(delay)) delay *= 2;
}

/* K5: woken before it has switched out. K18: a storm of yields keeps neither timers nor wakes from outside away. */
static uint32_t storm_ends;

static void storm(void *arg)
{
    (void)arg;
    while (!tt_load_acquire_(&storm_ends)) tt_yield();
}

static void end_storm_later(void *arg)
{
    (void)arg;
    CHECK_OK(tt_sleep(tt_after(0.01)));
    tt_store_release_(&storm_ends, 1);
}

TEST(a_storm_of_yields_lets_timers_fire)
{
    storm_ends = 0;
    struct strand *s[3] = { go(COROUTINE, storm, NULL), go(COROUTINE, storm, NULL), NULL };
    s[2] = go(COROUTINE, end_storm_later, NULL); /* and lets new tasks start */
    finish_all(s, 3);
}

static void end_storm_when_told(void *arg)
{
    CHECK_OK(tt_event_wait(arg, TT_FOREVER));
    tt_store_release_(&storm_ends, 1);
}

TEST(a_storm_of_yields_lets_wakes_from_outside_in)
{
    static tt_event event;
    storm_ends = 0;
    struct strand *s[2] = { go(COROUTINE, end_storm_when_told, &event), go(COROUTINE, storm, NULL) };
    until_it_waits(s[0], &event);
    tt_event_set(&event);
    finish_all(s, 2);
}

/* Grants itself before it parks: the wake is in the ready queue before the strand has left its stack. */
static void woken_before_it_waits(void *arg)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    void *queue = NULL;
    (void)arg;
    for (int i = 0; i < 100; i++) {
        tt_waitq_lock_(&queue);
        tt_park_begin_(&p, tt_strand_current_(), "test", &queue, 0);
        tt_waiter_init_(&w, &p, 7);
        tt_waitq_push_(&queue, &w);
        struct tt_waiter_ *first = tt_waitq_claim_first_(&queue);
        tt_waitq_unlock_(&queue);
        CHECK(first == &w);
        tt_deliver_(&w);
        CHECK_EQ(tt_park_(&p, TT_FOREVER), 7);
    }
}

TEST_STRANDS(a_wake_may_come_before_the_strand_has_gone_to_wait)
{
    finish(go(one, woken_before_it_waits, NULL));
    finish(go(other, woken_before_it_waits, NULL));
}

/* K1: granter, timer and canceller compete for one word, and one of them wins. */
struct contest {
    void *queue;
    uint32_t outcome[3]; /* granted, timed out, cancelled */
    uint32_t grants;
};

static void wait_in_contest(void *arg)
{
    struct contest *c = arg;
    struct tt_park_ p;
    struct tt_waiter_ w;
    for (int i = 0; i < 300; i++) {
        tt_waitq_lock_(&c->queue);
        tt_park_begin_(&p, tt_strand_current_(), "contest", c, TT_PARK_CANCELLABLE_);
        tt_waiter_init_(&w, &p, 0);
        tt_waitq_push_(&c->queue, &w);
        tt_waitq_unlock_(&c->queue);
        int r = tt_park_(&p, tt_clock() + (i % 4) * 20 * TT_US);
        CHECK(r == 0 || r == -ETIMEDOUT || r == -ECANCELED);
        c->outcome[r == 0 ? 0 : r == -ETIMEDOUT ? 1 : 2]++;
        if (r == 0) continue;
        tt_waitq_lock_(&c->queue);
        tt_waitq_remove_(&c->queue, &w);
        tt_waitq_unlock_(&c->queue);
    }
}

static void grant_in_contest(void *arg)
{
    struct contest *c = arg;
    for (int i = 0; i < 3000; i++) {
        tt_waitq_lock_(&c->queue);
        struct tt_waiter_ *w = tt_waitq_claim_first_(&c->queue);
        tt_waitq_unlock_(&c->queue);
        c->grants += w != NULL;
        if (w) tt_deliver_(w);
        if (i % 16 == 0) tt_yield();
    }
}

TEST_STRANDS(of_granter_timer_and_canceller_one_wins_each_wait)
{
    struct contest c = { 0 };
    struct strand *waiter = go(one, wait_in_contest, &c), *granter = go(other, grant_in_contest, &c);
    until_it_waits(waiter, NULL);
    finish(granter);
    cancel(waiter);
    finish(waiter);
    CHECK_EQ(c.outcome[0] + c.outcome[1] + c.outcome[2], 300);
    CHECK_EQ(c.outcome[0], c.grants);
    CHECK(c.queue == NULL);
}
