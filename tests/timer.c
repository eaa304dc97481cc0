/* Timer: fires once and not early, or is cancelled and never fires; many of them, slow ones; what fails; exit. */
#include "strands.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tutti/error.h>
#include <tutti/event.h>
#include <tutti/local.h>
#include <tutti/log.h>
#include <tutti/str.h>
#include <tutti/strand.h>
#include <tutti/timer.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "base/thread.h"

#define HUNG tt_after(8)

static uint32_t calls;

static tt_value count_calls(tt_view arg)
{
    tt_add_acq_rel_(&calls, 1);
    return tt_ref(arg);
}

static tt_timer *started(double seconds, tt_fn fn, tt_value arg)
{
    tt_timer *t = tt_timer_new(seconds, fn, arg);
    CHECK_NOT_NULL(t);
    CHECK_OK(tt_timer_start(t));
    return t;
}

static void ignore_line(void *unused, tt_log_level level, const char *line)
{
    (void)unused;
    (void)level;
    (void)line;
}

TEST(a_timer_fires_once_and_not_early)
{
    tt_time before = tt_clock();
    tt_autoptr(tt_timer) t = started(0.02, count_calls, tt_str("a string that is long enough to be counted"));
    tt_auto v = tt_none();
    CHECK(tt_timer_is_alive(t));
    CHECK_OK(tt_timer_result(t, &v, HUNG));
    CHECK_GE(tt_clock(), before + 20 * TT_MS);
    CHECK(tt_is_kind(v, TT_STR));
    CHECK(!tt_timer_is_alive(t));
    CHECK_EQ(calls, 1);
    CHECK_OK(tt_timer_join(t, TT_NOW));
}

TEST(a_cancelled_timer_never_fires)
{
    tt_autoptr(tt_timer) t = started(0.02, count_calls, tt_none());
    tt_auto v = tt_none();
    CHECK(tt_timer_cancel(t));
    CHECK(!tt_timer_is_alive(t));
    CHECK(tt_timer_cancel(t));
    CHECK_OK(tt_timer_result(t, &v, TT_NOW));
    CHECK(tt_error_is(v, "CancelledError"));
    CHECK_OK(tt_sleep(tt_after(0.05)));
    CHECK_EQ(calls, 0);
}

TEST(cancel_after_it_has_fired_is_too_late)
{
    tt_autoptr(tt_timer) t = started(0, count_calls, tt_int(4));
    tt_value v;
    CHECK_OK(tt_timer_join(t, HUNG));
    CHECK(!tt_timer_cancel(t));
    CHECK_OK(tt_timer_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), 4);
}

TEST(cancel_before_start_ends_it_at_its_start)
{
    tt_set_log(ignore_line, NULL);
    tt_autoptr(tt_timer) t = tt_timer_new(0, count_calls, tt_none());
    CHECK_EQ(tt_timer_join(t, TT_FOREVER), -EINVAL);
    CHECK(tt_timer_cancel(t));
    CHECK_EQ(tt_timer_join(t, TT_FOREVER), -EINVAL);
    CHECK_OK(tt_timer_start(t));
    CHECK(!tt_timer_is_alive(t));
    CHECK_OK(tt_timer_join(t, TT_FOREVER));
    CHECK_EQ(tt_timer_start(t), -EINVAL);
    CHECK_EQ(calls, 0);
}

TEST(a_timer_starts_once)
{
    tt_set_log(ignore_line, NULL);
    tt_autoptr(tt_timer) t = started(60, count_calls, tt_none());
    CHECK_EQ(tt_timer_start(t), -EINVAL);
    CHECK(tt_timer_cancel(t));
    CHECK_EQ(tt_timer_start(t), -EINVAL);
}

TEST(join_polls_and_times_out)
{
    tt_autoptr(tt_timer) t = started(60, count_calls, tt_none());
    CHECK_EQ(tt_timer_join(t, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_timer_join(t, tt_after(0.01)), -ETIMEDOUT);
    CHECK(tt_timer_is_alive(t));
    CHECK(tt_timer_cancel(t));
}

TEST(odd_intervals)
{
    tt_autoptr(tt_timer) past = started(-5, count_calls, tt_none());
    tt_autoptr(tt_timer) never = started(INFINITY, count_calls, tt_none());
    tt_autoptr(tt_timer) nonsense = tt_timer_new(NAN, count_calls, tt_none());
    CHECK_OK(tt_timer_join(past, HUNG));
    CHECK_EQ(tt_timer_start(nonsense), -EINVAL);
    CHECK_EQ(tt_timer_join(never, tt_after(0.01)), -ETIMEDOUT);
    CHECK(tt_timer_cancel(never));
    CHECK_EQ(calls, 1);
}

TEST(a_stack_that_cannot_be_is_refused_at_start)
{
    tt_autoptr(tt_timer) t = tt_timer_new(0, count_calls, tt_none(), .stack_size = 1);
    CHECK_EQ(tt_timer_start(t), -EINVAL);
}

static tt_value joins_itself(tt_view arg)
{
    tt_timer *t = tt_as_pointer(arg);
    return tt_int(tt_timer_join(t, TT_FOREVER));
}

static tt_timer *itself;

static tt_value joins_global(tt_view unused)
{
    (void)unused;
    return joins_itself(tt_view_of(tt_pointer(itself)));
}

TEST(its_function_cannot_join_it)
{
    tt_set_log(ignore_line, NULL);
    tt_value v;
    itself = tt_timer_new(0.001, joins_global, tt_none());
    CHECK_OK(tt_timer_start(itself));
    CHECK_OK(tt_timer_result(itself, &v, HUNG));
    CHECK_EQ(tt_as_int(v), -EDEADLK);
    tt_timer_free(itself);
}

/* ---- several ---- */

static uint32_t order[4], place;

static tt_value note(tt_view arg)
{
    order[tt_add_acq_rel_(&place, 1) & 3] = (uint32_t)tt_as_int(arg);
    return tt_none();
}

TEST(timers_fire_in_the_order_of_their_times)
{
    tt_timer *late = started(0.15, note, tt_int(3)), *early = started(0.01, note, tt_int(1)),
             *middle = started(0.08, note, tt_int(2));
    CHECK_OK(tt_timer_join(late, HUNG));
    CHECK_OK(tt_timer_join(middle, HUNG));
    CHECK_EQ(order[0], 1);
    CHECK_EQ(order[1], 2);
    CHECK_EQ(order[2], 3);
    tt_timer_free(late);
    tt_timer_free(early);
    tt_timer_free(middle);
}

static uint32_t door;

static tt_value waits_at_door(tt_view unused)
{
    (void)unused;
    while (!tt_load_acquire_(&door)) tt_sleep(tt_after(0.001));
    return tt_none();
}

TEST(a_slow_function_delays_no_other)
{
    tt_autoptr(tt_timer) slow = started(0, waits_at_door, tt_none());
    tt_autoptr(tt_timer) quick = started(0.001, count_calls, tt_none());
    CHECK_OK(tt_timer_join(quick, HUNG));
    CHECK(tt_timer_is_alive(slow));
    tt_store_release_(&door, 1);
    CHECK_OK(tt_timer_join(slow, HUNG));
}

TEST(a_thousand_timers_share_one_thread)
{
    enum { N = 1000 };
    static tt_timer *t[N];
    test_allow(0, 0, 1); /* the table of strands may have grown: it never shrinks */
    for (int i = 0; i < N; i++) t[i] = started(i % 2 ? 60 : 0.05, count_calls, tt_none());
    for (int i = 1; i < N; i += 2) CHECK(tt_timer_cancel(t[i]));
    for (int i = 0; i < N; i++) CHECK_OK(tt_timer_join(t[i], HUNG));
    CHECK_EQ(calls, N / 2);
    for (int i = 0; i < N; i++) tt_timer_free(t[i]);
    CHECK_EQ(tt_thread_active_count(), 1);
}

TEST(a_freed_timer_still_fires)
{
    tt_timer_free(started(0.01, count_calls, tt_none()));
    while (tt_load_acquire_(&calls) == 0) CHECK_OK(tt_sleep(tt_after(0.001)));
    while (tt_thread_active_count() > 1) tt_yield();
}

/* Cancel against fire, many times: exactly one of the two happens. */
TEST(cancel_racing_the_fire)
{
    for (int i = 0; i < 300; i++) {
        tt_timer *t = started(0.00001 * (i % 20), count_calls, tt_none());
        uint32_t before = tt_load_acquire_(&calls);
        if (i % 3) tt_sleep(tt_after(0.00005));
        bool cancelled = tt_timer_cancel(t);
        CHECK_OK(tt_timer_join(t, HUNG));
        CHECK_LE(tt_load_acquire_(&calls) - before, 1);
        tt_value v;
        CHECK_OK(tt_timer_result(t, &v, HUNG));
        CHECK_EQ(tt_is_error(v), cancelled);
        tt_drop(v);
        tt_timer_free(t);
    }
}

/* ---- joined by threads and by coroutines ---- */

struct joining {
    tt_timer *t;
    tt_time by;
    int r;
};

static void join_it(void *arg)
{
    struct joining *j = arg;
    j->r = tt_timer_join(j->t, j->by);
}

static void cancel_it(void *arg)
{
    tt_timer_cancel(arg);
}

TEST_STRANDS(every_kind_of_strand_may_join)
{
    tt_timer *t = started(60, count_calls, tt_none());
    struct joining a = { t, TT_FOREVER, 1 }, b = { t, tt_after(0.02), 1 }, c = { t, TT_FOREVER, 1 };
    struct strand *patient = go(one, join_it, &a), *late = go(other, join_it, &b), *cancelled = go(other, join_it, &c);
    until_it_waits(patient, t);
    until_it_waits(cancelled, t);
    cancel(cancelled);
    finish(cancelled);
    finish(late);
    finish(go(other, cancel_it, t));
    finish(patient);
    CHECK_OK(a.r);
    CHECK_EQ(b.r, -ETIMEDOUT);
    CHECK_EQ(c.r, -ECANCELED);
    tt_timer_free(t);
}

TEST_STRANDS(a_joiner_sees_the_function_through)
{
    tt_store_release_(&door, 0);
    tt_timer *t = started(0, waits_at_door, tt_none());
    struct joining a = { t, TT_FOREVER, 1 }, b = { t, TT_FOREVER, 1 };
    struct strand *first = go(one, join_it, &a), *second = go(other, join_it, &b);
    until_it_waits(first, tt_timer_thread(t));
    until_it_waits(second, tt_timer_thread(t));
    tt_store_release_(&door, 1);
    finish(first);
    finish(second);
    CHECK_OK(a.r);
    CHECK_OK(b.r);
    tt_timer_free(t);
}

/* ---- who calls ---- */

static tt_local mine;

static tt_value look(tt_view arg)
{
    tt_thread **ret = tt_as_pointer(arg);
    *ret = tt_thread_ref(tt_thread_current());
    return tt_int(tt_local_has(&mine) ? -1 : tt_local_set(&mine, tt_str("long enough to be a counted string")));
}

TEST(its_function_runs_in_its_own_thread)
{
    tt_thread *seen = NULL;
    tt_autoptr(tt_timer) t = tt_timer_new(0, look, tt_pointer(&seen), .name = "reminder");
    tt_value v;
    CHECK_OK(tt_timer_start(t));
    CHECK_OK(tt_timer_result(t, &v, HUNG));
    CHECK_OK(tt_as_int(v));
    CHECK(seen == tt_timer_thread(t));
    CHECK_STR(tt_thread_name(seen), "reminder");
    tt_thread_free(seen);
}

static tt_value blocked_signals(tt_view unused)
{
    sigset_t set;
    (void)unused;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    return tt_int(sigismember(&set, SIGUSR1) + 2 * sigismember(&set, SIGUSR2));
}

TEST(its_thread_blocks_the_signals_that_its_starter_blocked)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_EQ(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    tt_autoptr(tt_timer) t = started(0, blocked_signals, tt_none());
    tt_value v;
    CHECK_OK(tt_timer_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), 1);
}

static uint32_t reports;

static void on_error(void *user, const char *who, tt_view error)
{
    (void)user;
    CHECK_STR(who, "thread 'reminder'");
    CHECK(tt_error_is(error, "ValueError"));
    tt_add_acq_rel_(&reports, 1);
}

static tt_value fails(tt_view unused)
{
    (void)unused;
    return tt_error("ValueError", "forgot what it was");
}

TEST(an_error_nobody_collected_is_reported)
{
    tt_set_error_hook(on_error, NULL);
    tt_timer *t = tt_timer_new(0, fails, tt_none(), .name = "reminder");
    CHECK_OK(tt_timer_start(t));
    CHECK_OK(tt_timer_join(t, HUNG));
    tt_timer_free(t);
    while (tt_load_acquire_(&reports) == 0) tt_yield();
    CHECK_EQ(reports, 1);
}

/* ---- what fails ---- */

TEST(starting_what_could_not_be_made_says_so)
{
    CHECK_EQ(tt_timer_start(NULL), -ENOMEM);
}

TEST(no_thread_to_wait_is_answered_and_start_can_be_tried_again)
{
    tt_autoptr(tt_timer) t = tt_timer_new(0, count_calls, tt_none());
    tt_thread_fail_after_(0);
    CHECK_EQ(tt_timer_start(t), -EAGAIN);
    CHECK(!tt_timer_is_alive(t));
    tt_thread_fail_after_(-1);
    CHECK_OK(tt_timer_start(t));
    CHECK_OK(tt_timer_join(t, HUNG));
    CHECK_EQ(calls, 1);
}

TEST(no_thread_to_call_is_late_rather_than_never)
{
    tt_set_log(ignore_line, NULL);
    tt_thread *seen = NULL;
    tt_fn functions[] = { look, joins_global };
    for (int i = 0; i < 2; i++) {
        itself = tt_timer_new(0.02, functions[i], tt_pointer(&seen), .name = "here");
        CHECK_OK(tt_timer_start(itself));
        tt_thread_fail_after_(0);
        tt_value v;
        CHECK_OK(tt_timer_result(itself, &v, HUNG));
        tt_thread_fail_after_(-1);
        CHECK_EQ(tt_as_int(v), i == 0 ? 0 : -EDEADLK);
        if (i == 0) CHECK(seen == tt_timer_thread(itself));
        tt_timer_free(itself);
    }
    tt_thread_free(seen);
}

static bool live_through(void)
{
    tt_timer *t = tt_timer_new(0.001, count_calls, tt_str("a string that is long enough to be counted"));
    if (!t) return false;
    int r = tt_timer_start(t);
    CHECK(r == 0 || r == -ENOMEM);
    if (r == 0) {
        tt_auto v = tt_none();
        CHECK_OK(tt_timer_result(t, &v, HUNG));
        CHECK(tt_is_kind(v, TT_STR));
    }
    tt_timer_free(t);
    while (r == 0 && tt_thread_active_count() > 1) tt_yield();
    return r == 0;
}

TEST(every_allocation_may_fail)
{
    bool failed = true;
    for (long n = 1; failed; n++) {
        tt_memory_fail_after_(n);
        live_through();
        failed = tt_memory_failed_();
        CHECK_LT(n, 100);
    }
    tt_memory_fail_after_(0);
    CHECK(live_through());
}

/* ---- exit ---- */

static int said[2];

static tt_value say(tt_view letter)
{
    char c = (char)tt_as_int(letter);
    return tt_int(write(said[1], &c, 1));
}

static void begin(double seconds, char letter, bool daemon)
{
    tt_timer *t = tt_timer_new(seconds, say, tt_int(letter), .daemon = daemon);
    CHECK_OK(tt_timer_start(t));
    tt_timer_free(t);
}

TEST(exit_awaits_a_started_timer_but_not_a_daemon)
{
    char text[8] = { 0 };
    int status;
    CHECK_EQ(pipe(said), 0);
    pid_t pid = fork();
    if (pid == 0) {
        begin(0.05, 't', false);
        begin(30, 'd', true);
        exit(0);
    }
    close(said[1]);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    CHECK_EQ(read(said[0], text, 7), 1);
    CHECK_STR(text, "t");
    close(said[0]);
}

TEST(a_forked_child_has_no_timer_of_its_parent)
{
    int status;
#ifdef TT_TSAN_
    test_skip("ThreadSanitizer wants no threads in a child of a threaded process");
#endif
    tt_autoptr(tt_timer) t = started(30, count_calls, tt_none());
    pid_t pid = fork();
    if (pid == 0) {
        if (tt_timer_is_alive(t) || tt_timer_join(t, TT_NOW) < 0) _exit(1);
        tt_timer *own = tt_timer_new(0, count_calls, tt_none());
        if (tt_timer_start(own) < 0 || tt_timer_join(own, TT_FOREVER) < 0) _exit(2);
        tt_timer_free(own);
        exit(0);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    CHECK(tt_timer_cancel(t));
}

static tt_timer *last;
static tt_event last_freed;

static tt_value free_last(tt_view unused)
{
    (void)unused;
    tt_timer_free(last);
    tt_event_set(&last_freed);
    return tt_none();
}

TEST(its_function_may_free_the_last_handle)
{
    for (int i = 0; i < 100; i++) {
        tt_event_clear(&last_freed);
        last = tt_timer_new(0, free_last, tt_none());
        CHECK_OK(tt_timer_start(last)); /* which still looks at it while the function runs */
        CHECK_OK(tt_event_wait(&last_freed, TT_FOREVER));
    }
}
