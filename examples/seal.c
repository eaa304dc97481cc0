/* Handing a container over seals it: from then on all may read it without a lock, and nobody can change it. */
#include <stdio.h>
#include <tutti.h>

int main(void)
{
    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_auto inner = tt_list_of(1, 2);
    tt_auto outer = tt_dict_of("inner", tt_ref(inner));
    TT_MUST(tt_queue_put(q, tt_ref(outer), TT_FOREVER)); /* handed over: outer and inner are sealed */
    if (tt_list_append(inner, tt_int(3)) == -EROFS) printf("sealed, deep down\n");

    tt_auto mine = tt_thaw(outer); /* a private copy, all the way down */
    TT_MUST(tt_list_append(tt_dict_at_str(tt_view_of(mine), "inner"), tt_int(3)));
    tt_print(mine);
    tt_print(outer);
}
/* prints:
sealed, deep down
{'inner': [1, 2, 3]}
{'inner': [1, 2]}
*/
