/* Text and bytes. */
#include "test.h"

#include <tutti.h>

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
    CHECK_EQ(tt_str_len(tt_int(1)), -EINVAL);
}

TEST(what_is_not_utf8_is_no_str)
{
    static const char *const bad[] = { "\xff", "a\xc3", "\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80",
                                       "\xf4\x90\x80\x80", "\x80", "\xe2\x82", "\xe2(\xa1" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tt_auto s = tt_str(bad[i]);
        CHECK(tt_error_is(s, "UnicodeDecodeError"));
    }
    tt_auto null = tt_str(NULL), empty = tt_str_n(NULL, 0), wrong = tt_bytes(NULL, 3);
    CHECK(tt_error_is(null, "ValueError"));
    CHECK_EQ(tt_str_len(empty), 0);
    CHECK(tt_error_is(wrong, "ValueError"));
}

TEST(code_points_are_counted_wherever_they_stand)
{
    char s[64];
    for (size_t at = 0; at < 40; at++) { /* one two-byte character among ASCII of every length */
        memset(s, 'a', sizeof s);
        memcpy(s + at, "\xc3\xa9", 2);
        for (size_t size = at + 2; size < sizeof s; size++) {
            tt_auto v = tt_str_n(s, size);
            CHECK_EQ(tt_str_len(v), (int64_t)size - 1);
        }
        tt_auto cut = tt_str_n(s, at + 1);
        CHECK(tt_error_is(cut, "UnicodeDecodeError"));
    }
}

TEST(foreign_bytes_become_surrogates_as_surrogateescape)
{
    tt_auto s = tt_str_of_bytes("a\xff\xc3\xa9\xed\xb2\x80", 7);
    tt_auto r = tt_repr(s);
    CHECK_STR(tt_as_str(r), "'a\\udcff\xc3\xa9\\udced\\udcb2\\udc80'");
    CHECK_EQ(tt_str_len(s), 6);
}

TEST(text_may_hold_nul)
{
    tt_auto s = tt_str_n("a\0b", 3), t = tt_str_n("a\0c", 3);
    size_t size;
    const char *p;
    CHECK_OK(tt_get_str(s, &p, &size));
    CHECK_EQ(size, 3);
    CHECK_EQ(tt_less(s, t), 1);
}

TEST(format_makes_text_as_printf)
{
    tt_auto s = tt_format("%s-%d", "x", 7), long_one = tt_format("%2000d", 1), bad = tt_format("%s", "\xff");
    CHECK_STR(tt_as_str(s), "x-7");
    CHECK_EQ(tt_str_len(long_one), 2000);
    CHECK_EQ(tt_str_len(bad), 1);
}

TEST(bytes_are_bytes)
{
    tt_auto b = tt_bytes("\xff\0x", 3), s = tt_str("x");
    const void *p;
    size_t size;
    CHECK_OK(tt_get_bytes(b, &p, &size));
    CHECK_EQ(size, 3);
    CHECK_MEM(p, "\xff\0x", 4); /* with the NUL behind them */
    CHECK_EQ(tt_get_bytes(s, &p, &size), -EINVAL);
}
