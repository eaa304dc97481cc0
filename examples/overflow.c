/* Deep recursion in a task: give the pool's tasks a larger stack; should one run out of it, it is named. */
#include <stdio.h>
#include <tutti.h>

static long depth_of(long n)
{
    volatile char room[200] = { 0 }; /* stands for what a real function keeps on the stack */
    return n == 0 ? room[0] : 1 + depth_of(n - 1);
}

TT_DEFINE(long, recurse, long, n)
{
    return depth_of(n);
}

int main(void)
{
    TT_MUST(tt_enable_overflow_report()); /* "coroutine 'deep' ran out of its stack …", then the usual end */
    tt_with_executor (pool, tt_thread_pool(.workers = 1, .stack_size = 64 << 20)) {
        tt_autoptr(tt_future) f = tt_submit(pool, recurse, tt_args(50000), .name = "deep");
        tt_auto depth = tt_await(f);
        tt_print(depth);
    }
}
/* prints:
50000
*/
