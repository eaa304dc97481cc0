/* A pool maps [1, 2, 3] to [1, 4, 9]; an error comes out at its place. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(tt_value, square, long, x)
{
    if (x < 0) return tt_error("ValueError", "negative: %ld", x);
    return tt_int(x * x);
}

int main(void)
{
    tt_with_executor (pool, tt_thread_pool(.workers = 2)) {
        tt_auto squares = tt_iter_collect(tt_map(pool, square, tt_iter_over(tt_list_of(1, 2, 3))));
        tt_print(squares);

        tt_iter results = tt_map(pool, square, tt_iter_over(tt_list_of(4, -5, 6)));
        for (tt_value y; tt_iter_next(&results, &y) == 1; tt_drop(y)) {
            if (tt_is_error(y)) printf("%s: ", tt_error_type(y));
            tt_print(y);
        }
        tt_iter_end(&results);
    }
}
