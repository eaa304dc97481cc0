/* event.c - Event. */
#include <tutti/event.h>

#include "strands.h"

struct shared {
    tt_event event;
    int woken; /* atomic */
    int result;
    tt_time by;
};

static void wait_for_event(void *arg)
{
    struct shared *s = arg;
    int r = tt_event_wait(&s->event, s->by);
    tt_store_relaxed_(&s->result, r);
    if (r == 0) tt_add_acq_rel_(&s->woken, 1);
}

static void set_event(void *arg)
{
    tt_event_set(&((struct shared *)arg)->event);
}

static void set_and_clear(void *arg)
{
    struct shared *s = arg;
    tt_event_set(&s->event);
    tt_event_clear(&s->event);
}

TEST(an_event_begins_clear_and_polls)
{
    tt_event e = TT_EVENT_INIT;
    CHECK(!tt_event_is_set(&e));
    CHECK_EQ(tt_event_wait(&e, TT_NOW), -EAGAIN);
    tt_event_set(&e);
    tt_event_set(&e);
    CHECK(tt_event_is_set(&e));
    CHECK_OK(tt_event_wait(&e, TT_NOW));
    CHECK_OK(tt_event_wait(&e, tt_after(-1)));
    tt_event_clear(&e);
    CHECK(!tt_event_is_set(&e));
    CHECK_EQ(tt_event_wait(&e, TT_NOW), -EAGAIN);
}

TEST(a_past_deadline_is_a_timeout_at_once)
{
    tt_event e = TT_EVENT_INIT;
    CHECK_EQ(tt_event_wait(&e, tt_after(-1)), -ETIMEDOUT);
    CHECK_NULL(e.waiters);
}

TEST(a_timed_out_wait_leaves_the_event_usable)
{
    tt_event e = TT_EVENT_INIT;
    tt_time by = tt_after(0.02);
    CHECK_EQ(tt_event_wait(&e, by), -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
    CHECK_NULL(e.waiters);
    tt_event_set(&e);
    CHECK_OK(tt_event_wait(&e, by));
}

TEST_STRANDS(set_wakes_who_waits)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiter = go(one, wait_for_event, &s);
    until_it_waits(waiter, &s.event);
    finish(go(other, set_event, &s));
    finish(waiter);
    CHECK_EQ(s.result, 0);
    CHECK_NULL(s.event.waiters);
}

TEST_STRANDS(set_and_clear_at_once_wakes_everyone_who_waited)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiters[8];
    for (int i = 0; i < 8; i++)
        waiters[i] = go(i % 2 ? one : other, wait_for_event, &s);
    for (int i = 0; i < 8; i++)
        until_it_waits(waiters[i], &s.event);
    finish(go(other, set_and_clear, &s));
    finish_all(waiters, 8);
    CHECK_EQ(s.woken, 8);
    CHECK(!tt_event_is_set(&s.event));
}

TEST(very_many_coroutines_are_woken_by_one_set)
{
    enum { MANY = 1000 };
    static struct strand *waiters[MANY];
    struct shared s = { .by = TT_FOREVER };
    for (int i = 0; i < MANY; i++)
        waiters[i] = go(COROUTINE, wait_for_event, &s);
    for (int i = 0; i < MANY; i++)
        until_it_waits(waiters[i], &s.event);
    set_and_clear(&s);
    finish_all(waiters, MANY);
    CHECK_EQ(s.woken, MANY);
    CHECK_NULL(s.event.waiters);
    test_allow(0, 1, 2); /* the watchdog; the table of strands has grown */
}

TEST_STRANDS(a_cancelled_wait_leaves_the_queue)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *waiter = go(one, wait_for_event, &s);
    until_it_waits(waiter, &s.event);
    cancel(waiter);
    finish(waiter);
    CHECK_EQ(s.result, -ECANCELED);
    CHECK_NULL(s.event.waiters);
}


struct self_cancelled {
    tt_event event;
    tt_scope scope;
    int set_result, clear_result, poll_result;
};

static void wait_in_cancelled_scope(void *arg)
{
    struct self_cancelled *s = arg;
    CHECK_OK(tt_scope_enter(&s->scope, TT_FOREVER));
    tt_scope_cancel(&s->scope);
    s->clear_result = tt_event_wait(&s->event, TT_FOREVER);
    s->poll_result = tt_event_wait(&s->event, TT_NOW);
    tt_event_set(&s->event);
    s->set_result = tt_event_wait(&s->event, TT_FOREVER);
    CHECK_EQ(tt_scope_leave(&s->scope), -ECANCELED);
}

TEST_STRANDS(in_a_cancelled_scope_only_a_wait_that_must_wait_fails)
{
    struct self_cancelled s = { .set_result = 1 };
    finish(go(one, wait_in_cancelled_scope, &s));
    CHECK_EQ(s.clear_result, -ECANCELED);
    CHECK_EQ(s.poll_result, -EAGAIN);
    CHECK_EQ(s.set_result, 0);
}

/* Each round's event lives on the waiter's stack and ends as soon as its wait has answered. */
static void wait_on_own_stack(void *arg)
{
    struct relay *r = arg;
    for (int i = 0; relay_goes_on(r, i); i++) {
        tt_event *e = malloc(sizeof *e);
        *e = (tt_event)TT_EVENT_INIT;
        relay_give(r, e);
        CHECK_OK(tt_event_wait(e, TT_FOREVER));
        memset(e, 0x5a, sizeof *e);
        free(e);
    }
}

static void set_each(void *arg)
{
    struct relay *r = arg;
    tt_event *e;
    while ((e = relay_take(r)))
        tt_event_set(e);
}

TEST_STRANDS(whoever_was_let_through_may_take_the_event_apart)
{
    struct relay r = { .rounds = 2000 };
    struct strand *waiter = go(one, wait_on_own_stack, &r);
    finish(go(other, set_each, &r));
    finish(waiter);
}
