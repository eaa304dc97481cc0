/* set and frozenset. */
#include "test.h"

#include <tutti.h>

static void is(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
    tt_drop(v);
}

TEST(a_set_holds_equal_things_once)
{
    tt_auto s = tt_set_of(1, 2, 1.0, tt_bool(true));
    CHECK_EQ(tt_len(s), 2);
    CHECK_EQ(tt_set_add(s, tt_str("x")), 1);
    CHECK_EQ(tt_set_add(s, tt_str("x")), 0);
    tt_auto x = tt_str("x");
    CHECK_EQ(tt_contains(s, x), 1);
    CHECK_EQ(tt_set_discard(s, x), 1);
    CHECK_EQ(tt_set_discard(s, x), 0);
    is(tt_ref(s), "{1, 2}");
}

TEST(set_algebra)
{
    tt_auto a = tt_set_of(1, 2, 3), b = tt_frozenset_of(3, 4);
    is(tt_set_union(a, b), "{1, 2, 3, 4}");
    is(tt_set_intersection(a, b), "{3}");
    is(tt_set_difference(a, b), "{1, 2}");
    is(tt_set_symmetric_difference(b, a), "frozenset({4, 1, 2})");
    tt_auto e = tt_set_union(a, tt_int(1));
    CHECK(tt_error_is(e, "TypeError"));
}

TEST(a_set_pops_and_clears)
{
    tt_auto s = tt_set_of("a", "b");
    tt_value got;
    tt_view seen;
    size_t pos = 0;
    CHECK(tt_set_next(s, &pos, &seen));
    CHECK_STR(tt_as_str(seen), "a");
    CHECK_OK(tt_set_pop(s, &got));
    tt_drop(got);
    CHECK_OK(tt_set_clear(s));
    CHECK_EQ(tt_set_pop(s, &got), -ENOKEY);
}

TEST(a_frozenset_cannot_be_changed_and_can_be_a_key)
{
    tt_auto f = tt_frozenset_of(1, 2), g = tt_frozenset_of(2, 1);
    CHECK_EQ(tt_set_add(f, tt_str("dropped")), -EINVAL);
    CHECK_EQ(tt_set_clear(f), -EINVAL);
    tt_auto d = tt_dict_of(tt_ref(f), "found");
    CHECK_STR(tt_as_str(tt_dict_at(d, g)), "found");
}

TEST(what_is_not_hashable_is_no_element)
{
    tt_auto s = tt_set();
    CHECK_EQ(tt_set_add(s, tt_list()), -EINVAL);
    tt_auto e = tt_set_of(1, tt_list(), 2);
    CHECK(tt_error_is(e, "TypeError"));
    CHECK_STR(tt_error_message(e), "unhashable type: 'list'");
    tt_auto list = tt_list_of(1, 2, 1);
    is(tt_set_from(list), "{1, 2}");
    is(tt_frozenset_from(list), "frozenset({1, 2})");
}
