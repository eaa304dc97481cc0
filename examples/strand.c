/* Strands: whoever can wait. Every waiting call takes a deadline: a point in time, now, or for ever. */
#include <stdio.h>
#include <tutti.h>

static uint64_t other;

TT_DEFINE(tt_value, run)
{
    other = tt_strand_id();
    return tt_none();
}

int main(void)
{
    tt_time begin = tt_clock();
    TT_MUST(tt_sleep(tt_after(0.02)));
    printf("slept 20 ms at least: %s\n", tt_clock() - begin >= 20 * TT_MS ? "yes" : "no");

    tt_autoptr(tt_thread) t = tt_thread_new(run, tt_none());
    TT_MUST(tt_thread_start(t));
    TT_MUST(tt_thread_join(t, TT_FOREVER));
    printf("another strand: %s\n", other != 0 && other != tt_strand_id() ? "yes" : "no");
    printf("a coroutine: %s\n", tt_strand_is_coroutine() ? "yes" : "no");
    tt_yield(); /* lets others run */
}
/* prints:
slept 20 ms at least: yes
another strand: yes
a coroutine: no
*/
