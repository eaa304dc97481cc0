/* Misuse is answered and told, never undefined. The lines go to a hook of yours; objects have names in them. */
#include <stdio.h>
#include <string.h>
#include <tutti.h>

static void on_line(void *prefix, tt_log_level level, const char *line)
{
    (void)level;
    printf("%s%.*s …\n", (const char *)prefix, (int)strcspn(line, "("), line);
}

int main(void)
{
    static tt_lock lock;
    char prefix[] = "log: ";
    tt_set_log(on_line, prefix);
    TT_MUST(tt_name(&lock, "the till"));
    if (tt_lock_release(&lock) == -EPERM) printf("refused, and nothing has changed\n");
}
/* prints:
log: the till: lock released while nobody holds it  …
refused, and nothing has changed
*/
