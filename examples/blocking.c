/* Code that blocks outside the library, called from a task: a helper thread runs it, and the worker goes on. */
#include <stdio.h>
#include <tutti.h>
#include <unistd.h>

static tt_event both_wait;
static int waiting;

/* Stands for a library call that blocks its thread: a driver, a name server. */
static tt_value slow_call(tt_view n)
{
    usleep(1000);
    return tt_int(tt_as_int(n) * 10);
}

TT_DEFINE(tt_value, ask, long, n)
{
    tt_value answer;
    if (++waiting == 2) /* one worker: its tasks never run at the same time */
        tt_event_set(&both_wait);
    TT_TRY(tt_event_wait(&both_wait, TT_FOREVER));
    TT_TRY(tt_blocking(slow_call, tt_int(n), &answer, TT_FOREVER));
    return answer;
}

int main(void)
{
    tt_with_executor (pool, tt_thread_pool(.workers = 1)) {
        tt_autoptr(tt_future) a = tt_submit(pool, ask, tt_args(1));
        tt_autoptr(tt_future) b = tt_submit(pool, ask, tt_args(2));
        printf("%ld %ld\n", (long)tt_as_int(tt_await(a)), (long)tt_as_int(tt_await(b)));
    }
}
/* prints:
10 20
*/
