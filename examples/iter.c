/* Iterators: one value after another, made when asked for. */
#include <stdio.h>
#include <tutti.h>

/* A generator of one's own: the Fibonacci numbers below a limit. */
struct fibonacci {
    long a, b, limit;
};

static int next(tt_iter *it, tt_value *ret_item)
{
    struct fibonacci *f = it->user;
    if (f->a >= f->limit) return 0;
    *ret_item = tt_int(f->a);
    long sum = f->a + f->b;
    f->a = f->b;
    f->b = sum;
    return 1;
}

static void show(tt_iter it)
{
    tt_value item;
    int r;
    while ((r = tt_iter_next(&it, &item)) == 1) {
        tt_auto text = tt_str_of(item);
        printf("%s ", tt_as_str(text));
        tt_drop(item);
    }
    printf(r == 0 ? "end\n" : "%s\n", tt_strerror(r));
    tt_iter_end(&it);
}

int main(void)
{
    struct fibonacci f = { 0, 1, 50 };
    show(tt_iter_of(next, NULL, &f));
    show(tt_range(10, 0, -3));
    show(tt_iter_over(tt_str("tutti")));
    show(tt_iter_over(tt_int(7)));
}
/* prints:
0 1 1 2 3 5 8 13 21 34 end
10 7 4 1 end
t u t t i end
bad argument or wrong kind of value
*/
