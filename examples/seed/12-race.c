/* A race on a counter, shown and cured. To add one is to read and to write; the barrier makes both threads read before
 * either writes, so one of the two additions is lost, every time. The lock lets nobody in between.
 * (The counter is atomic so that this is a race of meaning only; two plain writes at once would be undefined in C.) */
#include <stdatomic.h>
#include <stdio.h>
#include <tutti.h>

#define TIMES 100
static tt_barrier *both;
static tt_lock lock;
static atomic_int counter;

TT_DEFINE(tt_value, racy)
{
    for (int i = 0; i < TIMES; i++) {
        int seen = counter;
        TT_TRY(tt_barrier_wait(both, TT_FOREVER)); /* now both have read */
        counter = seen + 1;
        TT_TRY(tt_barrier_wait(both, TT_FOREVER)); /* now both have written */
    }
    return tt_none();
}

TT_DEFINE(tt_value, cured)
{
    for (int i = 0; i < TIMES; i++) {
        TT_TRY(tt_barrier_wait(both, TT_FOREVER)); /* both want to add one */
        tt_with_lock (&lock) {
            int seen = counter;
            counter = seen + 1;
        }
    }
    return tt_none();
}

static int count(tt_fn add)
{
    counter = 0;
    tt_thread *threads[2] = { tt_thread_new(add, tt_none()), tt_thread_new(add, tt_none()) };
    for (int i = 0; i < 2; i++) TT_MUST(tt_thread_start(threads[i]));
    for (int i = 0; i < 2; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER));
        tt_thread_free(threads[i]);
    }
    return counter;
}

int main(void)
{
    both = tt_barrier_new(2);
    printf("racy:  %d of %d\n", count(racy), 2 * TIMES);
    printf("cured: %d of %d\n", count(cured), 2 * TIMES);
    tt_barrier_free(both);
}
