/* region.c - sizes, and the making of slots: memory first, then guards, by advice or by mprotect.
 *
 * Colour: the tops of neighbours differ by 128 bytes modulo 2 KiB, else the hot lines of all stacks compete for the
 * same few cache sets (a fifth to a third of the switch's time with 20 to 3,000 coroutines). A slot has a page for it,
 * so the usable size is at least what was asked for. */
#include "strand/region.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/map.h"

enum {
    SIZE_SHIFT_MIN = 14,  /* 16 KiB */
    GUARD_SHIFT_MIN = 12, /* 4 KiB */
    CHUNK_MIN = 16,
    CHUNK_MAX = 64, /* an array of so many lies on the stack of who asks, which may be small */
    COLOURS = 16,
    COLOUR = 128,
};

/* Under `growing`. */
static struct {
    bool known, no_advice, always;
    bool told, news; /* the first slot without a hard guard was made; nobody heard of it yet */
    size_t budget;   /* slots that may still be guarded by mprotect */
    size_t guarded;  /* slots with a hard guard */
} mode;

/* ---- sizes ---- */

static size_t round_up(size_t n, size_t to) /* to: a power of two */
{
    return (n + to - 1) & ~(to - 1);
}

size_t tt_kind_usable_(uint16_t kind)
{
    return (size_t)1 << (SIZE_SHIFT_MIN + kind / TT_STACK_GUARDS_);
}

size_t tt_kind_guard_(uint16_t kind)
{
    return round_up((size_t)1 << (GUARD_SHIFT_MIN + 4 * (kind % TT_STACK_GUARDS_)), tt_map_page_());
}

static size_t colour_room(void)
{
    return round_up(COLOURS * COLOUR, tt_map_page_());
}

size_t tt_kind_stride_(uint16_t kind)
{
    return tt_kind_guard_(kind) + tt_kind_usable_(kind) + colour_room();
}

int tt_stack_kind_(size_t size, size_t guard)
{
    int s = 0, g = 0;
    while (s < TT_STACK_SIZES_ && tt_kind_usable_((uint16_t)(s * TT_STACK_GUARDS_)) < size) s++;
    while (g < TT_STACK_GUARDS_ && tt_kind_guard_((uint16_t)g) < guard) g++;
    return s < TT_STACK_SIZES_ && g < TT_STACK_GUARDS_ ? s * TT_STACK_GUARDS_ + g : -1;
}

/* ---- slots ---- */

static char *slot_start(const struct tt_region_ *r, uint32_t slot)
{
    return r->slots + slot * tt_kind_stride_(r->kind);
}

void tt_region_stack_(const struct tt_region_ *r, uint32_t slot, struct tt_stack_ *ret)
{
    *ret = (struct tt_stack_){
        .low = slot_start(r, slot) + tt_kind_guard_(r->kind),
        .size = tt_kind_usable_(r->kind) + colour_room() - slot % COLOURS * COLOUR,
        .slot = r->first + slot,
        .kind = r->kind,
        .guarded = slot < tt_load_relaxed_(&r->guarded), /* of a used slot it never changes */
    };
}

bool tt_region_guards_(const struct tt_region_ *r, const void *address, uint32_t *ret_slot)
{
    uintptr_t offset = (uintptr_t)address - (uintptr_t)r->slots;
    size_t stride = tt_kind_stride_(r->kind);
    *ret_slot = (uint32_t)(offset / stride);
    return (uintptr_t)address >= (uintptr_t)r->slots && offset / stride < tt_load_relaxed_(&r->used) &&
           offset % stride < tt_kind_guard_(r->kind);
}

/* ---- making them ---- */

int tt_region_reserve_(struct tt_region_ *ret, uint16_t kind, uint32_t capacity)
{
    for (; capacity > 0; capacity /= 2) {
        size_t head = round_up(capacity * sizeof(struct tt_link_), tt_map_page_());
        size_t size = head + capacity * tt_kind_stride_(kind);
        void *m;
        if (tt_map_reserve_(&m, size, "tutti-stacks") < 0) continue;
        if (tt_map_usable_(m, head) < 0) {
            tt_map_release_(m, size);
            return -ENOMEM;
        }
        *ret = (struct tt_region_){ .slots = (char *)m + head, .links = m, .capacity = capacity, .kind = kind };
        return 0;
    }
    return -ENOMEM;
}

static size_t max_map_count(void)
{
    char text[32];
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (n <= 0) return 65530;
    text[n] = 0;
    return strtoul(text, NULL, 10);
}

static void mode_find(void)
{
    if (mode.known) return;
    const char *wish = secure_getenv("TUTTI_STACK_GUARD");
    mode.known = true;
    mode.no_advice = wish && strstr(wish, "mprotect");
    mode.always = wish && strstr(wish, "always");
    mode.budget = max_map_count() / 4; /* a guard takes two mappings; half of all are left to others */
}

/* Guards slots [from, to) without splitting the mapping. 0, -ENOTSUP or -ENOMEM. */
static int guard_by_advice(const struct tt_region_ *r, uint32_t from, uint32_t to)
{
    struct tt_range_ guards[CHUNK_MAX];
    if (mode.no_advice) return -ENOTSUP;
    for (uint32_t s = from; s < to; s++)
        guards[s - from] = (struct tt_range_){ slot_start(r, s), tt_kind_guard_(r->kind) };
    return tt_map_guards_(guards, to - from);
}

/* Guards slots from `from` on while there are mappings to spare. Returns the first one that is not guarded. */
static uint32_t guard_by_mprotect(const struct tt_region_ *r, uint32_t from, uint32_t to)
{
    for (; from < to && mode.budget > 0; from++, mode.budget--)
        if (tt_map_forbid_(slot_start(r, from), tt_kind_guard_(r->kind)) < 0) break;
    return from;
}

/* The end of the slots that have a hard guard, in [from, to); or -ENOMEM. Guarded slots come first in the region. */
static int64_t guard(const struct tt_region_ *r, uint32_t from, uint32_t to)
{
    int e = guard_by_advice(r, from, to);
    if (e == -ENOMEM) return e;
    mode.no_advice = e == -ENOTSUP;
    if (e == 0) return to;
    return r->guarded < from ? from : guard_by_mprotect(r, from, to);
}

int tt_region_extend_(struct tt_region_ *r)
{
    uint32_t from = r->used, chunk = from < CHUNK_MIN ? CHUNK_MIN : from < CHUNK_MAX ? from : CHUNK_MAX;
    uint32_t to = chunk < r->capacity - from ? from + chunk : r->capacity;
    mode_find();
    if (tt_map_usable_(slot_start(r, from), (to - from) * tt_kind_stride_(r->kind)) < 0) return -ENOMEM;
    int64_t bare = guard(r, from, to);
    if (bare < 0) return (int)bare;
    uint32_t hard = (uint32_t)bare - from;
    mode.guarded += hard;
    if (mode.always) to = from + hard;
    if (to == from) return -ENOMEM;
    mode.news |= (uint32_t)bare < to && !mode.told;
    tt_store_relaxed_(&r->guarded, r->guarded + hard);
    tt_store_relaxed_(&r->used, to);
    return (int)(to - from);
}

bool tt_region_news_(size_t *ret_guarded)
{
    bool news = mode.news;
    mode.news = false;
    mode.told |= news;
    *ret_guarded = mode.guarded;
    return news;
}
