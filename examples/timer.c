/* A timer: something is done after a while, unless it is cancelled before. */
#include <stdio.h>
#include <tutti.h>

static tt_value remind(tt_view what)
{
    printf("time for %s\n", tt_as_str(what));
    return tt_none();
}

int main(void)
{
    tt_autoptr(tt_timer) tea = tt_timer_new(0.01, remind, tt_str("tea"));
    tt_autoptr(tt_timer) bed = tt_timer_new(3600, remind, tt_str("bed"));
    TT_MUST(tt_timer_start(tea));
    TT_MUST(tt_timer_start(bed));
    TT_MUST(tt_timer_join(tea, TT_FOREVER));
    if (tt_timer_cancel(bed)) printf("not yet for bed\n");
    if (!tt_timer_cancel(tea)) printf("too late to cancel tea\n");
}
/* prints:
time for tea
not yet for bed
too late to cancel tea
*/
