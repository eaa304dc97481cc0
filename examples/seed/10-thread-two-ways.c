/* Two ways to make a thread: of a function, and of a struct with run, which keeps its own state. */
#include <stdio.h>
#include <tutti.h>

TT_DEFINE(void, greet, const char *, name, int, times)
{
    for (int i = 0; i < times; i++) printf("hello %s\n", name);
}

struct counter {
    tt_thread *thread;
    int stop;
    long total;
};

TT_DEFINE(void, counter_run, struct counter *, self)
{
    for (int i = 0; i < self->stop; i++) self->total += i;
}

static void counter_init(struct counter *self, int stop)
{
    self->thread = tt_thread_new(counter_run, tt_args(self), .name = "counter");
    self->stop = stop;
    self->total = 0;
}

int main(void)
{
    tt_autoptr(tt_thread) t = tt_thread_new(greet, tt_args("function", 2));
    TT_MUST(tt_thread_start(t));
    TT_MUST(tt_thread_join(t, TT_FOREVER));

    struct counter counter;
    counter_init(&counter, 101);
    TT_MUST(tt_thread_start(counter.thread));
    TT_MUST(tt_thread_join(counter.thread, TT_FOREVER));
    printf("%s counted to %ld\n", tt_thread_name(counter.thread), counter.total);
    tt_thread_free(counter.thread);
}
