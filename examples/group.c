/* A group: tasks that end together. Leaving the block waits for all; the first failure cancels the others. */
#include <stdio.h>
#include <tutti.h>

static tt_event never;

TT_DEFINE(tt_value, fetch, const char *, what)
{
    if (what[0] == '/') return tt_error("ValueError", "no such thing: %s", what);
    TT_TRY(tt_event_wait(&never, TT_FOREVER)); /* a slow server */
    return tt_none();
}

static tt_value fetch_all(void)
{
    tt_auto error = tt_none();
    tt_with_group (g, &error) {
        tt_group_start(g, fetch, tt_args("soup"));
        tt_group_start(g, fetch, tt_args("salad"));
        tt_group_start(g, fetch, tt_args("/dev/cake"));
    }
    return tt_take(&error);
}

int main(void)
{
    tt_auto error = fetch_all();
    printf("%s\n", tt_error_message(tt_error_cause(error)));

    tt_deadline_scope (tt_after(0.05)) /* the block, and all that it has started */
        tt_with_group (g) tt_group_start(g, fetch, tt_args("soup"));
    printf("out of time, and nothing is left behind\n");
}
/* prints:
no such thing: /dev/cake
out of time, and nothing is left behind
*/
