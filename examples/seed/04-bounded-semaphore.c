/* A bounded semaphore with three permits: never more than three threads are inside, and there is no fourth permit to
 * give back. The barrier makes them go in by threes. */
#include <stdio.h>
#include <tutti.h>

static tt_semaphore permits = TT_BOUNDED_SEMAPHORE_INIT(3);
static tt_barrier *three;
static tt_lock lock;
static int inside, most;

TT_DEFINE(tt_value, visit)
{
    tt_guard_semaphore(&permits);
    tt_with_lock (&lock)
        if (++inside > most) most = inside;
    TT_TRY(tt_barrier_wait(three, TT_FOREVER));
    tt_with_lock (&lock) inside--;
    return tt_none();
}

int main(void)
{
    three = tt_barrier_new(3);
    tt_thread *threads[9];
    for (int i = 0; i < 9; i++) {
        threads[i] = tt_thread_new(visit, tt_none());
        TT_MUST(tt_thread_start(threads[i]));
    }
    for (int i = 0; i < 9; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER));
        tt_thread_free(threads[i]);
    }
    tt_barrier_free(three);
    printf("most inside at once: %d\n", most);
    if (tt_semaphore_release(&permits) == 0)
        printf("a fourth permit\n");
    else
        printf("no fourth permit\n");
}
