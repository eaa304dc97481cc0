/* Events between a client and a server: each waits until the other has something for it. */
#include <stdio.h>
#include <tutti.h>

static tt_event ready, asked, answered;
static int question, answer;

TT_DEFINE(tt_value, server)
{
    printf("server: ready\n");
    tt_event_set(&ready);
    TT_TRY(tt_event_wait(&asked, TT_FOREVER));
    printf("server: asked for %d\n", question);
    answer = question * question;
    tt_event_set(&answered);
    return tt_none();
}

TT_DEFINE(tt_value, client)
{
    TT_TRY(tt_event_wait(&ready, TT_FOREVER));
    question = 12;
    tt_event_set(&asked);
    TT_TRY(tt_event_wait(&answered, TT_FOREVER));
    printf("client: got %d\n", answer);
    return tt_none();
}

int main(void)
{
    tt_autoptr(tt_thread) c = tt_thread_new(client, tt_none());
    tt_autoptr(tt_thread) s = tt_thread_new(server, tt_none());
    TT_MUST(tt_thread_start(c));
    printf("is the server ready? %s\n", tt_event_wait(&ready, tt_after(0.01)) == 0 ? "True" : "False");
    TT_MUST(tt_thread_start(s));
    TT_MUST(tt_thread_join(c, TT_FOREVER));
    TT_MUST(tt_thread_join(s, TT_FOREVER));
    printf("is the server ready? %s\n", tt_event_is_set(&ready) ? "True" : "False");
}
