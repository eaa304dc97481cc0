/* Queues: first in first out, last in first out, by priority; one at a time or many; until they are shut down. */
#include <stdio.h>
#include <tutti.h>

static void drain(const char *what, tt_queue *q)
{
    tt_value items[8];
    int64_t n = TT_MUST(tt_queue_get_many(q, items, 8, TT_NOW));
    printf("%s:", what);
    for (int64_t i = 0; i < n; i++) {
        printf(" %s", tt_as_str(tt_at(items[i], 1)));
        tt_drop(items[i]);
    }
    printf("\n");
}

int main(void)
{
    tt_queue *queues[] = { tt_queue_new(3), tt_lifo_queue_new(3), tt_priority_queue_new(3, NULL, NULL) };
    const char *const kinds[] = { "queue", "lifo queue", "priority queue" };
    for (int i = 0; i < 3; i++) {
        TT_MUST(tt_queue_put(queues[i], tt_args(3, "third"), TT_FOREVER));
        TT_MUST(tt_queue_put(queues[i], tt_args(1, "first"), TT_FOREVER));
        TT_MUST(tt_queue_put(queues[i], tt_args(2, "second"), TT_FOREVER));
        if (tt_queue_put(queues[i], tt_args(4, "fourth"), tt_after(0.001)) == -ETIMEDOUT) drain(kinds[i], queues[i]);
        tt_queue_free(queues[i]);
    }

    tt_autoptr(tt_queue) q = tt_queue_new(0);
    tt_auto item = tt_none();
    printf("empty: %s\n", tt_strerror(tt_queue_get(q, &item, TT_NOW)));
    tt_queue_close(q);
    printf("closed: %s\n", tt_strerror(tt_queue_get(q, &item, TT_FOREVER)));
}
/* prints:
queue: third first second
lifo queue: second first third
priority queue: first second third
empty: would have to wait
closed: closed or shut down
*/
