/* Futures: results with a deadline, errors, cancelling what waits and what runs, what follows. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(tt_value, divide, long, a, long, b)
{
    if (b == 0) return tt_error("ZeroDivisionError", "%ld by zero", a);
    return tt_int(a / b);
}

TT_DEFINE(tt_value, wait_for_ever)
{
    TT_TRY(tt_sleep(TT_FOREVER)); /* a cancelled wait answers -ECANCELED, which is handed on */
    return tt_none();
}

static tt_value describe(tt_view result)
{
    return tt_format("the result is %ld", (long)tt_as_int(result));
}

int main(void)
{
    tt_with_executor (pool, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) good = tt_submit(pool, divide, tt_args(42, 6));
        tt_autoptr(tt_future) text = tt_then(good, describe);
        tt_auto described = tt_await(text);
        tt_print(described);

        tt_autoptr(tt_future) bad = tt_submit(pool, divide, tt_args(42, 0));
        tt_auto error = tt_await(bad);
        printf("%s: %s\n", tt_error_type(error), tt_error_message(error));

        tt_autoptr(tt_future) slow = tt_submit(pool, wait_for_ever, tt_none());
        tt_auto result = tt_none();
        int r = tt_future_result(slow, &result, tt_after(0.01));
        printf("my wait: %s\n", tt_strerror(r));
        tt_future_cancel(slow);
        TT_MUST(tt_future_result(slow, &result, TT_FOREVER));
        printf("the task: %s, cancelled: %s\n", tt_error_type(result), tt_future_cancelled(slow) ? "yes" : "no");
    }
}
/* prints:
the result is 7
ZeroDivisionError: 42 by zero
my wait: the deadline has passed
the task: CancelledError, cancelled: yes
*/
