/* rlock.c - RLock. What it shares with Lock (src/sync/word.c) is tested in tests/lock.c. */
#include <tutti/rlock.h>

#include "strands.h"

struct shared {
    tt_rlock lock;
    int64_t counter; /* plain: the lock guards it */
    int result;
    tt_time by;
};

TEST(it_is_taken_as_often_as_released)
{
    static tt_rlock l;
    CHECK_EQ(tt_rlock_depth(&l), 0);
    for (uint64_t i = 1; i <= 3; i++) {
        CHECK_OK(tt_rlock_acquire(&l, i == 2 ? TT_NOW : TT_FOREVER));
        CHECK_EQ(tt_rlock_depth(&l), i);
    }
    for (int i = 0; i < 3; i++) {
        CHECK(tt_rlock_held(&l));
        CHECK_OK(tt_rlock_release(&l));
    }
    CHECK(!tt_rlock_locked(&l));
    CHECK_EQ(tt_rlock_release(&l), -EPERM);
    CHECK_EQ(tt_rlock_repaired(&l), -EPERM);
    CHECK_EQ(l.word, 0);
    CHECK_EQ(tt_rlock_depth(&l), 0);
}

static void be_another(void *arg)
{
    struct shared *s = arg;
    tt_time by = tt_after(0.02);
    CHECK_EQ(tt_rlock_depth(&s->lock), 0);
    CHECK(!tt_rlock_held(&s->lock));
    CHECK(tt_rlock_locked(&s->lock));
    CHECK_EQ(tt_rlock_release(&s->lock), -EPERM);
    CHECK_EQ(tt_rlock_acquire(&s->lock, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_rlock_acquire(&s->lock, by), -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
}

TEST_STRANDS(another_strand_has_no_part_in_it)
{
    struct shared s = { 0 };
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER));
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER));
    finish(go(one, be_another, &s));
    CHECK_EQ(tt_rlock_depth(&s.lock), 2);
    CHECK_OK(tt_rlock_release(&s.lock));
    finish(go(other, be_another, &s));
    CHECK_OK(tt_rlock_release(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

static void count_deep(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 1000; i++)
        tt_with_rlock (&s->lock) {
            int64_t seen = s->counter;
            if (i % 16 == 0) tt_yield();
            tt_with_rlock (&s->lock) s->counter = seen + 1;
        }
}

TEST_STRANDS(one_at_a_time_is_inside_however_deep)
{
    struct shared s = { 0 };
    struct strand *all[4];
    for (int i = 0; i < 4; i++)
        all[i] = go(i % 2 ? other : one, count_deep, &s);
    finish_all(all, 4);
    CHECK_EQ(s.counter, 4 * 1000);
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

static void acquire_once(void *arg)
{
    struct shared *s = arg;
    s->result = tt_rlock_acquire(&s->lock, s->by);
    if (s->result < 0) return;
    CHECK_EQ(tt_rlock_depth(&s->lock), 1);
    CHECK_OK(tt_rlock_release(&s->lock));
}

TEST_STRANDS(who_waits_gets_it_after_the_last_release)
{
    struct shared s = { .by = TT_FOREVER, .result = -1 };
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER));
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER));
    struct strand *waiter = go(one, acquire_once, &s);
    until_it_waits(waiter, &s.lock);
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER)); /* also while somebody waits */
    CHECK_OK(tt_rlock_release(&s.lock));
    CHECK_OK(tt_rlock_release(&s.lock));
    CHECK(tt_rlock_held(&s.lock));
    CHECK_OK(tt_rlock_release(&s.lock));
    finish(waiter);
    CHECK_EQ(s.result, 0);
    CHECK_EQ(s.lock.word, 0);
}

TEST_STRANDS(only_a_bounded_acquire_is_cancelled)
{
    struct shared s = { .by = TT_FOREVER };
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER));
    struct strand *unbounded = go(one, acquire_once, &s);
    until_it_waits(unbounded, &s.lock);
    cancel(unbounded);
    struct shared b = { .by = tt_after(60) };
    CHECK_OK(tt_rlock_acquire(&b.lock, TT_FOREVER));
    struct strand *bounded = go(other, acquire_once, &b);
    until_it_waits(bounded, &b.lock);
    cancel(bounded);
    finish(bounded);
    CHECK_EQ(b.result, -ECANCELED);
    CHECK_EQ(tt_load_acquire_(&unbounded->ended), 0);
    CHECK_OK(tt_rlock_release(&s.lock));
    CHECK_OK(tt_rlock_release(&b.lock));
    finish(unbounded);
    CHECK_EQ(s.result, 0);
}

static void die_holding_it_twice(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(tt_rlock_acquire(&s->lock, TT_FOREVER));
    CHECK_OK(tt_rlock_acquire(&s->lock, TT_FOREVER));
}

TEST_STRANDS(who_comes_after_a_dead_holder_is_told_and_begins_at_depth_one)
{
    struct shared s = { 0 };
    finish(go(one, die_holding_it_twice, &s));
    CHECK_EQ(tt_rlock_acquire(&s.lock, TT_FOREVER), TT_OWNER_DIED);
    CHECK_EQ(tt_rlock_depth(&s.lock), 1);
    CHECK_EQ(tt_rlock_acquire(&s.lock, TT_FOREVER), TT_OWNER_DIED);
    CHECK_OK(tt_rlock_repaired(&s.lock));
    CHECK_OK(tt_rlock_acquire(&s.lock, TT_FOREVER));
    for (int i = 0; i < 3; i++)
        CHECK_OK(tt_rlock_release(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

static int leave_early(tt_rlock *l)
{
    tt_guard_rlock(l);
    tt_with_rlock (l) {
        CHECK_EQ(tt_rlock_depth(l), 2);
        return 1;
    }
    return 0;
}

TEST(with_and_guard_release_however_the_block_is_left)
{
    tt_rlock l = TT_RLOCK_INIT;
    CHECK_EQ(leave_early(&l), 1);
    for (int i = 0; i < 2; i++)
        tt_with_rlock (&l) break;
    CHECK(!tt_rlock_locked(&l));
}
