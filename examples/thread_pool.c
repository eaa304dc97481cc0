/* thread_pool.c - one function, run on a pool of threads. */
#include <tutti.h>

TT_DEFINE(long, square, long, x) { return x * x; } /* a plain C function, and the task that wraps it */

int main(void)
{
    tt_with_executor (ex, tt_thread_pool(.workers = 4)) {
        tt_autoptr(tt_future) f = tt_submit(ex, square, tt_args(7));
        tt_auto answer = tt_await(f); /* a value; an error value if the task failed */
        tt_print(answer);             /* 49 */
    }
}
/* prints:
49
*/
