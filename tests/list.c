/* list and tuple. */
#include "test.h"

#include "support/random_value.h"

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

static const char check_indices[] =
    "import sys\n"
    "bad = seen = 0\n"
    "def attempt(l, f):\n"
    "    try: f(l)\n"
    "    except IndexError: return 'IndexError'\n"
    "    return repr(l)\n"
    "def store(l, i): l[i] = 'x'\n"
    "for line in sys.stdin:\n"
    "    n, i, j, *got = line.rstrip('\\n').split('\\t'); n, i, j = int(n), int(i), int(j); seen += 1\n"
    "    l = lambda: list(range(n))\n"
    "    want = [repr(l()[i:j]), repr(tuple(l())[i:j]), attempt(l(), lambda l: l.insert(i, 'x')),\n"
    "            attempt(l(), lambda l: store(l, i)), attempt(l(), lambda l: l.pop(i))]\n"
    "    if want != got: print(n, i, j, 'python', want, 'tutti', got); bad += 1\n"
    "sys.exit(bad > 0 or seen < 1000)\n";

static void tell(FILE *p, int code, tt_value list)
{
    tt_auto r = tt_repr(list);
    fprintf(p, "\t%s", code == -ERANGE ? "IndexError" : tt_as_str(r));
    tt_drop(list);
}

/* Every index and slice around lists of 0 to 5 items. */
static void try_indices(FILE *p, int n, int i, int j)
{
    tt_value popped = tt_none();
    tt_value a = tt_list(), b = tt_list(), c = tt_list();
    for (int k = 0; k < n; k++)
        CHECK(!tt_list_append(a, tt_int(k)) && !tt_list_append(b, tt_int(k)) && !tt_list_append(c, tt_int(k)));
    tt_auto tuple = tt_tuple_from(a);
    fprintf(p, "%d\t%d\t%d", n, i, j);
    tell(p, 0, tt_list_slice(a, i, j));
    tell(p, 0, tt_list_slice(tuple, i, j));
    int r = tt_list_insert(a, i, tt_str("x"));
    tell(p, r, a);
    r = tt_list_set(b, i, tt_str("x"));
    tell(p, r, b);
    r = tt_list_pop(c, i, &popped);
    tell(p, r, c);
    fputc('\n', p);
}

TEST(python_counts_indices_the_same)
{
    FILE *p = python(check_indices);
    for (int n = 0; n <= 5; n++)
        for (int i = -8; i <= 8; i++)
            for (int j = -8; j <= 8; j++) try_indices(p, n, i, j);
    python_ends(p);
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
