/* priority_queue.c - PriorityQueue: order, stability, and comparing without a lock. */
#include <tutti/error.h>
#include <tutti/queue.h>
#include <tutti/str.h>

#include "base/memory.h"
#include "strands.h"

static int64_t got_int(tt_queue *q)
{
    tt_value v = tt_none();
    CHECK_OK(tt_queue_get(q, &v, TT_NOW));
    return tt_as_int(v);
}

/* Items are ints: the order looks at the hundreds, the rest tells equals apart. */
static int less_hundreds(tt_view a, tt_view b, void *context)
{
    if (context) ++*(int *)context;
    return tt_as_int(a) / 100 < tt_as_int(b) / 100;
}

static uint32_t scramble(uint32_t i)
{
    return (i * 2654435761u) >> 7;
}

TEST(the_least_comes_out_first)
{
    tt_autoptr(tt_queue) q = tt_priority_queue_new(0, NULL, NULL);
    int64_t last = -1;
    for (uint32_t i = 0; i < 2000; i++)
        CHECK_OK(tt_queue_put(q, tt_int(scramble(i) % 700), TT_NOW));
    CHECK_EQ(tt_queue_size(q), 2000);
    for (int i = 0; i < 2000; i++) {
        int64_t n = got_int(q);
        CHECK_GE(n, last);
        last = n;
    }
    CHECK(tt_queue_empty(q));
}

TEST(equals_come_out_in_the_order_they_went_in)
{
    tt_autoptr(tt_queue) q = tt_priority_queue_new(0, less_hundreds, NULL);
    for (int i = 0; i < 100; i++)
        for (int key = 4; key >= 0; key--)
            CHECK_OK(tt_queue_put(q, tt_int(key * 100 + i), TT_NOW));
    for (int i = 0; i < 500; i++)
        CHECK_EQ(got_int(q), i);
}

TEST(a_put_compares_a_few_times_and_a_get_never)
{
    int compared = 0;
    tt_autoptr(tt_queue) q = tt_priority_queue_new(0, less_hundreds, &compared);
    for (int i = 0; i < 10000; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i * 100), TT_NOW)); /* the worst order for a plain tree */
    CHECK_LE(compared, 10000 * 40);
    int before = compared;
    for (int i = 0; i < 10000; i++)
        CHECK_EQ(got_int(q), i * 100);
    CHECK_EQ(compared, before);
}

TEST(what_cannot_be_compared_is_refused_and_the_queue_goes_on)
{
    tt_autoptr(tt_queue) q = tt_priority_queue_new(2, NULL, NULL);
    CHECK_OK(tt_queue_put(q, tt_int(5), TT_NOW));
    CHECK_EQ(tt_queue_put(q, tt_str("not a number, and dropped"), TT_NOW), -EINVAL);
    CHECK_EQ(tt_queue_size(q), 1);
    CHECK_OK(tt_queue_put(q, tt_int(3), TT_NOW)); /* its place was given up */
    CHECK_EQ(tt_queue_put(q, tt_int(4), TT_NOW), -EAGAIN);
    CHECK_EQ(got_int(q), 3);
    CHECK_EQ(got_int(q), 5);
    CHECK_EQ(tt_queue_unfinished(q), 2);
}

/* The comparison may use the queue itself: no lock is held. */
static int less_and_get(tt_view a, tt_view b, void *context)
{
    tt_queue *q = *(tt_queue **)context;
    tt_value v;
    if (tt_queue_get(q, &v, TT_NOW) == 0) tt_drop(v);
    CHECK_OK(tt_queue_join(q, TT_NOW) == -EAGAIN ? 0 : 1);
    return tt_as_int(a) < tt_as_int(b);
}

TEST(comparing_holds_no_lock)
{
    tt_queue *q = NULL;
    q = tt_priority_queue_new(0, less_and_get, &q);
    for (int i = 0; i < 100; i++)
        CHECK_OK(tt_queue_put(q, tt_int(scramble((uint32_t)i) % 50), TT_NOW));
    CHECK_GE(tt_queue_size(q), 1);
    tt_queue_free(q);
}

TEST(without_memory_a_put_is_answered)
{
    tt_autoptr(tt_queue) q = tt_priority_queue_new(1, NULL, NULL);
    tt_memory_fail_after_(1);
    CHECK_EQ(tt_queue_put(q, tt_int(1), TT_NOW), -ENOMEM);
    CHECK_OK(tt_queue_put(q, tt_int(2), TT_NOW));
    CHECK_EQ(got_int(q), 2);
}

TEST(an_immediate_shutdown_drops_what_is_left)
{
    tt_autoptr(tt_queue) q = tt_priority_queue_new(0, NULL, NULL);
    tt_value v;
    for (int i = 0; i < 20; i++)
        CHECK_OK(tt_queue_put(q, tt_str("one of twenty equal strings"), TT_NOW));
    tt_queue_shutdown(q, true);
    CHECK_EQ(tt_queue_get(q, &v, TT_NOW), -ESHUTDOWN);
    CHECK_OK(tt_queue_join(q, TT_NOW));
}

struct shared {
    tt_queue *queue;
    int number;
    int count;   /* atomic */
    int64_t sum; /* atomic */
    int compares; /* atomic */
    int go_on;    /* atomic */
    int result;
    tt_time by;
    tt_value item;
};

static int less_yielding(tt_view a, tt_view b, void *context)
{
    (void)context;
    tt_yield(); /* others run, and change the queue, in the middle of every put */
    return tt_as_int(a) < tt_as_int(b);
}

enum { EACH = 500 };

static void put_scrambled(void *arg)
{
    struct shared *s = arg;
    for (uint32_t i = 0; i < EACH; i++)
        CHECK_OK(tt_queue_put(s->queue, tt_int(scramble(i * 7 + (uint32_t)s->number) % 1000), TT_FOREVER));
}

static void get_all(void *arg)
{
    struct shared *s = arg;
    tt_value v;
    while (tt_queue_get(s->queue, &v, TT_FOREVER) == 0) {
        tt_add_acq_rel_(&s->count, 1);
        tt_add_acq_rel_(&s->sum, tt_as_int(v));
    }
}

TEST_STRANDS(puts_that_interleave_keep_the_order)
{
    tt_queue *q = tt_priority_queue_new(0, less_yielding, NULL);
    struct shared s[4];
    struct strand *putters[4];
    for (int i = 0; i < 4; i++) {
        s[i] = (struct shared){ .queue = q, .number = i };
        putters[i] = go(i % 2 ? other : one, put_scrambled, &s[i]);
    }
    finish_all(putters, 4);
    CHECK_EQ(tt_queue_size(q), 4 * EACH);
    int64_t last = -1;
    for (int i = 0; i < 4 * EACH; i++) {
        int64_t n = got_int(q);
        CHECK_GE(n, last);
        last = n;
    }
    tt_queue_free(q);
}

TEST_STRANDS(every_item_arrives_once_whatever_the_bound)
{
    for (int max = 0; max < 4; max++) {
        struct shared s = { .queue = tt_priority_queue_new(max, less_yielding, NULL) };
        struct strand *putters[3], *getters[2];
        for (int i = 0; i < 3; i++)
            putters[i] = go(i % 2 ? other : one, put_scrambled, &s);
        for (int i = 0; i < 2; i++)
            getters[i] = go(i % 2 ? one : other, get_all, &s);
        finish_all(putters, 3);
        tt_queue_close(s.queue);
        finish_all(getters, 2);
        int64_t sum = 0;
        for (uint32_t i = 0; i < EACH; i++)
            sum += scramble(i * 7) % 1000;
        CHECK_EQ(s.count, 3 * EACH);
        CHECK_EQ(s.sum, 3 * sum);
        tt_queue_free(s.queue);
    }
}

/* A comparison that waits until it may go on. */
static int less_slowly(tt_view a, tt_view b, void *context)
{
    struct shared *s = context;
    tt_add_acq_rel_(&s->compares, 1);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
    return tt_as_int(a) < tt_as_int(b);
}

static void put_one(void *arg)
{
    struct shared *s = arg;
    s->result = tt_queue_put(s->queue, s->item, s->by);
}

static void get_one(void *arg)
{
    struct shared *s = arg;
    s->result = tt_queue_get(s->queue, &s->item, s->by);
}

TEST_STRANDS(a_getter_that_comes_while_a_put_compares_gets_its_item)
{
    struct shared s = { .by = TT_FOREVER, .item = tt_int(9) };
    s.queue = tt_priority_queue_new(1, less_slowly, &s);
    tt_queue_set_max_items(s.queue, 2);
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    struct strand *putter = go(one, put_one, &s);
    until_at_least(&s.compares, 1);
    CHECK_EQ(got_int(s.queue), 1); /* what it is compared with goes away */
    struct shared g = { .queue = s.queue, .by = TT_FOREVER };
    struct strand *getter = go(other, get_one, &g);
    until_it_waits(getter, s.queue);
    tt_store_release_(&s.go_on, 1);
    finish(putter);
    finish(getter);
    CHECK_OK(s.result);
    CHECK_OK(g.result);
    CHECK_EQ(tt_as_int(g.item), 9);
    tt_queue_free(s.queue);
}

TEST_STRANDS(a_shutdown_while_a_put_compares_refuses_it)
{
    struct shared s = { .by = TT_FOREVER };
    s.queue = tt_priority_queue_new(0, less_slowly, &s);
    s.item = tt_int(9);
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    struct strand *putter = go(one, put_one, &s);
    until_at_least(&s.compares, 1);
    tt_queue_shutdown(s.queue, true);
    tt_store_release_(&s.go_on, 1);
    finish(putter);
    CHECK_EQ(s.result, -ESHUTDOWN);
    CHECK_OK(tt_queue_join(s.queue, TT_NOW));
    tt_queue_free(s.queue);
}

TEST_STRANDS(a_place_kept_by_a_put_that_compares_is_not_given_twice)
{
    struct shared s = { .by = TT_FOREVER, .item = tt_int(5) };
    s.queue = tt_priority_queue_new(2, less_slowly, &s);
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    struct strand *first = go(one, put_one, &s);
    until_at_least(&s.compares, 1);
    CHECK_EQ(tt_queue_put(s.queue, tt_int(6), TT_NOW), -EAGAIN);
    tt_queue_free(s.queue); /* refused, while one is on its way */
    struct shared t = { .queue = s.queue, .by = TT_FOREVER, .item = tt_int(0) };
    struct strand *second = go(other, put_one, &t);
    until_it_waits(second, s.queue);
    tt_store_release_(&s.go_on, 1);
    finish(first);
    CHECK_EQ(got_int(s.queue), 1);
    finish(second);
    CHECK_EQ(got_int(s.queue), 0);
    CHECK_EQ(got_int(s.queue), 5);
    tt_queue_free(s.queue);
}
