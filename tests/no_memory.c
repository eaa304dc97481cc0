/* Every allocation of every public call on values is made to fail, one after the other: no crash, no leak, what was
 * given is taken, what was there is unchanged, and the answer says so. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <tutti.h>

#include "base/memory.h"
#include "value/object.h"

/* Runs it once per allocation that it makes, with that one failing. It answers true if it saw the failure. */
static void every_allocation_fails(const char *name, bool (*run)(void))
{
    int n = 0;
    do {
        long before = tt_memory_live_();
        tt_memory_fail_after_(++n);
        bool saw = run(), failed = tt_memory_failed_();
        tt_memory_fail_after_(0);
        if (saw != failed) CHECK_FAIL("%s, allocation %d: %s", name, n, failed ? "nobody was told" : "a false alarm");
        long left = tt_memory_live_() - before;
        if (left) CHECK_FAIL("%s, allocation %d: %ld blocks left", name, n, left);
        if (!failed) break;
    } while (n < 1000);
    CHECK_GT(n, 1);
    CHECK_LT(n, 1000);
}
#define FAILS(run) every_allocation_fails(#run, run)

/* True if v is MemoryError; drops it. */
static bool is_no_memory(tt_value v)
{
    bool is = tt_error_is(v, "MemoryError");
    tt_drop(v);
    return is;
}

/* ---- what makes a value ---- */

static bool make_str(void)
{
    return is_no_memory(tt_str("text"));
}
static bool make_str_of_bytes(void)
{
    return is_no_memory(tt_str_of_bytes("\xff", 1));
}
static bool make_format(void)
{
    return is_no_memory(tt_format("%d\xff", 1));
}
static bool make_bytes(void)
{
    return is_no_memory(tt_bytes("b", 1));
}
static bool make_uint(void)
{
    return is_no_memory(tt_uint(UINT64_MAX));
}
static bool make_int_from_text(void)
{
    return is_no_memory(tt_int_from_text("123456789012345678901234567890", 30, 10));
}
static bool make_int_from_bytes(void)
{
    return is_no_memory(tt_int_from_bytes("123456789", 9, true));
}
static bool make_complex(void)
{
    return is_no_memory(tt_complex(1, 2));
}
static bool make_struct(void)
{
    return is_no_memory(tt_struct(struct timespec, 1, 2));
}
static bool make_error(void)
{
    return is_no_memory(tt_error("ValueError", "bad"));
}
static bool make_error_with_cause(void)
{
    return is_no_memory(tt_error_with_cause(tt_error("OSError", "disk"), "ValueError", "bad"));
}
static bool make_args(void)
{
    return is_no_memory(tt_args("a", 1, tt_list_of("b", tt_tuple_of(2)), 3.5));
}
static bool make_dict(void)
{
    return is_no_memory(tt_dict_of("a", tt_list(), "b", "c", 1, tt_set_of(1, "x")));
}
static bool make_frozenset(void)
{
    return is_no_memory(tt_frozenset_of("a", tt_frozenset_of("b"), tt_tuple_of("c")));
}

static int let_go;
static void drop(void *address)
{
    (void)address;
    let_go++;
}
static bool make_proxy(void)
{
    static const tt_proxy_type type = { sizeof type, "thing", drop };
    int before = let_go;
    bool no = is_no_memory(tt_proxy(NULL, &type));
    CHECK_EQ(let_go, before + 1);
    return no;
}

TEST(what_makes_a_value_answers_memory_error)
{
    FAILS(make_str);
    FAILS(make_str_of_bytes);
    FAILS(make_format);
    FAILS(make_bytes);
    FAILS(make_uint);
    FAILS(make_int_from_text);
    FAILS(make_int_from_bytes);
    FAILS(make_complex);
    FAILS(make_struct);
    FAILS(make_proxy);
    FAILS(make_args);
    FAILS(make_dict);
    FAILS(make_frozenset);
    FAILS(make_error);
}

/* An error without its cause is an error still; but the cause was lost, so MemoryError stands in for it. */
TEST(an_error_is_made_with_what_memory_there_is)
{
    tt_memory_fail_after_(1);
    tt_auto e = tt_error_with_cause(tt_error("OSError", "disk"), "ValueError", "bad");
    tt_memory_fail_after_(0);
    CHECK(tt_error_is(e, "ValueError"));
    CHECK(tt_error_is(tt_error_cause(e), "MemoryError"));
    tt_memory_fail_after_(2);
    CHECK(make_error_with_cause());
    tt_memory_fail_after_(0);
}

/* ---- what changes a container that is there ---- */

static tt_value target; /* made before allocations fail */
static tt_value other;

static bool no_memory(int r)
{
    CHECK(r >= 0 || r == -ENOMEM);
    return r < 0;
}
static bool list_append(void)
{
    return no_memory(tt_list_append(target, tt_str("x")));
}
static bool list_insert(void)
{
    return no_memory(tt_list_insert(target, 0, tt_str("x")));
}
static bool list_set(void)
{
    return no_memory(tt_list_set(target, 0, tt_str("x")));
}
static bool list_extend(void)
{
    return no_memory(tt_list_extend(target, other));
}
static bool list_sort(void)
{
    return no_memory(tt_list_sort(target));
}
static bool list_slice(void)
{
    return is_no_memory(tt_list_slice(target, 0, 10));
}
static bool list_from(void)
{
    return is_no_memory(tt_list_from(target));
}
static bool tuple_from(void)
{
    return is_no_memory(tt_tuple_from(target));
}
static bool set_from(void)
{
    return is_no_memory(tt_set_from(target));
}
static bool dict_set(void)
{
    return no_memory(tt_dict_set(target, tt_str("new"), tt_str("x")));
}
static bool dict_set_str(void)
{
    return no_memory(tt_dict_set_str(target, "new", tt_str("x")));
}
static bool dict_set_default(void)
{
    return no_memory(tt_dict_set_default(target, tt_str("new"), tt_str("x")));
}
static bool dict_update(void)
{
    return no_memory(tt_dict_update(target, other));
}
static bool set_add(void)
{
    return no_memory(tt_set_add(target, tt_str("new")));
}
static bool set_union(void)
{
    return is_no_memory(tt_set_union(target, other));
}
static bool set_symmetric_difference(void)
{
    return is_no_memory(tt_set_symmetric_difference(target, other));
}

static tt_value full_list(void)
{
    return tt_list_of(4, 3, 2, 1);
}
static tt_value full_dict(void)
{
    return tt_dict_of(1, 1, 2, 2, 3, 3, 4, 4, 5, 5);
}
static tt_value full_set(void)
{
    return tt_set_of(1, 2, 3, 4, 5);
}

/* The same on a fresh target each time; on failure the target looks as before. */
static void change_fails(const char *name, bool (*run)(void), tt_value (*make)(void))
{
    for (int n = 1;; n++) {
        long before = tt_memory_live_();
        target = make();
        other = make == full_list ? tt_list_of("a", "b") : make == full_dict ? tt_dict_of("a", 1) : tt_set_of("a", 1);
        tt_auto was = tt_repr(target);
        tt_memory_fail_after_(n);
        bool saw = run(), failed = tt_memory_failed_();
        tt_memory_fail_after_(0);
        tt_auto is = tt_repr(target);
        if (saw != failed) CHECK_FAIL("%s, allocation %d: %s", name, n, failed ? "nobody was told" : "a false alarm");
        if (failed && tt_equal(was, is) != 1) CHECK_FAIL("%s: %s became %s", name, tt_as_str(was), tt_as_str(is));
        tt_drop(target);
        tt_drop(other);
        CHECK_EQ(tt_memory_live_(), before + 2); /* was, is */
        if (!failed) break;
        CHECK_LT(n, 100);
    }
}
#define CHANGE_FAILS(run, make) change_fails(#run, run, make)

TEST(what_changes_a_container_takes_its_item_and_leaves_the_rest)
{
    CHANGE_FAILS(list_append, full_list);
    CHANGE_FAILS(list_insert, full_list);
    CHANGE_FAILS(list_set, full_list);
    CHANGE_FAILS(list_extend, full_list);
    CHANGE_FAILS(list_sort, full_list);
    CHANGE_FAILS(list_slice, full_list);
    CHANGE_FAILS(list_from, full_list);
    CHANGE_FAILS(tuple_from, full_list);
    CHANGE_FAILS(set_from, full_list);
    CHANGE_FAILS(dict_set, full_dict);
    CHANGE_FAILS(dict_set_str, full_dict);
    CHANGE_FAILS(dict_set_default, full_dict);
    CHANGE_FAILS(dict_update, full_dict);
    CHANGE_FAILS(set_add, full_set);
    CHANGE_FAILS(set_union, full_set);
    CHANGE_FAILS(set_symmetric_difference, full_set);
}

/* ---- what goes deep needs frames beyond the first sixteen ---- */

static tt_value deep, deep_too;

static tt_value nested(tt_value v, int depth)
{
    for (int i = 0; i < depth; i++) v = i % 2 ? tt_tuple_of(v) : tt_list_of(v);
    return v;
}
static bool equal_deep(void)
{
    return no_memory(tt_equal(deep, deep_too));
}
static bool compare_deep(void)
{
    int order;
    return no_memory(tt_compare(deep, deep_too, &order));
}
static bool repr_deep(void)
{
    return is_no_memory(tt_repr(deep));
}
static bool print_deep(void)
{
    FILE *null = fopen("/dev/null", "w");
    bool saw = no_memory(tt_print_to(tt_view_of(deep), null));
    fclose(null);
    return saw;
}
static bool thaw_deep(void)
{
    return is_no_memory(tt_thaw(deep));
}
static bool seal_deep(void)
{
    return no_memory(tt_seal_(deep));
}
static bool cycle_deep(void)
{
    int r = tt_list_append(deep_too, tt_ref(deep));
    CHECK_EQ(tt_len(deep_too), r == 0);
    CHECK_OK(tt_list_clear(deep_too));
    return no_memory(r);
}
static tt_value deep_tuple;
static bool hash_deep(void)
{
    uint64_t h;
    return no_memory(tt_hash(deep_tuple, &h));
}

TEST(going_deep_without_memory_is_answered)
{
    deep = nested(tt_list(), 100);
    deep_too = nested(tt_list(), 100);
    FAILS(equal_deep);
    FAILS(compare_deep);
    FAILS(repr_deep);
    FAILS(print_deep);
    FAILS(thaw_deep);
    tt_drop(deep_too);
    deep_too = tt_list();
    tt_value holder = tt_list_of(tt_ref(deep_too)); /* so that putting into it has to search */
    FAILS(cycle_deep);
    tt_drop(holder);
    FAILS(seal_deep);
    CHECK(tt_is_sealed(deep));
    tt_drop(deep_too);
    tt_drop(deep);
    deep_tuple = tt_args();
    for (int i = 0; i < 100; i++) deep_tuple = tt_tuple_of(deep_tuple);
    FAILS(hash_deep);
    tt_drop(deep_tuple);
}

/* ---- the rest ---- */

static tt_value big;
static bool int_to_text(void)
{
    return is_no_memory(tt_int_to_text(big, 10));
}
static bool int_to_hex(void)
{
    return is_no_memory(tt_int_to_text(big, 16));
}
static bool str_of(void)
{
    return is_no_memory(tt_str_of(big));
}

TEST(turning_ints_into_text_without_memory_is_answered)
{
    big = tt_int_from_text("123456789012345678901234567890", 30, 10);
    FAILS(int_to_text);
    FAILS(int_to_hex);
    FAILS(str_of);
    tt_drop(big);
}

static bool iterate(void)
{
    tt_value c;
    tt_iter it = tt_iter_over(tt_ref(big));
    int r;
    while ((r = tt_iter_next(&it, &c)) == 1) tt_drop(c);
    tt_iter_end(&it);
    return no_memory(r);
}
static bool collect(void)
{
    return is_no_memory(tt_iter_collect(tt_iter_over(tt_ref(big))));
}
TEST(iterating_without_memory_is_answered)
{
    big = tt_str("ab");
    FAILS(iterate);
    FAILS(collect);
    tt_drop(big);
}

static int object;
static bool name(void)
{
    int r = tt_name(&object, "a name");
    tt_name(&object, NULL);
    return no_memory(r);
}
TEST(naming_without_memory_is_answered)
{
    FAILS(name);
}

static tt_value unpacks(tt_view arg)
{
    long n;
    const char *s;
    TT_TRY(tt_unpack(arg, &n, &s));
    return tt_format("%ld%s", n, s);
}
static tt_value given;
static bool unpack(void)
{
    return is_no_memory(unpacks(tt_view_of(given)));
}
TEST(a_task_without_memory_answers_memory_error)
{
    given = tt_args(1, "x");
    FAILS(unpack);
    tt_drop(given);
    given = tt_args("x", 1);
    FAILS(unpack);
    tt_drop(given);
}
