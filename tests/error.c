/* Error values, their codes, and TT_TRY. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

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

/* Not inlined and not static, so that it has a frame and a name. */
tt_value made_in_here(void);
__attribute__((noinline)) tt_value made_in_here(void)
{
    tt_value e = tt_error("ValueError", "%600d", 7);
    __asm__ volatile("" ::: "memory"); /* no tail call */
    return e;
}

TEST(an_error_knows_where_it_was_made)
{
    void *frames[4], *self = (void *)(uintptr_t)made_in_here;
    tt_auto e = made_in_here();
    CHECK_EQ(tt_error_backtrace(e, frames, 4), 4);
    CHECK_GT((char *)frames[0] - (char *)self, 0);
    CHECK_LT((char *)frames[0] - (char *)self, 200);
    CHECK_EQ(strlen(tt_error_message(e)), 600);
    CHECK_EQ(tt_error_backtrace(tt_int(1), frames, 4), 0);
    tt_auto text = tt_error_traceback(e);
    CHECK(strstr(tt_as_str(text), "  test_an_error_knows_where_it_was_made_+0x"));
    CHECK(strstr(tt_as_str(text), "\n  made_in_here+0x"));
}

TEST(an_error_is_printed_causes_first)
{
    char *out = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&out, &size);
    tt_auto e = tt_error_rebuild(tt_error_rebuild(tt_none(), "OSError", "disk", 4, NULL), "ValueError", "bad", 3,
                                 "  main+0x10\n  read+0x20\n");
    tt_error_print(e, to);
    fclose(to);
    CHECK_STR(out, "OSError: disk\n"
                   "\nThe above exception was the direct cause of the following exception:\n\n"
                   "Traceback (most recent call last):\n  main+0x10\n  read+0x20\nValueError: bad\n");
    free(out);
    tt_auto text = tt_error_traceback(e);
    CHECK_STR(tt_as_str(text), "  main+0x10\n  read+0x20\n");
}

TEST(a_long_chain_of_causes_is_printed_in_order)
{
    tt_auto e = tt_none();
    char *out = NULL, *at;
    size_t size = 0;
    for (int i = 0; i < 1000; i++) {
        char number[20];
        snprintf(number, sizeof number, "%d", i);
        e = tt_error_rebuild(e, "E", number, strlen(number), NULL);
    }
    FILE *to = open_memstream(&out, &size);
    tt_error_print(e, to);
    fclose(to);
    at = out;
    for (int i = 0; i < 1000; i++) {
        char line[20];
        snprintf(line, sizeof line, "E: %d\n", i);
        CHECK_NOT_NULL(at = strstr(at, line));
        at++;
    }
    CHECK_NULL(strstr(at, "E: "));
    free(out);
}

TEST(a_cause_that_is_no_error_is_told)
{
    tt_auto e = tt_error_with_cause(tt_list(), "ValueError", "x");
    CHECK(tt_error_is(tt_error_cause(e), "TypeError"));
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
