/* The life of a thread: new, started and alive, ended; what is known of it; the size of its stack. */
#include <stdio.h>
#include <tutti.h>

static tt_event started, go;

TT_DEFINE(tt_value, run)
{
    printf("in %s\n", tt_thread_name(tt_thread_current()));
    tt_event_set(&started);
    TT_TRY(tt_event_wait(&go, TT_FOREVER));
    return tt_none();
}

static void attempt(const char *what, int code)
{
    printf(code == 0 ? "%s\n" : "%s is refused\n", what);
}

static const char *yes(bool b)
{
    return b ? "True" : "False";
}

int main(void)
{
    printf("we are in %s\n", tt_thread_name(tt_thread_current()));
    printf("default stack size %zu\n", tt_thread_stack_size());
    TT_MUST(tt_thread_set_stack_size(256 * 1024));
    printf("stack size of the next threads %zu\n", tt_thread_stack_size());

    tt_autoptr(tt_thread) t = tt_thread_new(run, tt_none(), .name = "worker");
    printf("%s: new, alive %s, daemon %s, threads %zu\n", tt_thread_name(t), yes(tt_thread_is_alive(t)),
           yes(tt_thread_daemon(t)), tt_thread_active_count());
    attempt("join before start", tt_thread_join(t, TT_FOREVER));
    TT_MUST(tt_thread_start(t));
    TT_MUST(tt_event_wait(&started, TT_FOREVER));
    printf("%s: started, alive %s, threads %zu\n", tt_thread_name(t), yes(tt_thread_is_alive(t)),
           tt_thread_active_count());
    attempt("a second start", tt_thread_start(t));
    TT_MUST(tt_thread_set_name(t, "renamed"));
    if (tt_thread_join(t, tt_after(0.01)) == -ETIMEDOUT)
        printf("%s: not ended after 10 ms, alive %s\n", tt_thread_name(t), yes(tt_thread_is_alive(t)));
    tt_event_set(&go);
    TT_MUST(tt_thread_join(t, TT_FOREVER));
    printf("%s: ended, alive %s, threads %zu\n", tt_thread_name(t), yes(tt_thread_is_alive(t)),
           tt_thread_active_count());
    attempt("a second join", tt_thread_join(t, TT_FOREVER));
}
