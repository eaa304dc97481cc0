/* dump.c - tt_dump names strands, workers and what they wait for; the watchdog names who holds others up.
 * labels: quick */
#include <stdio.h>
#include <tutti/dump.h>
#include <tutti/lock.h>
#include <tutti/log.h>
#include <unistd.h>

#include "strand/park.h"
#include "test.h"
#include "worker/workers.h"

static tt_lock lock;
static uint32_t started, hogged;
static char logged[4096];

struct task {
    struct tt_job_ job;
};

static void want_lock(struct tt_job_ *job)
{
    (void)job;
    tt_add_acq_rel_(&started, 1);
    CHECK_EQ(tt_lock_acquire(&lock, TT_FOREVER), 0);
    CHECK_EQ(tt_lock_release(&lock), 0);
}

static void hog(struct tt_job_ *job)
{
    (void)job;
    for (tt_time end = tt_clock() + TT_S; tt_clock() < end && !tt_load_acquire_(&hogged); ) {
    }
}

static void failed(struct tt_job_ *job, int code)
{
    (void)job;
    CHECK_EQ(code, 0);
}

static void read_dump(char *text, size_t size)
{
    int fds[2];
    CHECK_EQ(pipe(fds), 0);
    CHECK_GE(tt_dump(fds[1]), 2);
    close(fds[1]);
    ssize_t n = read(fds[0], text, size - 1);
    text[n > 0 ? n : 0] = 0;
    close(fds[0]);
}

static void finish(struct tt_workers_ *set)
{
    tt_workers_close_(set);
    CHECK_EQ(tt_workers_join_(set, tt_after(10)), 0);
    tt_workers_free_(set);
}

TEST(a_dump_shows_who_waits_for_what)
{
    test_allow(0, 1, 4);
    char text[8192];
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1, .name = "crew" });
    struct tt_job_ job = { .run = want_lock, .fail = failed, .name = "wants the lock" };
    tt_name(&lock, "the only lock");
    CHECK_EQ(tt_lock_acquire(&lock, TT_FOREVER), 0);
    CHECK_EQ(tt_workers_submit_(set, &job), 0);
    while (!tt_load_acquire_(&started))
        tt_sleep(tt_after(0.001));
    tt_sleep(tt_after(0.02));
    read_dump(text, sizeof text);
    CHECK(strstr(text, "worker crew_0: ") != NULL);
    CHECK(strstr(text, "coroutine 'wants the lock'") != NULL);
    CHECK(strstr(text, "waits for lock the only lock") != NULL);
    CHECK_EQ(tt_lock_release(&lock), 0);
    tt_name(&lock, NULL);
    finish(set);
}

static void note(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    if (!strstr(line, "has run for") || !strstr(line, "the hog")) return; /* a starved machine may name others, too */
    snprintf(logged, sizeof logged, "%s", line);
    tt_store_release_(&hogged, 1);
}

TEST(the_watchdog_names_the_task_that_keeps_others_waiting)
{
    test_allow(0, 1, 4);
    struct tt_workers_ *set = tt_workers_new_(&(struct tt_workers_options_){ .count = 1, .name = "crew" });
    struct tt_job_ waits = { .run = want_lock, .fail = failed };
    struct tt_job_ hogs = { .run = hog, .fail = failed, .name = "the hog" };
    tt_set_log(note, NULL);
    CHECK_EQ(tt_lock_acquire(&lock, TT_FOREVER), 0);
    CHECK_EQ(tt_workers_submit_(set, &waits), 0);
    while (!tt_load_acquire_(&started))
        tt_sleep(tt_after(0.001));
    CHECK_EQ(tt_workers_submit_(set, &hogs), 0);
    tt_sleep(tt_after(0.02));
    CHECK_EQ(tt_lock_release(&lock), 0); /* now the first is ready, and cannot run */
    finish(set);
    tt_set_log(NULL, NULL);
    CHECK(strstr(logged, "the hog") != NULL);
    CHECK(strstr(logged, "crew_0") != NULL);
}
