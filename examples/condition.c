/* A condition: wait, under a lock, until something is true. Here a door that lets in as many as there are tickets. */
#include <stdio.h>
#include <tutti.h>

static tt_lock lock;
static tt_condition changed = TT_CONDITION_INIT(&lock);
static int tickets, visitors;

TT_DEFINE(tt_value, there_are_tickets)
{
    return tt_bool(tickets > 0);
}

TT_DEFINE(tt_value, visit)
{
    tt_guard_lock(&lock);
    TT_TRY(tt_condition_wait_for(&changed, &lock, there_are_tickets, tt_none(), TT_FOREVER));
    tickets--;
    visitors++;
    tt_condition_notify_all(&changed);
    return tt_none();
}

int main(void)
{
    tt_thread *threads[3];
    for (int i = 0; i < 3; i++) {
        threads[i] = tt_thread_new(visit, tt_none());
        TT_MUST(tt_thread_start(threads[i]));
    }
    tt_with_lock (&lock) {
        int r = tt_condition_wait(&changed, &lock, tt_after(0.01));
        printf("no tickets, %d visitors: %s\n", visitors, tt_strerror(r));
        tickets = 3;
        tt_condition_notify_all(&changed);
        while (visitors < 3) TT_MUST(tt_condition_wait(&changed, &lock, TT_FOREVER));
        printf("%d tickets left, %d visitors\n", tickets, visitors);
    }
    for (int i = 0; i < 3; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER));
        tt_thread_free(threads[i]);
    }
}
/* prints:
no tickets, 0 visitors: the deadline has passed
0 tickets left, 3 visitors
*/
