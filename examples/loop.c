/* Coroutines on the calling thread: one at a time, each goes on until it waits. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(tt_value, cook, const char *, dish, int, minutes)
{
    printf("%s: on the stove\n", dish);
    while (minutes-- > 0) TT_TRY(tt_sleep(TT_NOW)); /* lets the others have a turn */
    printf("%s: ready\n", dish);
    return tt_str(dish);
}

TT_DEFINE(tt_value, dinner)
{
    tt_autoptr(tt_future) roast = tt_create_task(cook, tt_args("roast", 90));
    tt_autoptr(tt_future) soup = tt_create_task(cook, tt_args("soup", 10));
    printf("both are ordered\n");
    tt_value first = TT_TRY(tt_await(soup));
    tt_value second = TT_TRY(tt_await(roast));
    return tt_list_of(first, second);
}

int main(void)
{
    tt_auto menu = tt_run(dinner, tt_none());
    tt_print(menu);
}
/* prints:
both are ordered
roast: on the stove
soup: on the stove
soup: ready
roast: ready
['soup', 'roast']
*/
