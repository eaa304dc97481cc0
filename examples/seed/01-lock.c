/* A lock around shared state. The block holds the lock, and no addition is lost. */
#include <stdio.h>
#include <tutti.h>

static tt_lock lock;
static long total;

TT_DEFINE(void, add, long, n)
{
    for (int i = 0; i < 1000; i++)
        tt_with_lock (&lock) total += n;
}

int main(void)
{
    tt_thread *threads[3];
    for (int i = 0; i < 3; i++) {
        threads[i] = tt_thread_new(add, tt_args(i + 1));
        TT_MUST(tt_thread_start(threads[i]));
    }
    for (int i = 0; i < 3; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER));
        tt_thread_free(threads[i]);
    }
    printf("total %ld\n", total);
    printf("locked %s\n", tt_lock_locked(&lock) ? "True" : "False");
}
