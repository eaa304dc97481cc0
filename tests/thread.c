/* Thread: threading.Thread's corner cases, results, names, ownership, and what fails. */
#include "strands.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/str.h>
#include <tutti/args.h>
#include <tutti/strand.h>
#include <tutti/task.h>
#include <tutti/thread.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "base/thread.h"
#include "thread/thread.h"

#define HUNG tt_after(8)

static tt_value square(tt_view arg)
{
    int64_t n = tt_as_int(arg);
    return tt_int(n * n);
}

static tt_value fails(tt_view arg)
{
    return tt_error("ValueError", "bad line %d", (int)tt_as_int(arg));
}

static tt_value until_cancelled(tt_view unused)
{
    (void)unused;
    return tt_int(tt_sleep(TT_FOREVER));
}

/* Something the test opens, for threads to wait at. */
static uint32_t door;

static tt_value wait_at_door(tt_view unused)
{
    (void)unused;
    while (!tt_load_acquire_(&door))
        if (tt_sleep(tt_after(0.001)) < 0) return tt_int(-1);
    return tt_int(1);
}

static void open_door(void)
{
    tt_store_release_(&door, 1);
}

static tt_thread *started(tt_fn run, tt_value arg)
{
    tt_thread *t = tt_thread_new(run, arg);
    CHECK_NOT_NULL(t);
    CHECK_OK(tt_thread_start(t));
    return t;
}

/* Misuse is answered by a line; keep the test's output clean, and count. */
static uint32_t lines;
static char last_line[1100];

static void count_line(void *unused, tt_log_level level, const char *line)
{
    (void)unused;
    (void)level;
    tt_add_acq_rel_(&lines, 1);
    snprintf(last_line, sizeof last_line, "%s", line);
}

/* ---- life ---- */

TEST(a_thread_runs_its_function_once_and_join_gives_the_result)
{
    tt_autoptr(tt_thread) t = started(square, tt_int(7));
    tt_value v;
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), 49);
    CHECK(!tt_thread_is_alive(t));
    CHECK_EQ(tt_thread_state_of(t), TT_THREAD_ENDED);
}

TEST(an_error_value_is_a_result_and_is_collected_by_it)
{
    tt_autoptr(tt_thread) t = started(fails, tt_int(3));
    tt_auto v = tt_none();
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK(tt_error_is(v, "ValueError"));
    CHECK_STR(tt_error_message(v), "bad line 3");
}

TEST(join_before_start_is_refused)
{
    tt_set_log(count_line, NULL);
    tt_autoptr(tt_thread) t = tt_thread_new(square, tt_int(1));
    tt_value v = tt_int(5);
    CHECK_EQ(tt_thread_join(t, TT_FOREVER), -EINVAL);
    CHECK_EQ(tt_thread_join(t, TT_NOW), -EINVAL);
    CHECK_EQ(tt_thread_result(t, &v, TT_FOREVER), -EINVAL);
    CHECK_EQ(tt_as_int(v), 5);
    CHECK_EQ(tt_thread_state_of(t), TT_THREAD_NEW);
    CHECK_GE(lines, 1);
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_join(t, HUNG));
}

TEST(a_thread_starts_once)
{
    tt_set_log(count_line, NULL);
    tt_autoptr(tt_thread) t = started(wait_at_door, tt_none());
    CHECK_EQ(tt_thread_start(t), -EINVAL);
    open_door();
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(tt_thread_start(t), -EINVAL);
    CHECK_GE(lines, 1);
}

static tt_value joins_itself(tt_view arg)
{
    (void)arg;
    return tt_int(tt_thread_join(tt_thread_current(), TT_FOREVER));
}

TEST(a_thread_that_joins_itself_is_told)
{
    tt_set_log(count_line, NULL);
    tt_autoptr(tt_thread) t = started(joins_itself, tt_none());
    tt_value v;
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), -EDEADLK);
    CHECK_EQ(tt_thread_join(tt_thread_main(), TT_FOREVER), -EDEADLK);
}

TEST(join_polls_times_out_and_may_repeat)
{
    tt_autoptr(tt_thread) t = started(wait_at_door, tt_none());
    tt_time before = tt_clock();
    CHECK_EQ(tt_thread_join(t, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_thread_join(t, tt_after(-1)), -ETIMEDOUT);
    CHECK_EQ(tt_thread_join(t, before + 20 * TT_MS), -ETIMEDOUT);
    CHECK_GE(tt_clock(), before + 20 * TT_MS);
    CHECK(tt_thread_is_alive(t));
    open_door();
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_OK(tt_thread_join(t, TT_NOW));
    CHECK_OK(tt_thread_join(t, TT_FOREVER));
}

TEST(the_result_may_be_taken_again_and_again)
{
    tt_autoptr(tt_thread) t = started(fails, tt_int(1));
    for (int i = 0; i < 3; i++) {
        tt_auto v = tt_none();
        CHECK_OK(tt_thread_result(t, &v, HUNG));
        CHECK(tt_is_error(v));
    }
}

static tt_value joins(tt_view arg)
{
    return tt_int(tt_thread_join(tt_as_pointer(arg), TT_FOREVER));
}

TEST(many_strands_may_join_one_thread)
{
    enum { JOINERS = 20 };
    tt_thread *t = started(wait_at_door, tt_none()), *joiner[JOINERS];
    for (int i = 0; i < JOINERS; i++) joiner[i] = started(joins, tt_pointer(t));
    CHECK_EQ(tt_thread_active_count(), JOINERS + 2);
    open_door();
    for (int i = 0; i < JOINERS; i++) {
        tt_value v;
        CHECK_OK(tt_thread_result(joiner[i], &v, HUNG));
        CHECK_OK(tt_as_int(v));
        tt_thread_free(joiner[i]);
    }
    tt_thread_free(t);
}

TEST(no_function_is_a_thread_that_returns_none)
{
    tt_autoptr(tt_thread) t = started(NULL, tt_none());
    tt_value v = tt_int(1);
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK(tt_is_none(v));
}

TEST(a_thousand_threads_start_and_end)
{
    enum { N = 1000 };
    static tt_thread *t[N];
    test_allow(0, 0, 1); /* the table of strands has grown: it never shrinks */
    for (int i = 0; i < N; i++) t[i] = started(square, tt_int(i));
    for (int i = 0; i < N; i++) {
        tt_value v;
        CHECK_OK(tt_thread_result(t[i], &v, HUNG));
        CHECK_EQ(tt_as_int(v), (int64_t)i * i);
        tt_thread_free(t[i]);
    }
    CHECK_EQ(tt_thread_active_count(), 1);
}

/* ---- joined by threads and by coroutines ---- */

struct joining {
    tt_thread *t;
    tt_time by;
    int r;
};

static void join_it(void *arg)
{
    struct joining *j = arg;
    j->r = tt_thread_join(j->t, j->by);
}

static void open_the_door(void *unused)
{
    (void)unused;
    open_door();
}

TEST_STRANDS(every_kind_of_strand_may_join)
{
    tt_store_release_(&door, 0);
    tt_thread *t = started(wait_at_door, tt_none());
    struct joining a = { t, TT_FOREVER, 1 }, b = { t, HUNG, 1 };
    struct strand *first = go(one, join_it, &a), *second = go(other, join_it, &b);
    until_it_waits(first, t);
    until_it_waits(second, t);
    struct strand *opener = go(other, open_the_door, NULL); /* a joiner that held up its worker would hold up this */
    finish(opener);
    finish(first);
    finish(second);
    CHECK_OK(a.r);
    CHECK_OK(b.r);
    tt_thread_free(t);
}

TEST_STRANDS(a_join_that_ends_otherwise_leaves_the_thread_joinable)
{
    tt_store_release_(&door, 0);
    tt_thread *t = started(wait_at_door, tt_none());
    struct joining a = { t, TT_FOREVER, 1 }, b = { t, tt_after(0.02), 1 }, c = { t, TT_FOREVER, 1 };
    struct strand *cancelled = go(one, join_it, &a), *late = go(other, join_it, &b), *patient = go(one, join_it, &c);
    until_it_waits(cancelled, t);
    until_it_waits(patient, t);
    cancel(cancelled);
    finish(cancelled);
    finish(late);
    open_door();
    finish(patient);
    CHECK_EQ(a.r, -ECANCELED);
    CHECK_EQ(b.r, -ETIMEDOUT);
    CHECK_OK(c.r);
    tt_thread_free(t);
}

static void looks_who_it_is(void *arg)
{
    struct joining *j = arg;
    j->t = tt_thread_ref(tt_thread_current());
    j->r = tt_thread_active_count() == 2 && tt_thread_is_alive(j->t) && tt_thread_native_id(j->t) == gettid();
}

TEST(a_coroutine_is_of_the_thread_that_runs_it)
{
    struct joining a = { 0 }, b = { 0 };
    struct strand *first = go(COROUTINE, looks_who_it_is, &a), *second = go(COROUTINE, looks_who_it_is, &b);
    finish(first);
    finish(second);
    CHECK(a.r && b.r);
    CHECK(a.t == b.t);
    CHECK(a.t != tt_thread_main());
    CHECK(!tt_thread_is_alive(a.t));
    tt_thread_free(a.t);
    tt_thread_free(b.t);
}

static int plain; /* on purpose no atomic: ThreadSanitizer sees whether the order is there */

static tt_value writes_plain(tt_view arg)
{
    if (plain != 1) return tt_int(-1);
    plain = (int)tt_as_int(arg);
    return tt_none();
}

TEST(before_start_and_the_end_are_ordered)
{
    plain = 1;
    tt_autoptr(tt_thread) t = started(writes_plain, tt_int(42));
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(plain, 42);
}

/* ---- ownership ---- */

TEST(a_handle_may_go_before_the_thread_does)
{
    tt_thread_free(started(wait_at_door, tt_none()));
    CHECK_EQ(tt_thread_active_count(), 2);
    open_door();
    while (tt_thread_active_count() > 1) tt_sleep(tt_after(0.001));
}

static tt_value frees_the_last_handle(tt_view arg)
{
    tt_thread_free(tt_as_pointer(arg));
    return tt_none();
}

static tt_value hands_over(tt_view arg)
{
    tt_thread **place = tt_as_pointer(arg);
    while (!tt_load_acquire_(&door)) tt_yield();
    return frees_the_last_handle(tt_view_of(tt_pointer(*place)));
}

TEST(a_thread_may_free_its_own_handle)
{
    static tt_thread *t;
    t = tt_thread_new(hands_over, tt_pointer(&t));
    open_door();
    CHECK_OK(tt_thread_start(t));
    while (tt_thread_active_count() > 1) tt_sleep(tt_after(0.001));
}

TEST(a_thread_never_started_gives_its_argument_back)
{
    tt_thread_free(tt_thread_new(square, tt_str("never looked at, and long enough to be counted")));
    tt_thread_free(NULL);
}

TEST(a_second_reference_is_freed_on_its_own)
{
    tt_thread *t = started(square, tt_int(2)), *again = tt_thread_ref(t);
    tt_value v;
    CHECK(again == t);
    tt_thread_free(t);
    CHECK_OK(tt_thread_result(again, &v, HUNG));
    CHECK_EQ(tt_as_int(v), 4);
    tt_thread_free(again);
}

static tt_value gives_back(tt_view arg)
{
    return tt_ref(arg);
}

TEST(the_argument_is_lent_and_outlives_the_call)
{
    tt_autoptr(tt_thread) t = started(gives_back, tt_str("a string that is long enough to be counted"));
    tt_auto v = tt_none();
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK(tt_is_kind(v, TT_STR));
}

/* ---- what is known of it ---- */

TEST(names_are_given_and_counted)
{
    tt_autoptr(tt_thread) a = tt_thread_new(square, tt_int(1));
    tt_autoptr(tt_thread) b = tt_thread_new(square, tt_int(1), .name = "reader");
    tt_autoptr(tt_thread) c = tt_thread_new(square, tt_int(1));
    CHECK_STR(tt_thread_name(a), "Thread-1");
    CHECK_STR(tt_thread_name(b), "reader");
    CHECK_STR(tt_thread_name(c), "Thread-2");
    CHECK_STR(tt_thread_name(tt_thread_main()), "MainThread");
    const char *before = tt_thread_name(b);
    CHECK_OK(tt_thread_set_name(b, "writer"));
    CHECK_STR(before, "reader"); /* still valid */
    CHECK_STR(tt_thread_name(b), "writer");
    CHECK_EQ(tt_thread_set_name(b, NULL), -EINVAL);
}

TT_DEFINE(long, count_words, const char *, line)
{
    return (long)strlen(line);
}

TEST(the_default_name_tells_the_function)
{
    tt_autoptr(tt_thread) t = tt_thread_new(count_words, tt_args("abc"));
    CHECK_STR(tt_thread_name(t), "Thread-1 (count_words)");
}

static void read_comm(int tid, char buf[32])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", tid);
    FILE *f = fopen(path, "r");
    CHECK_NOT_NULL(f);
    CHECK_NOT_NULL(fgets(buf, 32, f));
    buf[strcspn(buf, "\n")] = '\0';
    fclose(f);
}

TEST(the_kernel_knows_the_name_cut_between_characters)
{
    char comm[32];
    tt_autoptr(tt_thread) t = tt_thread_new(wait_at_door, tt_none(), .name = "a-very-long-name-indeed");
    CHECK_OK(tt_thread_start(t));
    int tid = tt_thread_native_id(t);
    CHECK_GT(tid, 0);
    read_comm(tid, comm);
    CHECK_STR(comm, "a-very-long-nam");
    CHECK_OK(tt_thread_set_name(t, "fourteen bytes\xc3\xa9")); /* the e acute would be cut in two */
    read_comm(tid, comm);
    CHECK_STR(comm, "fourteen bytes");
    open_door();
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_OK(tt_thread_set_name(t, "ended")); /* the name of an ended one is only the object's */
    CHECK_STR(tt_thread_name(t), "ended");
}

struct seen {
    tt_thread *current;
    uint64_t ident;
    int native;
    const char *name;
};

static tt_value look_at_myself(tt_view arg)
{
    struct seen *s = tt_as_pointer(arg);
    s->current = tt_thread_current();
    s->ident = tt_strand_id();
    s->native = gettid();
    s->name = tt_thread_name(s->current);
    return tt_none();
}

TEST(a_thread_knows_itself)
{
    struct seen s = { 0 };
    tt_autoptr(tt_thread) t = tt_thread_new(look_at_myself, tt_pointer(&s), .name = "self");
    CHECK_EQ(tt_thread_ident(t), 0);
    CHECK_EQ(tt_thread_native_id(t), 0);
    CHECK_OK(tt_thread_start(t));
    CHECK_NE(tt_thread_ident(t), 0);
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK(s.current == t);
    CHECK_EQ(s.ident, tt_thread_ident(t));
    CHECK_EQ(s.native, tt_thread_native_id(t));
    CHECK_STR(s.name, "self");
    CHECK(tt_thread_current() == tt_thread_main());
    CHECK_EQ(tt_thread_ident(tt_thread_main()), tt_strand_id());
    CHECK_EQ(tt_thread_native_id(tt_thread_main()), getpid());
}

TEST(the_native_id_is_there_as_soon_as_start_returns)
{
    for (int i = 0; i < 50; i++) {
        tt_autoptr(tt_thread) t = started(square, tt_int(i));
        CHECK_GT(tt_thread_native_id(t), 0);
        CHECK_OK(tt_thread_join(t, HUNG));
    }
}

TEST(the_state_tells_new_waiting_and_ended)
{
    tt_autoptr(tt_thread) t = tt_thread_new(until_cancelled, tt_none());
    CHECK_EQ(tt_thread_state_of(t), TT_THREAD_NEW);
    CHECK(!tt_thread_is_alive(t));
    CHECK_OK(tt_thread_start(t));
    CHECK(tt_thread_is_alive(t));
    while (tt_thread_state_of(t) != TT_THREAD_WAITING) tt_yield();
    CHECK_OK(tt_thread_cancel(t));
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(tt_thread_state_of(t), TT_THREAD_ENDED);
    CHECK_EQ(tt_thread_state_of(tt_thread_main()), TT_THREAD_RUNNING);
}

TEST(enumerate_lists_who_is_alive)
{
    tt_thread *all[8] = { NULL };
    tt_autoptr(tt_thread) unstarted = tt_thread_new(square, tt_int(1));
    tt_autoptr(tt_thread) t = started(wait_at_door, tt_none());
    CHECK_EQ(tt_thread_enumerate(all, 8), 2);
    CHECK(all[0] == tt_thread_main());
    CHECK(all[1] == t);
    tt_thread_free(all[0]);
    tt_thread_free(all[1]);
    CHECK_EQ(tt_thread_enumerate(all, 1), 2); /* more than there was room for */
    tt_thread_free(all[0]);
    open_door();
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(tt_thread_active_count(), 1);
}

static void *foreign(void *arg)
{
    tt_set_log(count_line, NULL);
    tt_thread *me = tt_thread_current(), **ret = arg;
    CHECK_NOT_NULL(me);
    CHECK(me == tt_thread_current());
    CHECK(me != tt_thread_main());
    CHECK(tt_thread_daemon(me));
    CHECK(tt_thread_is_alive(me));
    CHECK_EQ(strncmp(tt_thread_name(me), "Dummy-", 6), 0);
    CHECK_EQ(tt_thread_ident(me), tt_strand_id());
    CHECK_EQ(tt_thread_native_id(me), gettid());
    CHECK_EQ(tt_thread_active_count(), 2);
    CHECK_EQ(tt_thread_join(me, TT_FOREVER), -EINVAL);
    CHECK_EQ(tt_thread_cancel(me), -EINVAL);
    *ret = tt_thread_ref(me);
    return NULL;
}

TEST(a_foreign_thread_gets_an_object_when_it_asks)
{
    pthread_t os;
    tt_thread *t = NULL;
    CHECK_EQ(pthread_create(&os, NULL, foreign, &t), 0);
    CHECK_EQ(pthread_join(os, NULL), 0);
    CHECK(!tt_thread_is_alive(t));
    CHECK_EQ(tt_thread_active_count(), 1);
    tt_thread_free(t);
}

/* ---- daemons ---- */

static tt_value daemon_of_child(tt_view options)
{
    int wanted = (int)tt_as_int(options);
    tt_autoptr(tt_thread) t = tt_thread_new(NULL, tt_none(), .daemon = wanted);
    return t ? tt_bool(tt_thread_daemon(t)) : tt_error_no_memory();
}

static bool child_is_daemon(bool parent, int option)
{
    tt_autoptr(tt_thread) t = tt_thread_new(daemon_of_child, tt_int(option), .daemon = parent);
    tt_value v;
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    return tt_as_bool(v);
}

TEST(daemon_is_inherited_unless_said)
{
    CHECK(!child_is_daemon(false, 0));
    CHECK(child_is_daemon(false, true));
    CHECK(child_is_daemon(true, 0));
    CHECK(!child_is_daemon(true, TT_NO_DAEMON));
}

TEST(daemon_is_settled_by_start)
{
    tt_set_log(count_line, NULL);
    tt_autoptr(tt_thread) t = tt_thread_new(wait_at_door, tt_none());
    CHECK_OK(tt_thread_set_daemon(t, true));
    CHECK(tt_thread_daemon(t));
    CHECK_OK(tt_thread_start(t));
    CHECK_EQ(tt_thread_set_daemon(t, false), -EINVAL);
    CHECK(tt_thread_daemon(t));
    open_door();
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(tt_thread_set_daemon(t, false), -EINVAL);
}

/* ---- cancel ---- */

TEST(cancel_ends_the_waits_of_a_thread)
{
    tt_autoptr(tt_thread) t = started(until_cancelled, tt_none());
    tt_value v;
    CHECK_OK(tt_thread_cancel(t));
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), -ECANCELED);
    CHECK_OK(tt_thread_cancel(t));
}

TEST(cancel_before_start_waits_for_it)
{
    tt_autoptr(tt_thread) t = tt_thread_new(until_cancelled, tt_none());
    tt_value v;
    CHECK_OK(tt_thread_cancel(t));
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), -ECANCELED);
}

TEST(a_joiner_can_be_cancelled_and_the_thread_runs_on)
{
    tt_thread *t = started(wait_at_door, tt_none());
    tt_thread *joiner = started(joins, tt_pointer(t));
    tt_value v;
    while (tt_thread_state_of(joiner) != TT_THREAD_WAITING) tt_yield();
    CHECK_OK(tt_thread_cancel(joiner));
    CHECK_OK(tt_thread_result(joiner, &v, HUNG));
    CHECK_EQ(tt_as_int(v), -ECANCELED);
    CHECK(tt_thread_is_alive(t));
    open_door();
    CHECK_OK(tt_thread_join(t, HUNG));
    tt_thread_free(joiner);
    tt_thread_free(t);
}

/* ---- errors nobody collects ---- */

static uint32_t reports;
static char reported_who[160], reported_message[160];

static void on_error(void *user, const char *who, tt_view error)
{
    CHECK(user == &reports);
    snprintf(reported_who, sizeof reported_who, "%s", who);
    snprintf(reported_message, sizeof reported_message, "%s", tt_error_message(error));
    tt_add_acq_rel_(&reports, 1);
}

TEST(an_error_nobody_collected_is_reported_once)
{
    tt_set_error_hook(on_error, &reports);
    tt_thread *t = tt_thread_new(fails, tt_int(9), .name = "reader");
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_join(t, HUNG)); /* join does not look */
    CHECK_EQ(reports, 0);
    tt_thread_free(t);
    CHECK_EQ(reports, 1);
    CHECK_STR(reported_who, "thread 'reader'");
    CHECK_STR(reported_message, "bad line 9");
}

TEST(a_collected_error_is_not_reported)
{
    tt_set_error_hook(on_error, &reports);
    tt_thread *t = started(fails, tt_int(9));
    tt_auto v = tt_none();
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    tt_thread_free(t);
    CHECK_EQ(reports, 0);
}

TEST(the_error_of_a_thread_without_handle_is_reported_at_its_end)
{
    tt_set_error_hook(on_error, &reports);
    tt_thread_free(started(fails, tt_int(1)));
    while (tt_load_acquire_(&reports) == 0) tt_yield();
    while (tt_thread_active_count() > 1) tt_yield();
    CHECK_EQ(reports, 1);
}

static tt_value passes_its_cancellation_on(tt_view unused)
{
    (void)unused;
    TT_TRY(tt_sleep(TT_FOREVER));
    return tt_none();
}

static tt_value makes_one_up(tt_view unused)
{
    (void)unused;
    return tt_error_from_code(-ECANCELED);
}

TEST(a_cancelled_thread_that_ends_so_is_not_reported)
{
    tt_set_error_hook(on_error, &reports);
    tt_thread *t = started(passes_its_cancellation_on, tt_none());
    CHECK_OK(tt_thread_cancel(t));
    CHECK_OK(tt_thread_join(t, HUNG));
    tt_thread_free(t);
    CHECK_EQ(reports, 0);
    t = started(makes_one_up, tt_none());
    CHECK_OK(tt_thread_join(t, HUNG));
    tt_thread_free(t);
    CHECK_EQ(reports, 1);
}

/* ---- pthread code moved in ---- */

static void *old_code(void *arg)
{
    return (char *)arg + 1;
}

static void *old_exit(void *arg)
{
    pthread_exit((char *)arg + 2);
}

static void *old_hang(void *arg)
{
    for (;;) usleep(1000);
    return arg;
}

static char place[4];

static tt_value result_of_c(void *(*run)(void *))
{
    tt_autoptr(tt_thread) t = tt_thread_new_c(run, place, .name = "old");
    tt_value v;
    CHECK_OK(tt_thread_start(t));
    if (run == old_hang) CHECK_EQ(pthread_cancel(t->os), 0);
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    return v;
}

TEST(a_pthread_function_moves_in_unchanged)
{
    CHECK(tt_as_pointer(result_of_c(old_code)) == place + 1);
}

TEST(pthread_exit_gives_the_result)
{
    CHECK(tt_as_pointer(result_of_c(old_exit)) == place + 2);
}

static tt_value leaves_by_pthread_exit(tt_view arg)
{
    (void)arg;
    pthread_exit(NULL);
}

TEST(pthread_exit_in_a_task_is_an_error_not_a_hang)
{
    tt_autoptr(tt_thread) t = started(leaves_by_pthread_exit, tt_int(1));
    tt_auto v = tt_none();
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK(tt_error_is(v, "RuntimeError"));
}

/* ---- the end ---- */

static tt_lock kept;

static tt_value keeps_a_lock(tt_view arg)
{
    (void)arg;
    return tt_int(tt_lock_acquire(&kept, TT_FOREVER));
}

TEST(a_thread_that_ends_holding_a_lock_is_named)
{
    tt_set_log(count_line, NULL);
    tt_autoptr(tt_thread) t = tt_thread_new(keeps_a_lock, tt_none(), .name = "forgetful");
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(lines, 1);
    CHECK_NOT_NULL(strstr(last_line, "'forgetful'"));
    CHECK_EQ(tt_lock_acquire(&kept, TT_NOW), TT_OWNER_DIED);
    CHECK_OK(tt_lock_repaired(&kept));
    CHECK_OK(tt_lock_release(&kept));
}

static pthread_key_t key;
static uint32_t destroyed;

static void slow_destructor(void *arg)
{
    (void)arg;
    static tt_lock l;
    tt_with_lock (&l) tt_sleep(tt_after(0.02));
    tt_store_release_(&destroyed, 1);
}

static tt_value with_a_key(tt_view arg)
{
    (void)arg;
    pthread_setspecific(key, &key);
    return tt_none();
}

TEST(join_waits_for_thread_specific_destructors)
{
    CHECK_EQ(pthread_key_create(&key, slow_destructor), 0);
    tt_autoptr(tt_thread) t = started(with_a_key, tt_none());
    CHECK_OK(tt_thread_join(t, HUNG));
    CHECK_EQ(tt_load_acquire_(&destroyed), 1);
}

/* ---- stacks ---- */

static tt_value uses_stack(tt_view arg)
{
    volatile char big[24 << 20];
    for (size_t i = 0; i < sizeof big; i += 4096) big[i] = 1;
    return tt_int(big[4096] + tt_as_int(arg));
}

TEST(the_stack_is_as_large_as_asked_for)
{
    tt_autoptr(tt_thread) t = tt_thread_new(uses_stack, tt_int(1), .stack_size = 32 << 20);
    tt_value v;
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), 2);
}

TEST(a_stack_that_cannot_be_is_refused_at_start)
{
    tt_autoptr(tt_thread) small = tt_thread_new(square, tt_int(1), .stack_size = 4096);
    tt_autoptr(tt_thread) huge = tt_thread_new(square, tt_int(1), .stack_size = SIZE_MAX);
    tt_autoptr(tt_thread) too_much = tt_thread_new(square, tt_int(1), .stack_size = (size_t)1 << 60);
    CHECK_EQ(tt_thread_start(small), -EINVAL);
    CHECK_EQ(tt_thread_start(huge), -EINVAL);
    CHECK_LT(tt_thread_start(too_much), 0);
    CHECK_EQ(tt_thread_state_of(small), TT_THREAD_NEW);
    CHECK_EQ(tt_thread_active_count(), 1);
}

static tt_value own_stack_size(tt_view arg)
{
    pthread_attr_t attr;
    size_t size = 0;
    void *low;
    (void)arg;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &low, &size);
    pthread_attr_destroy(&attr);
    return tt_int((int64_t)size);
}

TEST(the_default_stack_size_can_be_set)
{
    CHECK_EQ(tt_thread_stack_size(), 0);
    CHECK_EQ(tt_thread_set_stack_size(1), -EINVAL);
    CHECK_EQ(tt_thread_set_stack_size(32767), -EINVAL);
    CHECK_OK(tt_thread_set_stack_size(3 << 20));
    CHECK_EQ(tt_thread_stack_size(), 3 << 20);
    tt_autoptr(tt_thread) t = started(own_stack_size, tt_none());
    tt_value v;
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_GE(tt_as_int(v), 3 << 20);
    CHECK_LT(tt_as_int(v), 4 << 20);
    CHECK_OK(tt_thread_set_stack_size(0));
}

/* ---- what fails ---- */

TEST(a_start_that_fails_leaves_the_thread_startable)
{
    tt_autoptr(tt_thread) t = tt_thread_new(square, tt_int(6));
    tt_value v;
    tt_thread_fail_after_(0);
    CHECK_EQ(tt_thread_start(t), -EAGAIN);
    CHECK_EQ(tt_thread_start(t), -EAGAIN);
    tt_thread_fail_after_(-1);
    CHECK_EQ(tt_thread_state_of(t), TT_THREAD_NEW);
    CHECK_EQ(tt_thread_ident(t), 0);
    CHECK_EQ(tt_thread_active_count(), 1);
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    CHECK_EQ(tt_as_int(v), 36);
}

TEST(the_system_out_of_threads_is_answered)
{
    struct rlimit before, none;
    if (getuid() == 0 && setuid(65534) != 0) test_skip("cannot become a user with a limit");
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* setuid has taken it, and LeakSanitizer needs it */
    CHECK_EQ(getrlimit(RLIMIT_NPROC, &before), 0);
    none = (struct rlimit){ 1, before.rlim_max };
    CHECK_EQ(setrlimit(RLIMIT_NPROC, &none), 0);
    tt_autoptr(tt_thread) t = tt_thread_new(square, tt_int(6));
    int r = tt_thread_start(t);
    CHECK_EQ(setrlimit(RLIMIT_NPROC, &before), 0);
    if (r == 0) {
        CHECK_OK(tt_thread_join(t, HUNG));
        test_skip("this user may start threads without limit");
    }
    CHECK_EQ(r, -EAGAIN);
}

/* One life of a thread; true when it came to its end. Every answer on the way must be in order. */
static bool live_through(void)
{
    tt_thread *t = tt_thread_new(gives_back, tt_str("a string that is long enough to be counted"), .name = "n");
    if (!t) return false;
    int r = tt_thread_set_name(t, "another");
    CHECK(r == 0 || r == -ENOMEM);
    r = tt_thread_start(t);
    CHECK(r == 0 || r == -ENOMEM);
    if (r == 0) {
        tt_auto v = tt_none();
        CHECK_OK(tt_thread_result(t, &v, HUNG));
        CHECK(tt_is_kind(v, TT_STR) || tt_error_is(v, "MemoryError"));
    }
    tt_thread_free(t);
    return r == 0;
}

TEST(every_allocation_may_fail)
{
    CHECK(live_through());
    bool failed = true;
    for (long n = 1; failed; n++) {
        tt_memory_fail_after_(n);
        live_through();
        failed = tt_memory_failed_();
        CHECK_LT(n, 100);
    }
    tt_memory_fail_after_(0);
    CHECK(live_through());
    CHECK_EQ(tt_thread_active_count(), 1);
}

TEST(options_of_another_version_are_read_by_their_size)
{
    tt_set_log(count_line, NULL);
    tt_thread_options small = { .size = offsetof(tt_thread_options, daemon), .name = "old", .daemon = 1 };
    tt_thread_options none = { .name = "no size" };
    tt_autoptr(tt_thread) t = tt_thread_new_with(square, tt_int(1), &small);
    tt_autoptr(tt_thread) defaults = tt_thread_new_with(square, tt_int(1), NULL);
    CHECK_STR(tt_thread_name(t), "old");
    CHECK(!tt_thread_daemon(t)); /* that field it did not know */
    CHECK_NOT_NULL(defaults);
    CHECK_NULL(tt_thread_new_with(square, tt_str("taken all the same, and counted, I hope"), &none));
}

TEST(starting_what_could_not_be_made_says_so)
{
    CHECK_EQ(tt_thread_start(NULL), -ENOMEM);
}
