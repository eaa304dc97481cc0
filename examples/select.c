/* Select: wait for the first of several things: an item, a signal, the time. */
#include <stdio.h>
#include <tutti.h>

static tt_queue *work;
static tt_event stop;

TT_DEFINE(tt_value, serve)
{
    for (;;) {
        tt_auto item = tt_none();
        tt_case cases[] = { tt_on_get(work, &item), tt_on_event(&stop), tt_on_deadline(tt_after(0.02)) };
        switch (TT_TRY(tt_select(cases, 3, TT_FOREVER))) {
        case 0:
            printf("work: %s\n", tt_as_str(item));
            break;
        case 1:
            printf("told to stop\n");
            return tt_none();
        case 2:
            printf("idle\n");
            tt_event_set(&stop);
            break;
        }
    }
}

int main(void)
{
    work = tt_queue_new(0);
    TT_MUST(tt_queue_put(work, tt_str("one"), TT_FOREVER));
    TT_MUST(tt_queue_put(work, tt_str("two"), TT_FOREVER));
    tt_autoptr(tt_thread) t = tt_thread_new(serve, tt_none());
    TT_MUST(tt_thread_start(t));
    TT_MUST(tt_thread_join(t, TT_FOREVER));
    tt_queue_free(work);
}
/* prints:
work: one
work: two
idle
told to stop
*/
