/* A barrier: all meet before any goes on. Here a sum in two phases; the action runs between them, once. */
#include <stdio.h>
#include <tutti.h>

enum { PARTIES = 4 };
static tt_barrier *met;
static long parts[PARTIES], total;

TT_DEFINE(tt_value, add_up)
{
    for (int i = 0; i < PARTIES; i++) total += parts[i];
    return tt_none();
}

TT_DEFINE(tt_value, work, int, me)
{
    for (int n = me; n <= 100; n += PARTIES) parts[me] += n; /* phase 1: each for itself */
    TT_TRY(tt_barrier_wait(met, tt_after(10)));
    return tt_float((double)parts[me] / (double)total); /* phase 2: with what all have done */
}

int main(void)
{
    tt_thread *threads[PARTIES];
    double shares = 0;
    met = tt_barrier_new(PARTIES, .action = add_up);
    for (int i = 0; i < PARTIES; i++) {
        threads[i] = tt_thread_new(work, tt_args(i));
        TT_MUST(tt_thread_start(threads[i]));
    }
    for (int i = 0; i < PARTIES; i++) {
        tt_auto share = tt_none();
        TT_MUST(tt_thread_result(threads[i], &share, TT_FOREVER));
        shares += tt_as_float(share);
        tt_thread_free(threads[i]);
    }
    printf("total %ld, shares add up to %.2f\n", total, shares);
    tt_barrier_free(met);
}
/* prints:
total 5050, shares add up to 1.00
*/
