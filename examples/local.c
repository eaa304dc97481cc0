/* A local variable: every strand, thread or coroutine, has its own value. Use it instead of _Thread_local. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(tt_value, new_counter)
{
    return tt_int(100);
}

static tt_local request;                                 /* None until it is set */
static tt_local counter = TT_LOCAL_DEFAULT(new_counter); /* each strand's first get makes one */

static void log_line(const char *what)
{
    tt_value next = tt_int(tt_as_int(tt_local_get(&counter)) + 1);
    TT_MUST(tt_local_set(&counter, next));
    tt_auto who = tt_str_of(tt_local_get(&request));
    printf("%s %d: %s\n", tt_as_str(who), (int)tt_as_int(next), what);
}

TT_DEFINE(void, serve, const char *, name)
{
    TT_MUST(tt_local_set(&request, tt_str(name)));
    log_line("begins");
    log_line("ends");
}

int main(void)
{
    log_line("begins");
    for (int i = 0; i < 2; i++) {
        tt_autoptr(tt_thread) t = tt_thread_new(serve, tt_args(i == 0 ? "request A" : "request B"));
        TT_MUST(tt_thread_start(t));
        TT_MUST(tt_thread_join(t, TT_FOREVER));
    }
    log_line("ends");
}
/* prints:
None 101: begins
request A 101: begins
request A 102: ends
request B 101: begins
request B 102: ends
None 102: ends
*/
