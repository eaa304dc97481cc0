/* barrier.c - Barrier. */
#include <tutti/barrier.h>
#include <tutti/error.h>

#include "base/memory.h"
#include "strands.h"

enum { PARTIES = 5, ROUNDS = 50 };

struct shared {
    tt_barrier *barrier;
    int sum;      /* atomic: of the places */
    int passed;   /* atomic: waits that answered a place */
    int broken;   /* atomic: waits that answered -ECONNABORTED */
    int actions;  /* atomic */
    int inside;   /* atomic: waits that have answered, seen by the action */
    int go_on;    /* atomic */
    int result;
    tt_time by;
};

static void wait_once(void *arg)
{
    struct shared *s = arg;
    int r = tt_barrier_wait(s->barrier, s->by);
    if (r >= 0) {
        tt_add_acq_rel_(&s->sum, r);
        tt_add_acq_rel_(&s->passed, 1);
    } else if (r == -ECONNABORTED) {
        tt_add_acq_rel_(&s->broken, 1);
    } else {
        s->result = r;
    }
}

TEST(of_one_party_it_never_waits)
{
    tt_autoptr(tt_barrier) b = tt_barrier_new(1);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(tt_barrier_wait(b, i == 1 ? TT_NOW : TT_FOREVER), 0);
    CHECK_EQ(tt_barrier_parties(b), 1);
    CHECK_EQ(tt_barrier_n_waiting(b), 0);
    CHECK(!tt_barrier_broken(b));
}

TEST(less_than_one_party_is_refused)
{
    CHECK_NULL(tt_barrier_new(0));
    CHECK_NULL(tt_barrier_new(-1));
    CHECK_NULL(tt_barrier_new(2, .timeout = -1));
    tt_memory_fail_after_(1);
    CHECK_NULL(tt_barrier_new_with(2, NULL));
    tt_barrier_free(NULL);
}

TEST(a_poll_that_is_not_the_last_changes_nothing)
{
    tt_autoptr(tt_barrier) b = tt_barrier_new(2);
    CHECK_EQ(tt_barrier_wait(b, TT_NOW), -EAGAIN);
    CHECK(!tt_barrier_broken(b));
    CHECK_EQ(tt_barrier_n_waiting(b), 0);
}

static void wait_in_rounds(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < ROUNDS; i++) {
        int place = tt_barrier_wait(s->barrier, TT_FOREVER);
        CHECK_GE(place, 0);
        CHECK_LT(place, PARTIES);
        tt_add_acq_rel_(&s->sum, place);
        int passed = tt_add_acq_rel_(&s->passed, 1);
        CHECK_GE(passed, i * PARTIES); /* nobody is a round ahead */
        CHECK_LT(passed, (i + 1) * PARTIES);
        CHECK_GE(tt_barrier_wait(s->barrier, TT_FOREVER), 0);
    }
}

TEST_STRANDS(each_round_gives_every_place_once)
{
    struct shared s = { .barrier = tt_barrier_new(PARTIES) };
    struct strand *all[PARTIES];
    for (int i = 0; i < PARTIES; i++)
        all[i] = go(i % 2 ? other : one, wait_in_rounds, &s);
    finish_all(all, PARTIES);
    CHECK_EQ(s.sum, ROUNDS * (PARTIES * (PARTIES - 1) / 2));
    CHECK_EQ(tt_barrier_n_waiting(s.barrier), 0);
    tt_barrier_free(s.barrier);
}

static tt_value act(tt_view arg)
{
    struct shared *s = tt_as_pointer(arg);
    CHECK_EQ(tt_load_acquire_(&s->passed), tt_load_acquire_(&s->actions) * PARTIES); /* nobody has gone on yet */
    tt_yield();
    CHECK_EQ(tt_load_acquire_(&s->passed), tt_load_acquire_(&s->actions) * PARTIES);
    tt_add_acq_rel_(&s->actions, 1);
    return tt_none();
}

static void pass_often(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < ROUNDS; i++) {
        CHECK_GE(tt_barrier_wait(s->barrier, TT_FOREVER), 0);
        CHECK_EQ(tt_load_acquire_(&s->actions), i + 1);
        tt_add_acq_rel_(&s->passed, 1);
        while (tt_load_acquire_(&s->passed) < (i + 1) * PARTIES)
            tt_yield();
    }
}

TEST_STRANDS(the_action_runs_once_before_anyone_goes_on)
{
    struct shared s = { 0 };
    s.barrier = tt_barrier_new(PARTIES, .action = act, .action_arg = tt_pointer(&s));
    struct strand *all[PARTIES];
    for (int i = 0; i < PARTIES; i++)
        all[i] = go(i % 2 ? other : one, pass_often, &s);
    finish_all(all, PARTIES);
    CHECK_EQ(s.actions, ROUNDS);
    tt_barrier_free(s.barrier);
}

static tt_value refuse(tt_view arg)
{
    (void)arg;
    return tt_error("ValueError", "not today");
}

TEST_STRANDS(an_action_that_fails_breaks_the_barrier)
{
    struct shared s = { .barrier = tt_barrier_new(3, .action = refuse), .by = TT_FOREVER };
    struct strand *all[3];
    for (int i = 0; i < 3; i++)
        all[i] = go(i % 2 ? other : one, wait_once, &s);
    finish_all(all, 3);
    CHECK_EQ(s.result, -EINVAL); /* in one strand */
    CHECK_EQ(s.broken, 2);
    CHECK(tt_barrier_broken(s.barrier));
    CHECK_EQ(tt_barrier_wait(s.barrier, TT_FOREVER), -ECONNABORTED);
    tt_barrier_free(s.barrier);
}

static tt_value act_slowly(tt_view arg)
{
    struct shared *s = tt_as_pointer(arg);
    tt_add_acq_rel_(&s->actions, 1);
    CHECK_EQ(tt_barrier_wait(s->barrier, TT_FOREVER), -EDEADLK);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
    return tt_none();
}

TEST_STRANDS(who_comes_during_the_action_is_of_the_next_round)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *all[4];
    s.barrier = tt_barrier_new(2, .action = act_slowly, .action_arg = tt_pointer(&s));
    all[0] = go(one, wait_once, &s);
    all[1] = go(other, wait_once, &s);
    until_at_least(&s.actions, 1);
    CHECK_EQ(tt_barrier_n_waiting(s.barrier), 0);
    CHECK_EQ(tt_barrier_wait(s.barrier, TT_NOW), -EAGAIN);
    for (int i = 2; i < 4; i++)
        until_it_waits(all[i] = go(i % 2 ? other : one, wait_once, &s), s.barrier);
    tt_barrier_free(s.barrier); /* refused */
    CHECK_EQ(s.passed, 0);
    CHECK_EQ(s.actions, 1);
    tt_store_release_(&s.go_on, 1);
    finish_all(all, 4);
    CHECK_EQ(s.passed, 4);
    CHECK_EQ(s.sum, 2);
    CHECK_EQ(s.actions, 2);
    tt_barrier_free(s.barrier);
}

TEST_STRANDS(a_cancel_during_the_action_comes_too_late)
{
    struct shared s = { .by = TT_FOREVER };
    s.barrier = tt_barrier_new(2, .action = act_slowly, .action_arg = tt_pointer(&s));
    struct strand *first = go(one, wait_once, &s);
    until_it_waits(first, s.barrier);
    struct strand *last = go(other, wait_once, &s);
    until_at_least(&s.actions, 1);
    cancel(first);
    tt_store_release_(&s.go_on, 1);
    finish(first);
    finish(last);
    CHECK_EQ(s.passed, 2);
    CHECK(!tt_barrier_broken(s.barrier));
    tt_barrier_free(s.barrier);
}

/* Two wait of three; then the way that `how` says, both are turned away. */
enum how { TIMEOUT, OWN_TIMEOUT, CANCEL, ABORT };

static void breaks(enum how how, enum kind one, enum kind other)
{
    struct shared s = { .by = TT_FOREVER }, t = { .by = how == TIMEOUT ? tt_after(0.01) : TT_FOREVER };
    s.barrier = t.barrier = how == OWN_TIMEOUT ? tt_barrier_new(3, .timeout = 0.01) : tt_barrier_new(3);
    if (how == OWN_TIMEOUT) s.by = tt_after(60); /* its own overrides */
    struct strand *first = go(one, wait_once, &s);
    until_it_waits(first, s.barrier);
    while (tt_barrier_n_waiting(s.barrier) != 1)
        sched_yield();
    struct strand *second = go(other, wait_once, &t);
    if (how == CANCEL || how == ABORT) until_it_waits(second, s.barrier);
    if (how == CANCEL) cancel(second);
    if (how == ABORT) tt_barrier_abort(s.barrier);
    finish(first);
    finish(second);
    CHECK_EQ(s.broken, 1);
    if (how == ABORT) CHECK_EQ(t.broken, 1);
    if (how != ABORT) CHECK_EQ(t.result, how == CANCEL ? -ECANCELED : -ETIMEDOUT);
    CHECK(tt_barrier_broken(s.barrier));
    CHECK_EQ(tt_barrier_n_waiting(s.barrier), 0);
    CHECK_EQ(tt_barrier_wait(s.barrier, TT_NOW), -ECONNABORTED);
    tt_barrier_reset(s.barrier);
    CHECK(!tt_barrier_broken(s.barrier));
    CHECK_EQ(tt_barrier_wait(s.barrier, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_barrier_wait(s.barrier, tt_after(-1)), -ETIMEDOUT);
    CHECK(tt_barrier_broken(s.barrier)); /* one that comes alone, too */
    tt_barrier_free(s.barrier);
}

TEST_STRANDS(a_timeout_of_one_breaks_it_for_all)
{
    breaks(TIMEOUT, one, other);
    breaks(OWN_TIMEOUT, one, other);
}

TEST_STRANDS(a_cancel_of_one_breaks_it_for_all)
{
    breaks(CANCEL, one, other);
}

TEST_STRANDS(a_round_whose_waiter_was_just_cancelled_is_broken)
{
    for (int i = 0; i < 50; i++) {
        struct shared s = { .barrier = tt_barrier_new(2), .by = TT_FOREVER };
        struct strand *waiter = go(i % 2 ? other : one, wait_once, &s);
        until_it_waits(waiter, s.barrier);
        cancel(waiter);
        CHECK_EQ(tt_barrier_wait(s.barrier, TT_NOW), -ECONNABORTED); /* it is cancelled, but still in the queue */
        finish(waiter);
        CHECK_EQ(s.result, -ECANCELED);
        CHECK(tt_barrier_broken(s.barrier));
        tt_barrier_free(s.barrier);
    }
}

TEST_STRANDS(abort_breaks_it_until_it_is_reset)
{
    breaks(ABORT, one, other);
}

TEST_STRANDS(reset_turns_away_who_waits_and_it_is_usable_again)
{
    struct shared s = { .barrier = tt_barrier_new(3), .by = TT_FOREVER };
    struct strand *all[3];
    for (int i = 0; i < 2; i++)
        until_it_waits(all[i] = go(i % 2 ? other : one, wait_once, &s), s.barrier);
    tt_barrier_reset(s.barrier);
    finish_all(all, 2);
    CHECK_EQ(s.broken, 2);
    CHECK(!tt_barrier_broken(s.barrier));
    for (int i = 0; i < 3; i++)
        all[i] = go(i % 2 ? other : one, wait_once, &s);
    finish_all(all, 3);
    CHECK_EQ(s.passed, 3);
    CHECK_EQ(s.sum, 3);
    tt_barrier_free(s.barrier);
}

/* Rounds with short deadlines: each ends for all with places, or for all with a failure. */
static void wait_impatiently(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 200; i++) {
        int r = tt_barrier_wait(s->barrier, tt_clock() + 100 * TT_US);
        CHECK(r >= 0 || r == -ETIMEDOUT || r == -ECONNABORTED);
        if (r >= 0) tt_add_acq_rel_(&s->passed, 1);
        if (r < 0) tt_barrier_reset(s->barrier);
    }
}

TEST_STRANDS(a_round_is_passed_by_all_or_by_none)
{
    struct shared s = { .barrier = tt_barrier_new(3) };
    struct strand *all[3];
    for (int i = 0; i < 3; i++)
        all[i] = go(i % 2 ? other : one, wait_impatiently, &s);
    finish_all(all, 3);
    CHECK_EQ(s.passed % 3, 0);
    tt_barrier_free(s.barrier);
}

static void wait_and_free(void *arg)
{
    struct shared *s = arg;
    int place = tt_barrier_wait(s->barrier, TT_FOREVER);
    if (tt_add_acq_rel_(&s->passed, 1) == 1 && place >= 0) tt_barrier_free(s->barrier);
}

TEST_STRANDS(the_last_one_out_may_free_it)
{
    for (int i = 0; i < 100; i++) {
        struct shared s = { .barrier = tt_barrier_new(2) };
        struct strand *all[] = { go(one, wait_and_free, &s), go(other, wait_and_free, &s) };
        finish_all(all, 2);
    }
}

TEST(options_of_another_version_are_read_by_their_size)
{
    tt_barrier_options old = { .size = offsetof(tt_barrier_options, timeout), .timeout = -1 };
    tt_autoptr(tt_barrier) b = tt_barrier_new_with(1, &old); /* its timeout it did not know */
    CHECK_NOT_NULL(b);
    CHECK_EQ(tt_barrier_wait(b, TT_FOREVER), 0);
}
