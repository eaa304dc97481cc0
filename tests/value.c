/* Values: kinds, ownership, reading back. */
#include "test.h"

#include <limits.h>
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
}

TEST(a_str_is_a_copy_and_knows_its_code_points)
{
    char text[] = "na\xc3\xafve";
    tt_auto s = tt_str(text);
    text[0] = 'X';
    size_t size;
    const char *p;
    CHECK_OK(tt_get_str(s, &p, &size));
    CHECK_STR(p, "na\xc3\xafve");
    CHECK_EQ(size, 6);
    CHECK_EQ(tt_str_len(s), 5);
}

TEST(what_is_not_utf8_is_no_str)
{
    static const char *const bad[] = { "\xff", "a\xc3", "\xc0\x80", "\xe0\x80\x80", "\xf4\x90\x80\x80", "\x80" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tt_auto s = tt_str(bad[i]);
        CHECK(tt_error_is(s, "UnicodeDecodeError"));
        tt_auto t = tt_str_of_bytes(bad[i], strlen(bad[i]));
        CHECK_EQ(tt_str_len(t), (int64_t)strlen(bad[i]));
    }
}

TEST(a_reference_keeps_a_value_alive)
{
    tt_value s = tt_str("kept");
    tt_value mine = tt_ref(s);
    tt_drop(s);
    CHECK_STR(tt_as_str(mine), "kept");
    tt_drop(mine);
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
