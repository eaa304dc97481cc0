/* planted.c - tests that must fail, and some that must pass: tests/check_runner.sh proves that the runner tells them
 * apart. */
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static size_t live;
size_t tt_memory_live_(void);
size_t tt_memory_live_(void)
{
    return live;
}

static void *sleep_long(void *arg)
{
    sleep(9);
    return arg;
}

static void *fail_here(void *arg)
{
    CHECK_EQ(1, 2);
    return arg;
}

TEST(bad_leaves_a_descriptor)
{
    CHECK_GE(dup(0), 0);
}

TEST(bad_leaves_a_thread)
{
    pthread_t thread;
    CHECK_OK(pthread_create(&thread, NULL, sleep_long, NULL));
}

TEST(bad_leaves_an_allocation)
{
    live++;
}

TEST(bad_check_in_another_thread)
{
    pthread_t thread;
    CHECK_OK(pthread_create(&thread, NULL, fail_here, NULL));
    pthread_join(thread, NULL);
}

TEST_WITHIN(bad_hangs, 0.3)
{
    for (;;) pause();
}

TEST(bad_crashes)
{
    raise(SIGSEGV);
}

TEST(bad_exits)
{
    exit(0);
}

TEST_SIGNAL(bad_lives_on, SIGABRT)
{
}

TEST_EXIT(bad_code, 3)
{
    exit(4);
}

TEST_EXIT(bad_returns, 0)
{
}

TEST(bad_string)
{
    CHECK_STR("a", "b");
}

TEST(bad_float)
{
    CHECK_FLOAT(1.0, 1.5);
}

TEST(bad_memory)
{
    CHECK_MEM("ab", "ac", 2);
}

TEST(good_what_it_may_leave)
{
    test_allow(1, 0, 1);
    live++;
    CHECK_GE(dup(0), 0);
}

TEST(good_joined_thread)
{
    pthread_t thread;
    CHECK_OK(pthread_create(&thread, NULL, sleep_long, NULL));
    CHECK_OK(pthread_cancel(thread));
    CHECK_OK(pthread_join(thread, NULL));
}

TEST_SIGNAL(good_aborts, SIGABRT)
{
    abort();
}

TEST_EXIT(good_code, 3)
{
    exit(3);
}

TEST_EXIT(good_exit, 0)
{
    exit(0);
}

TEST(good_skip)
{
    test_skip("planted");
}
