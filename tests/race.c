/* race.c - ThreadSanitizer sees a race between a task of a pool and a thread; and sees none where there is none: what
 * is handed over by submit, result, callback, map, group, or under a lock, is ordered. labels: quick */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <tutti.h>

#include "base/atomic.h"
#include "test.h"

enum { TSAN_EXIT = 66, ROUNDS = 200 };

static long plain; /* no atomics: that is the point */
static uint32_t at_work, stop; /* atomic, relaxed: they order nothing */

static tt_value add_in_task(tt_view arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS || tt_load_relaxed_(&at_work) == 0; i++) {
        plain++;
        tt_yield();
    }
    return tt_none();
}

static void *add_in_thread(void *arg)
{
    while (!tt_load_relaxed_(&stop)) {
        plain++;
        tt_store_relaxed_(&at_work, 1);
        sched_yield();
    }
    return arg;
}

static void race(void)
{
    pthread_t thread;
    CHECK_OK(pthread_create(&thread, NULL, add_in_thread, NULL));
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) f = tt_submit(ex, add_in_task, tt_none());
        tt_drop(tt_await(f));
    }
    tt_store_relaxed_(&stop, 1);
    pthread_join(thread, NULL);
}

#ifdef TT_TSAN_
TEST_EXIT(a_race_of_a_task_with_a_thread_is_reported, TSAN_EXIT)
{
    race();
    exit(0);
}
#else
TEST(a_race_of_a_task_with_a_thread_is_reported)
{
    test_allow(0, 1, 8);
    race();
    test_skip("only ThreadSanitizer can report it");
}
#endif

/* --- the same memory, handed over --- */

static tt_value bump(tt_view arg)
{
    ++*(long *)tt_as_pointer(arg);
    return tt_pointer(tt_as_pointer(arg));
}

TEST(submit_and_result_hand_memory_over)
{
    test_allow(0, 1, 8);
    tt_with_executor (ex, tt_thread_pool(.workers = 2))
        for (int i = 0; i < ROUNDS; i++) {
            plain++;
            tt_autoptr(tt_future) f = tt_submit(ex, bump, tt_pointer(&plain));
            tt_autoptr(tt_future) g = tt_then(f, bump);
            tt_drop(tt_await(g));
        }
    CHECK_EQ(plain, 3 * ROUNDS);
}

static void bump_back(tt_future *f, void *context)
{
    (void)f;
    ++*(long *)context;
}

TEST(callbacks_come_after_the_task_and_before_the_end_of_the_pool)
{
    test_allow(0, 1, 8);
    tt_with_executor (ex, tt_thread_pool(.workers = 1))
        for (int i = 0; i < ROUNDS; i++) {
            tt_autoptr(tt_future) f = tt_submit(ex, bump, tt_pointer(&plain));
            CHECK_OK(tt_future_add_done_callback(f, bump_back, &plain));
            CHECK_OK(tt_wait(&f, 1, TT_ALL_COMPLETED, TT_FOREVER));
            tt_drop(tt_await(f));
            if (i % 2) tt_yield();
        }
    CHECK_EQ(plain, 2 * ROUNDS);
}

static tt_lock lock;

static tt_value bump_locked(tt_view arg)
{
    tt_with_lock (&lock)
        ++*(long *)tt_as_pointer(arg);
    return tt_none();
}

TEST(a_lock_orders_tasks_and_threads)
{
    test_allow(0, 8, 24);
    tt_with_group (g)
        for (int i = 0; i < ROUNDS; i++) {
            tt_group_start(g, bump_locked, tt_pointer(&plain));
            tt_drop(bump_locked(tt_view_of(tt_pointer(&plain))));
        }
    CHECK_EQ(plain, 2 * ROUNDS);
}

static int fill(size_t begin, size_t end, void *array)
{
    for (size_t i = begin; i < end; i++)
        ((long *)array)[i]++;
    return 0;
}

TEST(a_parallel_loop_hands_its_array_back)
{
    test_allow(0, 8, 24);
    static long array[5000];
    for (int i = 0; i < 10; i++) {
        CHECK_OK(tt_parallel_for(0, 5000, 50, fill, array, TT_FOREVER));
        for (int k = 0; k < 5000; k++)
            array[k]++;
    }
    CHECK_EQ(array[4999], 20);
}
