/* list and tuple. */
#include "test.h"

#include <tutti.h>

static void is(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
}

TEST(a_list_grows_and_gives_back_in_order)
{
    tt_auto l = tt_list();
    for (int i = 0; i < 1000; i++) CHECK_OK(tt_list_append(l, tt_int(i)));
    for (int i = 0; i < 1000; i++) CHECK_EQ(tt_as_int(tt_at(l, i)), i);
    CHECK_EQ(tt_as_int(tt_at(l, -1)), 999);
    CHECK_EQ(tt_len(l), 1000);
}

TEST(a_list_changes_as_in_python)
{
    tt_auto l = tt_list_of(1, 2, 3);
    tt_value got;
    CHECK_OK(tt_list_insert(l, 0, tt_str("a")));
    CHECK_OK(tt_list_insert(l, 100, tt_str("z")));
    CHECK_OK(tt_list_insert(l, -1, tt_str("y")));
    is(l, "['a', 1, 2, 3, 'y', 'z']");
    CHECK_OK(tt_list_set(l, -2, tt_none()));
    CHECK_OK(tt_list_delete(l, 0));
    CHECK_OK(tt_list_pop(l, -1, &got));
    CHECK_STR(tt_as_str(got), "z");
    tt_drop(got);
    CHECK_OK(tt_list_reverse(l));
    is(l, "[None, 3, 2, 1]");
    tt_auto part = tt_list_slice(l, -3, 100), none = tt_list_slice(l, 3, 1);
    is(part, "[3, 2, 1]");
    is(none, "[]");
    CHECK_OK(tt_list_clear(l));
    is(l, "[]");
    CHECK_OK(tt_list_append(l, tt_int(1)));
    is(l, "[1]");
}

TEST(wrong_indices_and_kinds_change_nothing)
{
    tt_auto l = tt_list_of(1), t = tt_tuple_of(1);
    tt_value got = tt_int(42);
    CHECK_EQ(tt_list_get(l, 1, &got), -ERANGE);
    CHECK_EQ(tt_list_get(tt_int(1), 0, &got), -EINVAL);
    CHECK_EQ(tt_list_pop(l, -2, &got), -ERANGE);
    CHECK_EQ(tt_list_set(l, 1, tt_str("dropped")), -ERANGE);
    CHECK_EQ(tt_list_append(t, tt_str("dropped")), -EINVAL);
    CHECK_EQ(tt_list_append(tt_int(1), tt_str("dropped")), -EINVAL);
    CHECK_EQ(tt_list_sort(t), -EINVAL);
    CHECK_EQ(tt_as_int(got), 42);
    is(l, "[1]");
}

TEST(a_list_finds_by_equality)
{
    tt_auto l = tt_list_of(1, "x", 1.0, tt_bool(true));
    tt_auto x = tt_str("x");
    CHECK_EQ(tt_list_index(l, x), 1);
    CHECK_EQ(tt_list_count(l, tt_int(1)), 3);
    CHECK_EQ(tt_list_index(l, tt_none()), -ENOKEY);
}

TEST(from_takes_whatever_can_be_iterated)
{
    tt_auto text = tt_str("h\xc3\xa9"), data = tt_bytes("\x01\xff", 2), dict = tt_dict_of("k", 1);
    tt_auto a = tt_list_from(text), b = tt_tuple_from(data), c = tt_list_from(dict), d = tt_list_from(tt_int(1));
    is(a, "['h', '\xc3\xa9']");
    is(b, "(1, 255)");
    is(c, "['k']");
    CHECK(tt_error_is(d, "TypeError"));
    CHECK_STR(tt_error_message(d), "'int' object is not iterable");
    CHECK_OK(tt_list_extend(a, a));
    CHECK_EQ(tt_len(a), 4);
    CHECK_EQ(tt_list_extend(a, tt_int(1)), -EINVAL);
}

static int by_length(tt_view a, tt_view b, void *user)
{
    ++*(int *)user;
    return tt_len(a) < tt_len(b);
}

static int refuses(tt_view a, tt_view b, void *user)
{
    (void)a;
    (void)b;
    return --*(int *)user ? 1 : -EPIPE;
}

TEST(sort_is_stable_and_all_or_nothing)
{
    tt_auto l = tt_list_of("bb", "a", "cc", "aaa", "b");
    int calls = 0;
    CHECK_OK(tt_list_sort_by(l, by_length, &calls));
    CHECK_GT(calls, 0);
    is(l, "['a', 'b', 'bb', 'cc', 'aaa']");
    CHECK_OK(tt_list_sort(l));
    is(l, "['a', 'aaa', 'b', 'bb', 'cc']");
    CHECK_OK(tt_list_append(l, tt_int(1)));
    CHECK_EQ(tt_list_sort(l), -EINVAL);
    int left = 3;
    CHECK_EQ(tt_list_sort_by(l, refuses, &left), -EPIPE);
    is(l, "['a', 'aaa', 'b', 'bb', 'cc', 1]");
}

static int meddles(tt_view a, tt_view b, void *user)
{
    CHECK_EQ(tt_len(*(tt_value *)user), 0);
    CHECK_OK(tt_list_append(*(tt_value *)user, tt_str("put in while sorting")));
    CHECK_OK(tt_list_clear(*(tt_value *)user));
    CHECK_OK(tt_list_append(*(tt_value *)user, tt_str("again")));
    CHECK_OK(tt_list_delete(*(tt_value *)user, 0));
    return tt_less(a, b);
}

TEST(an_order_that_changes_the_list_is_refused)
{
    tt_auto l = tt_list_of(3, 1, 2);
    CHECK_EQ(tt_list_sort_by(l, meddles, &l), -EINVAL);
    is(l, "[3, 1, 2]");
}

TEST(sort_sorts_any_number)
{
    for (int n = 0; n < 70; n++) {
        tt_auto l = tt_list();
        for (int i = 0; i < n; i++) CHECK_OK(tt_list_append(l, tt_int(i * 37 % (n + 1) % 11)));
        CHECK_OK(tt_list_sort(l));
        for (int i = 1; i < n; i++) CHECK_LE(tt_as_int(tt_at(l, i - 1)), tt_as_int(tt_at(l, i)));
    }
}

TEST(a_tuple_of_many_and_of_none)
{
    tt_auto none = tt_args();
    tt_auto many = tt_args(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    CHECK_EQ(tt_len(none), 0);
    CHECK_EQ(tt_len(many), 16);
    CHECK_EQ(tt_as_int(tt_at(many, 15)), 16);
}
