/* Values: kinds, ownership, reading back. */
#include "test.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <tutti.h>

#include "value/object.h"

TEST(zero_bytes_are_none)
{
    tt_value v;
    memset(&v, 0, sizeof v);
    CHECK(tt_is_none(v));
    CHECK_EQ(sizeof(tt_value), 16);
    CHECK_EQ(sizeof(tt_view), 16);
}

TEST(immediates_come_back_as_they_went_in)
{
    CHECK_EQ(tt_as_int(tt_int(INT64_MIN)), INT64_MIN);
    CHECK_EQ(tt_as_int(tt_int(INT64_MAX)), INT64_MAX);
    CHECK_EQ(tt_as_bool(tt_bool(true)), true);
    CHECK_FLOAT(tt_as_float(tt_float(-0.0)), -0.0);
    CHECK_EQ((intptr_t)tt_as_pointer(tt_pointer(&tt_clock)), (intptr_t)&tt_clock);
}

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

TEST(a_function_is_a_value)
{
    CHECK(tt_as_function(tt_function(nothing)) == nothing);
}

TEST(checked_forms_refuse_other_kinds_and_leave_the_output)
{
    int64_t n = 42;
    double d = 4.5;
    bool b = true;
    CHECK_EQ(tt_get_int(tt_float(1), &n), -EINVAL);
    CHECK_EQ(tt_get_int(tt_none(), &n), -EINVAL);
    CHECK_EQ(n, 42);
    CHECK_EQ(tt_get_float(tt_none(), &d), -EINVAL);
    CHECK_FLOAT(d, 4.5);
    CHECK_EQ(tt_get_bool(tt_int(0), &b), -EINVAL);
    CHECK(b);
    CHECK_OK(tt_get_int(tt_bool(true), &n));
    CHECK_EQ(n, 1);
    CHECK_OK(tt_get_float(tt_int(3), &d));
    CHECK_FLOAT(d, 3.0);
}

static int lines;
static char last_line[1100];
static void keep(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    lines++;
    snprintf(last_line, sizeof last_line, "%s", line);
}

TEST(the_unchecked_form_of_another_kind_is_0_and_reported)
{
    tt_set_log(keep, NULL);
    tt_auto s = tt_str("seven");
    CHECK_EQ(tt_as_int(s), 0);
    CHECK_EQ(lines, 1);
    CHECK(strstr(last_line, "tt_as_int of a value of type str"));
    CHECK_STR(tt_as_str(tt_int(7)), "");
    CHECK_EQ(lines, 2);
    CHECK_EQ(tt_as_uint(s), 0);
    for (volatile int i = 0; i < 3; i++) CHECK_EQ(tt_as_uint(s), 0); /* another place, once if it is not unrolled */
    CHECK_EQ(lines, 4);
}

TEST(a_reference_keeps_a_value_alive)
{
    tt_value s = tt_str("kept");
    tt_value mine = tt_ref(s);
    tt_drop(s);
    CHECK_STR(tt_as_str(mine), "kept");
    tt_drop(mine);
}

TEST(deep_values_are_dropped_without_stack)
{
    tt_value v = tt_list();
    for (int i = 0; i < 100000; i++) {
        v = i % 3 == 0 ? tt_list_of(1, v) : i % 3 == 1 ? tt_tuple_of(v, "x") : tt_dict_of("k", v);
        CHECK(!tt_is_error(v));
    }
    tt_drop(v);
    tt_value e = tt_none();
    for (int i = 0; i < 100000; i++) e = tt_error_with_cause(e, "E", "%d", i);
    tt_drop(e);
}

static void *refs_and_drops(void *v)
{
    for (int i = 0; i < 100000; i++) tt_drop(tt_ref(*(tt_value *)v));
    return NULL;
}

TEST(references_are_counted_by_all_threads_at_once)
{
    tt_auto v = tt_list_of("shared", tt_dict());
    pthread_t other[3];
    for (int i = 0; i < 3; i++) CHECK_OK(pthread_create(&other[i], NULL, refs_and_drops, &v));
    refs_and_drops(&v);
    for (int i = 0; i < 3; i++) CHECK_OK(pthread_join(other[i], NULL));
    CHECK_STR(tt_as_str(tt_at(v, 0)), "shared");
}

static void *reads_and_drops(void *v)
{
    tt_value mine = *(tt_value *)v;
    CHECK_STR(tt_as_str(tt_at(mine, 0)), "shared");
    tt_drop(mine);
    return NULL;
}

/* Whoever drops last frees it, after the others have read: ThreadSanitizer sees if nothing orders that. */
TEST(any_thread_may_drop_last)
{
    for (int i = 0; i < 300; i++) {
        tt_value v = tt_list_of("shared", tt_dict());
        tt_value mine[2] = { tt_ref(v), v };
        pthread_t other[2];
        for (int k = 0; k < 2; k++) CHECK_OK(pthread_create(&other[k], NULL, reads_and_drops, &mine[k]));
        for (int k = 0; k < 2; k++) CHECK_OK(pthread_join(other[k], NULL));
    }
}

TEST(take_moves_a_value_out)
{
    tt_auto s = tt_str("moved");
    tt_value mine = tt_take(&s);
    CHECK(tt_is_none(s));
    CHECK_STR(tt_as_str(mine), "moved");
    tt_drop(mine);
}

TEST(the_memory_error_never_hides_in_a_container)
{
    tt_auto l = tt_list(), d = tt_dict(), s = tt_set();
    tt_auto t = tt_tuple_of(1, tt_error_no_memory(), "dropped");
    CHECK(tt_error_is(t, "MemoryError"));
    CHECK_EQ(tt_list_append(l, tt_error_no_memory()), -ENOMEM);
    CHECK_EQ(tt_dict_set(d, tt_int(1), tt_error_no_memory()), -ENOMEM);
    CHECK_EQ(tt_dict_set(d, tt_error_no_memory(), tt_str("dropped")), -ENOMEM);
    CHECK_EQ(tt_set_add(s, tt_error_no_memory()), -ENOMEM);
    CHECK_EQ(tt_len(l) + tt_len(d) + tt_len(s), 0);
}

TEST(without_memory_constructors_answer_memory_error)
{
    tt_memory_fail_after_(1);
    tt_value s = tt_str("x");
    CHECK(tt_error_is(s, "MemoryError"));
    CHECK_EQ(tt_error_code(s), -ENOMEM);
    CHECK(tt_memory_failed_());
    tt_drop(s);
    tt_memory_fail_after_(1);
    tt_value e = tt_error("ValueError", "x");
    CHECK(tt_error_is(e, "MemoryError"));
    tt_drop(e);
    tt_memory_fail_after_(0);
}
