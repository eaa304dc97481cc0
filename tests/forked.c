/* What a forked child finds: one strand, which keeps its locks; the others are dead, and so is what they waited for
 * (K15). Parents here have threads, and children start their own: ThreadSanitizer refuses that, so it skips them. */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tutti/error.h>
#include <tutti/event.h>
#include <tutti/group.h>
#include <tutti/local.h>
#include <tutti/lock.h>
#include <tutti/log.h>
#include <tutti/strand.h>
#include <tutti/thread.h>
#include <tutti/thread_pool.h>
#include <tutti/timer.h>
#include <tutti/wait.h>

#include "base/atomic.h"
#include "strand/strand.h"

#define HUNG tt_after(8)

/* In the child: what CHECK is in the parent. Its line is the exit code's report. */
#define MUST(x)                                                                                                       \
    do {                                                                                                              \
        if (!(x)) _exit(__LINE__ & 0x7f ? __LINE__ & 0x7f : 1);                                                       \
    } while (0)

static void skip_under_tsan(void)
{
#ifdef TT_TSAN_
    test_skip("ThreadSanitizer wants no threads in a child of a threaded process");
#endif
}

/* Ends by exit, so that what it leaves running counts; but LeakSanitizer takes seconds for each. */
static void leave(void)
{
#ifdef TT_ASAN_
    _exit(0);
#endif
    exit(0);
}

static void in_child(void (*body)(void))
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        alarm(8);
        body();
        leave();
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status)) CHECK_FAIL("the child ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status)) CHECK_FAIL("the child failed near line %d (mod 128)", WEXITSTATUS(status));
}

static tt_thread *started(tt_fn run, tt_value arg)
{
    tt_thread *t = tt_thread_new(run, arg);
    CHECK_NOT_NULL(t);
    CHECK_OK(tt_thread_start(t));
    return t;
}

static void until_it_waits(tt_thread *t)
{
    while (tt_thread_state_of(t) != TT_THREAD_WAITING) tt_yield();
}

static void end(tt_thread *t)
{
    CHECK_OK(tt_thread_cancel(t));
    CHECK_OK(tt_thread_join(t, HUNG));
    tt_thread_free(t);
}

static tt_lock lock;
static tt_event event;
static tt_thread *other;

static tt_value sleeps(tt_view arg)
{
    tt_sleep(TT_FOREVER);
    return tt_ref(arg);
}

/* ---- locks ---- */

static void uses_its_lock(void)
{
    MUST(tt_lock_held(&lock));
    MUST(tt_lock_release(&lock) == 0);
    MUST(tt_lock_acquire(&lock, TT_NOW) == 0);
    MUST(tt_lock_release(&lock) == 0);
}

TEST(the_forking_strand_keeps_its_locks)
{
    CHECK_OK(tt_lock_acquire(&lock, TT_FOREVER));
    in_child(uses_its_lock);
    CHECK_OK(tt_lock_release(&lock));
}

static tt_value holds(tt_view arg)
{
    tt_with_lock (&lock) tt_sleep(TT_FOREVER);
    return tt_ref(arg);
}

static void finds_the_holder_dead(void)
{
    MUST(tt_lock_acquire(&lock, TT_NOW) == TT_OWNER_DIED);
    MUST(tt_lock_repaired(&lock) == 0);
    MUST(tt_lock_release(&lock) == 0);
}

TEST(the_locks_of_others_have_dead_holders)
{
    other = started(holds, tt_none());
    until_it_waits(other);
    in_child(finds_the_holder_dead);
    CHECK_EQ(tt_lock_acquire(&lock, TT_NOW), -EAGAIN); /* the parent's is as it was */
    end(other);
}

static tt_value takes(tt_view arg)
{
    tt_with_lock (&lock) tt_yield();
    return tt_ref(arg);
}

/* The parent's waiters stand before the child's own in nothing. */
static void serves_its_own_waiters(void)
{
    tt_thread *mine[20];
    for (int i = 0; i < 20; i++) MUST(tt_thread_start(mine[i] = tt_thread_new(takes, tt_none())) == 0);
    for (int i = 0; i < 20; i++) while (tt_thread_state_of(mine[i]) != TT_THREAD_WAITING) tt_yield();
    MUST(tt_lock_release(&lock) == 0);
    for (int i = 0; i < 20; i++) {
        MUST(tt_thread_join(mine[i], HUNG) == 0);
        tt_thread_free(mine[i]);
    }
}

TEST(waiters_do_not_come_along)
{
    enum { N = 30 };
    tt_thread *waiting[N];
    skip_under_tsan();
    CHECK_OK(tt_lock_acquire(&lock, TT_FOREVER));
    for (int i = 0; i < N; i++) waiting[i] = started(takes, tt_none());
    for (int i = 0; i < N; i++) until_it_waits(waiting[i]);
    in_child(serves_its_own_waiters);
    CHECK_OK(tt_lock_release(&lock));
    for (int i = 0; i < N; i++) {
        CHECK_OK(tt_thread_join(waiting[i], HUNG));
        tt_thread_free(waiting[i]);
    }
}

static tt_value waits_for_event(tt_view arg)
{
    (void)arg;
    return tt_int(tt_event_wait(&event, TT_FOREVER));
}

static void sets_the_event(void)
{
    tt_value v;
    tt_thread *t = tt_thread_new(waits_for_event, tt_none());
    MUST(tt_thread_start(t) == 0);
    while (tt_thread_state_of(t) != TT_THREAD_WAITING) tt_yield();
    tt_event_set(&event);
    MUST(tt_thread_result(t, &v, HUNG) == 0 && tt_as_int(v) == 0);
    tt_thread_free(t);
}

TEST(an_event_wakes_who_is_there)
{
    skip_under_tsan();
    other = started(waits_for_event, tt_none());
    until_it_waits(other);
    in_child(sets_the_event);
    CHECK(tt_thread_is_alive(other));
    end(other);
}

/* ---- a queue's lock held by another thread at the very moment ---- */

static int stop;

static void *hammers(void *arg)
{
    while (!tt_load_relaxed_(&stop))
        if (tt_event_wait(&event, tt_after(0.00001)) == 0) tt_event_clear(&event);
    return arg;
}

static void uses_the_event(void)
{
    MUST(tt_event_wait(&event, tt_after(0.001)) != -EAGAIN);
    tt_event_set(&event);
    MUST(tt_event_wait(&event, HUNG) == 0);
}

TEST_WITHIN(a_wait_queue_that_was_locked_at_the_fork_is_open_in_the_child, 60)
{
    pthread_t t[2];
    for (int i = 0; i < 2; i++) CHECK_EQ(pthread_create(&t[i], NULL, hammers, NULL), 0);
    for (int i = 0; i < 100; i++) in_child(uses_the_event);
    /* what such a child finds, without luck */
    tt_store_relaxed_(&stop, 1);
    for (int i = 0; i < 2; i++) CHECK_EQ(pthread_join(t[i], NULL), 0);
    event.waiters = (void *)(uintptr_t)1;
    in_child(uses_the_event);
    event.waiters = NULL;
}

/* ---- threads ---- */

static void finds_itself_alone(void)
{
    tt_thread *all[4];
    MUST(tt_thread_enumerate(all, 4) == 1);
    MUST(all[0] == tt_thread_current() && all[0] == tt_thread_main());
    MUST(tt_thread_native_id(all[0]) == getpid());
    MUST(!tt_thread_is_alive(other));
    MUST(tt_thread_join(other, TT_FOREVER) == 0);
    tt_value v;
    MUST(tt_thread_result(other, &v, TT_FOREVER) == 0 && tt_error_is(v, "RuntimeError"));
    tt_drop(v);
    tt_thread_free(other);
}

TEST(the_threads_of_the_parent_have_ended)
{
    other = started(sleeps, tt_none());
    in_child(finds_itself_alone);
    CHECK_EQ(tt_thread_active_count(), 2);
    end(other);
}

static tt_local mine;

static tt_value forks(tt_view arg)
{
    CHECK_OK(tt_local_set(&mine, tt_int(3)));
    pid_t pid = fork();
    int status;
    if (pid == 0) {
        MUST(tt_thread_current() == other && tt_thread_main() == other);
        MUST(tt_thread_active_count() == 1);
        MUST(tt_as_int(tt_local_get(&mine)) == 3);
        return tt_none(); /* it is the last thread of its process, which ends well */
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    return tt_ref(arg);
}

TEST(a_forking_thread_is_the_main_thread_of_the_child)
{
    skip_under_tsan();
#ifdef TT_ASAN_
    test_skip("LeakSanitizer misses the stack of main");
#endif
    other = tt_thread_new(forks, tt_none());
    CHECK_OK(tt_thread_start(other));
    CHECK_OK(tt_thread_join(other, HUNG));
    tt_thread_free(other);
}

static uint64_t id_of_other;

static void has_new_ids(void)
{
    MUST(tt_strand_find_(id_of_other) == NULL);
    MUST(tt_strand_find_(tt_strand_id()) != NULL);
    for (int i = 0; i < 100; i++) {
        tt_thread *t = tt_thread_new(NULL, tt_none());
        MUST(tt_thread_start(t) == 0);
        MUST(tt_thread_ident(t) != id_of_other && tt_thread_ident(t) >> TT_ID_EPOCH_SHIFT_ == 1);
        MUST(tt_thread_join(t, HUNG) == 0);
        tt_thread_free(t);
    }
}

TEST(ids_are_not_used_again_in_the_child)
{
    skip_under_tsan();
    other = started(sleeps, tt_none());
    id_of_other = tt_thread_ident(other);
    in_child(has_new_ids);
    end(other);
}

/* ---- locks of the library itself ---- */

static void ignore_line(void *unused, tt_log_level level, const char *line)
{
    (void)unused;
    (void)level;
    (void)line;
}

static void *talks(void *arg)
{
    while (!tt_load_relaxed_(&stop)) {
        (void)!tt_lock_release(&lock); /* misuse: names, log hook, recent lines */
        tt_set_error_hook(NULL, NULL);
        tt_thread_free(tt_thread_new(NULL, tt_none()));
        (void)tt_thread_active_count();
        tt_timer *timer = tt_timer_new(1, NULL, tt_none());
        tt_timer_cancel(timer);
        tt_timer_free(timer);
    }
    return arg;
}

static void talks_too(void)
{
    tt_lock l = TT_LOCK_INIT;
    MUST(tt_lock_release(&l) == -EPERM);
    tt_set_error_hook(NULL, NULL);
    tt_thread *t = tt_thread_new(NULL, tt_none());
    MUST(tt_thread_start(t) == 0);
    MUST(tt_thread_join(t, HUNG) == 0);
    tt_thread_free(t);
}

TEST_WITHIN(no_lock_of_the_library_is_left_closed_in_the_child, 60)
{
    pthread_t t;
    skip_under_tsan();
#ifdef TT_ASAN_
    test_skip("AddressSanitizer's allocator does not hold its own locks around a fork");
#endif
    tt_set_log(ignore_line, NULL);
    CHECK_EQ(pthread_create(&t, NULL, talks, NULL), 0);
    for (int i = 0; i < 100; i++) in_child(talks_too);
    tt_store_relaxed_(&stop, 1);
    CHECK_EQ(pthread_join(t, NULL), 0);
}

/* ---- futures ---- */

static tt_future *of_the_parent, *not_started;
static tt_executor *pool_of_the_parent;

static void waits_for_tasks_of_the_parent(void)
{
    tt_value v;
    tt_future *both[] = { of_the_parent, not_started };
    MUST(tt_future_result(of_the_parent, &v, HUNG) == 0);
    MUST(tt_error_code(v) == -ESHUTDOWN);
    tt_drop(v);
    MUST(tt_wait(both, 2, TT_ALL_COMPLETED, HUNG) == 0);
    tt_autoptr(tt_future) late = tt_submit(pool_of_the_parent, waits_for_event, tt_none());
    MUST(tt_future_result(late, &v, HUNG) == 0);
    MUST(tt_error_code(v) == -ESHUTDOWN);
    tt_drop(v);
}

static tt_group group;
static uint32_t group_runs;

static tt_value runs_in_group(tt_view arg)
{
    tt_store_release_(&group_runs, 1);
    return tt_sleep(TT_FOREVER) < 0 ? tt_error_from_code(-ECANCELED) : tt_ref(arg);
}

static void leaves_the_group(void)
{
    tt_value error = tt_group_leave(&group);
    MUST(tt_is_error(error));
    tt_drop(error);
}

TEST(a_group_with_tasks_of_the_parents_pools_can_be_left)
{
    skip_under_tsan();
    test_allow(0, 1, 1); /* the watchdog */
    tt_executor *ex = tt_thread_pool(.workers = 1);
    CHECK_OK(tt_group_enter(&group));
    tt_future_free(tt_group_submit_to(&group, ex, runs_in_group, tt_none()));
    tt_future_free(tt_group_submit_to(&group, ex, runs_in_group, tt_none(), .priority = -1));
    while (!tt_load_acquire_(&group_runs)) tt_yield();
    in_child(leaves_the_group);
    tt_group_cancel(&group);
    tt_drop(tt_group_leave(&group));
    tt_executor_free(ex);
}

TEST(tasks_of_the_parents_pools_have_failed)
{
    skip_under_tsan();
    test_allow(0, 1, 3); /* the watchdog */
    pool_of_the_parent = tt_thread_pool(.workers = 1, .exclusive = true);
    of_the_parent = tt_submit(pool_of_the_parent, waits_for_event, tt_none());
    not_started = tt_submit(pool_of_the_parent, waits_for_event, tt_none());
    while (!tt_future_running(of_the_parent))
        tt_yield();
    in_child(waits_for_tasks_of_the_parent);
    CHECK(!tt_future_done(of_the_parent));
    tt_event_set(&event);
    CHECK_OK(tt_executor_shutdown(pool_of_the_parent, TT_FOREVER));
    tt_executor_free(pool_of_the_parent);
    tt_future_free(of_the_parent);
    tt_future_free(not_started);
}
