/* Consumers that loop for ever, cured by shutting the queue down: what is in it is still consumed, by however many, and
 * then each get fails. */
#include <stdio.h>
#include <tutti.h>

static tt_queue *q;
static long sums[2];

TT_DEFINE(void, consumer, int, i)
{
    tt_value n;
    while (tt_queue_get(q, &n, TT_FOREVER) == 0) sums[i] += tt_as_int(n);
}

int main(void)
{
    q = tt_queue_new(0);
    tt_thread *threads[2];
    for (int i = 0; i < 2; i++) {
        threads[i] = tt_thread_new(consumer, tt_args(i));
        TT_MUST(tt_thread_start(threads[i]));
    }
    for (int n = 1; n < 101; n++) TT_MUST(tt_queue_put(q, tt_int(n), TT_FOREVER));
    tt_queue_shutdown(q, false);
    for (int i = 0; i < 2; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER));
        tt_thread_free(threads[i]);
    }
    printf("sum %ld\n", sums[0] + sums[1]);
    if (tt_queue_put(q, tt_int(101), TT_NOW) == -ESHUTDOWN) printf("shut down: put is refused\n");
    tt_queue_free(q);
}
