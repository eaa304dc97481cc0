/* blocking.c - foreign blocking calls from threads and coroutines.
 * labels: quick */
#include <tutti/blocking.h>
#include <tutti/error.h>
#include <tutti/list.h>
#include <tutti/seal.h>
#include <tutti/str.h>
#include <unistd.h>

#include "base/thread.h"
#include "strand/park.h"
#include "test.h"
#include "worker/workers.h"

static uint32_t begun, calls, together; /* together: a call has seen another one under way */
static uint32_t gate;                   /* calls that are to last until it is open */

enum { UNTIL_THE_GATE_IS_OPEN = -1 };

static tt_value block(tt_view arg)
{
    tt_add_acq_rel_(&begun, 1);
    if (tt_as_int(arg) >= 0) usleep((useconds_t)tt_as_int(arg));
    while (tt_as_int(arg) < 0 && !tt_load_acquire_(&gate))
        usleep(100);
    if (tt_load_acquire_(&begun) - tt_load_acquire_(&calls) > 1) tt_store_relaxed_(&together, 1);
    tt_add_acq_rel_(&calls, 1);
    return tt_str("slept");
}

TEST(a_thread_just_calls)
{
    tt_value v;
    CHECK_EQ(tt_blocking(block, tt_int(1000), &v, TT_FOREVER), 0);
    CHECK_STR(tt_as_str(v), "slept");
    tt_drop(v);
}

struct task {
    struct tt_job_ job;
    long us;
    double limit;
    int code;
    uint32_t done;
};

static void run(struct tt_job_ *job)
{
    struct task *t = (struct task *)(void *)job;
    tt_value v = tt_none();
    t->code = tt_blocking(block, tt_int(t->us), &v, t->limit > 0 ? tt_after(t->limit) : TT_FOREVER);
    if (t->code == 0) CHECK_STR(tt_as_str(v), "slept");
    tt_drop(v);
    tt_store_release_(&t->done, 1);
}

static void failed(struct tt_job_ *job, int code)
{
    struct task *t = (struct task *)(void *)job;
    t->code = code;
    tt_store_release_(&t->done, 1);
}

static void failing_run(struct tt_job_ *job)
{
    tt_thread_fail_after_(0);
    run(job);
    tt_thread_fail_after_(-1);
}

enum { N = 20 };
static struct task tasks[N];

static void run_all(int n, long us, double limit)
{
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1 });
    for (int i = 0; i < n; i++) {
        tasks[i] = (struct task){ .job = { .run = run, .fail = failed }, .us = us, .limit = limit };
        CHECK_EQ(tt_workers_submit_(set, &tasks[i].job), 0);
    }
    tt_workers_close_(set);
    CHECK_EQ(tt_workers_join_(set, tt_after(10)), 0);
    tt_workers_free_(set);
}

TEST(coroutines_of_one_worker_block_side_by_side)
{
    test_allow(0, 30, 80); /* helpers and the watchdog stay */
    run_all(N, 100000, 0);
    for (int i = 0; i < N; i++)
        CHECK_EQ(tasks[i].code, 0);
    CHECK(together);
}

TEST(who_gives_up_leaves_the_call_to_end_alone)
{
    test_allow(0, 30, 80);
    run_all(4, UNTIL_THE_GATE_IS_OPEN, 0.01);
    tt_store_release_(&gate, 1);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(tasks[i].code, -ETIMEDOUT);
    do /* a call that had not begun is never made */
        usleep(20000);
    while (tt_load_acquire_(&calls) < tt_load_acquire_(&begun));
}

static void run_one(struct tt_workers_ *set)
{
    tasks[0] = (struct task){ .job = { .run = run, .fail = failed } };
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), 0);
    while (!tt_load_acquire_(&tasks[0].done))
        usleep(100);
}

TEST(no_thread_to_be_had_is_an_answer)
{
    test_allow(0, 30, 80);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1 });
    tasks[1] = (struct task){ .job = { .run = failing_run, .fail = failed } };
    CHECK_EQ(tt_workers_submit_(set, &tasks[1].job), 0);
    while (!tt_load_acquire_(&tasks[1].done))
        usleep(100);
    CHECK_EQ(tasks[1].code, -EAGAIN);
    run_one(set);
    CHECK_EQ(tasks[0].code, 0);
    tt_workers_close_(set);
    CHECK_EQ(tt_workers_join_(set, tt_after(10)), 0);
    tt_workers_free_(set);
}

static tt_value hand_back(tt_view list)
{
    CHECK(tt_is_sealed(list));
    return tt_thaw(list);
}

TEST(what_is_handed_over_is_sealed_on_both_ways)
{
    tt_auto v = tt_none();
    CHECK_OK(tt_blocking(hand_back, tt_list(), &v, TT_FOREVER));
    CHECK_EQ(tt_list_append(v, tt_int(1)), -EROFS);
    CHECK_EQ(tt_blocking(hand_back, tt_error_no_memory(), &v, TT_FOREVER), -ENOMEM);
}

/* One helper and no other to be had: the second call waits for it, and its caller gives up before it has begun. */
TEST(a_call_given_up_before_it_began_is_never_made)
{
    test_allow(0, 30, 80);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1 });
    for (int i = 0; i < 2; i++)
        tasks[i] = (struct task){ .job = { .run = run, .fail = failed }, .us = 200000, .limit = i ? 0.01 : 0 };
    CHECK_EQ(tt_workers_submit_(set, &tasks[0].job), 0);
    while (!tt_load_acquire_(&begun))
        usleep(100);
    tt_thread_fail_after_(0);
    CHECK_EQ(tt_workers_submit_(set, &tasks[1].job), 0);
    while (!tt_load_acquire_(&tasks[0].done) || !tt_load_acquire_(&tasks[1].done))
        usleep(100);
    tt_thread_fail_after_(-1);
    CHECK_EQ(tasks[0].code, 0);
    CHECK_EQ(tasks[1].code, -ETIMEDOUT);
    run_one(set); /* by the same helper or another: what was queued before it has been dealt with */
    CHECK_EQ(begun, 2);
    tt_workers_close_(set);
    CHECK_EQ(tt_workers_join_(set, tt_after(10)), 0);
    tt_workers_free_(set);
}
