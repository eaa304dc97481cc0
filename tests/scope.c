/* scope.c - cancel scopes, deadline scopes and shields (rule 8), in threads and in coroutines.
 * labels: quick concurrent */
#include <tutti/event.h>
#include <tutti/lock.h>
#include <tutti/scope.h>
#include <tutti/strand.h>

#include "strands.h"

/* --- one strand --- */

static void levels(void *arg)
{
    (void)arg;
    tt_scope outer, inner;
    CHECK_OK(tt_scope_enter(&outer, TT_FOREVER));
    CHECK_OK(tt_scope_enter(&inner, TT_FOREVER));
    tt_scope_cancel(&inner);
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED); /* every wait, not the next one only */
    CHECK(tt_cancelled());
    CHECK(tt_scope_cancelled(&inner));
    CHECK(!tt_scope_cancelled(&outer));
    CHECK_EQ(tt_scope_leave(&outer), -EPERM); /* not the innermost: nothing changes */
    CHECK_EQ(tt_scope_leave(&inner), -ECANCELED);
    CHECK(!tt_cancelled()); /* leaving ends it */
    CHECK_OK(tt_sleep(tt_after(0.001)));
    tt_scope_cancel(&outer);
    CHECK_OK(tt_scope_enter(&inner, TT_FOREVER));
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED); /* an outer cancel reaches inward */
    CHECK_OK(tt_scope_leave(&inner));           /* which was not cancelled itself */
    CHECK_EQ(tt_scope_leave(&outer), -ECANCELED);
    CHECK_EQ(tt_scope_leave(&outer), -EPERM);
}

TEST_STRANDS(cancellation_lasts_as_long_as_its_scope)
{
    finish(go(one, levels, NULL));
    finish(go(other, levels, NULL));
}

static void deadlines(void *arg)
{
    (void)arg;
    tt_scope s;
    tt_time soon = tt_after(0.01);
    CHECK_OK(tt_scope_enter(&s, soon));
    CHECK(!tt_cancelled());
    CHECK_EQ(tt_sleep(tt_after(30)), -ECANCELED);
    CHECK_GE(tt_clock(), soon);
    CHECK(tt_cancelled());
    CHECK_EQ(tt_scope_leave(&s), -ETIMEDOUT);

    tt_deadline_scope (tt_after(0.01)) {
        tt_deadline_scope (tt_after(30)) { /* deadlines are inherited inward: the earlier one counts */
            CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
        }
        CHECK(tt_cancelled());
    }
    tt_deadline_scope (tt_after(30)) {
        tt_deadline_scope (tt_after(0.005)) {
            CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
        }
        CHECK(!tt_cancelled()); /* and ends with its scope */
        CHECK_OK(tt_sleep(tt_after(0.001)));
    }
    tt_deadline_scope (tt_after(30)) CHECK_OK(tt_sleep(tt_after(0.002))); /* one's own deadline is a success of sleep */
}

TEST_STRANDS(a_deadline_scope_ends_what_waits_in_it)
{
    finish(go(one, deadlines, NULL));
    finish(go(other, deadlines, NULL));
}

static void shields(void *arg)
{
    (void)arg;
    tt_scope s;
    CHECK_OK(tt_scope_enter(&s, TT_FOREVER));
    tt_scope_cancel(&s);
    tt_shield {
        CHECK(!tt_cancelled());
        CHECK_OK(tt_sleep(tt_after(0.002)));
        tt_deadline_scope (tt_after(0.002)) CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED); /* one inside reaches */
        CHECK(!tt_cancelled());
    }
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
    CHECK_EQ(tt_scope_leave(&s), -ECANCELED);
    tt_deadline_scope (tt_after(-1)) {
        CHECK(tt_cancelled());
        tt_shield CHECK_OK(tt_sleep(tt_after(0.002))); /* nor does a deadline reach into a shield */
    }
}

TEST_STRANDS(nothing_outside_reaches_into_a_shield)
{
    finish(go(one, shields, NULL));
    finish(go(other, shields, NULL));
}

static int leave_by_return(void)
{
    tt_deadline_scope (tt_after(-1)) return tt_cancelled();
    return -1;
}

static void ways_out(void *arg)
{
    (void)arg;
    int bodies = 0;
    CHECK_EQ(leave_by_return(), 1);
    CHECK(!tt_cancelled());
    for (int i = 0; i < 4; i++) {
        tt_deadline_scope (tt_after(-1)) {
            bodies++;
            if (i == 0) break;
            if (i == 1) continue;
            if (i == 2) goto out;
        }
    out:
        CHECK(!tt_cancelled());
    }
    CHECK_EQ(bodies, 4);
}

TEST_STRANDS(a_block_is_left_by_break_continue_goto_and_return)
{
    finish(go(one, ways_out, NULL));
    finish(go(other, ways_out, NULL));
}

static void polls(void *arg)
{
    tt_scope s;
    tt_lock lock = TT_LOCK_INIT;
    tt_event *event = arg;
    CHECK_OK(tt_scope_enter(&s, TT_FOREVER));
    tt_scope_cancel(&s);
    CHECK_OK(tt_event_wait(event, TT_FOREVER)); /* set: it need not wait */
    CHECK_OK(tt_lock_acquire(&lock, tt_after(1)));
    CHECK_OK(tt_lock_release(&lock));
    CHECK_OK(tt_sleep(TT_NOW));
    tt_event_clear(event);
    CHECK_EQ(tt_event_wait(event, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_event_wait(event, tt_after(1)), -ECANCELED);
    CHECK_EQ(tt_scope_leave(&s), -ECANCELED);
    tt_event_set(event);
}

TEST_STRANDS(what_need_not_wait_succeeds_in_a_cancelled_scope)
{
    static tt_event event;
    tt_event_set(&event);
    finish(go(one, polls, &event));
    finish(go(other, polls, &event));
}

/* --- two strands --- */

static void sleep_until_cancelled(void *arg)
{
    (void)arg;
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
}

static void cancel_target(void *arg)
{
    cancel(arg);
}

TEST_STRANDS(another_strand_cancels_a_wait)
{
    for (int i = 0; i < 100; i++) {
        struct strand *sleeper = go(one, sleep_until_cancelled, NULL);
        until_it_waits(sleeper, NULL);
        struct strand *canceller = go(other, cancel_target, sleeper);
        finish(canceller);
        finish(sleeper);
    }
}

static void sleep_shielded(void *arg)
{
    tt_event *event = arg;
    tt_shield CHECK_OK(tt_event_wait(event, tt_after(20)));
    CHECK_EQ(tt_sleep(TT_FOREVER), -ECANCELED);
}

static void set_event(void *arg)
{
    tt_event_set(arg);
}

TEST_STRANDS(a_shielded_wait_goes_on_and_the_cancel_comes_after_it)
{
    static tt_event event;
    tt_event_clear(&event);
    struct strand *waiter = go(one, sleep_shielded, &event);
    until_it_waits(waiter, &event);
    cancel(waiter);
    CHECK(!tt_load_acquire_(&waiter->ended));
    finish(go(other, set_event, &event));
    finish(waiter);
}

/* A grant and a cancel race: the waiter sees one of them, and a grant that was given is not lost. */
enum { RACES = 200 };
static tt_event raced;
static uint32_t granted, cancelled;

static void wait_raced(void *arg)
{
    (void)arg;
    int r = tt_event_wait(&raced, TT_FOREVER);
    CHECK(r == 0 || r == -ECANCELED);
    tt_add_relaxed_(r == 0 ? &granted : &cancelled, 1);
}

TEST_STRANDS(of_a_grant_and_a_cancel_exactly_one_happens)
{
    granted = cancelled = 0;
    for (int i = 0; i < RACES; i++) {
        tt_event_clear(&raced);
        struct strand *waiter = go(one, wait_raced, NULL), *setter = go(other, set_event, &raced);
        cancel(waiter);
        finish(setter);
        finish(waiter);
    }
    CHECK_EQ(granted + cancelled, RACES);
}

/* A cancel that comes while a shield is being opened is seen after it, not in it. */
static struct relay relay;

static void open_shields(void *arg)
{
    uint32_t *cancels = arg;
    for (int i = 0; relay_goes_on(&relay, i); i++) {
        tt_scope s;
        CHECK_OK(tt_scope_enter(&s, TT_FOREVER));
        relay_give(&relay, &s);
        for (int j = 0; j < i % 64; j++)
            tt_pause_();
        tt_shield {
            CHECK_OK(tt_sleep(tt_clock() + 20 * TT_US));
        }
        while (tt_load_acquire_(cancels) <= (uint32_t)i)
            tt_yield();
        CHECK_EQ(tt_scope_leave(&s), -ECANCELED);
    }
}

static void cancel_each(void *arg)
{
    tt_scope *s;
    while ((s = relay_take(&relay))) {
        tt_scope_cancel(s);
        tt_add_acq_rel_((uint32_t *)arg, 1);
    }
}

TEST_STRANDS(a_cancel_does_not_slip_into_a_shield)
{
    uint32_t cancels = 0;
    relay = (struct relay){ .rounds = 2000 };
    struct strand *shielded = go(one, open_shields, &cancels);
    finish(go(other, cancel_each, &cancels));
    finish(shielded);
}

TEST(misuse_is_answered_and_changes_nothing)
{
    tt_scope outer, inner;
    CHECK_OK(tt_scope_enter(&outer, TT_FOREVER));
    CHECK_OK(tt_scope_enter(&inner, TT_FOREVER));
    CHECK_EQ(tt_scope_enter(&outer, tt_after(-1)), -EPERM);
    CHECK_EQ(tt_scope_leave(&outer), -EPERM);
    CHECK(!tt_cancelled());
    CHECK_OK(tt_scope_leave(&inner));
    CHECK_OK(tt_scope_leave(&outer));
    CHECK_EQ(tt_scope_leave(&outer), -EPERM);
}
