/* footprint.c - what each feature adds to the process, as docs/footprint.md says (rule 13). The system calls of a
 * program with one lock: check_footprint.sh.
 * labels: quick */
#include "test.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <tutti.h>
#include <unistd.h>

struct print {
    int threads, descriptors, handlers;
};

static int entries_in(const char *path)
{
    int n = 0;
    DIR *dir = opendir(path);
    CHECK_NOT_NULL(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) n += e->d_name[0] != '.';
    closedir(dir);
    return n;
}

static int handlers(void)
{
    int n = 0;
    struct sigaction a;
    for (int s = 1; s < NSIG; s++) n += sigaction(s, NULL, &a) == 0 && a.sa_handler != SIG_DFL;
    return n;
}

/* Sanitizers start a thread and install handlers of their own, when they see fit. */
static bool sanitized(void)
{
#ifdef __has_feature
    return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

static struct print now(void)
{
    if (sanitized()) test_skip("a sanitizer adds to the process, too");
    return (struct print){ entries_in("/proc/self/task"), entries_in("/proc/self/fd"), handlers() };
}

/* Since `before` there are so many threads more, as soon as those that end have gone, and nothing else. */
static void check_added(struct print before, int threads)
{
    struct print after = now();
    for (int i = 0; i < 1000 && after.threads != before.threads + threads; i++) {
        usleep(1000);
        after = now();
    }
    CHECK_EQ(after.threads, before.threads + threads);
    CHECK_EQ(after.descriptors, before.descriptors);
    CHECK_EQ(after.handlers, before.handlers);
}

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

static tt_value block(tt_view arg)
{
    tt_value v;
    TT_TRY(tt_blocking(nothing, tt_ref(arg), &v, TT_FOREVER));
    return v;
}

TEST(values_locks_and_queues_add_nothing)
{
    struct print before = now();
    tt_auto list = tt_list_of(tt_int(1), tt_str("two"), tt_error("ValueError", "three"));
    tt_lock lock = TT_LOCK_INIT;
    tt_event event = TT_EVENT_INIT;
    tt_with_lock (&lock) CHECK_EQ(tt_event_wait(&event, tt_after(0.01)), -ETIMEDOUT);
    tt_autoptr(tt_queue) q = tt_queue_new(1);
    CHECK_OK(tt_queue_put(q, tt_ref(list), TT_NOW));
    check_added(before, 0);
}

TEST(a_thread_is_one_thread_until_its_end)
{
    struct print before = now();
    tt_autoptr(tt_thread) t = tt_thread_new(nothing, tt_none());
    check_added(before, 0);
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_join(t, TT_FOREVER));
    check_added(before, 0);
}

TEST(timers_share_one_thread_or_two)
{
    struct print before = now();
    tt_autoptr(tt_timer) one = tt_timer_new(30, nothing, tt_none());
    tt_autoptr(tt_timer) two = tt_timer_new(60, nothing, tt_none());
    CHECK_OK(tt_timer_start(one));
    CHECK_OK(tt_timer_start(two));
    CHECK_LE(now().threads, before.threads + 2); /* two, when the first was not up yet */
    tt_timer_cancel(one);
    tt_timer_cancel(two);
    check_added(before, 0);
}

TEST(a_pool_is_its_busy_workers_and_the_watchdog)
{
    test_allow(0, 1, 80); /* the watchdog stays */
    struct print before = now();
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        check_added(before, 0);
        tt_autoptr(tt_future) f = tt_submit(ex, nothing, tt_none());
        tt_drop(tt_await(f));
        check_added(before, 2);
    }
    check_added(before, 1);
}

TEST(coroutines_on_this_thread_add_the_watchdog)
{
    test_allow(0, 1, 80);
    struct print before = now();
    tt_drop(tt_run(nothing, tt_none()));
    check_added(before, 1);
}

TEST(a_blocking_call_of_a_coroutine_adds_a_helper)
{
    test_allow(0, 2, 80);
    struct print before = now();
    tt_drop(tt_run(block, tt_none()));
    check_added(before, 2);
}

TEST(the_overflow_report_is_the_only_handler_and_on_demand)
{
    struct print before = now();
    if (tt_enable_overflow_report() < 0) test_skip("no overflow report here");
    CHECK_EQ(now().handlers, before.handlers + 1);
    CHECK_EQ(now().threads, before.threads);
}
