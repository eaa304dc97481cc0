/* Sealing, thawing, and no cycles. */
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <tutti.h>

#include "value/object.h"

static void is(tt_value v, const char *as)
{
    tt_auto r = tt_repr(v);
    CHECK_STR(tt_as_str(r), as);
}

TEST(a_sealed_container_cannot_be_changed)
{
    tt_auto l = tt_list_of(2, 1), d = tt_dict_of(1, 1), s = tt_set_of(1);
    tt_value a, b;
    CHECK(!tt_is_sealed(l));
    CHECK_OK(tt_seal_(l));
    CHECK_OK(tt_seal_(d));
    CHECK_OK(tt_seal_(s));
    CHECK(tt_is_sealed(l));
    CHECK_EQ(tt_list_append(l, tt_str("x")), -EROFS);
    CHECK_EQ(tt_list_insert(l, 0, tt_str("x")), -EROFS);
    CHECK_EQ(tt_list_set(l, 0, tt_str("x")), -EROFS);
    CHECK_EQ(tt_list_pop(l, 0, &a), -EROFS);
    CHECK_EQ(tt_list_delete(l, 0), -EROFS);
    CHECK_EQ(tt_list_clear(l), -EROFS);
    CHECK_EQ(tt_list_reverse(l), -EROFS);
    CHECK_EQ(tt_list_sort(l), -EROFS);
    CHECK_EQ(tt_list_extend(l, l), -EROFS);
    CHECK_EQ(tt_dict_set(d, tt_str("k"), tt_str("x")), -EROFS);
    CHECK_EQ(tt_dict_set_str(d, "k", tt_str("x")), -EROFS);
    CHECK_EQ(tt_dict_set_default(d, tt_int(1), tt_str("x")), -EROFS);
    CHECK_EQ(tt_dict_pop(d, tt_int(1), &a), -EROFS);
    CHECK_EQ(tt_dict_pop_item(d, &a, &b), -EROFS);
    CHECK_EQ(tt_dict_delete(d, tt_int(1)), -EROFS);
    CHECK_EQ(tt_dict_update(d, d), -EROFS);
    CHECK_EQ(tt_dict_clear(d), -EROFS);
    CHECK_EQ(tt_set_add(s, tt_str("x")), -EROFS);
    CHECK_EQ(tt_set_discard(s, tt_int(1)), -EROFS);
    CHECK_EQ(tt_set_pop(s, &a), -EROFS);
    CHECK_EQ(tt_set_clear(s), -EROFS);
    is(l, "[2, 1]");
    is(d, "{1: 1}");
    is(s, "{1}");
}

TEST(sealing_goes_all_the_way_down)
{
    tt_auto deep = tt_list();
    tt_auto v = tt_list_of(tt_dict_of("k", tt_tuple_of(1, tt_ref(deep))));
    CHECK(!tt_is_sealed(v));
    CHECK_OK(tt_seal_(v));
    CHECK(tt_is_sealed(deep));
    CHECK_EQ(tt_list_append(deep, tt_int(1)), -EROFS);
}

TEST(what_cannot_change_is_sealed_from_birth)
{
    tt_auto t = tt_tuple_of(1, "x", tt_tuple_of(tt_frozenset_of(1))), e = tt_error("E", "x");
    tt_auto holder = tt_tuple_of(tt_list());
    CHECK(tt_is_sealed(t) && tt_is_sealed(e) && tt_is_sealed(tt_int(1)));
    CHECK(!tt_is_sealed(holder));
}

TEST(a_thawed_copy_can_be_changed_and_the_original_is_untouched)
{
    tt_auto v = tt_list_of(1, tt_dict_of("k", tt_list_of(2)), tt_set_of(3), tt_tuple_of(tt_list()), "text");
    CHECK_OK(tt_seal_(v));
    tt_auto copy = tt_thaw(v);
    CHECK(tt_equal(v, copy) == 1);
    CHECK_OK(tt_list_append(copy, tt_int(9)));
    CHECK_OK(tt_list_append(tt_dict_at_str(tt_at(copy, 1), "k"), tt_int(9)));
    CHECK_EQ(tt_set_add(tt_at(copy, 2), tt_int(9)), 1);
    CHECK_OK(tt_list_append(tt_at(tt_at(copy, 3), 0), tt_int(9)));
    is(copy, "[1, {'k': [2, 9]}, {3, 9}, ([9],), 'text', 9]");
    is(v, "[1, {'k': [2]}, {3}, ([],), 'text']");
    CHECK_EQ(tt_at(copy, 4).word, tt_at(v, 4).word);
}

TEST(what_occurs_twice_occurs_twice_in_the_copy)
{
    tt_auto a = tt_list_of(1);
    tt_auto v = tt_list_of(tt_ref(a), tt_ref(a));
    tt_auto copy = tt_thaw(v);
    CHECK_EQ(tt_at(copy, 0).word, tt_at(copy, 1).word);
    CHECK_NE(tt_at(copy, 0).word, a.word);
    /* Sixty doublings: 2^60 lists if they were not shared. */
    for (int i = 0; i < 60; i++) {
        tt_value twice = tt_list_of(tt_ref(v), tt_ref(v));
        tt_drop(v);
        v = twice;
    }
    tt_auto big = tt_thaw(v);
    CHECK_OK(tt_seal_(big));
    CHECK(tt_is_sealed(big));
}

TEST(a_container_cannot_hold_itself)
{
    tt_auto a = tt_list(), d = tt_dict();
    CHECK_EQ(tt_list_append(a, tt_ref(a)), -ELOOP);
    CHECK_OK(tt_list_append(a, tt_ref(d)));
    CHECK_EQ(tt_dict_set(d, tt_int(1), tt_ref(a)), -ELOOP);
    CHECK_EQ(tt_dict_set(d, tt_int(1), tt_tuple_of(1, tt_list_of(tt_ref(a)))), -ELOOP);
    CHECK_EQ(tt_list_insert(a, 0, tt_tuple_of(tt_ref(a))), -ELOOP);
    CHECK_EQ(tt_list_set(a, 0, tt_ref(a)), -ELOOP);
    tt_auto both = tt_list_of(1, tt_ref(a));
    CHECK_EQ(tt_list_extend(a, both), -ELOOP);
    is(a, "[{}]");
}

TEST(no_cycle_through_something_taken_out_and_put_elsewhere)
{
    tt_auto a = tt_list(), b = tt_list();
    tt_value got;
    CHECK_OK(tt_list_append(a, tt_ref(b)));
    CHECK_OK(tt_list_pop(a, 0, &got));
    CHECK_OK(tt_list_append(b, tt_ref(a)));
    CHECK_EQ(tt_list_append(a, got), -ELOOP);
}

TEST(a_copy_of_a_part_can_hold_the_whole)
{
    tt_auto part = tt_list();
    tt_auto whole = tt_list_of(tt_ref(part));
    tt_auto copy = tt_thaw(part);
    CHECK_OK(tt_list_append(copy, tt_ref(whole)));
    CHECK_EQ(tt_list_append(part, tt_ref(copy)), -ELOOP);
}

TEST(deep_nesting_seals_thaws_and_drops)
{
    tt_auto v = tt_list();
    tt_value inner = tt_ref(v);
    for (int i = 0; i < 50000; i++) v = tt_list_of(tt_take(&v));
    for (int i = 0; i < 50000; i++) { /* and downwards, one into the last */
        tt_value next = tt_list();
        CHECK_OK(tt_list_append(inner, tt_ref(next)));
        tt_drop(inner);
        inner = next;
    }
    CHECK_EQ(tt_list_append(inner, tt_ref(v)), -ELOOP);
    tt_drop(inner);
    tt_auto copy = tt_thaw(v);
    CHECK_OK(tt_seal_(copy));
    CHECK(tt_is_sealed(copy));
    CHECK(!tt_is_sealed(v));
}

static void *seals(void *v)
{
    for (int i = 0; i < 1000; i++) {
        tt_value mine = tt_ref(tt_at(*(tt_value *)v, i));
        CHECK_OK(tt_seal_(mine));
        CHECK(tt_is_sealed(tt_at(tt_at(mine, 0), 0)));
        CHECK_EQ(tt_list_append(tt_at(mine, 0), tt_int(1)), -EROFS);
        tt_drop(mine);
    }
    return NULL;
}

TEST(two_threads_may_seal_the_same_at_once)
{
    tt_value all[1000];
    for (int i = 0; i < 1000; i++) all[i] = tt_list_of(tt_list_of(tt_list_of(i), "x"), tt_dict_of(1, tt_list()));
    tt_auto v = tt_tuple_n(all, 1000);
    pthread_t other;
    CHECK_OK(pthread_create(&other, NULL, seals, &v));
    seals(&v);
    CHECK_OK(pthread_join(other, NULL));
}

static void *reads(void *v)
{
    for (int i = 0; i < 2000; i++) {
        tt_value mine = tt_ref(*(tt_value *)v);
        uint64_t h;
        CHECK_EQ(tt_equal(mine, *(tt_value *)v), 1);
        CHECK_OK(tt_hash(tt_at(mine, 1), &h));
        tt_auto copy = tt_thaw(mine);
        CHECK_OK(tt_list_append(copy, tt_ref(mine)));
        tt_drop(mine);
    }
    return NULL;
}

/* The seal is the only thing the two threads have in common: ThreadSanitizer sees if it orders nothing. */
static void *waits_for_the_seal(void *v)
{
    tt_value list = *(tt_value *)v;
    while (!tt_is_sealed(list)) sched_yield();
    CHECK_EQ(tt_len(list), 100);
    CHECK_EQ(tt_as_int(tt_at(tt_at(list, 99), 0)), 99);
    return NULL;
}

TEST(who_sees_the_seal_sees_what_was_sealed)
{
    tt_auto v = tt_list();
    pthread_t other;
    CHECK_OK(pthread_create(&other, NULL, waits_for_the_seal, &v));
    for (int i = 0; i < 100; i++) CHECK_OK(tt_list_append(v, tt_list_of(i)));
    CHECK_OK(tt_seal_(v));
    CHECK_OK(pthread_join(other, NULL));
}

TEST(a_tuple_that_was_searched_has_no_hash_all_the_same)
{
    uint64_t h;
    tt_auto target = tt_list(), tuple = tt_tuple_of(tt_tuple_of(tt_list()));
    tt_auto holder = tt_list_of(tt_ref(target));
    CHECK_OK(tt_list_append(target, tt_ref(tuple)));
    CHECK_OK(tt_list_append(target, tt_ref(tuple)));
    CHECK_OK(tt_seal_(holder));
    CHECK_EQ(tt_hash(tuple, &h), -EINVAL);
    CHECK_EQ(tt_hash(tt_at(tuple, 0), &h), -EINVAL);
}

TEST(a_sealed_value_is_read_by_all_without_locks)
{
    tt_auto v = tt_list_of(1, tt_tuple_of("text", tt_frozenset_of(1, 2)), tt_dict_of("k", tt_list_of(1.5)));
    CHECK_OK(tt_seal_(v));
    pthread_t other[3];
    for (int i = 0; i < 3; i++) CHECK_OK(pthread_create(&other[i], NULL, reads, &v));
    reads(&v);
    for (int i = 0; i < 3; i++) CHECK_OK(pthread_join(other[i], NULL));
}
