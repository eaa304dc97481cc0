/* A lock: held by a block, taken with a deadline, and what is answered instead of a deadlock. */
#include <stdio.h>
#include <tutti.h>

static struct {
    tt_lock lock; /* zero is an open one */
    long deposits, total;
} account;

static int deposit(long amount, tt_time by)
{
    int r = tt_lock_acquire(&account.lock, by);
    if (r < 0) return r; /* -ETIMEDOUT, -EDEADLK, …: nothing has changed */
    account.deposits++;
    account.total += amount;
    tt_lock_release(&account.lock);
    return 0;
}

TT_DEFINE(tt_value, deposit_later, long, amount)
{
    TT_TRY(deposit(amount, tt_after(0.01)));
    return tt_none();
}

int main(void)
{
    TT_MUST(deposit(10, TT_FOREVER));
    tt_autoptr(tt_thread) other = tt_thread_new(deposit_later, tt_args(20));
    tt_with_lock (&account.lock) { /* until the end of the block, however it is left */
        TT_MUST(tt_thread_start(other));
        tt_auto result = tt_none();
        TT_MUST(tt_thread_result(other, &result, TT_FOREVER));
        printf("other thread: %s\n", tt_error_type(result));
        printf("myself: %s\n", tt_strerror(deposit(30, TT_FOREVER)));
    }
    printf("%ld deposits, total %ld\n", account.deposits, account.total);
}
/* prints:
other thread: TimeoutError
myself: would wait for itself: a deadlock
1 deposits, total 10
*/
