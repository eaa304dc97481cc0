/* Producer and consumer over a queue. The consumer says task_done for each item, join waits for the last of them. The
 * consumer loops for ever; being a daemon it does not keep the program alive: the first of the cures. (At exit its get
 * answers -ECANCELED, so that it ends in order. The queue outlives it: it is never freed.) */
#include <stdio.h>
#include <tutti.h>

static tt_queue *q;
static tt_value squares;

TT_DEFINE(tt_value, consumer)
{
    for (;;) {
        tt_value n;
        TT_TRY(tt_queue_get(q, &n, TT_FOREVER));
        tt_list_append(squares, tt_int(tt_as_int(n) * tt_as_int(n)));
        tt_queue_task_done(q);
    }
}

int main(void)
{
    q = tt_queue_new(2);
    squares = tt_list();
    tt_autoptr(tt_thread) t = tt_thread_new(consumer, tt_none(), .daemon = true);
    TT_MUST(tt_thread_start(t));
    for (int n = 1; n < 6; n++) TT_MUST(tt_queue_put(q, tt_int(n), TT_FOREVER));
    TT_MUST(tt_queue_join(q, TT_FOREVER));
    tt_print(squares);
    if (tt_queue_task_done(q) == -EINVAL) printf("all are done already\n");
}
