/* Tasks: a plain C function, and the wrapper that takes and returns values; found by its name where it was sent. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(long, power, long, base, int, exponent)
{
    long result = 1;
    while (exponent-- > 0) result *= base;
    return result;
}

static tt_value by_hand(tt_view arg)
{
    return tt_format("given a %s", tt_type_name(arg));
}
TT_TASK(by_hand);

int main(void)
{
    printf("%ld\n", power_c(2, 10)); /* the C function */
    tt_auto args = tt_args(3, 4);
    tt_fn found = tt_task_find("power"); /* the task, as another process would find it */
    tt_auto result = found(tt_view_of(args));
    tt_print(result);
    tt_auto text = by_hand(tt_view_of(args));
    printf("%s: %s\n", tt_task_name(by_hand), tt_as_str(text));
    printf("%s\n", tt_task_find("nobody") ? "found" : "nobody is not a task");
}
/* prints:
1024
81
by_hand: given a tuple
nobody is not a task
*/
