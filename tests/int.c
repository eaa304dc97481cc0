/* Ints of any size, and complex numbers. */
#include "test.h"

#include <math.h>

#include "support/random_value.h"

static tt_value parsed(const char *s, int base)
{
    return tt_int_from_text(s, strlen(s), base);
}

static void prints(tt_value v, int base, const char *as)
{
    tt_auto s = tt_int_to_text(v, base);
    CHECK_STR(tt_as_str(s), as);
    tt_drop(v);
}

TEST(what_fits_64_bits_is_immediate)
{
    tt_auto most = parsed("9223372036854775807", 10), more = parsed("9223372036854775808", 10);
    tt_auto least = parsed("-9223372036854775808", 10), less = parsed("-9223372036854775809", 10);
    CHECK_EQ(most.tag, TT_INT);
    CHECK_EQ(least.tag, TT_INT);
    CHECK_EQ(tt_as_int(least), INT64_MIN);
    CHECK_EQ(more.tag, TT_INT | TT_COUNTED_);
    CHECK_EQ(less.tag, TT_INT | TT_COUNTED_);
    int64_t n = 5;
    uint64_t u;
    CHECK_EQ(tt_get_int(more, &n), -EOVERFLOW);
    CHECK_EQ(n, 5);
    CHECK_OK(tt_get_uint(more, &u));
    CHECK_EQ(u == 1ull << 63, 1);
    CHECK_EQ(tt_get_uint(less, &u), -EOVERFLOW);
    CHECK_EQ(tt_get_uint(tt_int(-1), &u), -EOVERFLOW);
}

TEST(text_is_read_as_python_reads_it)
{
    prints(parsed(" -1_000 ", 10), 10, "-1000");
    prints(parsed("0xff", 16), 10, "255");
    prints(parsed("-0XfF_f", 0), 16, "-0xfff");
    prints(parsed("+7", 0), 16, "0x7");
    prints(parsed("123456789012345678901234567890", 10), 10, "123456789012345678901234567890");
    prints(parsed("-0x123456789abcdef0123456789abcdef", 16), 16, "-0x123456789abcdef0123456789abcdef");
    prints(parsed("0000000000000000000000000000000000000000000001", 10), 10, "1");
}

TEST(what_is_no_number_is_a_value_error)
{
    static const char *const bad[] = { "", " ", "-", "1__0", "_1", "1_", "12a", "0x", "1 2", "--1", "+-1" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tt_auto v = parsed(bad[i], 10);
        CHECK(tt_error_is(v, "ValueError"));
    }
    tt_auto base = parsed("1", 7);
    CHECK(tt_error_is(base, "ValueError"));
}

TEST(decimal_text_has_pythons_limit_hex_has_none)
{
    char s[4400];
    memset(s, '9', sizeof s);
    tt_auto longest = tt_int_from_text(s, TT_INT_MAX_DIGITS, 10);
    tt_auto too_long = tt_int_from_text(s, TT_INT_MAX_DIGITS + 1, 10);
    tt_auto hex = tt_int_from_text(s, sizeof s, 16);
    CHECK(!tt_is_error(longest));
    CHECK(tt_error_is(too_long, "ValueError"));
    CHECK_EQ(tt_int_size(hex), 2201);
    tt_auto back = tt_int_to_text(longest, 10);
    CHECK_EQ(tt_str_len(back), TT_INT_MAX_DIGITS);
    CHECK_MEM(tt_as_str(back), s, TT_INT_MAX_DIGITS);
}

TEST(bytes_come_back_and_are_the_fewest)
{
    static const int64_t numbers[] = { 0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, INT64_MAX, INT64_MIN };
    static const int64_t sizes[] = { 1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 8, 8 };
    unsigned char b[16];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        CHECK_EQ(tt_int_size(tt_int(numbers[i])), sizes[i]);
        CHECK_OK(tt_int_to_bytes(tt_int(numbers[i]), b, (size_t)sizes[i]));
        CHECK_EQ(tt_as_int(tt_int_from_bytes(b, (size_t)sizes[i], true)), numbers[i]);
        CHECK_OK(tt_int_to_bytes(tt_int(numbers[i]), b, sizeof b));
        CHECK_EQ(tt_as_int(tt_int_from_bytes(b, sizeof b, true)), numbers[i]);
        CHECK_EQ(tt_int_to_bytes(tt_int(numbers[i]), b, (size_t)sizes[i] - 1), -EOVERFLOW);
    }
    CHECK_EQ(tt_as_int(tt_int_from_bytes(NULL, 0, true)), 0);
    CHECK_EQ(tt_as_int(tt_int_from_bytes("\xff", 1, false)), 255);
    CHECK_EQ(tt_int_to_bytes(tt_float(1), b, 8), -EINVAL);
}

static const char check_ints[] =
    "import sys\n"
    "bad = 0; seen = 0\n"
    "for line in sys.stdin:\n"
    "    e, dec, hx, size, f = line.rstrip('\\n').split('\\t')\n"
    "    n = eval(e); seen += 1\n"
    "    least = 1\n"
    "    while not -(1 << 8 * least - 1) <= n < 1 << 8 * least - 1: least += 1\n"
    "    want = str(n), hex(n), str(least), float(n).hex()\n"
    "    if want != (dec, hx, size, float.fromhex(f).hex()): print(want, dec, hx, size, f); bad += 1\n"
    "sys.exit(bad > 0 or seen < 1000)\n";

TEST(python_converts_thousands_of_ints_the_same)
{
    FILE *p = python(check_ints);
    for (int i = 0; i < 3000; i++) {
        expr_size = 0;
        tt_auto n = random_int();
        tt_auto dec = tt_int_to_text(n, 10), hex = tt_int_to_text(n, 16);
        tt_auto again = parsed(tt_as_str(dec), 10), too = parsed(tt_as_str(hex), 16);
        CHECK_EQ(tt_equal(n, again), 1);
        CHECK_EQ(tt_equal(n, too), 1);
        fprintf(p, "%s\t%s\t%s\t%lld\t%a\n", expr, tt_as_str(dec), tt_as_str(hex), (long long)tt_int_size(n),
                tt_as_float(n));
    }
    python_ends(p);
}

TEST(a_float_takes_what_fits)
{
    double d = 4;
    tt_auto huge = tt_int_from_bytes((unsigned char[200]){ [199] = 1 }, 200, true);
    CHECK_EQ(tt_get_float(huge, &d), -EOVERFLOW);
    CHECK_FLOAT(d, 4.0);
    double re, im;
    tt_auto c = tt_complex(1, -2);
    CHECK_OK(tt_get_complex(c, &re, &im));
    CHECK_FLOAT(im, -2.0);
    CHECK_OK(tt_get_complex(tt_int(3), &re, &im));
    CHECK_FLOAT(re, 3.0);
    CHECK_EQ(tt_get_complex(tt_none(), &re, &im), -EINVAL);
}
