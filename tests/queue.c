/* queue.c - Queue, LifoQueue, SimpleQueue; PriorityQueue has a file of its own. */
#include <tutti/error.h>
#include <tutti/list.h>
#include <tutti/queue.h>
#include <tutti/str.h>

#include "base/memory.h"
#include "strands.h"

struct shared {
    tt_queue *queue;
    tt_time by;
    int result;
    int64_t many;
    tt_value item;
    tt_value items[8];
    int done;   /* atomic */
    int count;
    int64_t sum; /* atomic */
};

static int64_t got_int(tt_queue *q)
{
    tt_value v = tt_none();
    CHECK_OK(tt_queue_get(q, &v, TT_NOW));
    return tt_as_int(v);
}

TEST(items_come_out_in_the_order_they_went_in)
{
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    for (int i = 0; i < 1000; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_FOREVER));
    CHECK_EQ(tt_queue_size(q), 1000);
    CHECK(!tt_queue_full(q));
    for (int i = 0; i < 1000; i++)
        CHECK_EQ(got_int(q), i);
    CHECK(tt_queue_empty(q));
}

TEST(a_lifo_queue_gives_the_last_one_first)
{
    tt_autoptr(tt_queue) q = tt_lifo_queue_new(0);
    for (int i = 0; i < 1000; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_FOREVER));
    for (int i = 999; i >= 500; i--)
        CHECK_EQ(got_int(q), i);
    for (int i = 500; i < 600; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_FOREVER));
    for (int i = 599; i >= 0; i--)
        CHECK_EQ(got_int(q), i);
    CHECK(tt_queue_empty(q));
}

TEST(a_bounded_queue_is_full_then_empty)
{
    tt_autoptr(tt_queue) q = tt_queue_new(2);
    tt_value v = tt_int(-1);
    CHECK_EQ(tt_queue_max_items(q), 2);
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    CHECK(!tt_queue_full(q));
    CHECK_OK(tt_queue_put(q, tt_int(2), TT_NOW));
    CHECK(tt_queue_full(q));
    CHECK_EQ(tt_queue_put(q, tt_int(3), TT_NOW), -EAGAIN);
    CHECK_EQ(tt_queue_put(q, tt_int(3), tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(got_int(q), 1);
    CHECK_EQ(got_int(q), 2);
    CHECK_EQ(tt_queue_get(q, &v, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_queue_get(q, &v, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(tt_as_int(v), -1); /* untouched on failure */
}

TEST(a_timed_out_get_or_put_leaves_the_queue_usable)
{
    tt_autoptr(tt_queue) q = tt_queue_new(1);
    tt_value v;
    tt_time by = tt_after(0.02);
    CHECK_EQ(tt_queue_get(q, &v, by), -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
    CHECK_OK(tt_queue_put(q, tt_int(7), TT_NOW));
    CHECK_EQ(tt_queue_put(q, tt_int(8), tt_after(0.01)), -ETIMEDOUT);
    CHECK_EQ(got_int(q), 7);
}

TEST(what_is_put_is_taken_and_sealed_success_or_not)
{
    tt_autoptr(tt_queue) q = tt_queue_new(1);
    tt_auto list = tt_list();
    CHECK_OK(tt_list_append(list, tt_str("inside")));
    CHECK_OK(tt_queue_put(q, tt_ref(list), TT_NOW));
    CHECK_EQ(tt_list_append(list, tt_int(2)), -EROFS);
    CHECK_EQ(tt_queue_put(q, tt_str("one too many, and long enough to be counted"), TT_NOW), -EAGAIN);
    CHECK_EQ(tt_queue_put(q, tt_error_no_memory(), TT_NOW), -ENOMEM);
    /* the item in the queue is dropped with it: the runner counts allocations */
}

TEST(python_s_unbounded_is_less_than_one)
{
    tt_autoptr(tt_queue) q = tt_queue_new(-5);
    for (int i = 0; i < 100; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_NOW));
    CHECK(!tt_queue_full(q));
    CHECK_EQ(tt_queue_max_items(q), 0);
}

TEST(free_of_null_is_fine)
{
    tt_queue_free(NULL);
}

/* --- waiting --- */

static void get_one(void *arg)
{
    struct shared *s = arg;
    s->result = tt_queue_get(s->queue, &s->item, s->by);
}

static void put_one(void *arg)
{
    struct shared *s = arg;
    s->result = tt_queue_put(s->queue, s->item, s->by);
    tt_store_release_(&s->done, 1);
}

TEST_STRANDS(an_item_is_handed_to_the_getter_that_waits)
{
    struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER };
    struct strand *getter = go(one, get_one, &s);
    until_it_waits(getter, s.queue);
    CHECK_OK(tt_queue_put(s.queue, tt_str("across, in a counted string"), TT_NOW));
    CHECK(tt_queue_empty(s.queue));
    finish(getter);
    CHECK_EQ(s.result, 0);
    CHECK_STR(tt_as_str(s.item), "across, in a counted string");
    tt_drop(s.item);
    tt_queue_free(s.queue);
}

TEST_STRANDS(room_goes_to_the_putter_that_waits)
{
    struct shared s = { .queue = tt_queue_new(1), .by = TT_FOREVER, .item = tt_int(2) };
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    struct strand *putter = go(one, put_one, &s);
    until_it_waits(putter, s.queue);
    CHECK_EQ(got_int(s.queue), 1);
    CHECK_EQ(tt_queue_put(s.queue, tt_int(3), TT_NOW), -EAGAIN); /* the room is taken already */
    CHECK_EQ(got_int(s.queue), 2);
    finish(putter);
    CHECK_EQ(s.result, 0);
    tt_queue_free(s.queue);
}

TEST_STRANDS(getters_are_served_in_the_order_of_waiting)
{
    struct shared s[6];
    struct strand *getters[6];
    tt_queue *q = tt_queue_new(0);
    for (int i = 0; i < 6; i++) {
        s[i] = (struct shared){ .queue = q, .by = TT_FOREVER };
        until_it_waits(getters[i] = go(i % 2 ? other : one, get_one, &s[i]), q);
    }
    for (int i = 0; i < 6; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_NOW));
    finish_all(getters, 6);
    for (int i = 0; i < 6; i++)
        CHECK_EQ(tt_as_int(s[i].item), i);
    tt_queue_free(q);
}

TEST_STRANDS(putters_are_let_in_in_the_order_of_waiting)
{
    struct shared s[6];
    struct strand *putters[6];
    tt_queue *q = tt_queue_new(1);
    CHECK_OK(tt_queue_put(q, tt_int(-1), TT_NOW));
    for (int i = 0; i < 6; i++) {
        s[i] = (struct shared){ .queue = q, .by = TT_FOREVER, .item = tt_int(i) };
        until_it_waits(putters[i] = go(i % 2 ? other : one, put_one, &s[i]), q);
    }
    for (int i = -1; i < 6; i++)
        CHECK_EQ(got_int(q), i);
    finish_all(putters, 6);
    tt_queue_free(q);
}

TEST_STRANDS(a_cancelled_getter_takes_no_item_with_it)
{
    struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER };
    struct strand *getter = go(one, get_one, &s);
    until_it_waits(getter, s.queue);
    cancel(getter);
    finish(getter);
    CHECK_EQ(s.result, -ECANCELED);
    CHECK_OK(tt_queue_put(s.queue, tt_int(5), TT_NOW));
    CHECK_EQ(got_int(s.queue), 5);
    tt_queue_free(s.queue);
}

TEST_STRANDS(an_item_put_right_after_a_cancel_stays)
{
    for (int i = 0; i < 50; i++) {
        struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER };
        struct strand *getter = go(i % 2 ? other : one, get_one, &s);
        until_it_waits(getter, s.queue);
        cancel(getter);
        CHECK_OK(tt_queue_put(s.queue, tt_int(i), TT_NOW)); /* it is cancelled, but still in the queue */
        finish(getter);
        CHECK_EQ(s.result, -ECANCELED);
        CHECK_EQ(got_int(s.queue), i);
        tt_queue_free(s.queue);
    }
}

TEST_STRANDS(a_cancelled_putter_leaves_no_item_behind)
{
    struct shared s = { .queue = tt_queue_new(1), .by = TT_FOREVER, .item = tt_str("dropped when it was cancelled") };
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    struct strand *putter = go(one, put_one, &s);
    until_it_waits(putter, s.queue);
    cancel(putter);
    finish(putter);
    CHECK_EQ(s.result, -ECANCELED);
    CHECK_EQ(got_int(s.queue), 1);
    CHECK(tt_queue_empty(s.queue));
    tt_queue_free(s.queue);
}

TEST_STRANDS(free_is_refused_while_a_strand_waits)
{
    struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER };
    struct strand *getter = go(one, get_one, &s);
    until_it_waits(getter, s.queue);
    tt_queue_free(s.queue);
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    finish(getter);
    CHECK_OK(s.result);
    tt_queue_free(s.queue);
}

/* --- nothing is lost --- */

enum { EACH = 2000 };

static void produce(void *arg)
{
    struct shared *s = arg;
    for (int i = 1; i <= EACH; i++)
        CHECK_OK(tt_queue_put(s->queue, tt_int(i), TT_FOREVER));
}

static void consume(void *arg)
{
    struct shared *s = arg;
    tt_value v;
    while (tt_queue_get(s->queue, &v, TT_FOREVER) == 0) {
        tt_add_acq_rel_(&s->sum, tt_as_int(v));
        tt_add_acq_rel_(&s->count, 1);
    }
}

static void many_to_many(tt_queue *q, enum kind one, enum kind other)
{
    struct shared s = { .queue = q };
    struct strand *producers[3], *consumers[3];
    for (int i = 0; i < 3; i++) {
        producers[i] = go(i % 2 ? other : one, produce, &s);
        consumers[i] = go(i % 2 ? one : other, consume, &s);
    }
    finish_all(producers, 3);
    tt_queue_close(q);
    finish_all(consumers, 3);
    CHECK_EQ(s.count, 3 * EACH);
    CHECK_EQ(s.sum, 3 * (int64_t)EACH * (EACH + 1) / 2);
    CHECK(tt_queue_empty(q));
    tt_queue_free(q);
}

TEST_STRANDS(every_item_arrives_once_whatever_the_bound)
{
    many_to_many(tt_queue_new(0), one, other);
    many_to_many(tt_queue_new(1), one, other);
    many_to_many(tt_queue_new(70), one, other);
    many_to_many(tt_lifo_queue_new(3), one, other);
    many_to_many(tt_simple_queue_new(), one, other);
}

static void get_with_deadlines(void *arg)
{
    struct shared *s = arg;
    tt_value v;
    for (;;) {
        int r = tt_queue_get(s->queue, &v, tt_clock() + 20 * TT_US);
        if (r == -ESHUTDOWN) return;
        if (r == -ETIMEDOUT) continue;
        CHECK_OK(r);
        tt_add_acq_rel_(&s->sum, tt_as_int(v));
        tt_add_acq_rel_(&s->count, 1);
    }
}

static void put_with_deadlines(void *arg)
{
    struct shared *s = arg;
    for (int i = 1; i <= EACH; i++) {
        int r;
        do {
            r = tt_queue_put(s->queue, tt_int(i), tt_clock() + 20 * TT_US);
        } while (r == -ETIMEDOUT);
        CHECK_OK(r);
    }
}

TEST_STRANDS(no_item_is_lost_or_doubled_when_deadlines_race)
{
    struct shared s = { .queue = tt_queue_new(1) };
    struct strand *getters[] = { go(one, get_with_deadlines, &s), go(other, get_with_deadlines, &s) };
    struct strand *putters[] = { go(one, put_with_deadlines, &s), go(other, put_with_deadlines, &s) };
    finish_all(putters, 2);
    tt_queue_close(s.queue);
    finish_all(getters, 2);
    CHECK_EQ(s.count, 2 * EACH);
    CHECK_EQ(s.sum, (int64_t)EACH * (EACH + 1));
    tt_queue_free(s.queue);
}

static void get_until_cancelled(void *arg)
{
    struct shared *s = arg;
    tt_value v;
    while (tt_queue_get(s->queue, &v, TT_FOREVER) == 0)
        tt_add_acq_rel_(&s->count, 1);
}

TEST_STRANDS(no_item_is_lost_when_cancels_race_puts)
{
    tt_queue *q = tt_queue_new(0);
    struct shared s = { .queue = q };
    for (int i = 0; i < 300; i++) {
        struct strand *getter = go(i % 2 ? other : one, get_until_cancelled, &s);
        until_it_waits(getter, i % 4 < 2 ? q : NULL);
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_NOW));
        cancel(getter);
        finish(getter);
    }
    CHECK_EQ(s.count + (int64_t)tt_queue_size(q), 300);
    tt_queue_free(q);
}

/* --- tasks --- */

TEST(task_done_more_often_than_put_is_refused)
{
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    CHECK_EQ(tt_queue_task_done(q), -EINVAL);
    CHECK_OK(tt_queue_join(q, TT_NOW));
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    CHECK_EQ(tt_queue_unfinished(q), 1);
    CHECK_EQ(tt_queue_join(q, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_queue_join(q, tt_after(0.01)), -ETIMEDOUT);
    CHECK_EQ(got_int(q), 1);
    CHECK_EQ(tt_queue_join(q, TT_NOW), -EAGAIN);
    CHECK_OK(tt_queue_task_done(q));
    CHECK_OK(tt_queue_join(q, TT_FOREVER));
    CHECK_OK(tt_queue_join(q, TT_FOREVER));
    CHECK_EQ(tt_queue_task_done(q), -EINVAL);
    CHECK_EQ(tt_queue_unfinished(q), 0);
}

TEST(a_simple_queue_keeps_no_count_and_is_never_full)
{
    tt_autoptr(tt_queue) q = tt_simple_queue_new();
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    CHECK_EQ(tt_queue_task_done(q), -EINVAL);
    CHECK_EQ(tt_queue_join(q, TT_FOREVER), -EINVAL);
    CHECK(!tt_queue_full(q));
    CHECK_EQ(got_int(q), 1);
}

static void join_it(void *arg)
{
    struct shared *s = arg;
    s->result = tt_queue_join(s->queue, s->by);
    if (s->result == 0) CHECK_EQ(tt_queue_unfinished(s->queue), 0);
}

TEST_STRANDS(join_waits_for_the_last_task)
{
    struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER, .result = -1 };
    for (int i = 0; i < 3; i++)
        CHECK_OK(tt_queue_put(s.queue, tt_int(i), TT_NOW));
    struct strand *joiner = go(one, join_it, &s);
    until_it_waits(joiner, s.queue);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(tt_load_acquire_(&joiner->ended), 0);
        CHECK_EQ(got_int(s.queue), i);
        CHECK_OK(tt_queue_task_done(s.queue));
    }
    finish(joiner);
    CHECK_EQ(s.result, 0);
    tt_queue_free(s.queue);
}

TEST_STRANDS(join_can_be_cancelled)
{
    struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER };
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    struct strand *joiner = go(one, join_it, &s);
    until_it_waits(joiner, s.queue);
    cancel(joiner);
    finish(joiner);
    CHECK_EQ(s.result, -ECANCELED);
    tt_queue_free(s.queue);
}

static void work(void *arg)
{
    struct shared *s = arg;
    tt_value v;
    while (tt_queue_get(s->queue, &v, TT_FOREVER) == 0) {
        tt_add_acq_rel_(&s->sum, tt_as_int(v));
        CHECK_OK(tt_queue_task_done(s->queue));
    }
}

TEST_STRANDS(producer_and_consumers_with_join)
{
    struct shared s = { .queue = tt_queue_new(10) };
    struct strand *workers[] = { go(one, work, &s), go(other, work, &s) };
    for (int round = 1; round <= 3; round++) {
        for (int i = 0; i < 100; i++)
            CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_FOREVER));
        CHECK_OK(tt_queue_join(s.queue, TT_FOREVER));
        CHECK_EQ(s.sum, 100 * round);
    }
    tt_queue_close(s.queue);
    finish_all(workers, 2);
    tt_queue_free(s.queue);
}

/* --- shutdown --- */

TEST(after_a_gentle_shutdown_puts_fail_and_gets_drain)
{
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_value v;
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    CHECK_OK(tt_queue_put(q, tt_int(2), TT_NOW));
    CHECK(!tt_queue_is_shutdown(q));
    tt_queue_shutdown(q, false);
    CHECK(tt_queue_is_shutdown(q));
    CHECK_EQ(tt_queue_put(q, tt_str("too late: taken and dropped"), TT_NOW), -ESHUTDOWN);
    CHECK_EQ(tt_queue_put(q, tt_int(3), TT_FOREVER), -ESHUTDOWN);
    CHECK_EQ(got_int(q), 1);
    CHECK_EQ(got_int(q), 2);
    CHECK_EQ(tt_queue_get(q, &v, TT_NOW), -ESHUTDOWN);
    CHECK_EQ(tt_queue_get(q, &v, TT_FOREVER), -ESHUTDOWN);
    CHECK_OK(tt_queue_task_done(q));
    CHECK_OK(tt_queue_task_done(q));
    CHECK_OK(tt_queue_join(q, TT_FOREVER));
}

TEST(a_full_queue_that_is_shut_down_is_shut_down_not_full)
{
    tt_autoptr(tt_queue) q = tt_queue_new(1);
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    tt_queue_close(q);
    CHECK_EQ(tt_queue_put(q, tt_int(2), TT_NOW), -ESHUTDOWN);
}

TEST(an_immediate_shutdown_drops_and_counts_what_is_left)
{
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_value v;
    for (int i = 0; i < 100; i++)
        CHECK_OK(tt_queue_put(q, tt_str("left in the queue, counted"), TT_NOW));
    CHECK_OK(tt_queue_get(q, &v, TT_NOW));
    tt_drop(v);
    tt_queue_shutdown(q, false);
    tt_queue_shutdown(q, true);
    tt_queue_shutdown(q, false); /* revives nothing */
    CHECK_EQ(tt_queue_get(q, &v, TT_NOW), -ESHUTDOWN);
    CHECK_EQ(tt_queue_unfinished(q), 1); /* the one handed out */
    CHECK_EQ(tt_queue_join(q, TT_NOW), -EAGAIN);
    CHECK_OK(tt_queue_task_done(q));
    CHECK_OK(tt_queue_join(q, TT_NOW));
}

TEST_STRANDS(shutdown_turns_away_who_waits)
{
    struct shared getter = { .queue = tt_queue_new(1), .by = TT_FOREVER };
    struct shared putter = { .queue = tt_queue_new(1), .by = TT_FOREVER, .item = tt_str("never put, but dropped") };
    CHECK_OK(tt_queue_put(putter.queue, tt_int(1), TT_NOW));
    struct strand *g = go(one, get_one, &getter), *p = go(other, put_one, &putter);
    until_it_waits(g, getter.queue);
    until_it_waits(p, putter.queue);
    tt_queue_shutdown(getter.queue, false);
    tt_queue_shutdown(putter.queue, false);
    finish(g);
    finish(p);
    CHECK_EQ(getter.result, -ESHUTDOWN);
    CHECK_EQ(putter.result, -ESHUTDOWN);
    CHECK_EQ(got_int(putter.queue), 1);
    tt_queue_free(getter.queue);
    tt_queue_free(putter.queue);
}

TEST_STRANDS(an_immediate_shutdown_lets_join_go_on)
{
    struct shared s = { .queue = tt_queue_new(0), .by = TT_FOREVER, .result = -1 };
    CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
    CHECK_OK(tt_queue_put(s.queue, tt_int(2), TT_NOW));
    struct strand *joiner = go(one, join_it, &s);
    until_it_waits(joiner, s.queue);
    tt_queue_shutdown(s.queue, true);
    finish(joiner);
    CHECK_EQ(s.result, 0);
    tt_queue_free(s.queue);
}

/* --- the bound --- */

TEST_STRANDS(a_wider_bound_lets_putters_in_and_a_narrower_one_keeps_what_is_there)
{
    struct shared s[3];
    struct strand *putters[3];
    tt_queue *q = tt_queue_new(1);
    CHECK_OK(tt_queue_put(q, tt_int(-1), TT_NOW));
    for (int i = 0; i < 3; i++) {
        s[i] = (struct shared){ .queue = q, .by = TT_FOREVER, .item = tt_int(i) };
        until_it_waits(putters[i] = go(i % 2 ? other : one, put_one, &s[i]), q);
    }
    tt_queue_set_max_items(q, 3);
    until_at_least(&s[1].done, 1);
    CHECK_EQ(tt_queue_size(q), 3);
    CHECK_EQ(s[2].done, 0);
    tt_queue_set_max_items(q, 0);
    finish_all(putters, 3);
    tt_queue_set_max_items(q, 2);
    CHECK(tt_queue_full(q));
    CHECK_EQ(tt_queue_size(q), 4);
    CHECK_EQ(tt_queue_put(q, tt_int(9), TT_NOW), -EAGAIN);
    for (int i = -1; i < 3; i++)
        CHECK_EQ(got_int(q), i);
    CHECK_OK(tt_queue_put(q, tt_int(9), TT_NOW));
    tt_queue_free(q);
}

/* --- many at once --- */

TEST(many_are_put_and_got_in_order)
{
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_value items[150], got[150];
    for (int i = 0; i < 150; i++)
        items[i] = tt_int(i);
    CHECK_EQ(tt_queue_get_many(q, got, 10, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_queue_get_many(q, got, 0, TT_FOREVER), 0);
    CHECK_EQ(tt_queue_put_many(q, items, 0, TT_FOREVER), 0);
    CHECK_EQ(tt_queue_put_many(q, items, 150, TT_NOW), 150);
    CHECK_EQ(tt_queue_get_many(q, got, 100, TT_FOREVER), 100);
    CHECK_EQ(tt_queue_get_many(q, got + 100, 100, TT_FOREVER), 50);
    for (int i = 0; i < 150; i++)
        CHECK_EQ(tt_as_int(got[i]), i);
    CHECK_EQ(tt_queue_unfinished(q), 150);
}

TEST(put_many_answers_how_many_there_was_room_for_and_takes_all)
{
    tt_autoptr(tt_queue) q = tt_queue_new(2);
    tt_value items[4], got[4];
    for (int i = 0; i < 4; i++)
        items[i] = tt_str(i % 2 ? "an odd item of some" : "an even item of some");
    CHECK_EQ(tt_queue_put_many(q, items, 4, TT_NOW), 2);
    for (int i = 0; i < 4; i++)
        items[i] = tt_str("another item, one of four");
    CHECK_EQ(tt_queue_put_many(q, items, 4, tt_after(0.01)), -ETIMEDOUT);
    CHECK_EQ(tt_queue_get_many(q, got, 4, TT_NOW), 2);
    tt_drop(got[0]);
    tt_drop(got[1]);
    tt_queue_close(q);
    items[0] = tt_int(1);
    CHECK_EQ(tt_queue_put_many(q, items, 1, TT_FOREVER), -ESHUTDOWN);
    CHECK_EQ(tt_queue_get_many(q, got, 4, TT_FOREVER), -ESHUTDOWN);
}

static void put_hundred(void *arg)
{
    struct shared *s = arg;
    tt_value items[100];
    for (int i = 0; i < 100; i++)
        items[i] = tt_int(i);
    s->many = tt_queue_put_many(s->queue, items, 100, s->by);
}

static void get_hundred(void *arg)
{
    struct shared *s = arg;
    tt_value got[7];
    int64_t n;
    for (int seen = 0; seen < 100; seen += (int)n) {
        n = tt_queue_get_many(s->queue, got, 7, s->by);
        CHECK_GE(n, 1);
        for (int i = 0; i < n; i++)
            CHECK_EQ(tt_as_int(got[i]), seen + i);
    }
}

TEST_STRANDS(many_wait_for_room_and_for_items)
{
    for (int max = 0; max < 10; max += 3) {
        struct shared s = { .queue = tt_queue_new(max), .by = TT_FOREVER };
        struct strand *getter = go(one, get_hundred, &s), *putter = go(other, put_hundred, &s);
        finish(putter);
        finish(getter);
        CHECK_EQ(s.many, 100);
        tt_queue_free(s.queue);
    }
}

/* --- no memory --- */

TEST(without_memory_a_put_is_answered_and_nothing_is_lost)
{
    tt_memory_fail_after_(1);
    CHECK_NULL(tt_queue_new(1));
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_memory_fail_after_(1);
    CHECK_EQ(tt_queue_put(q, tt_int(0), TT_FOREVER), -ENOMEM);
    for (int i = 0, missing = 0; i < 500; i++) {
        tt_memory_fail_after_(1);
        int r = tt_queue_put(q, tt_int(i), TT_NOW);
        tt_memory_fail_after_(0);
        if (r == -ENOMEM) {
            missing++;
            CHECK_LE(missing, 500 / 62 + 1);
            r = tt_queue_put(q, tt_int(i), TT_NOW);
        }
        CHECK_OK(r);
    }
    for (int i = 0; i < 500; i++)
        CHECK_EQ(got_int(q), i);
}

TEST_STRANDS(a_putter_let_in_without_memory_gives_its_place_to_the_next)
{
    /* 62 items fill a chunk: who is let in then needs another one. */
    tt_queue *q = tt_queue_new(62);
    struct shared s[2];
    struct strand *putters[2];
    for (int i = 0; i < 62; i++)
        CHECK_OK(tt_queue_put(q, tt_int(i), TT_NOW));
    for (int i = 0; i < 2; i++) {
        s[i] = (struct shared){ .queue = q, .by = TT_FOREVER, .item = tt_int(62 + i) };
        until_it_waits(putters[i] = go(i % 2 ? other : one, put_one, &s[i]), q);
    }
    tt_memory_fail_after_(1);
    CHECK_EQ(got_int(q), 0);
    until_at_least(&s[0].done, 1);
    until_at_least(&s[1].done, 1);
    CHECK_EQ(s[0].result, -ENOMEM);
    CHECK_EQ(s[1].result, 0);
    finish_all(putters, 2);
    CHECK_EQ(tt_queue_size(q), 62);
    tt_queue_free(q);
}
