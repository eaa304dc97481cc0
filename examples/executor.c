/* An executor of your own: here one that runs each task at once, on the strand that submits it. */
#include <stdio.h>
#include <tutti.h>

struct inline_executor {
    tt_executor base; /* first */
    int tasks;
};

static int inline_submit(tt_executor *ex, tt_future *task)
{
    ((struct inline_executor *)ex)->tasks++;
    tt_future_run(task); /* with all that belongs to it: scope, retries, completion, callbacks */
    return 0;
}

static int inline_shutdown(tt_executor *ex, tt_time by, const tt_shutdown_options *options)
{
    (void)ex, (void)by, (void)options;
    return 0; /* nothing is pending, ever */
}

static void inline_free(tt_executor *ex)
{
    printf("%d tasks were run\n", ((struct inline_executor *)ex)->tasks);
}

static const tt_executor_vtable vtable = {
    .size = sizeof vtable, .kind = "inline", .submit = inline_submit, .shutdown = inline_shutdown, .free = inline_free
};

TT_DEFINE(long, square, long, x)
{
    return x * x;
}

int main(void)
{
    struct inline_executor it = { .tasks = 0 };
    tt_executor_init(&it.base, &vtable);
    tt_with_executor (ex, &it.base) {
        for (long x = 1; x < 4; x++) {
            tt_autoptr(tt_future) f = tt_submit(ex, square, tt_args(x), .name = "square");
            tt_auto y = tt_await(f);
            tt_print(y);
        }
    }
}
/* prints:
1
4
9
3 tasks were run
*/
