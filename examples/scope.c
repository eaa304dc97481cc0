/* Scopes: a deadline for everything in a block, and a shield for what must be done all the same. */
#include <stdio.h>
#include <tutti.h>

static tt_event never;

static const char *answer(int code)
{
    return code == 0 ? "done" : tt_strerror(code);
}

int main(void)
{
    tt_deadline_scope (tt_after(0.01)) {
        printf("wait: %s\n", answer(tt_event_wait(&never, TT_FOREVER)));
        printf("cancelled: %s\n", tt_cancelled() ? "yes" : "no");
        tt_shield {
            printf("in the shield: %s\n", answer(tt_sleep(tt_after(0.001)))); /* say good-bye, write the file */
        }
        printf("behind the shield: %s\n", answer(tt_sleep(tt_after(0.001))));
    }
    printf("outside: %s\n", answer(tt_sleep(tt_after(0.001))));

    tt_scope scope;
    TT_MUST(tt_scope_enter(&scope, tt_after(0.01)));
    while (!tt_cancelled()) {} /* a loop that computes asks for itself */
    printf("left: %s\n", answer(tt_scope_leave(&scope)));
}
/* prints:
wait: cancelled
cancelled: yes
in the shield: done
behind the shield: cancelled
outside: done
left: the deadline has passed
*/
