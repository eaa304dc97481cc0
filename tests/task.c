/* Tasks: TT_TASK and TT_DEFINE. How they survive linking is in check_tasks.sh. */
#include "test.h"

#include <tutti.h>

typedef struct point {
    double x, y;
} point;

TT_DEFINE(long, square, long, x) { return x * x; }
TT_DEFINE(int, seven) { return 7; }
TT_DEFINE(void, nop, tt_view, any) { (void)any; }
TT_DEFINE(const char *, choose, const char *, a, const char *, b, bool, first) { return first ? a : b; }
TT_DEFINE(point, mirror, point, p) { return (point){ -p.x, -p.y }; }
TT_DEFINE(point *, leftmost, point *, a, point *, b) { return a->x < b->x ? a : b; }
TT_DEFINE(tt_value, swap, tt_value, a, tt_value, b) { return tt_args(b, a); }
TT_DEFINE(double, sum6, int, a, unsigned, b, float, c, double, d, short, e, unsigned long, f)
{
    return (double)a + b + (double)c + d + e + (double)f;
}
TT_DEFINE(long, fib, int, n) { return n < 2 ? n : fib_c(n - 1) + fib_c(n - 2); }

static tt_value by_hand(tt_view arg)
{
    return tt_ref(arg);
}
TT_TASK(by_hand);

/* Calls fn with arg and checks what its answer looks like. */
static void gives(tt_fn fn, tt_value arg, const char *as)
{
    tt_auto answer = fn(tt_view_of(arg));
    tt_auto r = tt_repr(answer);
    CHECK_STR(tt_as_str(r), as);
    tt_drop(arg);
}

TEST(a_wrapper_unpacks_calls_and_boxes)
{
    CHECK_EQ(square_c(7), 49);
    gives(square, tt_args(7), "49");
    gives(square, tt_int(-8), "64");
    gives(seven, tt_args(), "7");
    gives(seven, tt_none(), "7");
    gives(nop, tt_args(1), "None");
    gives(choose, tt_args("a", "b", tt_bool(false)), "'b'");
    gives(swap, tt_args(tt_list_of(1), "x"), "('x', [1])");
    gives(sum6, tt_args(1, 2, 0.5, 0.25, -4, 8ul), "7.75");
    gives(fib, tt_args(20), "6765");
    point one = { 1, 0 }, two = { 2, 0 };
    tt_auto both = tt_args(&two, &one);
    CHECK(tt_as_pointer(leftmost(tt_view_of(both))) == &one);
    tt_auto p = tt_struct(point, 1, 2);
    tt_auto q = mirror(tt_view_of(p));
    CHECK_FLOAT(tt_as(point, q).y, -2.0);
}

TEST(a_wrapper_refuses_wrong_arguments)
{
    gives(square, tt_args("x"), "TypeError('argument 1: wanted int, got str')");
    gives(square, tt_args(1, 2), "TypeError('wanted 1 argument, got 2')");
    gives(seven, tt_args(1), "TypeError('wanted 0 arguments, got 1')");
    gives(leftmost, tt_args(1, 2), "TypeError('argument 1: wanted pointer, got int')");
    gives(mirror, tt_args(tt_struct(struct timespec, 1, 2)),
          "TypeError('argument 1: wanted point, got struct timespec')");
    gives(choose, tt_args("a", "b", 1), "TypeError('argument 3: wanted bool, got int')");
}

TEST(tasks_are_found_by_name_and_by_address)
{
    CHECK(tt_task_find("square") == square);
    CHECK(tt_task_find("by_hand") == by_hand);
    CHECK_NULL((uintptr_t)tt_task_find("square_c"));
    CHECK_STR(tt_task_name(square), "square");
    CHECK_NULL(tt_task_name(NULL));
}
