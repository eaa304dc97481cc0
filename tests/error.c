/* Error values, their codes, and TT_TRY. */
#include "test.h"

#include <tutti.h>

TEST(an_error_has_type_message_and_cause)
{
    tt_auto e = tt_error_with_cause(tt_error("OSError", "disk"), "ValueError", "bad line %d", 3);
    CHECK(tt_is_error(e));
    CHECK_STR(tt_error_type(e), "ValueError");
    CHECK_STR(tt_error_message(e), "bad line 3");
    CHECK_STR(tt_error_type(tt_error_cause(e)), "OSError");
    CHECK(tt_is_none(tt_error_cause(tt_error_cause(e))));
}

TEST(a_code_and_its_error_stand_for_each_other)
{
    static const int codes[] = { -EINVAL, -EPERM, -ETIMEDOUT, -ESHUTDOWN, -ECANCELED, -ENOMEM, -EPIPE, -ENODATA };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        tt_auto e = tt_error_from_code(codes[i]);
        CHECK_EQ(tt_error_code(e), codes[i]);
        CHECK_STR(tt_error_message(e), tt_strerror(codes[i]));
    }
    tt_auto e = tt_error("TimeoutError", "mine");
    CHECK_EQ(tt_error_code(e), -ETIMEDOUT);
}

static int answer(int code)
{
    return code;
}

static tt_value tries(tt_view arg)
{
    int n = TT_TRY(answer((int)tt_as_int(arg)));
    return tt_int(n + 1);
}

static tt_value tries_value(tt_view arg)
{
    tt_auto s = TT_TRY(tt_str(tt_as_str(arg)));
    return tt_int(tt_str_len(s));
}

TEST(try_returns_a_negative_code_as_an_error)
{
    tt_auto e = tries(tt_view_of(tt_int(-ETIMEDOUT)));
    CHECK(tt_error_is(e, "TimeoutError"));
    CHECK_EQ(tt_as_int(tries(tt_view_of(tt_int(6)))), 7);
}

TEST(try_returns_an_error_value)
{
    tt_auto good = tt_str("four");
    CHECK_EQ(tt_as_int(tries_value(tt_view_of(good))), 4);
}

TEST(every_code_has_a_line)
{
    for (int code = -133; code <= 1; code++) CHECK(*tt_strerror(code));
    CHECK_STR(tt_strerror(-100000), "unknown code");
}

TEST(what_must_succeed_hands_its_value_through)
{
    CHECK_EQ(TT_MUST(answer(7)), 7);
    tt_auto s = TT_MUST(tt_str("kept"));
    CHECK_STR(tt_as_str(s), "kept");
}

TEST_EXIT(a_code_that_must_not_be_ends_the_program, 1)
{
    fclose(stderr);
    (void)TT_MUST(answer(-ETIMEDOUT));
}

TEST_EXIT(an_error_that_must_not_be_ends_the_program, 1)
{
    fclose(stderr);
    tt_auto never = TT_MUST(tt_error("ValueError", "planted"));
    CHECK(false);
}
