/* select.c - tt_select over queues, events and deadlines; over futures: tests/future.c. */
#include <tutti/queue.h>
#include <tutti/select.h>
#include <tutti/str.h>

#include "strands.h"
#include "sync/waitable.h"

struct shared {
    tt_queue *a, *b;
    tt_event event;
    tt_time by;
    int chosen;
    int result; /* of the chosen case */
    tt_value item;
    int count;   /* atomic */
    int64_t sum; /* atomic */
    int rounds;
};

static int64_t got_int(tt_queue *q)
{
    tt_value v = tt_none();
    CHECK_OK(tt_queue_get(q, &v, TT_NOW));
    return tt_as_int(v);
}

TEST(a_poll_with_nothing_ready_says_so)
{
    tt_event e = TT_EVENT_INIT;
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_value v = tt_int(-1);
    tt_case cases[] = { tt_on_event(&e), tt_on_get(q, &v), tt_on_deadline(tt_after(60)) };
    CHECK_EQ(tt_select(cases, 3, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_select(cases, 3, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(tt_as_int(v), -1);
    CHECK_NULL(e.waiters);
}

TEST(of_several_that_are_ready_the_first_listed_happens)
{
    tt_event e = TT_EVENT_INIT;
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_value v;
    tt_event_set(&e);
    for (int i = 0; i < 2; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_NOW));
    tt_case get_first[] = { tt_on_get(q, &v), tt_on_event(&e) };
    CHECK_EQ(tt_select(get_first, 2, TT_FOREVER), 0);
    CHECK_EQ(get_first[0].result, 0);
    CHECK_EQ(tt_as_int(v), 0);
    tt_case event_first[] = { tt_on_event(&e), tt_on_get(q, &v) };
    CHECK_EQ(tt_select(event_first, 2, TT_FOREVER), 0);
    CHECK_EQ(tt_queue_size(q), 1); /* the other case has not happened */
    CHECK_EQ(tt_select(get_first, 2, TT_NOW), 0); /* cases can be used again */
    CHECK_EQ(tt_as_int(v), 1);
    CHECK_EQ(tt_select(get_first, 2, TT_NOW), 1);
}

TEST(no_case_and_too_many_are_refused)
{
    CHECK_EQ(tt_select(NULL, 0, TT_FOREVER), -EINVAL);
}

TEST(a_deadline_case_happens_at_its_time)
{
    tt_event e = TT_EVENT_INIT;
    tt_time at = tt_after(0.02);
    tt_case cases[] = { tt_on_event(&e), tt_on_deadline(at), tt_on_deadline(tt_after(60)) };
    CHECK_EQ(tt_select(cases, 3, TT_FOREVER), 1);
    CHECK_GE(tt_clock(), at);
    CHECK_EQ(tt_select(cases, 3, TT_NOW), 1);
    tt_case earlier[] = { tt_on_event(&e), tt_on_deadline(tt_after(60)) };
    CHECK_EQ(tt_select(earlier, 2, tt_after(0.01)), -ETIMEDOUT);
    CHECK_NULL(e.waiters);
}

TEST(a_shut_down_queue_is_ready)
{
    tt_autoptr(tt_queue) q = tt_queue_new(1);
    tt_value v = tt_int(-1);
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    tt_queue_close(q);
    tt_case get[] = { tt_on_get(q, &v) };
    CHECK_EQ(tt_select(get, 1, TT_FOREVER), 0);
    CHECK_EQ(get[0].result, 0);
    CHECK_EQ(tt_as_int(v), 1);
    CHECK_EQ(tt_select(get, 1, TT_FOREVER), 0);
    CHECK_EQ(get[0].result, -ESHUTDOWN);
    tt_case put[] = { tt_on_put(q, tt_str("dropped, since it is shut down")) };
    CHECK_EQ(tt_select(put, 1, TT_NOW), 0);
    CHECK_EQ(put[0].result, -ESHUTDOWN);
}

TEST(a_put_takes_its_value_whatever_happens)
{
    tt_event e = TT_EVENT_INIT;
    tt_autoptr(tt_queue) q = tt_queue_new(1);
    tt_case both[] = { tt_on_event(&e), tt_on_put(q, tt_str("put: it is in the queue now")) };
    CHECK_EQ(tt_select(both, 2, TT_FOREVER), 1);
    CHECK_EQ(tt_queue_size(q), 1);
    both[1] = tt_on_put(q, tt_str("not put: the event is set"));
    tt_event_set(&e);
    CHECK_EQ(tt_select(both, 2, TT_FOREVER), 0);
    tt_event_clear(&e);
    both[1] = tt_on_put(q, tt_str("not put: the queue is full"));
    CHECK_EQ(tt_select(both, 2, tt_after(0.01)), -ETIMEDOUT);
    CHECK_EQ(tt_queue_size(q), 1);
}

static void select_all(void *arg)
{
    struct shared *s = arg;
    tt_case cases[] = { tt_on_get(s->a, &s->item), tt_on_put(s->b, tt_int(77)), tt_on_event(&s->event) };
    s->chosen = tt_select(cases, 3, s->by);
    if (s->chosen >= 0) s->result = cases[s->chosen].result;
}

/* Selects on an empty queue a, a full queue b and a clear event; then one of them becomes ready. */
static void one_becomes_ready(enum kind kind, int which)
{
    struct shared s = { .a = tt_queue_new(0), .b = tt_queue_new(1), .by = TT_FOREVER };
    CHECK_OK(tt_queue_put(s.b, tt_int(1), TT_NOW));
    struct strand *selecter = go(kind, select_all, &s);
    until_it_waits(selecter, NULL);
    while (!tt_load_relaxed_(&selecter->self->waits_on) || !tt_load_relaxed_(&s.event.waiters))
        sched_yield();
    if (which == 0) CHECK_OK(tt_queue_put(s.a, tt_int(42), TT_NOW));
    if (which == 1) CHECK_EQ(got_int(s.b), 1);
    if (which == 2) tt_event_set(&s.event);
    if (which == 3) cancel(selecter);
    finish(selecter);
    CHECK_EQ(s.chosen, which == 3 ? -ECANCELED : which);
    if (which == 0) CHECK_EQ(tt_as_int(s.item), 42);
    if (which == 1) CHECK_EQ(got_int(s.b), 77);
    CHECK(tt_queue_empty(s.a));
    CHECK_EQ(tt_queue_size(s.b), which != 1);
    CHECK_NULL(s.event.waiters);
    CHECK_OK(tt_queue_put(s.a, tt_int(0), TT_NOW)); /* no node is left behind */
    CHECK_EQ(tt_queue_size(s.a), 1);
    tt_queue_free(s.a);
    tt_queue_free(s.b);
}

TEST_STRANDS(what_becomes_ready_first_happens)
{
    for (int which = 0; which < 4; which++) {
        one_becomes_ready(one, which);
        one_becomes_ready(other, which);
    }
}

TEST_STRANDS(shutdown_ends_a_select_that_waits)
{
    for (int which = 0; which < 2; which++) {
        struct shared s = { .a = tt_queue_new(0), .b = tt_queue_new(1), .by = TT_FOREVER };
        CHECK_OK(tt_queue_put(s.b, tt_int(1), TT_NOW));
        struct strand *selecter = go(which ? other : one, select_all, &s);
        while (!tt_load_relaxed_(&s.event.waiters))
            sched_yield();
        tt_queue_close(which ? s.b : s.a);
        finish(selecter);
        CHECK_EQ(s.chosen, which);
        CHECK_EQ(s.result, -ESHUTDOWN);
        tt_queue_free(s.a);
        tt_queue_free(s.b);
    }
}

/* A select is not its own partner. */
static void put_and_get_one_queue(void *arg)
{
    struct shared *s = arg;
    tt_case cases[] = { tt_on_get(s->a, &s->item), tt_on_put(s->b, tt_int(7)), tt_on_put(s->a, tt_int(8)) };
    s->chosen = tt_select(cases, 3, s->by);
}

TEST(a_select_does_not_hand_an_item_to_itself)
{
    struct shared s = { .a = tt_queue_new(1), .b = tt_queue_new(1), .by = tt_after(0.01), .item = tt_int(-1) };
    CHECK_OK(tt_queue_put(s.b, tt_int(1), TT_NOW));
    put_and_get_one_queue(&s);
    CHECK_EQ(s.chosen, 2); /* there was room */
    CHECK_EQ(tt_as_int(s.item), -1);
    CHECK_EQ(got_int(s.a), 8);
    tt_queue_free(s.a);
    tt_queue_free(s.b);
}

/* --- exactly one case happens --- */

enum { ROUNDS = 1000 };

static void select_and_count(void *arg)
{
    struct shared *s = arg;
    tt_queue *open[] = { s->a, s->b };
    for (size_t n = 2; n > 0;) {
        tt_value v;
        tt_case cases[] = { tt_on_get(open[0], &v), tt_on_get(open[1], &v) };
        int i = tt_select(cases, n, tt_clock() + 200 * TT_US);
        CHECK(i >= 0 || i == -ETIMEDOUT);
        if (i < 0) continue;
        if (cases[i].result == 0) {
            tt_add_acq_rel_(&s->count, 1);
            tt_add_acq_rel_(&s->sum, tt_as_int(v));
        } else {
            CHECK_EQ(cases[i].result, -ESHUTDOWN);
            open[i] = open[--n];
        }
    }
}

static void put_by_select(void *arg)
{
    struct shared *s = arg;
    for (int i = 1; i <= ROUNDS; i++) {
        tt_case cases[] = { tt_on_put(s->a, tt_int(i)), tt_on_put(s->b, tt_int(i)) };
        int chosen = tt_select(cases, 2, TT_FOREVER);
        CHECK_GE(chosen, 0);
        CHECK_EQ(cases[chosen].result, 0);
    }
}

static void put_plainly(void *arg)
{
    struct shared *s = arg;
    for (int i = 1; i <= ROUNDS; i++)
        CHECK_OK(tt_queue_put(i % 2 ? s->a : s->b, tt_int(i), TT_FOREVER));
}

static void exactly_once(tt_queue *a, tt_queue *b, enum kind one, enum kind other)
{
    struct shared s = { .a = a, .b = b };
    struct strand *getters[] = { go(one, select_and_count, &s), go(other, select_and_count, &s) };
    struct strand *putters[] = { go(one, put_by_select, &s), go(other, put_by_select, &s), go(other, put_plainly, &s) };
    finish_all(putters, 3);
    tt_queue_close(a);
    tt_queue_close(b);
    finish_all(getters, 2);
    CHECK_EQ(s.count, 3 * ROUNDS);
    CHECK_EQ(s.sum, 3 * (int64_t)ROUNDS * (ROUNDS + 1) / 2);
    tt_queue_free(a);
    tt_queue_free(b);
}

static int less(tt_view a, tt_view b, void *context)
{
    (void)context;
    tt_yield();
    return tt_as_int(a) < tt_as_int(b);
}

TEST_STRANDS(each_item_goes_through_exactly_one_case)
{
    exactly_once(tt_queue_new(1), tt_queue_new(2), one, other);
    exactly_once(tt_queue_new(0), tt_queue_new(1), one, other);
    exactly_once(tt_priority_queue_new(1, less, NULL), tt_lifo_queue_new(1), one, other);
}

/* A select over the same queue's both ends, in several strands at once. */
static void pass_along(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        tt_value v;
        tt_case cases[] = { tt_on_get(s->a, &v), tt_on_put(s->a, tt_int(1)) };
        int chosen = tt_select(cases, 2, TT_FOREVER);
        CHECK_GE(chosen, 0);
        CHECK_EQ(cases[chosen].result, 0);
        tt_add_acq_rel_(&s->sum, chosen == 1 ? 1 : -1);
    }
}

TEST_STRANDS(both_ends_of_one_queue_can_be_selected)
{
    struct shared s = { .a = tt_queue_new(1), .rounds = 1000 };
    struct strand *all[] = { go(one, pass_along, &s), go(other, pass_along, &s), go(one, pass_along, &s) };
    finish_all(all, 3);
    CHECK_EQ(s.sum, tt_queue_size(s.a));
    tt_queue_free(s.a);
}

/* --- what becomes ready after the cases were tried and before they wait --- */

struct late {
    struct tt_park_ park;
    struct tt_waiter_ node;
};

/* Enlists the case in a wait that has begun, or that has been decided already. */
static void enlist(struct late *l, tt_case *c, bool decided)
{
    tt_park_begin_(&l->park, tt_strand_current_(), "test", c, TT_PARK_CANCELLABLE_);
    tt_waiter_init_(&l->node, &l->park, 5);
    if (decided) CHECK(tt_grant_(&l->node));
    c->ops_->enlist(c, &l->node);
}

static int end_late(struct late *l, tt_case *c)
{
    int r = tt_park_(&l->park, TT_FOREVER);
    CHECK_EQ(r, 5);
    return c->ops_->finish(c, &l->node);
}

static void late_in(void *arg)
{
    struct shared *s = arg;
    struct late l;
    tt_value v = tt_none();
    tt_case event = tt_on_event(&s->event), get = tt_on_get(s->a, &v), put = tt_on_put(s->b, tt_int(9));
    for (int decided = 0; decided < 2; decided++) {
        tt_event_set(&s->event);
        enlist(&l, &event, decided);
        CHECK_OK(end_late(&l, &event));
        CHECK_NULL(s->event.waiters);
        CHECK_OK(tt_queue_put(s->a, tt_int(42), TT_NOW));
        enlist(&l, &get, decided);
        if (decided) {
            CHECK_EQ(tt_park_(&l.park, TT_FOREVER), 5);
            CHECK_EQ(got_int(s->a), 42); /* another case happened: it is left in the queue */
        } else {
            CHECK_OK(end_late(&l, &get));
            CHECK_EQ(tt_as_int(v), 42);
        }
        enlist(&l, &put, decided);
        if (decided) {
            CHECK_EQ(tt_park_(&l.park, TT_FOREVER), 5);
        } else {
            CHECK_OK(end_late(&l, &put));
            CHECK_EQ(got_int(s->b), 9);
        }
        CHECK(tt_queue_empty(s->b));
    }
}

TEST_STRANDS(a_case_that_is_ready_by_then_happens_unless_another_did)
{
    struct shared s = { .a = tt_queue_new(1), .b = tt_queue_new(1) };
    finish(go(one, late_in, &s));
    tt_queue_free(s.a);
    tt_queue_free(s.b);
}

/* --- events that end as soon as they have let through --- */
static void select_on_own_event(void *arg)
{
    struct relay *r = arg;
    tt_event never = TT_EVENT_INIT;
    for (int i = 0; relay_goes_on(r, i); i++) {
        tt_event *e = calloc(1, sizeof *e);
        relay_give(r, e);
        tt_case cases[] = { tt_on_event(&never), tt_on_event(e) };
        CHECK_EQ(tt_select(cases, 2, TT_FOREVER), 1);
        memset(e, 0x5a, sizeof *e);
        free(e);
    }
    CHECK_NULL(never.waiters);
}

static void set_each(void *arg)
{
    struct relay *r = arg;
    tt_event *e;
    while ((e = relay_take(r)))
        tt_event_set(e);
}

TEST_STRANDS(the_event_that_happened_may_be_taken_apart)
{
    struct relay r = { .rounds = ROUNDS };
    struct strand *selecter = go(one, select_on_own_event, &r);
    finish(go(other, set_each, &r));
    finish(selecter);
}
