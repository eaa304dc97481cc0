/* A semaphore limits how many do something at once: here connections to a server. */
#include <stdio.h>
#include <tutti.h>

static tt_semaphore connections = TT_SEMAPHORE_INIT(2);

static const char *try_to_connect(void)
{
    int r = tt_semaphore_acquire(&connections, tt_after(0.01));
    return r == 0 ? "connected" : tt_strerror(r);
}

int main(void)
{
    tt_with_semaphore (&connections) {
        printf("first: connected, %d left\n", tt_semaphore_value(&connections));
        printf("second: %s\n", try_to_connect());
        printf("third: %s\n", try_to_connect());
    }
    printf("third, after the first has left: %s\n", try_to_connect());
    tt_semaphore_release_n(&connections, 2);
    printf("all have left: %d free\n", tt_semaphore_value(&connections));
}
/* prints:
first: connected, 1 left
second: connected
third: the deadline has passed
third, after the first has left: connected
all have left: 2 free
*/
