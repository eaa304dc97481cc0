/* Equality, order, hash, truth, length, membership: compared with python3 where it is there. */
#include "test.h"

#include "support/random_value.h"

static int order(tt_value a, tt_value b)
{
    int o = 99, r = tt_compare(a, b, &o);
    tt_drop(a);
    tt_drop(b);
    return r < 0 ? r : o;
}

static int equal(tt_value a, tt_value b)
{
    int r = tt_equal(a, b);
    tt_drop(a);
    tt_drop(b);
    return r;
}

TEST(numbers_are_equal_across_kinds)
{
    CHECK(equal(tt_int(1), tt_bool(true)));
    CHECK(equal(tt_int(1), tt_float(1)));
    CHECK(equal(tt_complex(1, 0), tt_int(1)));
    CHECK(!equal(tt_complex(1, 1), tt_int(1)));
    CHECK(equal(tt_uint(1ull << 63), tt_float(0x1p63)));
    CHECK(!equal(tt_int((1ll << 53) + 1), tt_float(0x1p53)));
    CHECK_EQ(order(tt_int((1ll << 53) + 1), tt_float(0x1p53)), 1);
    CHECK_EQ(order(tt_int(INT64_MAX), tt_float(0x1p63)), -1);
    CHECK_EQ(order(tt_uint(UINT64_MAX), tt_float(INFINITY)), -1);
    CHECK_EQ(order(tt_uint(UINT64_MAX), tt_float(0x1p64)), -1);
}

TEST(nan_equals_nothing_but_is_itself_in_a_container)
{
    tt_value nan = tt_float(NAN);
    CHECK(!equal(nan, nan));
    CHECK_EQ(order(nan, tt_int(1)), TT_UNORDERED);
    CHECK_EQ(tt_less(nan, tt_int(1)), 0);
    CHECK(equal(tt_list_of(nan), tt_list_of(nan)));
    tt_auto d = tt_dict_of(nan, 1);
    CHECK_EQ(tt_as_int(tt_dict_at(d, nan)), 1);
    CHECK_EQ(order(tt_list_of(nan, 1), tt_list_of(nan, 2)), -1);
}

TEST(what_has_no_order_is_einval)
{
    CHECK_EQ(order(tt_none(), tt_none()), -EINVAL);
    CHECK_EQ(order(tt_int(1), tt_str("1")), -EINVAL);
    CHECK_EQ(order(tt_str("a"), tt_bytes("a", 1)), -EINVAL);
    CHECK_EQ(order(tt_list(), tt_tuple_of()), -EINVAL);
    CHECK_EQ(order(tt_dict(), tt_dict()), -EINVAL);
    CHECK_EQ(order(tt_list_of(1, "a"), tt_list_of(1, 2)), -EINVAL);
    CHECK_EQ(order(tt_set_of(1, 2), tt_set_of(2, 3)), TT_UNORDERED);
    CHECK_EQ(order(tt_set_of(1), tt_frozenset_of(2, 1)), -1);
}

TEST(what_can_change_has_no_hash)
{
    uint64_t h = 7;
    tt_auto list = tt_list(), dict = tt_dict(), set = tt_set(), holder = tt_tuple_of(1, tt_list());
    CHECK_EQ(tt_hash(list, &h), -EINVAL);
    CHECK_EQ(tt_hash(dict, &h), -EINVAL);
    CHECK_EQ(tt_hash(set, &h), -EINVAL);
    CHECK_EQ(tt_hash(holder, &h), -EINVAL);
    CHECK_EQ(h, 7);
}

TEST(errors_are_equal_only_to_themselves_structs_by_their_bytes)
{
    tt_auto e = tt_error("ValueError", "x");
    CHECK(tt_equal(e, e));
    CHECK(!equal(tt_error("ValueError", "x"), tt_ref(e)));
    CHECK(equal(tt_struct(struct timespec, 1, 2), tt_struct(struct timespec, 1, 2)));
    CHECK(!equal(tt_struct(struct timespec, 1, 2), tt_struct(struct timespec, 1, 3)));
}

TEST(truth_and_length_are_those_of_python)
{
    tt_auto text = tt_str("na\xc3\xafve"), empty = tt_str(""), pair = tt_tuple_of(0, 0), none = tt_list();
    tt_auto zero = tt_complex(0, 0), error = tt_error("E", "x");
    CHECK(!tt_truth(tt_none()) && !tt_truth(tt_int(0)) && !tt_truth(tt_float(-0.0)) && !tt_truth(zero));
    CHECK(!tt_truth(empty) && !tt_truth(none) && tt_truth(pair) && tt_truth(text) && tt_truth(error));
    CHECK(tt_truth(tt_float(NAN)));
    CHECK_EQ(tt_len(text), 5);
    CHECK_EQ(tt_len(pair), 2);
    CHECK_EQ(tt_len(tt_int(3)), -EINVAL);
}

TEST(membership_is_that_of_python)
{
    tt_auto list = tt_list_of(1, 2.5, "x"), text = tt_str("hello"), part = tt_str("ell"), data = tt_bytes("abc", 3);
    tt_auto dict = tt_dict_of("x", 1), x = tt_str("x");
    CHECK_EQ(tt_contains(list, tt_float(1)), 1);
    CHECK_EQ(tt_contains(list, tt_int(3)), 0);
    CHECK_EQ(tt_contains(text, part), 1);
    CHECK_EQ(tt_contains(text, tt_int(1)), -EINVAL);
    CHECK_EQ(tt_contains(data, tt_int('b')), 1);
    CHECK_EQ(tt_contains(data, tt_int(256)), -EINVAL);
    CHECK_EQ(tt_contains(dict, x), 1);
    CHECK_EQ(tt_contains(dict, list), -EINVAL);
    CHECK_EQ(tt_contains(tt_int(1), tt_int(1)), -EINVAL);
}

TEST(deep_values_are_compared_and_hashed_without_stack)
{
    tt_auto a = tt_tuple_of(), b = tt_tuple_of();
    uint64_t x, y;
    for (int i = 0; i < 100000; i++) {
        a = tt_tuple_of(tt_take(&a));
        b = tt_tuple_of(tt_take(&b));
    }
    CHECK_EQ(tt_equal(a, b), 1);
    CHECK_OK(tt_hash(a, &x));
    CHECK_OK(tt_hash(b, &y));
    CHECK_EQ(x, y);
}

TEST(frozensets_nested_too_deep_are_refused_not_crashed)
{
    tt_auto a = tt_frozenset_of(), b = tt_frozenset_of();
    for (int i = 0; i < 5000; i++) {
        a = tt_frozenset_of(tt_take(&a));
        b = tt_frozenset_of(tt_take(&b));
    }
    CHECK_EQ(tt_equal(a, b), -ELOOP);
}

static const char check_pairs[] =
    "import sys\n"
    "inf = float('inf'); bad = 0; seen = 0\n"
    "def attempt(f):\n"
    "    try: return int(f())\n"
    "    except TypeError: return -22\n"
    "for line in sys.stdin:\n"
    "    x, y, eq, less, more, same = line.rstrip('\\n').split('\\t')\n"
    "    a = eval(x); b = eval(y); seen += 1\n"
    "    want = int(a == b), attempt(lambda: a < b), attempt(lambda: a > b)\n"
    "    got = int(eq), int(less), int(more)\n"
    "    h = attempt(lambda: hash(a) and 0), attempt(lambda: hash(b) and 0)\n"
    "    if max(h) < 0 or min(h) < 0: hashes = same == '-22'\n"
    "    else: hashes = same != '-22' and (a != b or same == '1')\n"
    "    if want != got or not hashes: print(repr(a), repr(b), 'python', want, h, 'tutti', got, same); bad += 1\n"
    "sys.exit(bad > 0 or seen < 1000)\n";

/* 1: the hashes are equal; 0: they differ; -EINVAL: one has none. */
static int same_hash(tt_view a, tt_view b)
{
    uint64_t x, y;
    int r = tt_hash(a, &x);
    if (r == 0) r = tt_hash(b, &y);
    return r < 0 ? r : x == y;
}

static void ask(FILE *p, const char *x, const char *y, tt_view a, tt_view b)
{
    fprintf(p, "%s\t%s\t%d\t%d\t%d\t%d\n", x, y, tt_equal(a, b), tt_less(a, b), tt_less(b, a), same_hash(a, b));
}

/* Values made twice from one state are equal; of two in a row, small ones often are. */
TEST(python_compares_thousands_of_values_the_same)
{
    FILE *p = python(check_pairs);
    for (unsigned i = 0; i < 6000; i++) {
        uint64_t state = random_state;
        expr_size = 0;
        tt_auto a = random_value(i % 3, i % 2);
        char *x = strdup(expr);
        if (i % 5 == 0) random_state = state;
        expr_size = 0;
        tt_auto b = random_value(i % 3, i % 2);
        ask(p, x, expr, tt_view_of(a), tt_view_of(b));
        free(x);
    }
    python_ends(p);
}

/* Around every power of two: the int, its neighbours, and the float. */
TEST(python_orders_ints_and_floats_the_same)
{
    FILE *p = python(check_pairs);
    char x[64], y[64], text[700];
    for (int e = 0; e < 1024; e++) {
        double d = ldexp(random_below(2) ? 1 : -1, e);
        snprintf(text, sizeof text, "%.0f", d);
        for (int by = -1; by <= 1; by++) {
            tt_auto n = tt_int_from_text(text, strlen(text), 10);
            unsigned char bytes[140];
            CHECK_OK(tt_int_to_bytes(n, bytes, sizeof bytes));
            int carry = by;
            for (size_t i = 0; i < sizeof bytes; i++, carry >>= 8) bytes[i] = (unsigned char)(carry += bytes[i]);
            tt_auto near = tt_int_from_bytes(bytes, sizeof bytes, true);
            snprintf(x, sizeof x, "int(float.fromhex('%a'))%+d", d, by);
            snprintf(y, sizeof y, "float.fromhex('%a')", d);
            ask(p, x, y, tt_view_of(near), tt_view_of(tt_float(d)));
        }
    }
    python_ends(p);
}
