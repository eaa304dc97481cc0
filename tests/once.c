/* once.c - Once. */
#include <tutti/error.h>
#include <tutti/once.h>

#include "strands.h"

struct shared {
    tt_once once;
    int calls;    /* atomic */
    int failures; /* how many calls shall fail */
    int running;  /* atomic */
    int go_on;    /* atomic */
    int done;     /* atomic: how many answered 0 */
    int made;     /* plain: written by the function, read after */
    int result;
    tt_time by;
};

static tt_value make(tt_view arg)
{
    struct shared *s = tt_as_pointer(arg);
    int n = tt_add_acq_rel_(&s->calls, 1);
    tt_store_release_(&s->running, 1);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
    if (n < s->failures) return tt_error("ValueError", "try %d", n);
    s->made = 42;
    return tt_none();
}

static void call(void *arg)
{
    struct shared *s = arg;
    int r = tt_once_call(&s->once, make, tt_pointer(s), s->by);
    tt_store_relaxed_(&s->result, r);
    if (r == 0) CHECK_EQ(s->made, 42);
    if (r == 0) tt_add_acq_rel_(&s->done, 1);
}

TEST(it_is_done_once)
{
    struct shared s = { .by = TT_NOW, .go_on = 1 };
    CHECK(!tt_once_done(&s.once));
    for (int i = 0; i < 3; i++)
        call(&s);
    CHECK(tt_once_done(&s.once));
    CHECK_EQ(s.calls, 1);
    CHECK_EQ(s.done, 3);
}

TEST(a_failure_is_answered_and_lets_the_next_try)
{
    struct shared s = { .by = TT_FOREVER, .go_on = 1, .failures = 2 };
    for (int i = 0; i < 2; i++) {
        call(&s);
        CHECK_EQ(s.result, -EINVAL);
        CHECK(!tt_once_done(&s.once));
    }
    call(&s);
    CHECK_OK(s.result);
    CHECK_EQ(s.calls, 3);
}

static tt_value fail_oddly(tt_view arg)
{
    (void)arg;
    return tt_error("MyOwnError", "of no known type");
}

TEST(a_failure_of_no_known_type_is_an_io_error)
{
    tt_once o = TT_ONCE_INIT;
    CHECK_EQ(tt_once_call(&o, fail_oddly, tt_none(), TT_FOREVER), -EIO);
    CHECK_EQ(o.word, 0);
}

static tt_value recurse(tt_view arg)
{
    CHECK_EQ(tt_once_call(tt_as_pointer(arg), recurse, arg, TT_FOREVER), -EDEADLK);
    return tt_none();
}

TEST(a_call_from_inside_is_a_deadlock)
{
    tt_once o = TT_ONCE_INIT;
    CHECK_OK(tt_once_call(&o, recurse, tt_pointer(&o), TT_FOREVER));
    CHECK(tt_once_done(&o));
}

TEST_STRANDS(the_others_wait_for_it)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *runner = go(one, call, &s), *waiters[4];
    until_at_least(&s.running, 1);
    CHECK_EQ(tt_once_call(&s.once, make, tt_pointer(&s), TT_NOW), -EAGAIN);
    CHECK_EQ(tt_once_call(&s.once, make, tt_pointer(&s), tt_after(0.01)), -ETIMEDOUT);
    for (int i = 0; i < 4; i++)
        until_it_waits(waiters[i] = go(i % 2 ? other : one, call, &s), &s.once);
    CHECK_EQ(s.done, 0);
    tt_store_release_(&s.go_on, 1);
    finish_all(waiters, 4);
    finish(runner);
    CHECK_EQ(s.calls, 1);
    CHECK_EQ(s.done, 5);
}

TEST_STRANDS(after_a_failure_one_who_waits_tries)
{
    struct shared s = { .by = TT_FOREVER, .failures = 2 };
    struct strand *all[4];
    all[0] = go(one, call, &s);
    until_at_least(&s.running, 1);
    for (int i = 1; i < 4; i++)
        until_it_waits(all[i] = go(i % 2 ? other : one, call, &s), &s.once);
    tt_store_release_(&s.go_on, 1);
    finish_all(all, 4);
    CHECK_EQ(s.calls, 3);
    CHECK_EQ(s.done, 2);
    CHECK(tt_once_done(&s.once));
}

TEST_STRANDS(who_waits_can_be_cancelled)
{
    struct shared s = { .by = TT_FOREVER };
    struct strand *runner = go(one, call, &s);
    until_at_least(&s.running, 1);
    struct shared *copy = &s;
    struct strand *waiter = go(other, call, copy);
    until_it_waits(waiter, &s.once);
    cancel(waiter);
    finish(waiter);
    CHECK_EQ(s.result, -ECANCELED);
    tt_store_release_(&s.go_on, 1);
    finish(runner);
    CHECK(tt_once_done(&s.once));
    CHECK_NULL(s.once.waiters);
}

static tt_value end_the_thread(tt_view arg)
{
    struct shared *s = tt_as_pointer(arg);
    tt_store_release_(&s->running, 1);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
    if (tt_add_acq_rel_(&s->calls, 1) == 0) pthread_exit(NULL);
    s->made = 42;
    return tt_none();
}

static void *call_and_end(void *arg)
{
    struct shared *s = arg;
    (void)!tt_once_call(&s->once, end_the_thread, tt_pointer(s), TT_FOREVER);
    return NULL;
}

static void call_after(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(tt_once_call(&s->once, end_the_thread, tt_pointer(s), TT_FOREVER));
}

TEST_STRANDS(when_the_runner_ends_in_the_middle_another_takes_over)
{
    struct shared s = { 0 };
    pthread_t runner;
    CHECK_EQ(pthread_create(&runner, NULL, call_and_end, &s), 0);
    until_at_least(&s.running, 1);
    struct strand *waiter = go(one, call_after, &s);
    until_it_waits(waiter, &s.once);
    tt_store_release_(&s.go_on, 1);
    pthread_join(runner, NULL);
    finish(waiter);
    CHECK_EQ(s.calls, 2);
    CHECK_EQ(s.made, 42);
}

/* The first to see it done may take it apart, though the one who did it is not yet out. */
static struct relay relay;

static tt_value show_it(tt_view arg)
{
    relay_give(&relay, tt_as_pointer(arg));
    return tt_none();
}

static void do_each(void *arg)
{
    uint32_t *freed = arg;
    for (int i = 0; relay_goes_on(&relay, i); i++) {
        tt_once *o = calloc(1, sizeof *o);
        CHECK_OK(tt_once_call(o, show_it, tt_pointer(o), TT_FOREVER));
        while (tt_load_acquire_(freed) <= (uint32_t)i)
            tt_yield();
    }
}

static void take_each_apart(void *arg)
{
    tt_once *o;
    while ((o = relay_take(&relay))) {
        CHECK_OK(tt_once_call(o, show_it, tt_pointer(o), TT_FOREVER));
        memset(o, 0x5a, sizeof *o);
        free(o);
        tt_add_acq_rel_((uint32_t *)arg, 1);
    }
}

TEST_STRANDS(who_sees_it_done_may_take_it_apart)
{
    uint32_t freed = 0;
    relay = (struct relay){ .rounds = 2000 };
    struct strand *doer = go(one, do_each, &freed);
    finish(go(other, take_each_apart, &freed));
    finish(doer);
}
