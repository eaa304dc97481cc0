/* wait.c - wait, as_completed, gather: by a plain thread and in tasks.
 * labels: quick */
#include <pthread.h>
#include <tutti/error.h>
#include <tutti/compare.h>
#include <tutti/list.h>
#include <tutti/scope.h>
#include <tutti/strand.h>
#include <tutti/thread_pool.h>
#include <tutti/wait.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "test.h"

#define KEEPS test_allow(0, 1, 8) /* the watchdog; chunks of strand descriptors */

enum { N = 5 };
static tt_future *f[N];

static void make(void)
{
    for (int i = 0; i < N; i++)
        f[i] = tt_future_new();
}

static void drop(void)
{
    for (int i = 0; i < N; i++) {
        tt_drop(tt_future_done(f[i]) ? tt_await(f[i]) : tt_none());
        tt_future_free(f[i]);
    }
}

static void set(int i)
{
    CHECK_OK(tt_future_set_result(f[i], tt_int(i)));
}

TEST(waiting_for_nothing_is_over_at_once)
{
    CHECK_OK(tt_wait(NULL, 0, TT_ALL_COMPLETED, TT_NOW));
    CHECK_OK(tt_wait(NULL, 0, TT_FIRST_COMPLETED, TT_FOREVER));
    CHECK_EQ(tt_wait(NULL, 0, (tt_wait_for)7, TT_NOW), -EINVAL);
}

TEST(wait_is_over_when_enough_are)
{
    KEEPS;
    make();
    CHECK_EQ(tt_wait(f, N, TT_FIRST_COMPLETED, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_wait(f, N, TT_FIRST_COMPLETED, tt_after(0.002)), -ETIMEDOUT);
    set(3);
    CHECK_OK(tt_wait(f, N, TT_FIRST_COMPLETED, TT_NOW));
    CHECK_EQ(tt_wait(f, N, TT_ALL_COMPLETED, tt_after(0.002)), -ETIMEDOUT);
    CHECK_OK(tt_future_cancel(f[0]));
    CHECK_EQ(tt_wait(f, N, TT_FIRST_ERROR, tt_after(0.002)), -ETIMEDOUT); /* cancelled is no error */
    CHECK_OK(tt_future_set_error(f[1], tt_error("ValueError", "x")));
    CHECK_OK(tt_wait(f, N, TT_FIRST_ERROR, TT_NOW));
    CHECK_EQ(tt_wait(f, N, TT_ALL_COMPLETED, TT_NOW), -EAGAIN);
    set(2);
    set(4);
    CHECK_OK(tt_wait(f, N, TT_ALL_COMPLETED, TT_NOW));
    drop();
}

TEST(first_error_is_over_when_all_are)
{
    KEEPS;
    make();
    for (int i = 0; i < N; i++)
        set(i);
    CHECK_OK(tt_wait(f, N, TT_FIRST_ERROR, TT_NOW));
    drop();
}

/* Completes them one after the other, the last first. */
static void *complete_backwards(void *arg)
{
    (void)arg;
    for (int i = N - 1; i >= 0; i--) {
        (void)tt_sleep(tt_after(0.002));
        if (i == 2)
            CHECK_OK(tt_future_set_error(f[i], tt_error("KeyError", "two")));
        else
            set(i);
    }
    return NULL;
}

static int done_now(void)
{
    int n = 0;
    for (int i = 0; i < N; i++)
        n += tt_future_done(f[i]);
    return n;
}

TEST(wait_wakes_for_what_it_waits_for)
{
    KEEPS;
    pthread_t thread;
    make();
    CHECK_OK(pthread_create(&thread, NULL, complete_backwards, NULL));
    CHECK_OK(tt_wait(f, N, TT_FIRST_COMPLETED, tt_after(8)));
    CHECK_GE(done_now(), 1);
    CHECK_OK(tt_wait(f, N, TT_FIRST_ERROR, tt_after(8)));
    CHECK(tt_future_done(f[2]));
    CHECK_OK(tt_wait(f, N, TT_ALL_COMPLETED, tt_after(8)));
    CHECK_EQ(done_now(), N);
    pthread_join(thread, NULL);
    drop();
}

TEST(repeats_collapse)
{
    KEEPS;
    pthread_t thread;
    size_t i, order[3], n = 0;
    make();
    tt_future *twice[12] = { f[0], f[0], f[1], f[0], f[1], f[2], f[2], f[0], f[1], f[2], f[0], f[1] };
    tt_autoptr(tt_completed) c = tt_as_completed(twice, 12);
    CHECK_EQ(tt_completed_left(c), 3);
    CHECK_OK(pthread_create(&thread, NULL, complete_backwards, NULL));
    CHECK_OK(tt_wait(twice, 12, TT_ALL_COMPLETED, tt_after(8)));
    while (tt_completed_next(c, &i, TT_NOW) == 1)
        order[n++] = i;
    CHECK_EQ(n, 3);
    CHECK(order[0] == 5 && order[1] == 2 && order[2] == 0);
    pthread_join(thread, NULL);
    drop();
}

TEST(as_completed_gives_them_in_order_of_completion)
{
    KEEPS;
    pthread_t thread;
    size_t i, expected = N;
    make();
    tt_autoptr(tt_completed) c = tt_as_completed(f, N);
    CHECK_EQ(tt_completed_next(c, &i, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_completed_next(c, &i, tt_after(0.002)), -ETIMEDOUT);
    CHECK_OK(pthread_create(&thread, NULL, complete_backwards, NULL));
    while (tt_completed_next(c, &i, tt_after(8)) == 1)
        CHECK_EQ(i, --expected);
    CHECK_EQ(expected, 0);
    CHECK_EQ(tt_completed_next(c, &i, TT_FOREVER), 0);
    pthread_join(thread, NULL);
    drop();
}

TEST(as_completed_may_be_left_early)
{
    KEEPS;
    size_t i;
    make();
    set(1);
    tt_completed *c = tt_as_completed(f, N);
    set(3);
    CHECK_EQ(tt_completed_next(c, &i, TT_FOREVER), 1);
    CHECK_EQ(i, 1);
    tt_completed_free(c);
    set(0);
    tt_completed_free(NULL);
    drop();
}

TEST(cancelling_a_wait_leaves_the_futures_alone)
{
    KEEPS;
    size_t i;
    tt_value v = tt_none();
    make();
    tt_autoptr(tt_completed) c = tt_as_completed(f, N);
    tt_deadline_scope (tt_after(0.002)) {
        CHECK_EQ(tt_wait(f, N, TT_FIRST_COMPLETED, TT_FOREVER), -ECANCELED);
        CHECK_EQ(tt_completed_next(c, &i, TT_FOREVER), -ECANCELED);
        CHECK_EQ(tt_gather(f, N, &v, TT_FOREVER), -ECANCELED);
    }
    CHECK_EQ(done_now(), 0);
    CHECK(tt_is_none(v));
    drop();
}

TEST(gather_gives_results_in_order_or_the_first_error)
{
    KEEPS;
    pthread_t thread;
    tt_value v;
    make();
    CHECK_EQ(tt_gather(f, N, &v, tt_after(0.002)), -ETIMEDOUT);
    CHECK_OK(pthread_create(&thread, NULL, complete_backwards, NULL));
    CHECK_OK(tt_gather(f, N, &v, tt_after(8)));
    CHECK(tt_error_is(v, "KeyError"));
    tt_drop(v);
    CHECK_OK(tt_gather(f, N, &v, tt_after(8), .return_errors = true));
    CHECK_EQ(tt_len(v), N);
    CHECK_EQ(tt_as_int(tt_at(tt_view_of(v), 3)), 3);
    CHECK(tt_error_is(tt_at(tt_view_of(v), 2), "KeyError"));
    tt_drop(v);
    CHECK_OK(tt_gather(f, 2, &v, TT_NOW));
    CHECK_EQ(tt_len(v), 2);
    tt_drop(v);
    CHECK_OK(tt_gather(f, 0, &v, TT_NOW));
    CHECK_EQ(tt_len(v), 0);
    tt_drop(v);
    pthread_join(thread, NULL);
    drop();
}

TEST(gather_of_a_cancelled_one_is_its_error)
{
    KEEPS;
    tt_value v;
    make();
    CHECK_OK(tt_future_cancel(f[4]));
    CHECK_OK(tt_gather(f, N, &v, TT_FOREVER));
    CHECK(tt_error_is(v, "CancelledError"));
    CHECK_EQ(done_now(), 1);
    tt_drop(v);
    drop();
}

/* --- select --- */

TEST(select_on_futures)
{
    KEEPS;
    pthread_t thread;
    make();
    tt_event never = TT_EVENT_INIT;
    tt_case cases[] = { tt_on_event(&never), tt_on_future(f[0]), tt_on_future(f[4]) };
    CHECK_EQ(tt_select(cases, 3, TT_NOW), -EAGAIN);
    CHECK_EQ(tt_select(cases, 3, tt_after(0.002)), -ETIMEDOUT);
    CHECK_OK(pthread_create(&thread, NULL, complete_backwards, NULL));
    CHECK_EQ(tt_select(cases, 3, tt_after(8)), 2);
    CHECK_OK(cases[2].result);
    CHECK_EQ(tt_select(cases, 2, tt_after(8)), 1);
    CHECK_EQ(tt_select(cases, 3, TT_NOW), 1); /* the first listed */
    pthread_join(thread, NULL);
    CHECK_OK(tt_future_result(f[4], &(tt_value){ 0, 0 }, TT_NOW));
    drop();
}

/* --- tasks --- */

static tt_value wait_for_all(tt_view arg)
{
    (void)arg;
    CHECK_OK(tt_wait(f, N, TT_ALL_COMPLETED, tt_after(8)));
    return tt_int(done_now());
}

TEST(a_task_waits_for_many)
{
    KEEPS;
    make();
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) t = tt_submit(ex, wait_for_all, tt_none());
        complete_backwards(NULL);
        CHECK_EQ(tt_as_int(tt_await(t)), N);
    }
    drop();
}

static tt_value wait_for_myself(tt_view arg)
{
    size_t i;
    tt_future **self = tt_as_pointer(arg);
    while (!tt_load_acquire_(self))
        tt_yield();
    CHECK_EQ(tt_wait(self, 1, TT_FIRST_COMPLETED, TT_FOREVER), -EDEADLK);
    CHECK_EQ(tt_wait(self, 1, TT_ALL_COMPLETED, TT_FOREVER), -EDEADLK);
    tt_autoptr(tt_completed) c = tt_as_completed(self, 1);
    CHECK_EQ(tt_completed_next(c, &i, TT_FOREVER), -EDEADLK);
    return tt_none();
}

static tt_value pause(tt_view arg)
{
    (void)arg;
    return tt_int(tt_sleep(tt_after(0.002)));
}

TEST(waiting_for_oneself_is_a_deadlock_that_is_told)
{
    KEEPS;
    static tt_future *self;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_future_free(tt_submit(ex, pause, tt_none()));
        tt_future *task = tt_submit(ex, wait_for_myself, tt_pointer(&self), .priority = -1);
        tt_store_release_(&self, task);
        CHECK(tt_is_none(tt_await(task)));
        tt_future_free(task);
    }
}

static uint32_t worker_is_free;

static tt_value keep_the_worker(tt_view arg)
{
    while (!tt_load_acquire_(&worker_is_free)) sched_yield();
    return tt_ref(arg);
}

TEST(what_is_pending_at_its_deadline_ends_a_select)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_future *busy = tt_submit(ex, keep_the_worker, tt_none());
        while (!tt_future_running(busy)) tt_yield();
        tt_future *late = tt_submit(ex, keep_the_worker, tt_none(), .deadline = tt_after(0.02));
        tt_case cases[] = { tt_on_future(busy), tt_on_future(late) };
        CHECK_EQ(tt_select(cases, 2, TT_FOREVER), 1);
        tt_auto error = tt_await(late);
        CHECK_EQ(tt_error_code(error), -ETIMEDOUT);
        tt_store_release_(&worker_is_free, 1);
        tt_future_free(busy);
        tt_future_free(late);
    }
}

TEST(what_is_pending_past_its_deadline_ends_the_wait)
{
    KEEPS;
    tt_with_executor (ex, tt_thread_pool(.workers = 1)) {
        tt_future *slow[2] = { tt_submit(ex, pause, tt_none()), NULL };
        slow[1] = tt_submit(ex, pause, tt_none(), .deadline = tt_after(-1));
        CHECK_OK(tt_wait(slow, 2, TT_FIRST_ERROR, tt_after(8)));
        CHECK(tt_future_done(slow[1]));
        tt_drop(tt_await(slow[1]));
        tt_future_free(slow[0]);
        tt_future_free(slow[1]);
    }
}

TEST(thousands_complete_in_some_order_each_once)
{
    KEEPS;
    enum { MANY = 3000 };
    static tt_future *many[MANY];
    static char seen[MANY];
    size_t i, n = 0;
    tt_with_executor (ex, tt_thread_pool(.workers = 2)) {
        for (int k = 0; k < MANY; k++)
            many[k] = tt_submit(ex, pause, tt_none());
        tt_autoptr(tt_completed) c = tt_as_completed(many, MANY);
        for (; tt_completed_next(c, &i, tt_after(8)) == 1; n++)
            CHECK_EQ(seen[i]++, 0);
        CHECK_EQ(n, MANY);
        CHECK_OK(tt_wait(many, MANY, TT_ALL_COMPLETED, TT_NOW));
        for (int k = 0; k < MANY; k++)
            tt_future_free(many[k]);
    }
}

TEST(without_memory_every_call_answers)
{
    KEEPS;
    tt_value v;
    tt_future *many[12];
    make();
    for (int k = 0; k < 12; k++)
        many[k] = f[k % N];
    CHECK_EQ(tt_wait(f, N, TT_ALL_COMPLETED, tt_after(-1)), -ETIMEDOUT);
    tt_memory_fail_after_(1);
    CHECK_EQ(tt_wait(many, 12, TT_ALL_COMPLETED, tt_after(0.001)), -ENOMEM);
    for (int n = 1; n <= 2; n++) {
        tt_memory_fail_after_(n);
        CHECK_NULL(tt_as_completed(f, N));
    }
    for (int k = 0; k < N; k++)
        set(k);
    tt_memory_fail_after_(1);
    CHECK_OK(tt_gather(f, N, &v, TT_NOW));
    CHECK(tt_error_is(v, "MemoryError"));
    tt_memory_fail_after_(0);
    drop();
}
