/* deque.c - the work-stealing deque: owner and thieves take each job once.
 * labels: quick */
#include <pthread.h>

#include "base/atomic.h"
#include "base/clock.h"
#include "test.h"
#include "worker/deque.h"

enum { ROUNDS = 20000, OF_A_ROUND = 3 };

struct counted {
    struct tt_job_ job;
    uint32_t taken; /* atomic: how often */
};

static struct tt_deque_ deque;
static struct counted jobs[ROUNDS * OF_A_ROUND];
static uint32_t over; /* atomic */

static void count(struct tt_job_ *job)
{
    tt_add_relaxed_(&((struct counted *)(void *)job)->taken, 1);
}

static void *steal(void *unused)
{
    bool raced;
    while (!tt_load_acquire_(&over)) {
        struct tt_job_ *job = tt_deque_steal_(&deque, &raced);
        if (job) count(job);
    }
    return unused;
}

/* So few at a time that owner and thief mostly meet at the last one. */
TEST(each_job_is_taken_once)
{
    pthread_t thief;
    int n = 0;
    tt_time end = tt_clock() + 2 * TT_S; /* on busy CPUs */
    CHECK_EQ(pthread_create(&thief, NULL, steal, NULL), 0);
    for (int round = 0; round < ROUNDS && tt_clock() < end; round++) {
        struct tt_job_ *job;
        for (int i = 0; i <= round % OF_A_ROUND; i++)
            CHECK(tt_deque_push_(&deque, &jobs[n++].job));
        while ((job = tt_deque_pop_(&deque)))
            count(job);
    }
    tt_store_release_(&over, 1);
    pthread_join(thief, NULL);
    CHECK(tt_deque_empty_(&deque));
    for (int i = 0; i < n; i++)
        CHECK_EQ(jobs[i].taken, 1);
}

TEST(a_full_one_takes_no_more_and_loses_none)
{
    bool raced = false;
    for (int i = 0; i < TT_DEQUE_SIZE_; i++)
        CHECK(tt_deque_push_(&deque, &jobs[i].job));
    CHECK(!tt_deque_push_(&deque, &jobs[TT_DEQUE_SIZE_].job));
    CHECK(tt_deque_steal_(&deque, &raced) == &jobs[0].job);
    CHECK(tt_deque_push_(&deque, &jobs[TT_DEQUE_SIZE_].job)); /* over the end of the ring */
    for (int i = TT_DEQUE_SIZE_; i > 0; i--)
        CHECK(tt_deque_pop_(&deque) == &jobs[i].job);
    CHECK_NULL(tt_deque_pop_(&deque));
    CHECK_NULL(tt_deque_steal_(&deque, &raced));
}
