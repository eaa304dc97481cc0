/* as_completed gives futures as they end, here in reverse order; an index puts the results back in order. */
#include <stdio.h>
#include <tutti.h>

static tt_event gates[3];

TT_DEFINE(tt_value, job, int, i)
{
    TT_TRY(tt_event_wait(&gates[i], TT_FOREVER));
    return tt_int(i * i);
}

int main(void)
{
    tt_auto squares = tt_list_of(tt_none(), tt_none(), tt_none());
    tt_with_executor (pool, tt_thread_pool(.workers = 3)) {
        tt_future *futures[3];
        for (int i = 0; i < 3; i++) futures[i] = tt_submit(pool, job, tt_args(i));
        tt_event_set(&gates[2]); /* the last one may end first … */
        size_t i;
        tt_autoptr(tt_completed) completed = tt_as_completed(futures, 3);
        while (TT_MUST(tt_completed_next(completed, &i, TT_FOREVER)) == 1) {
            printf("job %zu has ended\n", i);
            TT_MUST(tt_list_set(squares, (int64_t)i, tt_await(futures[i])));
            if (i > 0) tt_event_set(&gates[i - 1]); /* … and then the one before */
        }
        for (int k = 0; k < 3; k++) tt_future_free(futures[k]);
    }
    tt_print(squares);
}
