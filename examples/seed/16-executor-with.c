/* An executor under with: at the end of the block, however it is left, every task has ended. After shutdown nothing is
 * taken any more. */
#include <stdio.h>
#include <tutti.h>

static tt_lock lock;
static int ended;

TT_DEFINE(void, work)
{
    tt_with_lock (&lock) ended++;
}

static void submit_ten(tt_executor *pool)
{
    for (int i = 0; i < 10; i++) tt_future_free(tt_submit(pool, work, tt_args()));
}

static const char *leave_early(void)
{
    tt_with_executor (pool, tt_thread_pool(.workers = 2)) {
        submit_ten(pool);
        return "left by return";
    }
    return "never";
}

int main(void)
{
    const char *how = leave_early();
    printf("%s ended %d\n", how, ended);
    tt_with_executor (pool, tt_thread_pool(.workers = 2)) {
        submit_ten(pool);
        TT_MUST(tt_executor_shutdown(pool, TT_FOREVER));
        printf("shut down, ended %d\n", ended);
        tt_autoptr(tt_future) f = tt_submit(pool, work, tt_args());
        tt_auto refused = tt_await(f);
        if (tt_error_code(refused) == -ESHUTDOWN) printf("submit is refused\n");
    }
}
