/* Values: sixteen bytes, yours or lent. What you own you give away or drop; what you are lent you look at. */
#include <stdio.h>
#include <tutti.h>

/* Looks only: takes a view, which costs nothing and owns nothing. */
static const char *describe(tt_view v)
{
    return tt_is_none(v) ? "nothing" : tt_type_name(v);
}

int main(void)
{
    tt_value n = tt_int(42);           /* immediate: needs no drop, and one does no harm */
    tt_value text = tt_str("counted"); /* an object with a count */
    tt_value second = tt_ref(text);    /* a second owner of the same object */
    tt_drop(text);                     /* the first one is done with it */
    printf("%s %s\n", describe(tt_view_of(n)), describe(tt_view_of(second)));

    /* A list takes what it is given. */
    tt_auto list = tt_list_of(n, tt_ref(second), 2.5, "plain C", tt_bool(true), tt_none());
    tt_print(list);
    tt_drop(second);

    int64_t wanted; /* the checked form: a code, and wanted untouched on failure */
    if (tt_get_int(tt_at(list, 1), &wanted) == -EINVAL)
        printf("item 1 is no int but a %s\n", tt_type_name(tt_at(list, 1)));
    printf("item 0 is %ld\n", (long)tt_as_int(tt_at(list, 0)));
} /* tt_auto: list is dropped here, with all that it holds */
/* prints:
int str
[42, 'counted', 2.5, 'plain C', True, None]
item 1 is no int but a str
item 0 is 42
*/
