/* Arguments: C values into one value and back, checked. */
#include <stdio.h>
#include <tutti.h>

typedef struct point {
    int x, y;
} point;

/* A task written by hand: it unpacks what it is given. What does not fit becomes a TypeError that says where. */
static tt_value move(tt_view arg)
{
    point p;
    int8_t dx, dy;
    const char *why;
    TT_TRY(tt_unpack(arg, &p, &dx, &dy, &why));
    printf("%s: (%d, %d)\n", why, p.x + dx, p.y + dy);
    return tt_none();
}

static void call(tt_value args)
{
    tt_auto given = args;
    tt_auto result = move(tt_view_of(given));
    if (tt_is_error(result)) printf("%s: %s\n", tt_error_type(result), tt_error_message(result));
}

int main(void)
{
    call(tt_args(tt_struct(point, 3, 4), 10, -10, "moved"));
    call(tt_args(tt_struct(point, 3, 4), 10, "ten", "moved"));
    call(tt_args(tt_struct(point, 3, 4), 10, 1000, "moved"));
    call(tt_args("too few"));
}
/* prints:
moved: (13, -6)
TypeError: argument 3: wanted int, got str
OverflowError: argument 3: int does not fit 8 bits
TypeError: wanted 4 arguments, got 1
*/
