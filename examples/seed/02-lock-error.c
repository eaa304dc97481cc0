/* An error between acquire and release: return leaves the block, and the lock is released all the same. */
#include <stdio.h>
#include <tutti.h>

static tt_lock lock;
static long balance = 100;

TT_DEFINE(tt_value, pay, long, amount)
{
    tt_with_lock (&lock) {
        if (amount > balance) return tt_error("ValueError", "cannot pay %ld", amount);
        balance -= amount;
    }
    return tt_int(balance);
}

TT_DEFINE(void, try_to_pay, long, amount)
{
    tt_auto left = pay_c(amount);
    if (!tt_is_error(left))
        printf("paid %ld, %ld left\n", amount, (long)tt_as_int(left));
    else
        printf("%s: %s\n", tt_error_type(left), tt_error_message(left));
    printf("locked %s\n", tt_lock_locked(&lock) ? "True" : "False");
}

int main(void)
{
    try_to_pay_c(30);
    try_to_pay_c(500);
    /* Would wait for ever for a lock left behind. */
    tt_autoptr(tt_thread) other = tt_thread_new(try_to_pay, tt_args(50));
    TT_MUST(tt_thread_start(other));
    TT_MUST(tt_thread_join(other, TT_FOREVER));
}
