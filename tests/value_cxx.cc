// The headers from C++17: overloads instead of macros, the same values.
#include "test.h"

#include <tutti.h>

struct point {
    int x, y;
};

TT_DEFINE(long, cxx_square, long, x) { return x * x; }
TT_DEFINE(void, cxx_nothing) {}
TT_DEFINE(const char *, cxx_choose, const char *, a, const char *, b, bool, first) { return first ? a : b; }
TT_DEFINE(point, cxx_mirror, point, p) { return point{ -p.x, -p.y }; }

static void is(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
    tt_drop(v);
}

TEST(values_from_cxx)
{
    is(tt_args(7, "text", 2.5, true, tt_none(), UINT64_MAX), "(7, 'text', 2.5, True, None, 18446744073709551615)");
    is(tt_args(), "()");
    is(tt_list_of(1, tt_dict_of("k", tt_set_of(2))), "[1, {'k': {2}}]");
    tt_auto list = tt_list();
    CHECK_OK(tt_list_append(list, tt_int(1)));
    CHECK_EQ(tt_len(list), 1);
    tt_view lent = list;
    CHECK_EQ(tt_as_int(tt_at(lent, 0)), 1);
    static_assert(sizeof(tt_view) == 16 && std::is_trivially_copyable<tt_view>::value, "two registers");
}

TEST(structs_from_cxx)
{
    tt_auto v = tt_struct(point, 1, 2);
    CHECK_EQ(tt_as(point, v).y, 2);
    point p{};
    CHECK_OK(tt_get_struct(point, v, &p));
    CHECK_EQ(p.x, 1);
}

static tt_value unpacks(tt_view arg)
{
    long n;
    const char *s;
    double d;
    TT_TRY(tt_unpack(arg, &n, &s, &d));
    return tt_args(s, n, d);
}

TEST(unpacking_and_tasks_from_cxx)
{
    tt_auto a = tt_args(1, "x", 2);
    is(unpacks(a), "('x', 1, 2.0)");
    tt_auto b = tt_args(1);
    is(unpacks(b), "TypeError('wanted 3 arguments, got 1')");
    is(cxx_square(b), "1");
    CHECK_EQ(cxx_square_c(8), 64);
    is(cxx_nothing(tt_none()), "None");
    tt_auto c = tt_args("a", "b", true);
    is(cxx_choose(c), "'a'");
    tt_auto p = tt_struct(point, 1, 2);
    tt_auto q = cxx_mirror(p);
    CHECK_EQ(tt_as(point, q).x, -1);
    CHECK(tt_task_find("cxx_square") == cxx_square);
}
