/* Tasks submitted with callbacks: each is called when its task is over, with the future. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(tt_value, divide, long, a, long, b)
{
    if (b == 0) return tt_error("ZeroDivisionError", "%ld by zero", a);
    return tt_int(a / b);
}

static void report(tt_future *future, void *unused)
{
    (void)unused;
    tt_auto result = tt_await(future);
    if (tt_is_error(result))
        printf("failed: %s\n", tt_error_message(result));
    else
        printf("result: %ld\n", (long)tt_as_int(result));
}

int main(void)
{
    tt_with_executor (pool, tt_thread_pool(.workers = 1)) {
        const long tasks[][2] = { { 42, 6 }, { 42, 0 }, { 42, 7 } };
        for (int i = 0; i < 3; i++) {
            tt_autoptr(tt_future) future = tt_submit(pool, divide, tt_args(tasks[i][0], tasks[i][1]));
            TT_MUST(tt_future_add_done_callback(future, report, NULL));
        }
    }
    printf("all reported\n");
}
