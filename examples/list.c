/* Lists: changed by one strand, until they are handed over. */
#include <stdio.h>
#include <tutti.h>

int main(void)
{
    tt_auto list = tt_list_of(3, 1, 2);
    TT_MUST(tt_list_append(list, tt_int(0)));
    TT_MUST(tt_list_sort(list));
    tt_print(list);

    tt_auto last = tt_none();
    TT_MUST(tt_list_pop(list, -1, &last));
    tt_auto first_two = tt_list_slice(list, 0, 2);
    tt_print(first_two);

    tt_auto nested = tt_list_of(tt_ref(list), "and", tt_ref(last));
    tt_print(nested);
    if (tt_list_append(list, tt_ref(nested)) == -ELOOP) printf("a list cannot hold itself\n");
    if (tt_list_set(list, 9, tt_none()) == -ERANGE) printf("there is no index 9\n");
}
/* prints:
[0, 1, 2, 3]
[0, 1]
[[0, 1, 2], 'and', 3]
a list cannot hold itself
there is no index 9
*/
