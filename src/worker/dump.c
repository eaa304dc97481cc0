/* dump.c - tt_dump. Reads what strands publish with relaxed atomics; a descriptor is never unmapped (K4). An object is
 * only named, never touched: it may be gone. */
#include <tutti/dump.h>

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "strand/park.h"
#include "worker/watchdog.h"

enum { LINE = 512 };

struct dump {
    int fd;
    int error;   /* the first -errno */
    int strands;
};

static void put(struct dump *d, const char *format, ...) TT_PRINTF(2, 3);
static void put(struct dump *d, const char *format, ...)
{
    char line[LINE];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n >= LINE) n = LINE - 1;
    for (int done = 0; d->error == 0 && done < n; ) {
        ssize_t r = write(d->fd, line + done, (size_t)(n - done));
        if (r > 0) done += (int)r;
        if (r < 0 && errno != EINTR) d->error = -errno;
    }
}

/* What a wait word says about an open wait; NULL: it does not wait. */
static const char *wait_of(uint64_t word)
{
    switch (word & TT_WAIT_STATE_) {
    case TT_WAIT_PENDING_: return "";
    case TT_WAIT_SHIELDED_: return ", not to be cancelled";
    case TT_WAIT_CLAIMED_: return ", about to end";
    default: return NULL;
    }
}

static bool between_tasks(struct tt_strand_ *s)
{
    return tt_load_relaxed_(&s->scheduler) && !tt_load_relaxed_(&s->function);
}

static void dump_strand(struct tt_strand_ *s, void *arg)
{
    struct dump *d = arg;
    char who[128], object[128] = "";
    const char *wait = wait_of(tt_load_relaxed_(&s->wait)), *kind = tt_load_relaxed_(&s->waits_kind);
    const void *on = tt_load_relaxed_(&s->waits_on);
    tt_strand_describe_(tt_load_relaxed_(&s->id), who, sizeof who);
    if (on) tt_name_of_(on, object, sizeof object);
    d->strands++;
    put(d, "%s %s: ", tt_load_relaxed_(&s->scheduler) ? "coroutine" : "thread", who);
    if (wait && kind)
        put(d, "waits for %s %s%s\n", kind, object, wait);
    else
        put(d, "%s\n", between_tasks(s) ? "is between two tasks" : "runs");
}

static void dump_workers(struct dump *d)
{
    struct tt_worker_state_ w;
    for (unsigned n = 0; tt_watchdog_state_(n, &w); n++) {
        char who[128] = "nothing";
        if (w.current) tt_strand_describe_(w.current, who, sizeof who);
        put(d, "worker %s: %s, runs %s, %u tasks started and not ended\n", w.name, w.asleep ? "asleep" : "awake", who,
            w.live);
    }
}

int tt_dump(int fd)
{
    struct dump d = { .fd = fd };
    dump_workers(&d);
    tt_strand_each_(dump_strand, &d);
    return d.error < 0 ? d.error : d.strands;
}
