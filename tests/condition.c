/* condition.c - Condition, over Lock and RLock. */
#include <tutti/condition.h>
#include <tutti/error.h>

#include "strands.h"

struct shared {
    tt_lock lock;
    tt_rlock rlock;
    tt_condition condition;
    int depth;     /* 0: lock; else rlock, that deep */
    int tickets;   /* guarded by the lock */
    int woken;     /* atomic */
    int result;    /* of the last wait */
    tt_time by;
};

static void take(struct shared *s)
{
    if (s->depth == 0) CHECK_OK(tt_lock_acquire(&s->lock, TT_FOREVER));
    for (int i = 0; i < s->depth; i++)
        CHECK_OK(tt_rlock_acquire(&s->rlock, TT_FOREVER));
}

static void give(struct shared *s)
{
    if (s->depth == 0) CHECK_OK(tt_lock_release(&s->lock));
    for (int i = 0; i < s->depth; i++)
        CHECK_OK(tt_rlock_release(&s->rlock));
}

static void wait_once(void *arg)
{
    struct shared *s = arg;
    take(s);
    if (s->depth == 0)
        s->result = tt_condition_wait(&s->condition, &s->lock, s->by);
    else
        s->result = tt_condition_wait(&s->condition, &s->rlock, s->by);
    CHECK_EQ(tt_rlock_depth(&s->rlock), s->depth);
    CHECK_EQ(tt_lock_held(&s->lock), s->depth == 0);
    if (s->result == 0) tt_add_acq_rel_(&s->woken, 1);
    give(s);
}

static void notify(struct shared *s, int n)
{
    take(s);
    CHECK_OK(tt_condition_notify(&s->condition, n));
    give(s);
}

TEST(without_the_lock_nothing_goes)
{
    struct shared s = { 0 };
    tt_condition bound = TT_CONDITION_INIT(&s.lock), rbound = TT_CONDITION_INIT(&s.rlock);
    CHECK_EQ(tt_condition_wait(&s.condition, &s.lock, TT_FOREVER), -EPERM);
    CHECK_EQ(tt_condition_wait(&s.condition, &s.rlock, TT_NOW), -EPERM);
    CHECK_NULL(s.condition.lock);
    CHECK_EQ(tt_condition_notify(&bound, 1), -EPERM);
    CHECK_EQ(tt_condition_notify_all(&rbound), -EPERM);
    tt_with_rlock (&s.rlock) {
        CHECK_EQ(tt_condition_notify(&bound, 1), -EPERM);
        CHECK_OK(tt_condition_notify(&rbound, 1));
        CHECK_EQ(tt_condition_wait(&rbound, &s.rlock, TT_NOW), -EAGAIN);
    }
}

TEST(a_condition_belongs_to_one_lock)
{
    struct shared s = { 0 };
    tt_with_lock (&s.lock) {
        CHECK_EQ(tt_condition_wait(&s.condition, &s.lock, TT_NOW), -EAGAIN);
        tt_with_rlock (&s.rlock)
            CHECK_EQ(tt_condition_wait(&s.condition, &s.rlock, TT_FOREVER), -EINVAL);
    }
    CHECK_EQ(tt_condition_notify(&s.condition, 1), -EPERM); /* it knows the lock now */
}

TEST(a_wait_that_times_out_holds_the_lock_again)
{
    struct shared s = { 0 };
    for (s.depth = 0; s.depth < 4; s.depth++) {
        s.condition = (tt_condition){ 0 };
        s.by = tt_after(0.01);
        wait_once(&s);
        CHECK_EQ(s.result, -ETIMEDOUT);
        CHECK_GE(tt_clock(), s.by);
        s.by = tt_after(-1);
        wait_once(&s);
        CHECK_EQ(s.result, -ETIMEDOUT);
        CHECK_NULL(s.condition.waiters);
    }
    CHECK_EQ(s.lock.word, 0);
    CHECK_EQ(s.rlock.word, 0);
}

static void notified_at_depth(int depth, enum kind one, enum kind other)
{
    struct shared s = { .depth = depth, .by = TT_FOREVER };
    struct strand *waiters[4];
    for (int i = 0; i < 4; i++)
        until_it_waits(waiters[i] = go(i % 2 ? other : one, wait_once, &s), &s.condition);
    notify(&s, 0);
    notify(&s, -1);
    notify(&s, 1);
    until_at_least(&s.woken, 1);
    notify(&s, 2);
    until_at_least(&s.woken, 3);
    for (int i = 0; i < 50; i++)
        sched_yield();
    CHECK_EQ(tt_load_acquire_(&s.woken), 3);
    notify(&s, 100);
    finish_all(waiters, 4);
    CHECK_EQ(s.woken, 4);
    CHECK_NULL(s.condition.waiters);
    CHECK_EQ(s.lock.word, 0);
    CHECK_EQ(s.rlock.word, 0);
}

TEST_STRANDS(notify_wakes_up_to_n_over_a_lock)
{
    notified_at_depth(0, one, other);
}

TEST_STRANDS(notify_wakes_up_to_n_over_an_rlock_of_any_depth)
{
    notified_at_depth(1, one, other);
    notified_at_depth(3, one, other);
}

TEST_STRANDS(notify_all_wakes_all)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiters[6];
    for (int i = 0; i < 6; i++)
        until_it_waits(waiters[i] = go(i % 2 ? other : one, wait_once, &s), &s.condition);
    tt_with_lock (&s.lock) CHECK_OK(tt_condition_notify_all(&s.condition));
    finish_all(waiters, 6);
    CHECK_EQ(s.woken, 6);
}

TEST_STRANDS(taking_the_lock_again_is_not_cancelled)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiter = go(one, wait_once, &s);
    until_it_waits(waiter, &s.condition);
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    cancel(waiter);
    until_it_waits(waiter, &s.lock);
    CHECK_EQ(tt_load_acquire_(&waiter->ended), 0);
    CHECK_OK(tt_lock_release(&s.lock));
    finish(waiter);
    CHECK_EQ(s.result, -ECANCELED);
    CHECK_NULL(s.condition.waiters);
    CHECK_EQ(s.lock.word, 0);
}

TEST_STRANDS(a_notify_that_came_before_the_cancel_wins)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiter = go(one, wait_once, &s);
    until_it_waits(waiter, &s.condition);
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    CHECK_OK(tt_condition_notify(&s.condition, 1));
    cancel(waiter);
    CHECK_OK(tt_lock_release(&s.lock));
    finish(waiter);
    CHECK_EQ(s.result, 0);
}

TEST_STRANDS(a_notify_right_after_a_cancel_goes_to_the_next)
{
    for (int i = 0; i < 20; i++) {
        struct shared s = { .by = TT_FOREVER };
        struct strand *cancelled = go(one, wait_once, &s);
        until_it_waits(cancelled, &s.condition);
        struct strand *next = go(other, wait_once, &s);
        until_it_waits(next, &s.condition);
        CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
        cancel(cancelled);
        CHECK_OK(tt_condition_notify(&s.condition, 1)); /* the first is cancelled, but still in the queue */
        CHECK_OK(tt_lock_release(&s.lock));
        finish(cancelled);
        finish(next);
        CHECK_EQ(s.woken, 1);
    }
}

/* Each notify announces one ticket; whoever is notified takes one. If a waiter that had timed out used a notify up, a
 * ticket would be left with everybody asleep. */
static void take_tickets(void *arg)
{
    struct shared *s = arg;
    for (int got = 0; got < 100;) {
        take(s);
        while (s->tickets == 0) {
            int r = tt_condition_wait(&s->condition, &s->lock, tt_clock() + 30 * TT_US);
            CHECK(r == 0 || r == -ETIMEDOUT); /* 0 and no ticket: it was taken after a time-out, then passed on to us */
        }
        s->tickets--;
        got++;
        give(s);
    }
}

static void wait_for_tickets_in_vain(void *arg)
{
    struct shared *s = arg;
    take(s);
    while (!s->woken)
        if (tt_condition_wait(&s->condition, &s->lock, tt_clock() + 20 * TT_US) == 0)
            CHECK_OK(tt_condition_notify(&s->condition, 1)); /* not for us: pass it on */
    give(s);
}

static void give_tickets(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 100; i++) {
        take(s);
        s->tickets++;
        CHECK_OK(tt_condition_notify(&s->condition, 1));
        give(s);
        for (int left = 1; left > 0; tt_yield()) {
            take(s);
            left = s->tickets;
            give(s);
        }
    }
}

TEST_STRANDS(a_notify_is_not_used_up_by_who_has_timed_out)
{
    struct shared s = { 0 };
    struct strand *vain = go(one, wait_for_tickets_in_vain, &s);
    struct strand *taker = go(other, take_tickets, &s);
    finish(go(one, give_tickets, &s));
    finish(taker);
    tt_with_lock (&s.lock) s.woken = 1;
    finish(vain);
    CHECK_EQ(s.tickets, 0);
}

static tt_value has_tickets(tt_view arg)
{
    struct shared *s = tt_as_pointer(arg);
    CHECK(tt_lock_held(&s->lock));
    return tt_bool(s->tickets >= 3);
}

static tt_value fails(tt_view arg)
{
    (void)arg;
    return tt_error("ValueError", "no such thing");
}

TEST(wait_for_asks_first_and_last)
{
    struct shared s = { .tickets = 3 };
    CHECK_EQ(tt_condition_wait_for(&s.condition, &s.lock, has_tickets, tt_pointer(&s), TT_FOREVER), -EPERM);
    tt_with_lock (&s.lock) {
        CHECK_OK(tt_condition_wait_for(&s.condition, &s.lock, has_tickets, tt_pointer(&s), TT_FOREVER));
        CHECK_OK(tt_condition_wait_for(&s.condition, &s.lock, has_tickets, tt_pointer(&s), TT_NOW));
        s.tickets = 2;
        CHECK_EQ(tt_condition_wait_for(&s.condition, &s.lock, has_tickets, tt_pointer(&s), TT_NOW), -EAGAIN);
        CHECK_EQ(tt_condition_wait_for(&s.condition, &s.lock, has_tickets, tt_pointer(&s), tt_after(0.01)), -ETIMEDOUT);
        CHECK_EQ(tt_condition_wait_for(&s.condition, &s.lock, fails, tt_none(), TT_FOREVER), -EINVAL);
        CHECK(tt_lock_held(&s.lock));
    }
}

static void wait_for_three(void *arg)
{
    struct shared *s = arg;
    take(s);
    s->result = tt_condition_wait_for(&s->condition, &s->lock, has_tickets, tt_pointer(s), s->by);
    give(s);
}

TEST_STRANDS(wait_for_goes_on_until_it_is_true)
{
    struct shared s = { .by = TT_FOREVER, .result = -1 };
    struct strand *waiter = go(one, wait_for_three, &s);
    for (int i = 0; i < 3; i++) {
        until_it_waits(waiter, &s.condition);
        tt_with_lock (&s.lock) {
            s.tickets++;
            CHECK_OK(tt_condition_notify(&s.condition, 1));
        }
    }
    finish(waiter);
    CHECK_EQ(s.result, 0);
}

TEST_STRANDS(wait_for_is_cancelled_unless_it_is_true_by_then)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiter = go(one, wait_for_three, &s);
    until_it_waits(waiter, &s.condition);
    cancel(waiter);
    finish(waiter);
    CHECK_EQ(s.result, -ECANCELED);
    waiter = go(other, wait_for_three, &s);
    until_it_waits(waiter, &s.condition);
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    cancel(waiter);
    s.tickets = 3;
    CHECK_OK(tt_lock_release(&s.lock));
    finish(waiter);
    CHECK_EQ(s.result, 0);
}

static void die_holding(void *arg)
{
    take(arg);
}

TEST_STRANDS(who_is_notified_after_a_holder_died_is_told)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiter = go(one, wait_once, &s);
    until_it_waits(waiter, &s.condition);
    finish(go(other, die_holding, &s));
    CHECK_EQ(tt_lock_acquire(&s.lock, TT_FOREVER), TT_OWNER_DIED);
    CHECK_OK(tt_condition_notify(&s.condition, 1));
    CHECK_OK(tt_lock_release(&s.lock));
    finish(waiter);
    CHECK_EQ(s.result, TT_OWNER_DIED);
}

/* Two take turns, each notified by the other as soon as it has given up the lock. */
enum { TURNS = 500 };

static void take_turns(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(tt_lock_acquire(&s->lock, TT_FOREVER));
    int mine = s->woken++ % 2;
    for (int i = 0; i < TURNS; i++) {
        while (s->tickets % 2 != mine)
            CHECK_OK(tt_condition_wait(&s->condition, &s->lock, TT_FOREVER));
        s->tickets++;
        CHECK_OK(tt_condition_notify(&s->condition, 1));
    }
    CHECK_OK(tt_lock_release(&s->lock));
}

TEST_STRANDS(no_notify_is_missed_by_who_gives_up_the_lock)
{
    struct shared s = { 0 };
    struct strand *first = go(one, take_turns, &s);
    finish(go(other, take_turns, &s));
    finish(first);
    CHECK_EQ(s.tickets, 2 * TURNS);
}
