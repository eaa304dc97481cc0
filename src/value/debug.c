/* debug.c - what debug builds know about values: who is alive, where it was made, and who is dead already.
 * Every live object is in `all`. A dead one is poisoned, and kept in a ring of the last GRAVES until it is pushed
 * out, so that a second drop finds it still marked DEAD. One spin lock guards both; nothing is called under it. A
 * fork takes it, so that the child finds it free. */
#include "value/object.h"

#ifdef TT_DEBUG
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fork.h"
#include "base/log.h"
#include "base/spin.h"
#include "base/symbol.h"

enum { GRAVES = 4096, DEAD = 0xDD, PLACE = 300 };

static tt_spin_ all_lock;
static struct tt_list_ all = { &all, &all };
static struct tt_object_ *graves[GRAVES];
static unsigned next_grave;

static void take(void)
{
    tt_spin_lock_(&all_lock);
}

static void give_back(void)
{
    tt_spin_unlock_(&all_lock);
}

static void watch_forks(void)
{
    static struct tt_fork_ watch = { .before = take, .after = give_back, .child = give_back };
    (void)tt_fork_watch_(&watch);
}

static bool wants_leaks(void)
{
    const char *s = getenv("TUTTI_LEAKS");
    return s && strcmp(s, "1") == 0;
}

void tt_debug_born_(struct tt_object_ *o, size_t size)
{
    o->size = size;
    watch_forks();
    if (wants_leaks()) backtrace(o->birth, TT_BIRTH_FRAMES_);
    take();
    tt_list_push_back_(&all, &o->all);
    give_back();
}

void tt_debug_dead_(struct tt_object_ *o, const void *place)
{
    memset(o + 1, DEAD, o->size - sizeof *o);
    o->was = o->kind;
    o->kind = DEAD;
    o->death = place;
    take();
    tt_list_remove_(&o->all);
    struct tt_object_ *old = graves[next_grave];
    graves[next_grave] = o;
    next_grave = (next_grave + 1) % GRAVES;
    give_back();
    if (!old) tt_memory_set_aside_(1);
    tt_free_(old);
}

/* Where it was made: the innermost frames that are not the library's own. Returns buf. */
static const char *birthplace(const struct tt_object_ *o, char *buf, size_t size)
{
    char place[PLACE];
    size_t n = 0;
    int count = 0;
    while (count < TT_BIRTH_FRAMES_ && o->birth[count]) count++;
    if (count == 0) return "(TUTTI_LEAKS=1 would tell)";
    for (int first = tt_own_frames_(o->birth, count), i = first; i < count && n < size; i++)
        n += (size_t)snprintf(buf + n, size - n, "%s%s", i > first ? " < " : "",
                              tt_place_of_(o->birth[i], place, sizeof place));
    return buf;
}

static const char *kind_name(unsigned kind)
{
    switch (kind) {
    case TT_ERROR: return "error";
    case TT_STRUCT: return "struct";
    case TT_PROXY: return "proxy";
    default: return tt_type_name(TT_VIEW_(kind, 0));
    }
}

bool tt_debug_is_dead_(const struct tt_object_ *o, const char *verb, const void *place)
{
    char birth[PLACE], death[PLACE];
    if (o->kind != DEAD) return false;
    tt_misuse_at_(o, true, place, "%s a %s that was dropped before at %s, made at %s", verb, kind_name(o->was),
                  tt_place_of_(o->death, death, sizeof death),
                  birthplace(o, birth, sizeof birth));
    return true;
}

/* Says what is alive when the program ends. */
__attribute__((destructor)) static void report_leaks(void)
{
    char place[PLACE], name[PLACE];
    if (!wants_leaks()) return;
    take();
    struct tt_list_ *first = all.next;
    give_back();
    for (struct tt_list_ *l = first; l != &all; l = l->next) {
        struct tt_object_ *o = tt_container_(l, struct tt_object_, all);
        tt_log_(TT_LOG_WARNING, "leak: %s %s, %u reference(s), made at %s", kind_name(o->kind),
                tt_name_of_(o, name, sizeof name), o->refs, birthplace(o, place, sizeof place));
    }
}
#endif
