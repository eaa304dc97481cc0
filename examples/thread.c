/* Threads: a result, an error, a name, and a daemon that is told to end. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(tt_value, half, long, n)
{
    if (n % 2) return tt_error("ValueError", "%ld is odd", n);
    return tt_int(n / 2);
}

TT_DEFINE(tt_value, wait_for_ever)
{
    TT_TRY(tt_sleep(TT_FOREVER));
    return tt_none();
}

int main(void)
{
    for (long n = 6; n < 8; n++) {
        tt_autoptr(tt_thread) t = tt_thread_new(half, tt_args(n), .name = "halver");
        TT_MUST(tt_thread_start(t));
        tt_auto result = tt_none();
        TT_MUST(tt_thread_result(t, &result, TT_FOREVER));
        tt_auto shown = tt_repr(result);
        printf("%s: %s\n", tt_thread_name(t), tt_as_str(shown));
    }

    tt_autoptr(tt_thread) t = tt_thread_new(wait_for_ever, tt_none(), .daemon = true);
    TT_MUST(tt_thread_start(t));
    printf("still there: %s\n", tt_thread_join(t, tt_after(0.01)) == -ETIMEDOUT ? "yes" : "no");
    TT_MUST(tt_thread_cancel(t));
    tt_auto result = tt_none();
    TT_MUST(tt_thread_result(t, &result, TT_FOREVER));
    printf("cancelled: %s\n", tt_error_type(result));
}
/* prints:
halver: 3
halver: ValueError('7 is odd')
still there: yes
cancelled: CancelledError
*/
