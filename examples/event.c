/* An event tells a thread to stop; it also is the clock of a loop that does something every few milliseconds. */
#include <stdio.h>
#include <tutti.h>

static tt_event stop, three_beats;

TT_DEFINE(tt_value, heart)
{
    int beats = 0;
    while (tt_event_wait(&stop, tt_after(0.005)) == -ETIMEDOUT)
        if (++beats == 3) tt_event_set(&three_beats);
    return tt_int(beats);
}

int main(void)
{
    tt_autoptr(tt_thread) t = tt_thread_new(heart, tt_none());
    TT_MUST(tt_thread_start(t));
    TT_MUST(tt_event_wait(&three_beats, TT_FOREVER));
    tt_event_set(&stop);
    tt_auto beats = tt_none();
    TT_MUST(tt_thread_result(t, &beats, TT_FOREVER));
    printf("at least three beats: %s\n", tt_as_int(beats) >= 3 ? "yes" : "no");
}
/* prints:
at least three beats: yes
*/
