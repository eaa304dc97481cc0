/* Sets: equal elements once, in order of insertion. */
#include <stdio.h>
#include <tutti.h>

int main(void)
{
    tt_auto strings = tt_set_of("violin", "viola", "cello", "violin");
    tt_auto low = tt_frozenset_of("cello", "bassoon");
    tt_print(strings);

    tt_auto both = tt_set_intersection(strings, low);
    tt_auto all = tt_set_union(strings, low);
    tt_auto high = tt_set_difference(strings, low);
    tt_print(both);
    tt_print(all);
    tt_print(high);

    printf("added: %d\n", tt_set_add(strings, tt_str("bass")));
    printf("added again: %d\n", tt_set_add(strings, tt_str("bass")));
    tt_auto bad = tt_set_of(tt_list());
    printf("%s: %s\n", tt_error_type(bad), tt_error_message(bad));
}
/* prints:
{'violin', 'viola', 'cello'}
{'cello'}
{'violin', 'viola', 'cello', 'bassoon'}
{'violin', 'viola'}
added: 1
added again: 0
TypeError: unhashable type: 'list'
*/
