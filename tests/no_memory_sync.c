/* no_memory_sync.c - every allocation of the calls of threading and queue is made to fail, one after the other: no
 * crash, no leak, what was put is taken, what is there is not lost, and the answer says so. */
#include <tutti/barrier.h>
#include <tutti/queue.h>
#include <tutti/rwlock.h>
#include <tutti/select.h>
#include <tutti/str.h>
#include <tutti/strand.h>

#include "base/memory.h"
#include "test.h"

/* Runs it once per allocation that it makes, with that one failing. It answers whether it saw the failure. */
static void every_allocation_fails(const char *name, bool (*run)(void))
{
    bool failed;
    int n = 0;
    do {
        long before = tt_memory_live_();
        tt_memory_fail_after_(++n);
        bool saw = run();
        failed = tt_memory_failed_();
        tt_memory_fail_after_(0);
        if (saw != failed) CHECK_FAIL("%s, allocation %d: %s", name, n, failed ? "nobody was told" : "a false alarm");
        CHECK_EQ(tt_memory_live_(), before);
        CHECK_LT(n, 1000);
    } while (failed);
    CHECK_GT(n, 1);
}

#define FAILS(run) every_allocation_fails(#run, run)

/* Puts n strings and gets back as many as were put, and no more. */
static bool put_and_get(tt_queue *q, int n)
{
    int put = 0, got = 0;
    if (!q) return true;
    for (int i = 0; i < n; i++) {
        int r = tt_queue_put(q, tt_str(i % 2 ? "an odd item, long enough" : "an even item, long enough"), TT_NOW);
        CHECK(r == 0 || r == -ENOMEM);
        put += r == 0;
    }
    tt_value v;
    for (; tt_queue_get(q, &v, TT_NOW) == 0; got++)
        tt_drop(v);
    CHECK_EQ(got, put);
    CHECK_EQ(tt_queue_unfinished(q), put);
    tt_queue_free(q);
    return put < n;
}

static bool fifo(void)
{
    return put_and_get(tt_queue_new(0), 150);
}

static bool lifo(void)
{
    return put_and_get(tt_lifo_queue_new(0), 150);
}

static bool simple(void)
{
    return put_and_get(tt_simple_queue_new(), 150);
}

static bool priority(void)
{
    return put_and_get(tt_priority_queue_new(0, NULL, NULL), 50);
}

static bool bounded_and_dropped(void)
{
    tt_queue *q = tt_queue_new(70);
    if (!q) return true;
    int put = 0;
    for (int i = 0; i < 70; i++)
        put += tt_queue_put(q, tt_str("left in it"), TT_NOW) == 0;
    CHECK_EQ(tt_queue_size(q), put);
    tt_queue_free(q);
    return put < 70;
}

static bool many(void)
{
    tt_value items[150], got[150];
    tt_queue *q = tt_queue_new(0);
    if (!q) return true;
    for (int i = 0; i < 150; i++)
        items[i] = tt_str("one of many, in a string");
    int64_t put = tt_queue_put_many(q, items, 150, TT_NOW);
    CHECK(put >= 0 || put == -ENOMEM);
    int64_t n = tt_queue_get_many(q, got, 150, TT_NOW);
    CHECK_EQ(n, put > 0 ? put : -EAGAIN);
    for (int64_t i = 0; i < n; i++)
        tt_drop(got[i]);
    tt_queue_free(q);
    return put < 150;
}

static bool selected(void)
{
    tt_queue *q = tt_queue_new(0);
    if (!q) return true;
    tt_case cases[] = { tt_on_put(q, tt_str("put by a select")) };
    CHECK_EQ(tt_select(cases, 1, TT_FOREVER), 0);
    int r = cases[0].result;
    CHECK(r == 0 || r == -ENOMEM);
    CHECK_EQ(tt_queue_size(q), r == 0);
    tt_queue_free(q);
    return r < 0;
}

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

static bool barrier(void)
{
    tt_barrier *b = tt_barrier_new(1, .action = nothing, .action_arg = tt_str("taken in every case"));
    if (!b) return true;
    CHECK_EQ(tt_barrier_wait(b, TT_FOREVER), 0);
    tt_barrier_free(b);
    return false;
}

static bool reads(void)
{
    tt_rwlock l[10] = { TT_RWLOCK_INIT };
    int held = 0;
    for (int i = 0; i < 10; i++) {
        int r = tt_rwlock_acquire_read(&l[i], TT_FOREVER);
        CHECK(r == 0 || r == -ENOMEM);
        if (r == 0) held++;
        CHECK_EQ(tt_rwlock_readers(&l[i]), r == 0);
        if (r < 0) CHECK_EQ(tt_rwlock_release_read(&l[i]), -EPERM);
    }
    for (int i = 0; i < 10; i++)
        if (tt_rwlock_read_held(&l[i])) CHECK_OK(tt_rwlock_release_read(&l[i]));
    return held < 10;
}

TEST(each_call_says_so_and_loses_nothing)
{
    CHECK_NE(tt_strand_id(), 0); /* the descriptor of this thread is made */
    FAILS(fifo);
    FAILS(lifo);
    FAILS(simple);
    FAILS(priority);
    FAILS(bounded_and_dropped);
    FAILS(many);
    FAILS(selected);
    FAILS(barrier);
    FAILS(reads);
}
