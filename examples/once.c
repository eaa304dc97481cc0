/* Once: whoever comes first does it, the others wait for it; if it fails, the next one tries. */
#include <stdio.h>
#include <tutti.h>

static tt_once loaded;
static int tries;

static tt_value load(tt_view name)
{
    if (++tries == 1) return tt_error("TimeoutError", "%s is not there yet", tt_as_str(name));
    printf("loaded %s\n", tt_as_str(name));
    return tt_none();
}

static const char *use(const char *name)
{
    tt_auto arg = tt_str(name);
    int r = tt_once_call(&loaded, load, arg, TT_FOREVER);
    return r == 0 ? "ready" : tt_strerror(r);
}

int main(void)
{
    for (int i = 0; i < 4; i++) printf("%s\n", use("tables"));
    printf("%d tries, done: %s\n", tries, tt_once_done(&loaded) ? "yes" : "no");
}
/* prints:
the deadline has passed
loaded tables
ready
ready
ready
2 tries, done: yes
*/
