/* lock.c - Lock. */
#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/thread.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "strands.h"

struct shared {
    tt_lock lock;
    int64_t counter; /* plain: the lock guards it */
    int rounds;
    int in; /* atomic */
    int result;
    tt_time by;
};

static void count(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        CHECK_OK(tt_lock_acquire(&s->lock, TT_FOREVER));
        int64_t seen = s->counter;
        if (i % 16 == 0) tt_yield();
        s->counter = seen + 1;
        CHECK_OK(tt_lock_release(&s->lock));
    }
}

TEST(a_lock_begins_open)
{
    static tt_lock l;
    CHECK(!tt_lock_locked(&l));
    CHECK_OK(tt_lock_acquire(&l, TT_NOW));
    CHECK(tt_lock_locked(&l));
    CHECK(tt_lock_held(&l));
    CHECK_OK(tt_lock_release(&l));
    CHECK(!tt_lock_locked(&l));
}

static char misuse[1000];

static void keep_line(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    snprintf(misuse, sizeof misuse, "%s", line);
}

static tt_value release_it(tt_view lock)
{
    CHECK_EQ(tt_lock_release(tt_as_pointer(lock)), -EPERM);
    return tt_none();
}

TEST(misuse_names_the_object_and_both_strands)
{
    static tt_lock l;
    test_allow(0, 0, 1); /* the main thread's name */
    tt_set_log(keep_line, NULL);
    CHECK_OK(tt_name(&l, "stats"));
    CHECK_OK(tt_thread_set_name(tt_thread_current(), "holder"));
    CHECK_OK(tt_lock_acquire(&l, TT_FOREVER));
    tt_autoptr(tt_thread) t = tt_thread_new(release_it, tt_pointer(&l), .name = "meddler");
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_join(t, TT_FOREVER));
    CHECK_NOT_NULL(strstr(misuse, "stats: lock released by a strand that does not hold it; the holder is 'holder' ("));
    CHECK_NOT_NULL(strstr(misuse, " (at ")); /* without inlining, the header's function */
    CHECK_NOT_NULL(strstr(misuse, ", by 'meddler' ("));
    CHECK_OK(tt_lock_release(&l));
    CHECK_OK(tt_name(&l, NULL));
}

TEST(misuse_is_answered_and_changes_nothing)
{
    tt_lock l = TT_LOCK_INIT;
    CHECK_EQ(tt_lock_release(&l), -EPERM);
    CHECK_EQ(tt_lock_repaired(&l), -EPERM);
    CHECK(!tt_lock_locked(&l));
    CHECK_OK(tt_lock_acquire(&l, TT_FOREVER));
    CHECK_EQ(tt_lock_acquire(&l, TT_FOREVER), -EDEADLK);
    CHECK_EQ(tt_lock_acquire(&l, TT_NOW), -EDEADLK);
    CHECK(tt_lock_held(&l));
    CHECK_OK(tt_lock_release(&l));
}

static void try_everything(void *arg)
{
    struct shared *s = arg;
    tt_time by = tt_after(0.02);
    CHECK_EQ(tt_lock_acquire(&s->lock, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_lock_acquire(&s->lock, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(tt_lock_acquire(&s->lock, by), -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
    CHECK_EQ(tt_lock_release(&s->lock), -EPERM);
    CHECK(!tt_lock_held(&s->lock));
}

TEST_STRANDS(what_another_holds_is_not_to_be_had)
{
    struct shared s = { 0 };
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    finish(go(one, try_everything, &s));
    CHECK(tt_lock_held(&s.lock));
    CHECK_NULL(s.lock.waiters);
    CHECK_OK(tt_lock_release(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

TEST_STRANDS(one_at_a_time_is_inside)
{
    struct shared s = { .rounds = 2000 };
    struct strand *all[4];
    for (int i = 0; i < 4; i++)
        all[i] = go(i % 2 ? other : one, count, &s);
    finish_all(all, 4);
    CHECK_EQ(s.counter, 4 * 2000);
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

static void acquire_once(void *arg)
{
    struct shared *s = arg;
    s->result = tt_lock_acquire(&s->lock, s->by);
    if (s->result < 0) return;
    tt_add_acq_rel_(&s->in, 1);
    CHECK_OK(tt_lock_release(&s->lock));
}

TEST_STRANDS(five_contenders_all_get_it)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *all[5];
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    for (int i = 0; i < 5; i++)
        until_it_waits(all[i] = go(i % 2 ? other : one, acquire_once, &s), &s.lock);
    CHECK_EQ(s.in, 0);
    CHECK_OK(tt_lock_release(&s.lock));
    finish_all(all, 5);
    CHECK_EQ(s.in, 5);
    CHECK_EQ(s.lock.word, 0);
}

TEST_STRANDS(an_unbounded_acquire_is_not_cancelled)
{
    struct shared s = { .by = TT_FOREVER };
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    struct strand *waiter = go(one, acquire_once, &s);
    until_it_waits(waiter, &s.lock);
    cancel(waiter);
    for (int i = 0; i < 100; i++)
        sched_yield();
    CHECK_EQ(tt_load_acquire_(&waiter->ended), 0);
    CHECK_OK(tt_lock_release(&s.lock));
    finish(waiter);
    CHECK_EQ(s.result, 0);
}

TEST_STRANDS(a_bounded_acquire_is_cancelled)
{
    struct shared s = { .by = tt_after(60) };
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    struct strand *waiter = go(one, acquire_once, &s);
    until_it_waits(waiter, &s.lock);
    cancel(waiter);
    finish(waiter);
    CHECK_EQ(s.result, -ECANCELED);
    CHECK_NULL(s.lock.waiters);
    CHECK_OK(tt_lock_release(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

static void acquire_and_hold(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(tt_lock_acquire(&s->lock, TT_FOREVER));
    while (!tt_load_acquire_(&s->in))
        tt_yield();
    CHECK_OK(tt_lock_release(&s->lock));
}

TEST_STRANDS(who_has_waited_for_long_gets_it_handed_over)
{
    for (int i = 0; i < 30; i++) {
        struct shared s = { 0 };
        CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
        struct strand *waiter = go(i % 2 ? other : one, acquire_and_hold, &s);
        until_it_waits(waiter, &s.lock);
        tt_time until = tt_clock() + 2 * TT_MS;
        while (tt_clock() < until)
            sched_yield();
        CHECK_OK(tt_lock_release(&s.lock));
        CHECK_EQ(tt_lock_acquire(&s.lock, TT_NOW), -EAGAIN); /* nobody is quicker */
        tt_store_release_(&s.in, 1);
        finish(waiter);
    }
}

static void take_again_and_again(void *arg)
{
    struct shared *s = arg;
    while (!tt_load_acquire_(&s->in)) {
        CHECK_OK(tt_lock_acquire(&s->lock, TT_FOREVER));
        tt_add_relaxed_(&s->counter, 1);
        tt_time until = tt_clock() + 100 * TT_US;
        while (tt_clock() < until)
            tt_pause_();
        CHECK_OK(tt_lock_release(&s->lock));
    }
}

static void yield_until_in(void *arg)
{
    struct shared *s = arg;
    while (!tt_load_acquire_(&s->in))
        tt_yield();
}

/* Patience has its end after some 200 turns of the threads. */
static void take_once_before_many(void *arg)
{
    struct shared *s = arg;
    int64_t before = tt_load_relaxed_(&s->counter);
    acquire_once(s);
    CHECK_LT(tt_load_relaxed_(&s->counter) - before, 1000);
}

/* The waiter's worker is never idle, and there is always a thread that could take the lock. */
TEST(a_coroutine_of_a_busy_worker_is_not_starved_by_threads)
{
    enum { GREEDY = 3 };
    for (int round = 0; round < 5; round++) {
        struct shared s = { .by = TT_FOREVER };
        struct strand *all[GREEDY + 2];
        for (int i = 0; i < GREEDY; i++)
            until_it_waits(all[i] = go(THREAD, take_again_and_again, &s), NULL);
        all[GREEDY] = go(COROUTINE, yield_until_in, &s);
        all[GREEDY + 1] = go(COROUTINE, take_once_before_many, &s);
        finish_all(all, GREEDY + 2);
        CHECK_EQ(s.in, 1);
    }
}

static void die_holding(void *arg)
{
    CHECK_OK(tt_lock_acquire(&((struct shared *)arg)->lock, TT_FOREVER));
}

static void die_holding_repaired(void *arg)
{
    int r = tt_lock_acquire(&((struct shared *)arg)->lock, TT_FOREVER);
    CHECK(r == 0 || r == TT_OWNER_DIED);
}

TEST_STRANDS(who_comes_after_a_dead_holder_is_told)
{
    struct shared s = { .by = TT_FOREVER };
    finish(go(one, die_holding, &s));
    CHECK_EQ(tt_lock_acquire(&s.lock, TT_FOREVER), TT_OWNER_DIED);
    CHECK_OK(tt_lock_release(&s.lock));
    CHECK_EQ(tt_lock_acquire(&s.lock, TT_NOW), TT_OWNER_DIED); /* until it is repaired */
    CHECK_OK(tt_lock_repaired(&s.lock));
    CHECK_OK(tt_lock_release(&s.lock));
    CHECK_OK(tt_lock_acquire(&s.lock, TT_NOW));
    CHECK_OK(tt_lock_release(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

struct deathbed {
    struct shared shared;
    int may_die; /* atomic */
};

static void die_later(void *arg)
{
    struct deathbed *d = arg;
    CHECK_OK(tt_lock_acquire(&d->shared.lock, TT_FOREVER));
    tt_store_release_(&d->shared.in, 1);
    while (!tt_load_acquire_(&d->may_die))
        tt_yield();
}

static void wait_for_the_dead(void *arg)
{
    struct deathbed *d = arg;
    d->shared.result = tt_lock_acquire(&d->shared.lock, TT_FOREVER);
    CHECK_OK(tt_lock_repaired(&d->shared.lock));
    CHECK_OK(tt_lock_release(&d->shared.lock));
}

TEST_STRANDS(who_waits_for_a_holder_that_dies_is_woken_and_told)
{
    struct deathbed d = { 0 };
    struct strand *holder = go(one, die_later, &d);
    until_at_least(&d.shared.in, 1);
    struct strand *waiter = go(other, wait_for_the_dead, &d);
    until_it_waits(waiter, &d.shared.lock);
    tt_store_release_(&d.may_die, 1);
    finish(holder);
    finish(waiter);
    CHECK_EQ(d.shared.result, TT_OWNER_DIED);
    CHECK_EQ(d.shared.lock.word, 0);
}

static void acquire_repair_release(void *arg)
{
    struct shared *s = arg;
    int r = tt_lock_acquire(&s->lock, TT_FOREVER);
    CHECK(r == 0 || r == TT_OWNER_DIED);
    if (r == TT_OWNER_DIED) CHECK_OK(tt_lock_repaired(&s->lock));
    CHECK_OK(tt_lock_release(&s->lock));
}

TEST_STRANDS(a_holder_that_dies_while_others_come_leaves_nobody_asleep)
{
    for (int i = 0; i < 200; i++) {
        struct shared s = { 0 };
        struct strand *all[] = { go(one, acquire_repair_release, &s), go(one, die_holding_repaired, &s),
                                 go(other, acquire_repair_release, &s), go(other, acquire_repair_release, &s) };
        finish_all(all, 4);
        acquire_repair_release(&s);
        CHECK_EQ(s.lock.word, 0);
    }
}

static void acquire_with_deadlines(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 500; i++) {
        int r = tt_lock_acquire(&s->lock, tt_clock() + 20 * TT_US);
        CHECK(r == 0 || r == -ETIMEDOUT);
        if (r < 0) continue;
        s->counter++;
        if (i % 8 == 0) tt_yield();
        CHECK_OK(tt_lock_release(&s->lock));
    }
}

TEST_STRANDS(deadlines_that_race_releases_leave_it_open)
{
    struct shared s = { .rounds = 500 };
    struct strand *all[] = { go(one, acquire_with_deadlines, &s), go(other, acquire_with_deadlines, &s),
                             go(one, count, &s), go(other, count, &s) };
    finish_all(all, 4);
    CHECK_GE(s.counter, 1000);
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

/* Whoever releases may find the lock freed by the next holder at once. */
struct handed {
    struct relay relay;
    uint32_t freed; /* atomic: how many */
};

static void hold_and_let_go(void *arg)
{
    struct handed *h = arg;
    for (int i = 0; relay_goes_on(&h->relay, i); i++) {
        tt_lock *l = calloc(1, sizeof *l);
        CHECK_OK(tt_lock_acquire(l, TT_FOREVER));
        relay_give(&h->relay, l);
        if (i % 4 == 0) tt_yield();
        CHECK_OK(tt_lock_release(l));
        while (tt_load_acquire_(&h->freed) <= (uint32_t)i)
            tt_yield();
    }
}

static void take_and_free(void *arg)
{
    struct handed *h = arg;
    tt_lock *l;
    while ((l = relay_take(&h->relay))) {
        CHECK_OK(tt_lock_acquire(l, TT_FOREVER));
        CHECK_OK(tt_lock_release(l));
        memset(l, 0x5a, sizeof *l);
        free(l);
        tt_add_acq_rel_(&h->freed, 1);
    }
}

TEST_STRANDS(the_next_holder_may_take_it_apart)
{
    struct handed h = { .relay.rounds = 2000 };
    struct strand *holder = go(one, hold_and_let_go, &h);
    finish(go(other, take_and_free, &h));
    finish(holder);
}

static int leave_by(tt_lock *l, int way)
{
    for (int i = 0; i < 2; i++)
        tt_with_lock (l) {
            CHECK(tt_lock_held(l));
            if (way == 0) return 0;
            if (way == 1) break;
            if (way == 2) continue;
            if (way == 3) goto out;
        }
out:
    return way;
}

TEST(with_releases_however_the_block_is_left)
{
    tt_lock l = TT_LOCK_INIT;
    for (int way = 0; way < 5; way++) {
        CHECK_EQ(leave_by(&l, way), way);
        CHECK(!tt_lock_locked(&l));
    }
}

TEST(a_guard_holds_until_the_block_ends)
{
    tt_lock l = TT_LOCK_INIT;
    {
        tt_guard_lock(&l);
        CHECK(tt_lock_held(&l));
    }
    CHECK(!tt_lock_locked(&l));
}

TEST_SIGNAL(entering_twice_is_fatal, SIGABRT)
{
    tt_lock l = TT_LOCK_INIT;
    tt_with_lock (&l) {
        tt_with_lock (&l) CHECK(false);
    }
}
