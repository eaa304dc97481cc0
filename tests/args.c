/* C values into tuples and back. */
#include "test.h"

#include <limits.h>
#include <math.h>
#include <tutti.h>

static void is(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
    tt_drop(v);
}

static tt_value nothing(tt_view arg)
{
    (void)arg;
    return tt_none();
}

TEST(every_c_type_becomes_its_value)
{
    bool b = true;
    char c = 'a';
    char text[] = "array";
    const char *const constant = "constant";
    tt_auto lent = tt_str("lent");
    is(tt_args(b, c, (signed char)-1, (short)-2, -3, -4l, -5ll), "(True, 97, -1, -2, -3, -4, -5)");
    is(tt_args((unsigned char)255, (unsigned short)65535, UINT_MAX, ULONG_MAX, ULLONG_MAX),
       "(255, 65535, 4294967295, 18446744073709551615, 18446744073709551615)");
    is(tt_args(1.5f, 2.5, text, constant, "literal"), "(1.5, 2.5, 'array', 'constant', 'literal')");
    is(tt_args(tt_view_of(lent), tt_ref(lent), tt_none()), "('lent', 'lent', None)");
    tt_auto f = tt_args(nothing, (void *)&b);
    CHECK(tt_as_function(tt_at(f, 0)) == nothing);
    CHECK(tt_as_pointer(tt_at(f, 1)) == &b);
    struct { int x; } own = { 1 };
    tt_auto pointers = tt_args(&own, &own.x, (const double *)NULL);
    CHECK(tt_as_pointer(tt_at(pointers, 0)) == &own);
    CHECK(tt_as_pointer(tt_at(pointers, 1)) == &own.x);
    CHECK(tt_is_kind(tt_at(pointers, 2), TT_POINTER));
    is(tt_dict_of("a", 1, 2, tt_list_of("b")), "{'a': 1, 2: ['b']}");
    is(tt_list_of(), "[]");
}

TEST(every_c_type_comes_back)
{
    bool b;
    char c;
    signed char sc;
    short s;
    int i;
    long l;
    long long ll;
    tt_auto a = tt_args(tt_bool(true), 'x', -128, SHRT_MIN, INT_MAX, LONG_MIN, LLONG_MAX);
    CHECK_OK(tt_unpack(a, &b, &c, &sc, &s, &i, &l, &ll));
    CHECK(b && c == 'x' && sc == -128 && s == SHRT_MIN && i == INT_MAX && l == LONG_MIN && ll == LLONG_MAX);
    unsigned char uc;
    unsigned short us;
    unsigned u;
    unsigned long ul;
    unsigned long long ull;
    tt_auto un = tt_args(255, 65535, UINT_MAX, ULONG_MAX, 0);
    CHECK_OK(tt_unpack(un, &uc, &us, &u, &ul, &ull));
    CHECK(uc == 255 && us == 65535 && u == UINT_MAX && ul == ULONG_MAX && ull == 0);
    float f;
    double d, whole;
    const char *text;
    void *p;
    tt_fn fn;
    tt_view v;
    tt_value own;
    tt_auto rest = tt_args(0.5, 0.25, 3, "text", (void *)&b, nothing, tt_list(), "own");
    CHECK_OK(tt_unpack(rest, &f, &d, &whole, &text, &p, &fn, &v, &own));
    CHECK_FLOAT((double)f, 0.5);
    CHECK_FLOAT(whole, 3.0);
    CHECK_STR(text, "text");
    CHECK(p == &b && fn == nothing && tt_is_kind(v, TT_LIST));
    CHECK_STR(tt_as_str(own), "own");
    tt_drop(own);
    struct timespec ts;
    tt_auto st = tt_args(tt_struct(struct timespec, 1, 2));
    CHECK_OK(tt_unpack(st, &ts));
    CHECK_EQ(ts.tv_nsec, 2);
}

TEST(one_variable_may_be_the_value_itself)
{
    long n = 0;
    CHECK_OK(tt_unpack(tt_int(7), &n));
    CHECK_EQ(n, 7);
    tt_view v;
    CHECK_OK(tt_unpack(tt_none(), &v));
    CHECK(tt_is_none(v));
}

static tt_value takes(tt_view arg)
{
    short n = 42;
    const char *s = "untouched";
    tt_auto unused = TT_TRY(tt_str("dropped on the way"));
    int r = tt_unpack(arg, &n, &s);
    if (r < 0) CHECK(n == 42 && strcmp(s, "untouched") == 0);
    TT_TRY(tt_unpack(arg, &n, &s));
    return tt_args(n, s);
}

/* Hands arg over to takes; the message of its error. */
static void refused(tt_value arg, const char *type, const char *message)
{
    tt_auto e = takes(tt_view_of(arg));
    CHECK_STR(tt_error_type(e), type);
    CHECK_STR(tt_error_message(e), message);
    tt_drop(arg);
}

TEST(a_type_error_names_position_wanted_and_got)
{
    refused(tt_args("x", 1), "TypeError", "argument 1: wanted int, got str");
    refused(tt_args(1, tt_list()), "TypeError", "argument 2: wanted str, got list");
    refused(tt_args(1), "TypeError", "wanted 2 arguments, got 1");
    refused(tt_none(), "TypeError", "wanted 2 arguments, got 0");
    refused(tt_args(40000, "x"), "OverflowError", "argument 1: int does not fit 16 bits");
    refused(tt_args(ULONG_MAX, "x"), "OverflowError", "argument 1: int does not fit 16 bits");
    tt_auto good = tt_args(1, "x");
    tt_auto answer = takes(tt_view_of(good));
    CHECK(tt_equal(good, answer) == 1);
}

static int fails_within(tt_view arg)
{
    long n;
    return tt_unpack(arg, &n);
}

static tt_value asks(tt_view arg)
{
    TT_TRY(fails_within(arg));
    return tt_none();
}

TEST(what_another_function_found_wrong_is_not_ours)
{
    tt_auto list = tt_str("x");
    tt_auto e = asks(tt_view_of(list));
    CHECK(tt_error_is(e, "ValueError"));
}

TEST(no_int_is_below_zero_where_none_may_be)
{
    unsigned n = 3;
    tt_auto a = tt_args(-1);
    CHECK_EQ(tt_unpack(a, &n), -EOVERFLOW);
    CHECK_EQ(n, 3);
}
