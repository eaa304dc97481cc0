/* Seeing inside: what every thread and coroutine waits for, and who holds it. */
#include <stdio.h>
#include <string.h>
#include <tutti.h>
#include <unistd.h>

static tt_lock door;

TT_DEFINE(tt_value, enter)
{
    tt_guard_lock(&door);
    return tt_none();
}

/* Looks for the line of one who waits for the door; on a terminal: tt_dump(STDERR_FILENO). */
static bool somebody_waits(void)
{
    char text[4096];
    FILE *file = tmpfile();
    if (!file) return true;
    TT_MUST(tt_dump(fileno(file)));
    ssize_t n = pread(fileno(file), text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    fclose(file);
    return strstr(text, "the door") != NULL;
}

int main(void)
{
    TT_MUST(tt_name(&door, "the door"));
    tt_autoptr(tt_thread) t = tt_thread_new(enter, tt_none(), .name = "visitor");
    tt_with_lock (&door) {
        TT_MUST(tt_thread_start(t));
        while (!somebody_waits()) TT_MUST(tt_sleep(tt_after(0.001)));
        printf("somebody waits for the door\n");
    }
    TT_MUST(tt_thread_join(t, TT_FOREVER));
    printf("nobody does: %s\n", somebody_waits() ? "no" : "yes");
}
/* prints:
somebody waits for the door
nobody does: yes
*/
