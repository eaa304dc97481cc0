/* log.c - the log hook, rate-limited misuse lines, and the side table of names.
 * Three spin locks, none taken under another: hook_lock guards the hook, recent_lock the table of recent misuse,
 * name_lock the names. User code (the hook) and the allocator run under none of them. A fork takes all three, so
 * that the child finds them free. */
#include "base/log.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fork.h"
#include "base/memory.h"
#include "base/spin.h"
#include "base/symbol.h"

enum { LINE_MAX_ = 1000, PLACE_MAX = 200 };

static tt_spin_ hook_lock, recent_lock, name_lock;
static tt_log_fn hook;
static void *hook_user;

static void lock_all(void)
{
    tt_spin_lock_(&hook_lock);
    tt_spin_lock_(&recent_lock);
    tt_spin_lock_(&name_lock);
}

static void unlock_all(void)
{
    tt_spin_unlock_(&name_lock);
    tt_spin_unlock_(&recent_lock);
    tt_spin_unlock_(&hook_lock);
}

/* Before the first use of a lock. Without memory for it a fork at a bad moment is as in most programs. */
static void watch_forks(void)
{
    static struct tt_fork_ watch = { .before = lock_all, .after = unlock_all, .child = unlock_all };
    (void)tt_fork_watch_(&watch);
}

void tt_set_log(tt_log_fn log, void *user)
{
    watch_forks();
    tt_spin_lock_(&hook_lock);
    hook = log;
    hook_user = user;
    tt_spin_unlock_(&hook_lock);
}

static void emit(tt_log_level level, const char *line)
{
    watch_forks();
    tt_spin_lock_(&hook_lock);
    tt_log_fn log = hook;
    void *user = hook_user;
    tt_spin_unlock_(&hook_lock);
    if (log) log(user, level, line);
    else if (level <= TT_LOG_WARNING) fprintf(stderr, "tutti: %s\n", line);
}

void tt_log_(tt_log_level level, const char *fmt, ...)
{
    char line[LINE_MAX_];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    emit(level, line);
}

/* ---- names ---- */

struct name {
    struct name *next;
    const void *object;
    char text[];
};

enum { NAME_BUCKETS = 1024 };
static struct name *names[NAME_BUCKETS];

static struct name **bucket_of(const void *object)
{
    return &names[((uintptr_t)object >> 3) * 0x9E3779B97F4A7C15u >> 54];
}

/* The link that points at object's name, or at the NULL where it would be. Under name_lock. */
static struct name **find_name(const void *object)
{
    struct name **link = bucket_of(object);
    while (*link && (*link)->object != object) link = &(*link)->next;
    return link;
}

int tt_name(const void *object, const char *text)
{
    if (!object) return -EINVAL;
    struct name *fresh = NULL;
    if (text) {
        size_t bytes = strlen(text) + 1;
        fresh = tt_alloc_(sizeof *fresh + bytes);
        if (!fresh) return -ENOMEM;
        fresh->object = object;
        memcpy(fresh->text, text, bytes);
    }
    watch_forks();
    tt_spin_lock_(&name_lock);
    struct name **link = find_name(object), *old = *link;
    if (old) *link = old->next;
    if (fresh) {
        fresh->next = *link;
        *link = fresh;
    }
    tt_spin_unlock_(&name_lock);
    tt_free_(old);
    return 0;
}

static bool given_name(const void *object, char *buf, size_t size)
{
    watch_forks();
    tt_spin_lock_(&name_lock);
    struct name *n = *find_name(object);
    if (n) snprintf(buf, size, "%s", n->text);
    tt_spin_unlock_(&name_lock);
    return n != NULL;
}

char *tt_name_of_(const void *object, char *buf, size_t size)
{
    size_t offset;
    if (given_name(object, buf, size)) return buf;
    if (!tt_symbol_(object, buf, size, &offset)) {
        snprintf(buf, size, "%p", object);
    } else if (offset) {
        size_t n = strlen(buf);
        snprintf(buf + n, size - n, "+%zu", offset);
    }
    return buf;
}

char *tt_place_of_(const void *place, char *buf, size_t size)
{
    Dl_info in;
    size_t offset;
    if (tt_symbol_(place, buf, size, &offset)) {
        size_t n = strlen(buf);
        snprintf(buf + n, size - n, "+0x%zx", offset);
    } else if (place && dladdr(place, &in)) {
        const char *file = strrchr(in.dli_fname, '/');
        snprintf(buf, size, "%s+0x%tx", file ? file + 1 : in.dli_fname,
                 (const char *)place - (const char *)in.dli_fbase);
    } else {
        snprintf(buf, size, "%p", place);
    }
    return buf;
}

/* ---- misuse ---- */

/* What was said lately; one slot per hash of object and message. A collision only says a line too many. */
struct recent {
    const void *object;
    const char *fmt;
    tt_time when;
    unsigned held_back;
};

enum { RECENT = 64 };
static struct recent recent[RECENT];

/* True if the line is to be said now; *ret_held_back: how many were not. */
static bool may_say(const void *object, const char *fmt, unsigned *ret_held_back)
{
    tt_time now = tt_clock();
    uintptr_t key = (uintptr_t)object ^ ((uintptr_t)fmt << 7);
    struct recent *r = &recent[key * 0x9E3779B97F4A7C15u >> 58];
    watch_forks();
    tt_spin_lock_(&recent_lock);
    bool same = r->object == object && r->fmt == fmt;
    bool say = !same || now - r->when >= TT_S;
    if (say) {
        *ret_held_back = same ? r->held_back : 0;
        *r = (struct recent){ object, fmt, now, 0 };
    } else {
        r->held_back++;
    }
    tt_spin_unlock_(&recent_lock);
    return say;
}

const char *(*tt_log_caller_)(char *buf, size_t size);

/* ", by 'reader' (3.1)", or nothing. Returns buf. */
static const char *caller(char *buf, size_t size)
{
    char who[PLACE_MAX];
    const char *(*describe)(char *, size_t) = tt_load_relaxed_(&tt_log_caller_);
    const char *name = describe ? describe(who, sizeof who) : NULL;
    snprintf(buf, size, "%s%s", name ? ", by " : "", name ? name : "");
    return buf;
}

static bool misuse_is_fatal(void)
{
    const char *how = getenv("TUTTI_MISUSE");
    return how && strcmp(how, "abort") == 0;
}

void tt_misuse_at_(const void *object, bool named, const void *place, const char *fmt, ...)
{
    unsigned held_back = 0;
    bool fatal = misuse_is_fatal();
    named = named && object;
    if (!may_say(object, fmt, &held_back) && !fatal) return;
    char text[LINE_MAX_ / 2], name[PLACE_MAX], where[PLACE_MAX], who[PLACE_MAX + 8], more[40] = "";
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (named) tt_name_of_(object, name, sizeof name);
    if (held_back) snprintf(more, sizeof more, "; %u more like this", held_back);
    tt_log_(TT_LOG_WARNING, "%s%s%s (at %s%s%s)", named ? name : "", named ? ": " : "", text,
            tt_place_of_(place, where, sizeof where), caller(who, sizeof who), more);
    if (fatal) abort();
}
