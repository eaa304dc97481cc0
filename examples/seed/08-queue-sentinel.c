/* A consumer that loops for ever, cured by a sentinel: an item that means "there is no more". */
#include <stdio.h>
#include <tutti.h>

static tt_queue *q;

TT_DEFINE(tt_value, consumer)
{
    for (;;) {
        tt_auto word = tt_none();
        TT_TRY(tt_queue_get(q, &word, TT_FOREVER));
        if (tt_is_none(word)) break;
        printf("consumed %s\n", tt_as_str(word));
    }
    printf("no more\n");
    return tt_none();
}

int main(void)
{
    const char *words[] = { "lock", "queue", "future" };
    q = tt_queue_new(0);
    tt_autoptr(tt_thread) t = tt_thread_new(consumer, tt_none());
    TT_MUST(tt_thread_start(t));
    for (int i = 0; i < 3; i++) TT_MUST(tt_queue_put(q, tt_str(words[i]), TT_FOREVER));
    TT_MUST(tt_queue_put(q, tt_none(), TT_FOREVER));
    TT_MUST(tt_thread_join(t, TT_FOREVER));
    tt_queue_free(q);
}
