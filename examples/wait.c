/* Waiting for several futures: for the first, for all, in the order in which they end, for their results. */
#include <stdio.h>
#include <tutti.h>

static tt_event gate;

TT_DEFINE(tt_value, job, int, i)
{
    if (i == 0) TT_TRY(tt_event_wait(&gate, TT_FOREVER)); /* the first is the slowest */
    return tt_int(i * 10);
}

int main(void)
{
    enum { JOBS = 3 };
    tt_with_executor (pool, tt_thread_pool(.workers = 2)) {
        tt_future *fs[JOBS];
        for (int i = 0; i < JOBS; i++) fs[i] = tt_submit(pool, job, tt_args(i));

        TT_MUST(tt_wait(fs, JOBS, TT_FIRST_COMPLETED, TT_FOREVER));
        printf("one is over, all are not: %s\n", tt_strerror(tt_wait(fs, JOBS, TT_ALL_COMPLETED, tt_after(0.01))));

        size_t i, last = JOBS;
        tt_autoptr(tt_completed) completed = tt_as_completed(fs, JOBS);
        while (TT_MUST(tt_completed_next(completed, &i, TT_FOREVER)) == 1) {
            last = i;
            if (tt_completed_left(completed) == 1) tt_event_set(&gate);
        }
        printf("the last to end: %zu\n", last);

        tt_auto results = tt_none();
        TT_MUST(tt_gather(fs, JOBS, &results, TT_FOREVER));
        tt_print(results);
        for (i = 0; i < JOBS; i++) tt_future_free(fs[i]);
    }
}
/* prints:
one is over, all are not: the deadline has passed
the last to end: 0
[0, 10, 20]
*/
