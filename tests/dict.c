/* dict. */
#include "test.h"

#include <stdlib.h>
#include <tutti.h>

static void is(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
}

TEST(a_dict_keeps_the_order_of_insertion)
{
    tt_auto d = tt_dict_of("b", 1, "a", 2);
    CHECK_OK(tt_dict_set_str(d, "c", tt_int(3)));
    CHECK_OK(tt_dict_set_str(d, "b", tt_int(4)));
    is(d, "{'b': 4, 'a': 2, 'c': 3}");
    tt_auto a = tt_str("a");
    CHECK_OK(tt_dict_delete(d, a));
    CHECK_OK(tt_dict_set(d, tt_ref(a), tt_int(5)));
    is(d, "{'b': 4, 'c': 3, 'a': 5}");
}

TEST(equal_keys_are_one_key_and_the_first_stays)
{
    tt_auto d = tt_dict_of(1, "int");
    CHECK_OK(tt_dict_set(d, tt_float(1), tt_str("float")));
    CHECK_OK(tt_dict_set(d, tt_bool(true), tt_str("bool")));
    is(d, "{1: 'bool'}");
}

TEST(get_pop_and_default)
{
    tt_auto d = tt_dict_of("k", 1);
    tt_auto k = tt_str("k"), other = tt_str("other");
    tt_value got = tt_int(42), key;
    CHECK_EQ(tt_dict_get(d, other, &got), -ENOKEY);
    CHECK(tt_is_none(tt_dict_at(d, other)));
    CHECK_EQ(tt_as_int(got), 42);
    CHECK_OK(tt_dict_get(d, k, &got));
    CHECK_EQ(tt_as_int(got), 1);
    CHECK_EQ(tt_dict_set_default(d, tt_ref(k), tt_int(9)), 0);
    CHECK_EQ(tt_dict_set_default(d, tt_ref(other), tt_str("new")), 1);
    CHECK_STR(tt_as_str(tt_dict_at_str(d, "other")), "new");
    CHECK_OK(tt_dict_pop_item(d, &key, &got));
    CHECK_STR(tt_as_str(key), "other");
    tt_drop(key);
    tt_drop(got);
    CHECK_OK(tt_dict_pop(d, k, &got));
    CHECK_EQ(tt_dict_pop(d, k, &got), -ENOKEY);
    CHECK_EQ(tt_dict_pop_item(d, &key, &got), -ENOKEY);
    CHECK_EQ(tt_len(d), 0);
}

TEST(what_is_not_hashable_is_no_key)
{
    tt_auto d = tt_dict(), l = tt_list();
    tt_value got;
    CHECK_EQ(tt_dict_set(d, tt_ref(l), tt_str("dropped")), -EINVAL);
    CHECK_EQ(tt_dict_get(d, l, &got), -EINVAL);
    CHECK_EQ(tt_dict_set(l, tt_str("dropped"), tt_str("dropped")), -EINVAL);
    tt_auto e = tt_dict_of(tt_list(), 1), odd = tt_dict_of(1);
    CHECK(tt_error_is(e, "TypeError"));
    CHECK(tt_error_is(odd, "TypeError"));
}

TEST(next_goes_through_all_pairs_once)
{
    tt_auto d = tt_dict();
    tt_view k, v;
    for (int i = 0; i < 100; i++) CHECK_OK(tt_dict_set(d, tt_int(i), tt_int(i * i)));
    for (int i = 0; i < 100; i += 3) CHECK_OK(tt_dict_delete(d, tt_int(i)));
    int64_t n = 0, last = -1;
    for (size_t pos = 0; tt_dict_next(d, &pos, &k, &v); n++) {
        CHECK_GT(tt_as_int(k), last);
        last = tt_as_int(k);
        CHECK_EQ(tt_as_int(v), last * last);
    }
    CHECK_EQ(n, tt_len(d));
}

TEST(update_sets_all_pairs)
{
    tt_auto a = tt_dict_of(1, "a", 2, "b"), b = tt_dict_of(2, "c", 3, "d");
    CHECK_OK(tt_dict_update(a, b));
    is(a, "{1: 'a', 2: 'c', 3: 'd'}");
    CHECK_OK(tt_dict_update(a, a));
    CHECK_EQ(tt_dict_update(a, tt_int(1)), -EINVAL);
    CHECK_OK(tt_dict_clear(a));
    CHECK_OK(tt_dict_set(a, tt_int(1), tt_int(2)));
    is(a, "{1: 2}");
}

/* One key that stays and many that come and go: freed slots must not fill the index. */
TEST(keys_that_come_and_go_for_ever)
{
    tt_auto d = tt_dict_of("stays", 1);
    tt_value key, value;
    for (int i = 0; i < 100000; i++) {
        CHECK_OK(tt_dict_set(d, tt_int(i), tt_none()));
        if (i % 2) CHECK_OK(tt_dict_pop_item(d, &key, &value));
        else CHECK_OK(tt_dict_delete(d, tt_int(i)));
    }
    is(d, "{'stays': 1}");
}

/* Against an array of what must be there. */
TEST(a_random_walk_agrees_with_an_array)
{
    enum { KEYS = 500 };
    int64_t want[KEYS], count = 0;
    tt_auto d = tt_dict();
    for (int i = 0; i < KEYS; i++) want[i] = -1;
    srand(1);
    for (int i = 0; i < 100000; i++) {
        int k = rand() % KEYS;
        if (rand() % 3) {
            CHECK_OK(tt_dict_set(d, tt_int(k * 4096), tt_int(i)));
            count += want[k] < 0;
            want[k] = i;
        } else {
            CHECK_EQ(tt_dict_delete(d, tt_int(k * 4096)), want[k] < 0 ? -ENOKEY : 0);
            count -= want[k] >= 0;
            want[k] = -1;
        }
        CHECK_EQ(tt_len(d), count);
    }
    for (int k = 0; k < KEYS; k++) {
        tt_view v = tt_dict_at(d, tt_int(k * 4096));
        CHECK_EQ(want[k] < 0 ? -1 : tt_as_int(v), want[k]);
    }
}

TEST(keys_that_all_collide_are_told_apart)
{
    tt_auto d = tt_dict();
    const int64_t prime = (1ll << 61) - 1; /* numbers are hashed modulo this */
    for (int i = 0; i < 4; i++) CHECK_OK(tt_dict_set(d, tt_int(5 + i * prime), tt_int(i)));
    for (int i = 0; i < 4; i++) CHECK_EQ(tt_as_int(tt_dict_at(d, tt_int(5 + i * prime))), i);
    CHECK_OK(tt_dict_delete(d, tt_int(5 + prime)));
    CHECK_EQ(tt_as_int(tt_dict_at(d, tt_int(5 + 3 * prime))), 3);
}
