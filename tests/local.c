/* Local: values that belong to a strand; when they are destroyed; defaults; what fails. */
#include "strands.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <tutti/error.h>
#include <tutti/local.h>
#include <tutti/lock.h>
#include <tutti/str.h>
#include <tutti/thread.h>

#include "base/atomic.h"
#include "base/memory.h"
#include "strand/locals.h"

#define HUNG tt_after(8)

static tt_value run_in_thread(tt_fn run, tt_value arg)
{
    tt_autoptr(tt_thread) t = tt_thread_new(run, arg);
    tt_value v;
    CHECK_NOT_NULL(t);
    CHECK_OK(tt_thread_start(t));
    CHECK_OK(tt_thread_result(t, &v, HUNG));
    return v;
}

static tt_local number, text;

static tt_value look_and_set(tt_view arg)
{
    if (tt_local_has(&number) || !tt_is_none(tt_local_get(&number))) return tt_int(-1);
    if (tt_local_set(&number, tt_ref(arg)) < 0) return tt_int(-2);
    return tt_ref(tt_local_get(&number));
}

TEST(a_value_is_seen_by_its_strand_alone)
{
    CHECK_OK(tt_local_set(&number, tt_int(1)));
    CHECK_EQ(tt_as_int(run_in_thread(look_and_set, tt_int(2))), 2);
    CHECK_EQ(tt_as_int(tt_local_get(&number)), 1);
    CHECK_OK(tt_local_delete(&number));
}

TEST(without_a_value_there_is_none)
{
    CHECK(!tt_local_has(&number));
    CHECK(tt_is_none(tt_local_get(&number)));
    CHECK_EQ(tt_local_delete(&number), -ENOENT);
    CHECK_OK(tt_local_set(&number, tt_none()));
    CHECK(tt_local_has(&number));
    CHECK_OK(tt_local_delete(&number));
    CHECK(!tt_local_has(&number));
    CHECK_EQ(tt_local_delete(&number), -ENOENT);
}

static tt_value sets_strings(tt_view arg)
{
    for (int i = 0; i < 3; i++)
        if (tt_local_set(&text, tt_str("a string that is long enough to be counted")) < 0) return tt_int(-1);
    return tt_ref(arg);
}

TEST(the_values_of_a_strand_are_dropped_when_it_ends)
{
    CHECK_EQ(tt_as_int(run_in_thread(sets_strings, tt_int(5))), 5); /* the runner counts allocations */
}

/* ---- pointers ---- */

static uint32_t destroyed;

static void count_and_free(void *p)
{
    tt_add_relaxed_(&destroyed, 1);
    free(p);
}

static tt_value sets_pointers(tt_view unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++)
        if (tt_local_set_pointer(&number, malloc(8), count_and_free) < 0) return tt_int(-1);
    return tt_int(destroyed);
}

TEST(a_pointer_is_destroyed_when_replaced_and_at_the_end)
{
    CHECK_EQ(tt_as_int(run_in_thread(sets_pointers, tt_none())), 1);
    CHECK_EQ(destroyed, 2);
    CHECK_NULL(tt_local_pointer(&number));
    CHECK_OK(tt_local_set_pointer(&number, &destroyed, NULL));
    CHECK(tt_local_pointer(&number) == &destroyed);
    CHECK_OK(tt_local_delete(&number));
    CHECK_EQ(destroyed, 2);
}

static tt_lock l;

static void uses_the_strand(void *p)
{
    tt_with_lock (&l) tt_add_relaxed_((uint32_t *)p, (uint32_t)(tt_strand_id() != 0 && tt_thread_current() != NULL));
}

static tt_value leaves_one(tt_view arg)
{
    return tt_int(tt_local_set_pointer(&number, tt_as_pointer(arg), uses_the_strand));
}

TEST(a_destructor_runs_on_a_whole_strand)
{
    CHECK_OK(tt_as_int(run_in_thread(leaves_one, tt_pointer(&destroyed))));
    CHECK_EQ(destroyed, 1);
}

static void *foreign(void *arg)
{
    if (tt_local_set(&text, tt_str("a string that is long enough to be counted")) < 0) return NULL;
    return tt_local_set_pointer(&number, arg, uses_the_strand) < 0 ? NULL : arg;
}

TEST(foreign_threads_have_them_too)
{
    pthread_t os;
    void *r;
    CHECK_EQ(pthread_create(&os, NULL, foreign, &destroyed), 0);
    CHECK_EQ(pthread_join(os, &r), 0);
    CHECK(r == &destroyed);
    CHECK_EQ(destroyed, 1);
}

/* ---- destructors that set again ---- */

static int last_answer;

static void sets_again(void *p)
{
    destroyed++;
    last_answer = tt_local_set_pointer(destroyed % 2 ? &number : &text, p, sets_again);
}

static tt_value leaves_an_endless_one(tt_view arg)
{
    return tt_int(tt_local_set_pointer(&number, tt_as_pointer(arg), sets_again));
}

TEST(destructors_that_set_for_ever_are_told_to_stop)
{
    CHECK_OK(tt_as_int(run_in_thread(leaves_an_endless_one, tt_pointer(&l))));
    CHECK_EQ(last_answer, -ESHUTDOWN);
    CHECK_GE(destroyed, 8);
}

/* ---- defaults ---- */

static int made;

static tt_value make_text(tt_view unused)
{
    (void)unused;
    made++;
    return tt_str("made for this strand, and long enough to be counted");
}

static tt_local buffer = TT_LOCAL_DEFAULT(make_text);

static tt_value get_twice(tt_view unused)
{
    (void)unused;
    bool there = tt_is_kind(tt_local_get(&buffer), TT_STR) && tt_is_kind(tt_local_get(&buffer), TT_STR);
    return tt_bool(there);
}

TEST(a_default_is_made_once_per_strand)
{
    CHECK(!tt_local_has(&buffer));
    CHECK(tt_as_bool(get_twice(tt_view_of(tt_none()))));
    CHECK_EQ(made, 1);
    CHECK(tt_local_has(&buffer));
    CHECK(tt_as_bool(run_in_thread(get_twice, tt_none())));
    CHECK_EQ(made, 2);
    CHECK_OK(tt_local_delete(&buffer));
}

static tt_value make_third_time(tt_view unused)
{
    (void)unused;
    return ++made < 3 ? tt_error("ValueError", "not yet") : tt_int(3);
}

TEST(a_default_that_fails_is_tried_again)
{
    static tt_local l3 = TT_LOCAL_DEFAULT(make_third_time);
    CHECK(tt_is_error(tt_local_get(&l3)));
    CHECK(tt_is_error(tt_local_get(&l3)));
    CHECK_EQ(tt_as_int(tt_local_get(&l3)), 3);
    CHECK_EQ(tt_as_int(tt_local_get(&l3)), 3);
    CHECK_OK(tt_local_delete(&l3));
}

/* ---- many, and again in the same place ---- */

TEST(many_locals_do_not_mix)
{
    enum { N = 500 };
    static tt_local many[N];
    for (int i = 0; i < N; i++) CHECK_OK(tt_local_set(&many[i], tt_int(i)));
    for (int i = 0; i < N; i += 3) CHECK_OK(tt_local_delete(&many[i]));
    for (int i = 0; i < N; i++) CHECK_EQ(tt_local_has(&many[i]), i % 3 != 0);
    for (int i = 0; i < N; i++)
        if (i % 3) CHECK_EQ(tt_as_int(tt_local_get(&many[i])), i);
    tt_locals_clear_(tt_self_.strand);
    for (int i = 0; i < N; i++) CHECK(!tt_local_has(&many[i]));
}

TEST(a_new_local_in_old_memory_has_no_value)
{
    tt_local place = TT_LOCAL_INIT;
    CHECK_OK(tt_local_set(&place, tt_int(1)));
    place = (tt_local)TT_LOCAL_INIT;
    CHECK(!tt_local_has(&place));
    tt_locals_clear_(tt_self_.strand);
}

/* ---- coroutines ---- */

struct seen {
    int64_t wants;
    int answer;
};

static void set_wait_look(void *arg)
{
    struct seen *s = arg;
    bool fresh = !tt_local_has(&number) && !tt_local_has(&text);
    int r = tt_local_set(&number, tt_int(s->wants));
    if (r == 0) r = tt_local_set(&text, tt_str("a string that is long enough to be counted"));
    if (r == 0) r = tt_sleep(tt_after(0.002));
    s->answer = r < 0 ? r : fresh && tt_as_int(tt_local_get(&number)) == s->wants;
}

TEST_STRANDS(strands_that_take_turns_keep_their_own)
{
    enum { N = 20 };
    struct seen seen[2 * N];
    struct strand *s[N];
    for (int round = 0; round < 2; round++) { /* the second time on stacks that were used before */
        for (int i = 0; i < N; i++) {
            seen[i] = (struct seen){ i + 100 * round, 0 };
            s[i] = go(i % 2 ? one : other, set_wait_look, &seen[i]);
        }
        finish_all(s, N);
        for (int i = 0; i < N; i++) CHECK_EQ(seen[i].answer, 1);
    }
}

/* ---- what fails ---- */

TEST(a_set_without_memory_keeps_the_value_there_was)
{
    CHECK_OK(tt_local_set(&number, tt_int(1)));
    tt_memory_fail_after_(1);
    CHECK_OK(tt_local_set(&number, tt_int(2))); /* replacing needs none */
    tt_local more[8] = { { 0, NULL, NULL } };
    int r = 0;
    for (int i = 0; i < 8 && r == 0; i++) r = tt_local_set(&more[i], tt_int(i));
    CHECK_EQ(r, -ENOMEM);
    CHECK_EQ(tt_as_int(tt_local_get(&number)), 2);
    CHECK_EQ(tt_as_int(tt_local_get(&more[0])), 0);
    CHECK_EQ(tt_local_set(&number, tt_error_no_memory()), -ENOMEM); /* what a constructor answers is no value to keep */
    CHECK_EQ(tt_as_int(tt_local_get(&number)), 2);
    tt_locals_clear_(tt_self_.strand);
}

TEST(a_default_without_memory_is_an_error_not_a_crash)
{
    for (int n = 1; n <= 2; n++) {
        tt_memory_fail_after_(n);
        CHECK(tt_error_is(tt_local_get(&buffer), "MemoryError"));
        tt_memory_fail_after_(0);
    }
    CHECK(tt_is_kind(tt_local_get(&buffer), TT_STR));
    tt_locals_clear_(tt_self_.strand);
}
