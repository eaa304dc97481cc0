/* Comparing values, as Python does: equality across number types, order within a kind, hash, length, membership. */
#include <stdio.h>
#include <tutti.h>

static void compare(tt_value a, tt_value b)
{
    tt_auto left = a, right = b, shown_left = tt_repr(a), shown_right = tt_repr(b);
    int order;
    int r = tt_compare(left, right, &order);
    if (r == 0)
        printf("%s %s %s\n", tt_as_str(shown_left), order < 0 ? "<" : order > 0 ? ">" : "==", tt_as_str(shown_right));
    else
        printf("%s and %s: %s\n", tt_as_str(shown_left), tt_as_str(shown_right), tt_strerror(r));
}

int main(void)
{
    compare(tt_int(1), tt_float(1.0));
    compare(tt_str("fugue"), tt_str("canon"));
    compare(tt_args(1, 2, 3), tt_args(1, 3));
    compare(tt_int(1), tt_str("1"));

    tt_auto words = tt_list_of("canon", "fugue");
    tt_auto fugue = tt_str("fugue");
    printf("%d items, fugue among them: %d\n", (int)tt_len(words), tt_contains(words, fugue));
}
/* prints:
1 == 1.0
'fugue' > 'canon'
(1, 2, 3) < (1, 3)
1 and '1': bad argument or wrong kind of value
2 items, fugue among them: 1
*/
