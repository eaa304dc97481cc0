/* A condition: two threads take turns. Each waits, under the lock, until it is its turn, and then says so. */
#include <stdio.h>
#include <tutti.h>

static tt_lock lock;
static tt_condition changed = TT_CONDITION_INIT(&lock);
static const char *const names[] = { "ping", "pong" };
static int turn;

TT_DEFINE(tt_value, play, int, me)
{
    for (int i = 0; i < 3; i++)
        tt_with_lock (&lock) {
            while (turn != me) TT_TRY(tt_condition_wait(&changed, &lock, TT_FOREVER));
            printf("%s %d\n", names[me], i);
            turn = 1 - me;
            tt_condition_notify(&changed, 1);
        }
    return tt_none();
}

int main(void)
{
    tt_thread *threads[] = { tt_thread_new(play, tt_args(1)), tt_thread_new(play, tt_args(0)) };
    for (int i = 0; i < 2; i++) TT_MUST(tt_thread_start(threads[i]));
    for (int i = 0; i < 2; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER));
        tt_thread_free(threads[i]);
    }
    if (tt_condition_notify(&changed, 1) == -EPERM) printf("notify without the lock is refused\n");
}
