/* semaphore.c - Semaphore and BoundedSemaphore. */
#include <limits.h>
#include <tutti/semaphore.h>

#include "strands.h"

struct shared {
    tt_semaphore semaphore;
    int got; /* atomic */
    int result;
    int next; /* atomic: place in order */
    int order[8];
    tt_time by;
};

struct numbered {
    struct shared *shared;
    int number;
};

static void acquire(void *arg)
{
    struct shared *s = arg;
    int r = tt_semaphore_acquire(&s->semaphore, s->by);
    tt_store_relaxed_(&s->result, r);
    if (r == 0) tt_add_acq_rel_(&s->got, 1);
}

static void acquire_in_order(void *arg)
{
    struct numbered *n = arg;
    CHECK_OK(tt_semaphore_acquire(&n->shared->semaphore, TT_FOREVER));
    n->shared->order[tt_add_relaxed_(&n->shared->next, 1)] = n->number;
    tt_add_acq_rel_(&n->shared->got, 1);
}

TEST(zero_bytes_are_one_permit)
{
    static tt_semaphore s;
    CHECK_EQ(tt_semaphore_value(&s), 1);
    CHECK_OK(tt_semaphore_acquire(&s, TT_NOW));
    CHECK_EQ(tt_semaphore_value(&s), 0);
    CHECK_EQ(tt_semaphore_acquire(&s, TT_NOW), -EAGAIN);
    CHECK_OK(tt_semaphore_release(&s));
    CHECK_EQ(tt_semaphore_value(&s), 1);
}

TEST(init_answers_a_negative_value)
{
    tt_semaphore s = TT_SEMAPHORE_INIT(7);
    CHECK_EQ(tt_semaphore_init(&s, -1), -EINVAL);
    CHECK_EQ(tt_bounded_semaphore_init(&s, -1), -EINVAL);
    CHECK_EQ(tt_semaphore_value(&s), 7);
    CHECK_OK(tt_semaphore_init(&s, 0));
    CHECK_EQ(tt_semaphore_value(&s), 0);
    CHECK_EQ(tt_semaphore_acquire(&s, TT_NOW), -EAGAIN);
}

TEST(release_of_less_than_one_is_refused)
{
    tt_semaphore s = TT_SEMAPHORE_INIT(2);
    CHECK_EQ(tt_semaphore_release_n(&s, 0), -EINVAL);
    CHECK_EQ(tt_semaphore_release_n(&s, -1), -EINVAL);
    CHECK_EQ(tt_semaphore_value(&s), 2);
    CHECK_OK(tt_semaphore_release_n(&s, 3));
    CHECK_EQ(tt_semaphore_value(&s), 5);
}

TEST(there_are_never_more_permits_than_an_int_holds)
{
    tt_semaphore s = TT_SEMAPHORE_INIT(INT_MAX);
    CHECK_EQ(tt_semaphore_release(&s), -EOVERFLOW);
    CHECK_EQ(tt_semaphore_value(&s), INT_MAX);
}

TEST(a_bounded_one_refuses_what_it_did_not_begin_with)
{
    tt_semaphore s = TT_BOUNDED_SEMAPHORE_INIT(2);
    CHECK_EQ(tt_semaphore_release(&s), -EINVAL);
    CHECK_EQ(tt_semaphore_value(&s), 2);
    CHECK_OK(tt_semaphore_acquire(&s, TT_NOW));
    CHECK_EQ(tt_semaphore_release_n(&s, 2), -EINVAL); /* overshoots by one */
    CHECK_EQ(tt_semaphore_value(&s), 1);
    CHECK_OK(tt_semaphore_release(&s));
    CHECK_EQ(tt_semaphore_value(&s), 2);
    tt_semaphore none = TT_BOUNDED_SEMAPHORE_INIT(0);
    CHECK_EQ(tt_semaphore_release(&none), -EINVAL);
    CHECK_EQ(tt_semaphore_value(&none), 0);
}

TEST_STRANDS(a_bounded_one_refuses_too_many_also_while_strands_wait)
{
    struct shared s = { .semaphore = TT_BOUNDED_SEMAPHORE_INIT(1), .by = TT_FOREVER };
    CHECK_OK(tt_semaphore_acquire(&s.semaphore, TT_NOW));
    struct strand *waiter = go(one, acquire, &s);
    until_it_waits(waiter, &s.semaphore);
    CHECK_EQ(tt_semaphore_release_n(&s.semaphore, 2), -EINVAL);
    CHECK_EQ(tt_semaphore_value(&s.semaphore), 0);
    CHECK_EQ(s.got, 0);
    CHECK_OK(tt_semaphore_release(&s.semaphore));
    finish(waiter);
    CHECK_EQ(s.got, 1);
}

TEST(a_timed_out_acquire_leaves_it_usable)
{
    tt_semaphore s = TT_SEMAPHORE_INIT(0);
    tt_time by = tt_after(0.02);
    CHECK_EQ(tt_semaphore_acquire(&s, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(tt_semaphore_acquire(&s, by), -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
    CHECK_NULL(s.waiters);
    CHECK_EQ(tt_semaphore_value(&s), 0);
    CHECK_OK(tt_semaphore_release(&s));
    CHECK_OK(tt_semaphore_acquire(&s, by));
}

TEST_STRANDS(permits_go_to_those_who_waited_longest)
{
    struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0) };
    struct numbered n[8];
    struct strand *waiters[8];
    for (int i = 0; i < 8; i++) {
        n[i] = (struct numbered){ &s, i };
        waiters[i] = go(i % 2 ? other : one, acquire_in_order, &n[i]);
        until_it_waits(waiters[i], &s.semaphore);
    }
    for (int i = 0; i < 8; i++) {
        CHECK_OK(tt_semaphore_release(&s.semaphore));
        until_at_least(&s.got, i + 1);
        CHECK_EQ(s.order[i], i);
        CHECK_EQ(tt_semaphore_acquire(&s.semaphore, TT_NOW), -EAGAIN); /* nobody overtakes */
    }
    finish_all(waiters, 8);
    CHECK_NULL(s.semaphore.waiters);
}

TEST_STRANDS(release_n_wakes_up_to_n_and_keeps_the_rest)
{
    struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0), .by = TT_FOREVER };
    struct strand *waiters[3];
    for (int i = 0; i < 3; i++) {
        waiters[i] = go(i % 2 ? other : one, acquire, &s);
        until_it_waits(waiters[i], &s.semaphore);
    }
    CHECK_OK(tt_semaphore_release_n(&s.semaphore, 2));
    until_at_least(&s.got, 2);
    CHECK_EQ(tt_semaphore_value(&s.semaphore), 0);
    CHECK_OK(tt_semaphore_release_n(&s.semaphore, 5));
    finish_all(waiters, 3);
    CHECK_EQ(s.got, 3);
    CHECK_EQ(tt_semaphore_value(&s.semaphore), 4);
}

TEST_STRANDS(a_cancelled_waiter_takes_no_permit_with_it)
{
    struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0), .by = TT_FOREVER };
    struct shared *p = &s;
    struct strand *waiter = go(one, acquire, p);
    until_it_waits(waiter, &s.semaphore);
    cancel(waiter);
    finish(waiter);
    CHECK_EQ(s.result, -ECANCELED);
    CHECK_NULL(s.semaphore.waiters);
    CHECK_OK(tt_semaphore_release(&s.semaphore));
    CHECK_EQ(tt_semaphore_value(&s.semaphore), 1);
}

TEST_STRANDS(a_permit_released_right_after_a_cancel_stays)
{
    for (int i = 0; i < 50; i++) {
        struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0), .by = TT_FOREVER };
        struct strand *waiter = go(i % 2 ? other : one, acquire, &s);
        until_it_waits(waiter, &s.semaphore);
        cancel(waiter);
        CHECK_OK(tt_semaphore_release_n(&s.semaphore, 2)); /* it is cancelled, but still in the queue */
        finish(waiter);
        CHECK_EQ(s.result, -ECANCELED);
        CHECK_EQ(tt_semaphore_value(&s.semaphore), 2);
    }
}

/* Waiters with short deadlines and releases race; in the end every permit is somewhere. */
static void acquire_now_and_then(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 300; i++) {
        int r = tt_semaphore_acquire(&s->semaphore, tt_clock() + 50 * TT_US);
        CHECK(r == 0 || r == -ETIMEDOUT);
        if (r == 0) tt_add_acq_rel_(&s->got, 1);
    }
}

static void release_many(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 300; i++) {
        CHECK_OK(tt_semaphore_release_n(&s->semaphore, 1 + i % 3));
        tt_yield();
    }
}

TEST_STRANDS(no_permit_is_lost_or_made_when_deadlines_race_releases)
{
    struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0) };
    struct strand *all[] = {
        go(one, acquire_now_and_then, &s), go(other, acquire_now_and_then, &s), go(one, acquire_now_and_then, &s),
        go(other, release_many, &s),
    };
    finish_all(all, 4);
    CHECK_EQ(s.got + tt_semaphore_value(&s.semaphore), 600);
    CHECK_NULL(s.semaphore.waiters);
}

struct inside {
    tt_semaphore semaphore;
    int now, most; /* atomic */
};

static void hold_for_a_while(void *arg)
{
    struct inside *in = arg;
    for (int i = 0; i < 100; i++)
        tt_with_semaphore (&in->semaphore) {
            int now = tt_add_acq_rel_(&in->now, 1) + 1, most = tt_load_relaxed_(&in->most);
            while (now > most && !tt_cas_acq_rel_(&in->most, &most, now)) {
            }
            tt_yield();
            tt_sub_acq_rel_(&in->now, 1);
        }
}

TEST_STRANDS(never_more_are_inside_than_there_are_permits)
{
    struct inside in = { .semaphore = TT_BOUNDED_SEMAPHORE_INIT(3) };
    struct strand *all[6];
    for (int i = 0; i < 6; i++)
        all[i] = go(i % 2 ? other : one, hold_for_a_while, &in);
    finish_all(all, 6);
    CHECK_LE(in.most, 3);
    CHECK_EQ(tt_semaphore_value(&in.semaphore), 3);
}

static int leaves_early(tt_semaphore *s)
{
    tt_with_semaphore (s) {
        CHECK_EQ(tt_semaphore_value(s), 0);
        return 1;
    }
    return 0;
}

TEST(with_and_guard_release_however_the_block_is_left)
{
    tt_semaphore s = TT_BOUNDED_SEMAPHORE_INIT(1);
    CHECK_EQ(leaves_early(&s), 1);
    for (int i = 0; i < 2; i++)
        tt_with_semaphore (&s) break;
    {
        tt_guard_semaphore(&s);
        CHECK_EQ(tt_semaphore_value(&s), 0);
    }
    CHECK_EQ(tt_semaphore_value(&s), 1);
}

static void enter_in_cancelled_scope(void *arg)
{
    struct shared *s = arg;
    tt_with_semaphore (&s->semaphore) s->result = tt_cancelled();
}

TEST_STRANDS(a_with_body_is_not_skipped_by_a_cancel)
{
    struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0) };
    struct strand *waiter = go(one, enter_in_cancelled_scope, &s);
    until_it_waits(waiter, &s.semaphore);
    cancel(waiter);
    CHECK_OK(tt_semaphore_release(&s.semaphore));
    finish(waiter);
    CHECK_EQ(s.result, 1);
    CHECK_EQ(tt_semaphore_value(&s.semaphore), 1);
}

/* Each round's semaphore ends as soon as its acquire has answered. */
static void acquire_and_free(void *arg)
{
    struct relay *r = arg;
    for (int i = 0; relay_goes_on(r, i); i++) {
        tt_semaphore *s = malloc(sizeof *s);
        CHECK_OK(tt_semaphore_init(s, 0));
        relay_give(r, s);
        CHECK_OK(tt_semaphore_acquire(s, TT_FOREVER));
        memset(s, 0x5a, sizeof *s);
        free(s);
    }
}

static void release_each(void *arg)
{
    struct relay *r = arg;
    tt_semaphore *s;
    for (int i = 0; (s = relay_take(r)); i++)
        CHECK_OK(tt_semaphore_release_n(s, 1 + i % 2));
}

TEST_STRANDS(whoever_got_a_permit_may_take_it_apart)
{
    struct relay r = { .rounds = 2000 };
    struct strand *waiter = go(one, acquire_and_free, &r);
    finish(go(other, release_each, &r));
    finish(waiter);
}
