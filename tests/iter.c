/* Iterators. */
#include "test.h"

#include <tutti.h>

/* Sums what an iterator gives; ends it. */
static int64_t sum(tt_iter it)
{
    tt_value v;
    int64_t total = 0;
    int r;
    while ((r = tt_iter_next(&it, &v)) == 1) {
        total += tt_as_int(v);
        tt_drop(v);
    }
    CHECK_EQ(tt_iter_next(&it, &v), 0);
    tt_iter_end(&it);
    tt_iter_end(&it);
    return r < 0 ? r : total;
}

TEST(containers_give_their_items)
{
    CHECK_EQ(sum(tt_iter_over(tt_list_of(1, 2, 3))), 6);
    CHECK_EQ(sum(tt_iter_over(tt_tuple_of(4))), 4);
    CHECK_EQ(sum(tt_iter_over(tt_dict_of(1, "a", 2, "b"))), 3);
    CHECK_EQ(sum(tt_iter_over(tt_set_of(5, 6))), 11);
    CHECK_EQ(sum(tt_iter_over(tt_bytes("\x01\x02", 2))), 3);
    CHECK_EQ(sum(tt_iter_over(tt_list())), 0);
    CHECK_EQ(sum(tt_iter_over(tt_int(3))), -EINVAL);
}

TEST(range_is_pythons)
{
    CHECK_EQ(sum(tt_range(0, 5, 1)), 10);
    CHECK_EQ(sum(tt_range(5, 0, -2)), 9);
    CHECK_EQ(sum(tt_range(5, 5, 1)), 0);
    CHECK_EQ(sum(tt_range(0, 5, 0)), -EINVAL);
    CHECK_EQ(sum(tt_range(INT64_MAX - 1, INT64_MAX, 5)), INT64_MAX - 1);
    CHECK_EQ(sum(tt_range(INT64_MIN, INT64_MIN + 1, INT64_MAX)), INT64_MIN);
}

static int countdown(tt_iter *it, tt_value *ret)
{
    int *n = it->user;
    if (*n == 0) return 0;
    *ret = tt_int((*n)--);
    return 1;
}

static void ended(tt_iter *it)
{
    *(int *)it->user = -1;
}

TEST(one_of_your_own_is_ended_once)
{
    int n = 4;
    CHECK_EQ(sum(tt_iter_of(countdown, ended, &n)), 10);
    CHECK_EQ(n, -1);
}

static int answers_two(tt_iter *it, tt_value *ret_item)
{
    (void)it;
    (void)ret_item;
    return 2;
}

TEST(an_answer_that_next_cannot_give_ends_it)
{
    int n = 4;
    tt_value v;
    tt_iter it = tt_iter_of(answers_two, ended, &n);
    CHECK_EQ(tt_iter_next(&it, &v), -EINVAL);
    CHECK_EQ(tt_iter_next(&it, &v), 0);
    tt_iter_end(&it);
    CHECK_EQ(n, -1);
}

TEST(a_list_may_grow_on_the_way_a_dict_may_not)
{
    tt_auto l = tt_list_of(1), d = tt_dict_of(1, 1);
    tt_iter over_list = tt_iter_over(tt_ref(l)), over_dict = tt_iter_over(tt_ref(d));
    tt_value v;
    CHECK_OK(tt_list_append(l, tt_int(2)));
    CHECK_EQ(tt_iter_next(&over_list, &v), 1);
    CHECK_EQ(tt_iter_next(&over_list, &v), 1);
    CHECK_EQ(tt_as_int(v), 2);
    CHECK_OK(tt_dict_set(d, tt_int(2), tt_none()));
    CHECK_EQ(tt_iter_next(&over_dict, &v), -EINVAL);
    tt_iter_end(&over_list);
    tt_iter_end(&over_dict);
}

TEST(what_it_gives_is_collected_in_a_list)
{
    int n = 3;
    tt_auto all = tt_iter_collect(tt_iter_of(countdown, ended, &n)), wanted = tt_list_of(3, 2, 1);
    CHECK_EQ(tt_equal(all, wanted), 1);
    CHECK_EQ(n, -1);
    tt_auto none = tt_iter_collect(tt_range(0, 0, 1));
    CHECK_EQ(tt_len(none), 0);
}

TEST(an_error_ends_the_collecting_and_is_the_answer)
{
    tt_auto failing = tt_list_of(1, tt_error("ValueError", "planted"), tt_error("ValueError", "too late"));
    tt_auto error = tt_iter_collect(tt_iter_over(tt_ref(failing)));
    CHECK_STR(tt_error_message(error), "planted");
    tt_auto code = tt_iter_collect(tt_iter_over(tt_int(7)));
    CHECK_EQ(tt_error_code(code), -EINVAL);
}
