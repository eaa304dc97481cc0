/* An RLock taken twice by its holder, who must release it twice. A plain lock does not let him in again. */
#include <stdio.h>
#include <tutti.h>

static tt_rlock lock;
static tt_lock plain;

TT_DEFINE(bool, attempt)
{
    bool taken = tt_rlock_acquire(&lock, TT_NOW) == 0;
    if (taken) tt_rlock_release(&lock);
    return taken;
}

static const char *can_be_taken_elsewhere(void)
{
    tt_value answer;
    tt_autoptr(tt_thread) other = tt_thread_new(attempt, tt_args());
    TT_MUST(tt_thread_start(other));
    TT_MUST(tt_thread_result(other, &answer, TT_FOREVER));
    return tt_as_bool(answer) ? "True" : "False";
}

int main(void)
{
    tt_with_rlock (&lock) {
        tt_with_rlock (&lock) printf("held twice, free for others: %s\n", can_be_taken_elsewhere());
        printf("held once, free for others: %s\n", can_be_taken_elsewhere());
    }
    printf("released, free for others: %s\n", can_be_taken_elsewhere());

    tt_with_lock (&plain)
        printf("a plain lock taken twice: %s\n", tt_lock_acquire(&plain, TT_NOW) == 0 ? "True" : "False");
}
