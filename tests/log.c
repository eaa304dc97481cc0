/* The log hook, misuse lines, names. */
#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <tutti.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/log.h"

static int lines;
static char last[1100];
static void keep(void *user, tt_log_level level, const char *line)
{
    CHECK(user == &lines);
    (void)level;
    lines++;
    snprintf(last, sizeof last, "%s", line);
}

TEST(lines_go_to_the_hook)
{
    tt_set_log(keep, &lines);
    tt_log_(TT_LOG_INFO, "hello %d", 7);
    CHECK_STR(last, "hello 7");
    char too_long[3000];
    memset(too_long, 'x', sizeof too_long);
    tt_log_(TT_LOG_INFO, "%.*s", (int)sizeof too_long, too_long);
    CHECK_EQ(strlen(last), 999);
    tt_set_log(NULL, NULL);
    tt_log_(TT_LOG_INFO, "not shown");
    CHECK_EQ(lines, 2);
}

static void misuse(const void *object)
{
    tt_misuse_(object, "released by %s", "nobody");
}

TEST(misuse_is_one_line_per_object_and_second)
{
    int a = 0, b = 0;
    tt_set_log(keep, &lines);
    CHECK_OK(tt_name(&a, "stats"));
    for (int i = 0; i < 10; i++) misuse(&a);
    CHECK_EQ(lines, 1);
    CHECK(strstr(last, "stats: released by nobody (at "));
    misuse(&b);
    CHECK_EQ(lines, 2);
    struct timespec second = { 1, 50000000 };
    nanosleep(&second, NULL);
    misuse(&a);
    CHECK_EQ(lines, 3);
    CHECK(strstr(last, "; 9 more like this"));
    CHECK_OK(tt_name(&a, NULL));
}

static void fatal(void)
{
    setenv("TUTTI_MISUSE", "abort", 1);
    tt_set_log(keep, &lines);
    misuse(&lines);
}
TEST_SIGNAL(misuse_can_be_made_fatal, SIGABRT)
{
    fatal();
}

TEST(an_object_is_called_by_its_name_its_symbol_or_its_address)
{
    char buf[100];
    int local = 0;
    CHECK_OK(tt_name(&local, "first"));
    CHECK_OK(tt_name(&local, "second"));
    CHECK_STR(tt_name_of_(&local, buf, sizeof buf), "second");
    CHECK_OK(tt_name(&local, NULL));
    CHECK_OK(tt_name(&local, NULL));
    CHECK_EQ(strncmp(tt_name_of_(&local, buf, sizeof buf), "0x", 2), 0);
    CHECK_EQ(tt_name(NULL, "x"), -EINVAL);
    CHECK_STR(tt_name_of_((void *)(uintptr_t)&puts, buf, sizeof buf), "puts");
    CHECK_STR(tt_name_of_(&lines, buf, sizeof buf), "lines");
    CHECK_STR(tt_name_of_(last + 3, buf, sizeof buf), "last+3");
    CHECK_STR(tt_name_of_(NULL, buf, sizeof buf), "(nil)");
}

TEST(a_place_is_named_by_its_function_even_a_static_one)
{
    char buf[100];
    CHECK_STR(tt_place_of_((char *)(uintptr_t)&misuse + 1, buf, sizeof buf), "misuse+0x1");
    CHECK_STR(tt_place_of_((char *)(uintptr_t)&puts + 2, buf, sizeof buf), "puts+0x2");
    CHECK_STR(tt_place_of_(NULL, buf, sizeof buf), "(nil)");
    CHECK_EQ(strncmp(tt_place_of_(buf, buf, sizeof buf), "0x", 2), 0);
}

static void quiet(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    (void)line;
}

static void use_all(void *object)
{
    char buf[100];
    tt_name_of_(object, buf, sizeof buf);
    tt_log_(TT_LOG_DEBUG, "busy");
    misuse(object);
    (void)tt_task_find("nobody");
#ifndef TT_ASAN_ /* its allocator has locks that a child may find taken for ever */
    (void)tt_name(object, "busy");
    tt_drop(tt_str("and a value"));
#endif
}

static bool stop;
static void *busy(void *arg)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) use_all(arg);
    return NULL;
}

/* The child has none of the parent's threads, and must not wait for a lock that one of them held. */
TEST(a_child_forked_in_the_thick_of_it_can_log)
{
    pthread_t other;
    int status;
    tt_set_log(quiet, NULL);
    CHECK_OK(pthread_create(&other, NULL, busy, &lines));
    for (int i = 0; i < 300; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(5);
            use_all(last);
            _exit(0);
        }
        CHECK_EQ(waitpid(child, &status, 0), child);
        CHECK_EQ(status, 0);
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    CHECK_OK(pthread_join(other, NULL));
    CHECK_OK(tt_name(&lines, NULL));
}

TEST(many_objects_have_names)
{
    static char objects[5000];
    char buf[100], want[20];
    for (int i = 0; i < 5000; i++) {
        snprintf(want, sizeof want, "object %d", i);
        CHECK_OK(tt_name(&objects[i], want));
    }
    for (int i = 0; i < 5000; i++) {
        snprintf(want, sizeof want, "object %d", i);
        CHECK_STR(tt_name_of_(&objects[i], buf, sizeof buf), want);
        CHECK_OK(tt_name(&objects[i], NULL));
    }
}
