/* C structs as values. */
#include "test.h"

#include <tutti.h>

typedef struct point {
    int x, y;
} point;

typedef struct other {
    int x, y;
} other;

typedef struct big {
    char bytes[5000];
} big;

static int lines;
static void count(void *user, tt_log_level level, const char *line)
{
    (void)user;
    (void)level;
    (void)line;
    lines++;
}

TEST(a_struct_comes_back_as_it_was)
{
    tt_auto v = tt_struct(point, .x = 3, .y = -4);
    point p = tt_as(point, v);
    CHECK_EQ(p.x, 3);
    CHECK_EQ(tt_as(point, v).y, -4);
    size_t size;
    CHECK_STR(tt_struct_type(v, &size), "point");
    CHECK_EQ(size, sizeof(point));
    CHECK_STR(tt_type_name(v), "point");
    CHECK_EQ((uintptr_t)tt_struct_data(v, "point", sizeof(point)) % 16, 0);
}

TEST(another_name_or_size_is_refused)
{
    tt_auto v = tt_struct(point, 1, 2);
    other o = { 7, 7 };
    CHECK_EQ(tt_get_struct(other, v, &o), -EINVAL);
    CHECK_EQ(o.x, 7);
    CHECK_NULL(tt_struct_data(v, "point", 4));
    CHECK_NULL(tt_struct_data(tt_int(1), "point", 8));
    point p;
    CHECK_OK(tt_get_struct(point, v, &p));
    CHECK_EQ(p.y, 2);
}

TEST(tt_as_of_another_kind_is_zeros_and_a_report)
{
    tt_set_log(count, NULL);
    tt_auto v = tt_struct(point, 1, 2);
    CHECK_EQ(tt_as(other, v).x, 0);
    CHECK_EQ(lines, 1);
}

TEST(a_large_struct_travels_too)
{
    big b = { "hello" };
    tt_auto v = tt_struct_new("big", sizeof b, &b);
    tt_auto list = tt_list_of(tt_ref(v));
    CHECK_MEM(tt_struct_data(tt_at(list, 0), "big", sizeof b), &b, sizeof b);
    CHECK_STR(tt_as(big, v).bytes, "hello");
}
