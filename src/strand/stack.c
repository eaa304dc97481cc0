/* stack.c - stacks in slots of large reserved mappings, one series of mappings per class of size.
 *
 * A class has regions; a region is one mapping, each twice as large as the one before:
 *
 *     | links, one per slot | slot 0 | slot 1 | ... | used slots are usable memory | reserved, not usable yet |
 *     slot: | guard | usable bytes ......................... | colour |
 *
 * Colour: the tops of neighbours differ by 128 bytes modulo 2 KiB, else the hot lines of all stacks compete for the
 * same few cache sets. A slot has one page for it, so the usable size is what was asked for.
 *
 * A slot in use belongs to its strand. An idle one is in exactly one list of its class: `touched` (last freed first; it
 * still has pages) or `clean` (no pages, guards in place). Slots are made usable and guarded a chunk at a time, from
 * the region's start. Within a region the guarded slots come first: slot < region->guarded.
 *
 * class->lock guards lists and counts; `growing` guards making regions and chunks, and is never taken while a
 * class->lock is held. No system call happens under a class->lock. Regions are never unmapped, so tt_stack_owns_
 * needs no lock: it reads region_count (acquire), then what was written before. Tests: tests/stack.c. */
#include "strand/stack.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/log.h"
#include "base/map.h"
#include "base/spin.h"

enum {
    SIZE_SHIFT_MIN = 14, /* 16 KiB */
    SIZE_SHIFT_MAX = 36, /* 64 GiB */
    SIZES = SIZE_SHIFT_MAX - SIZE_SHIFT_MIN + 1,
    GUARD_SHIFT_MIN = 12, /* or a page: 4 KiB, 64 KiB, 1 MiB, 16 MiB */
    GUARDS = 4,
    CLASSES = SIZES * GUARDS,
    REGIONS = 20,
    REGION_SLOTS = 1024, /* of the first region */
    CHUNK_MIN = 16,
    CHUNK_MAX = 64,
    TRIM = 64, /* stacks whose pages go back at a time; the arrays of a chunk and of these lie on small stacks */
    COLOURS = 16,
    COLOUR = 128,
};
#define REGION_BYTES ((size_t)4 << 30) /* of the first region, unless one slot is larger */
#define KEEP_BYTES ((size_t)256 << 20) /* idle and touched, in usable bytes */

struct link { /* by id + 1; 0: none */
    uint32_t newer, older;
};

struct region {
    char *slots;
    struct link *links;
    uint32_t first; /* id of slot 0 */
    uint32_t capacity, used, guarded;
};

struct list { /* by id + 1; 0: empty */
    uint32_t newest, oldest, count;
};

struct class {
    tt_spin_ lock;
    struct list touched, clean;
    uint32_t live;
    uint32_t region_count; /* the last region is the one that grows */
    struct region regions[REGIONS];
};

static struct class classes[CLASSES];
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;

/* Guarded by growing. */
static struct {
    bool known, no_advice, always;
    size_t budget;  /* stacks that may still be guarded by mprotect */
    size_t guarded; /* stacks with a hard guard */
    bool told, tell; /* the log was told of the first soft guard; it is to be told */
} mode;

/* ---- sizes ---- */

static size_t round_up(size_t n, size_t to) /* to: a power of two */
{
    return (n + to - 1) & ~(to - 1);
}

static size_t class_usable(uint16_t class)
{
    return (size_t)1 << (SIZE_SHIFT_MIN + class / GUARDS);
}

static size_t class_guard(uint16_t class)
{
    return round_up((size_t)1 << (GUARD_SHIFT_MIN + 4 * (class % GUARDS)), tt_map_page_());
}

static size_t class_stride(uint16_t class)
{
    return class_guard(class) + class_usable(class) + round_up(COLOURS * COLOUR, tt_map_page_());
}

static uint32_t class_keep(uint16_t class)
{
    size_t n = KEEP_BYTES / class_usable(class);
    return n < TRIM ? TRIM : (uint32_t)n;
}

/* The smallest class with both sizes, or -1. */
static int class_for(size_t size, size_t guard)
{
    int s = 0, g = 0;
    while (s < SIZES && class_usable((uint16_t)(s * GUARDS)) < size)
        s++;
    while (g < GUARDS && class_guard((uint16_t)g) < guard)
        g++;
    return s < SIZES && g < GUARDS ? s * GUARDS + g : -1;
}

/* ---- slots and lists ---- */

static struct region *region_of(struct class *c, uint32_t id)
{
    struct region *r = c->regions;
    while (id - r->first >= r->capacity)
        r++;
    return r;
}

static struct link *link_of(struct class *c, uint32_t id)
{
    struct region *r = region_of(c, id);
    return r->links + (id - r->first);
}

static char *slot_start(const struct region *r, uint32_t slot, uint16_t class)
{
    return r->slots + slot * class_stride(class);
}

static void describe(struct class *c, uint16_t class, uint32_t id, struct tt_stack_ *ret)
{
    const struct region *r = region_of(c, id);
    uint32_t slot = id - r->first;
    size_t colour = round_up(COLOURS * COLOUR, tt_map_page_()) - slot % COLOURS * COLOUR;
    *ret = (struct tt_stack_){
        .low = slot_start(r, slot, class) + class_guard(class),
        .size = class_usable(class) + colour,
        .slot = id,
        .class = class,
        .guarded = slot < tt_load_relaxed_(&r->guarded), /* of a slot handed out it does not change */
    };
}

static void list_push(struct class *c, struct list *l, uint32_t id)
{
    *link_of(c, id) = (struct link){.older = l->newest};
    if (l->newest)
        link_of(c, l->newest - 1)->newer = id + 1;
    else
        l->oldest = id + 1;
    l->newest = id + 1;
    l->count++;
}

static bool list_pop_newest(struct class *c, struct list *l, uint32_t *ret)
{
    if (!l->newest)
        return false;
    *ret = l->newest - 1;
    l->newest = link_of(c, *ret)->older;
    if (l->newest)
        link_of(c, l->newest - 1)->newer = 0;
    else
        l->oldest = 0;
    l->count--;
    return true;
}

static bool list_pop_oldest(struct class *c, struct list *l, uint32_t *ret)
{
    if (!l->oldest)
        return false;
    *ret = l->oldest - 1;
    l->oldest = link_of(c, *ret)->newer;
    if (l->oldest)
        link_of(c, l->oldest - 1)->older = 0;
    else
        l->newest = 0;
    l->count--;
    return true;
}

/* ---- around fork ---- */

static void lock_all(void)
{
    pthread_mutex_lock(&growing);
    for (int class = 0; class < CLASSES; class++)
        tt_spin_lock_(&classes[class].lock);
}

static void unlock_all(void)
{
    for (int class = CLASSES; class-- > 0;)
        tt_spin_unlock_(&classes[class].lock);
    pthread_mutex_unlock(&growing);
}

/* ---- growing: under `growing` ---- */

static size_t max_map_count(void)
{
    char text[32];
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return 65530;
    text[n] = 0;
    return strtoul(text, NULL, 10);
}

static void mode_find(void)
{
    if (mode.known)
        return;
    const char *wish = secure_getenv("TUTTI_STACK_GUARD");
    mode.known = true;
    mode.no_advice = wish && strstr(wish, "mprotect");
    mode.always = wish && strstr(wish, "always");
    mode.budget = max_map_count() / 4; /* a guard takes two mappings; half of all are left to others */
}

/* A mapping for `capacity` slots of the class, or half as many, and so on: address space may be limited. */
static int region_reserve(struct region *ret, uint16_t class, uint32_t capacity)
{
    for (; capacity > 0; capacity /= 2) {
        size_t head = round_up(capacity * sizeof(struct link), tt_map_page_());
        void *m;
        if (tt_map_reserve_(&m, head + capacity * class_stride(class), "tutti-stacks") < 0)
            continue;
        if (tt_map_usable_(m, head) < 0) {
            tt_map_release_(m, head + capacity * class_stride(class));
            return -ENOMEM;
        }
        *ret = (struct region){.slots = (char *)m + head, .links = m, .capacity = capacity};
        return 0;
    }
    return -ENOMEM;
}

/* A further region, twice as large. */
static int region_add(struct class *c, uint16_t class)
{
    uint32_t n = c->region_count, capacity;
    if (n == REGIONS)
        return -ENOMEM;
    if (n == 0) {
        size_t fit = REGION_BYTES / class_stride(class);
        capacity = fit > REGION_SLOTS ? REGION_SLOTS : fit > 0 ? (uint32_t)fit : 1;
    } else {
        capacity = c->regions[n - 1].capacity * 2;
    }
    struct region r;
    if (region_reserve(&r, class, capacity) < 0)
        return -ENOMEM;
    if (n > 0)
        r.first = c->regions[n - 1].first + c->regions[n - 1].capacity;
    c->regions[n] = r;
    tt_store_release_(&c->region_count, n + 1); /* pairs with the acquire in tt_stack_owns_ */
    return 0;
}

/* Guards slots [from, to) without splitting the mapping. 0, -ENOTSUP or -ENOMEM. */
static int guard_by_advice(const struct region *r, uint16_t class, uint32_t from, uint32_t to)
{
    struct tt_range_ guards[CHUNK_MAX];
    if (mode.no_advice)
        return -ENOTSUP;
    for (uint32_t s = from; s < to; s++)
        guards[s - from] = (struct tt_range_){slot_start(r, s, class), class_guard(class)};
    return tt_map_guards_(guards, to - from);
}

/* Guards slots from `from` on while there are mappings to spare. Returns the first one that is not guarded. */
static uint32_t guard_by_mprotect(const struct region *r, uint16_t class, uint32_t from, uint32_t to)
{
    for (; from < to && mode.budget > 0; from++, mode.budget--)
        if (tt_map_forbid_(slot_start(r, from, class), class_guard(class)) < 0)
            break;
    return from;
}

/* Makes slots [from, to) usable. Returns how many of them may be handed out, the guarded ones first. */
static int chunk_make(const struct region *r, uint16_t class, uint32_t from, uint32_t to, uint32_t *ret_guarded)
{
    if (tt_map_usable_(slot_start(r, from, class), (to - from) * class_stride(class)) < 0)
        return -ENOMEM;
    int e = guard_by_advice(r, class, from, to);
    if (e == -ENOMEM)
        return e;
    mode.no_advice = e == -ENOTSUP;
    uint32_t bare = e == 0 ? to : r->guarded < from ? from : guard_by_mprotect(r, class, from, to);
    *ret_guarded = bare - from;
    mode.guarded += *ret_guarded;
    mode.tell = *ret_guarded < to - from && !mode.always && !mode.told;
    return mode.always ? (int)*ret_guarded : (int)(to - from);
}

static void hand_to_clean(struct class *c, uint32_t first, uint32_t count)
{
    tt_spin_lock_(&c->lock);
    while (count-- > 0) /* the lowest is taken first */
        list_push(c, &c->clean, first + count);
    tt_spin_unlock_(&c->lock);
}

/* Adds a chunk of clean stacks; 0 or -ENOMEM. */
static int grow_locked(struct class *c, uint16_t class)
{
    mode_find();
    uint32_t n = c->region_count;
    struct region *r = n ? &c->regions[n - 1] : NULL;
    if (!r || r->used == r->capacity) {
        if (region_add(c, class) < 0)
            return -ENOMEM;
        r = &c->regions[n];
    }
    uint32_t chunk = r->used < CHUNK_MIN ? CHUNK_MIN : r->used < CHUNK_MAX ? r->used : CHUNK_MAX;
    uint32_t from = r->used, to = chunk < r->capacity - from ? from + chunk : r->capacity, guarded;
    int made = chunk_make(r, class, from, to, &guarded);
    if (made <= 0)
        return -ENOMEM;
    tt_store_relaxed_(&r->guarded, r->guarded + guarded);
    tt_store_relaxed_(&r->used, from + (uint32_t)made);
    hand_to_clean(c, r->first + from, (uint32_t)made);
    return 0;
}

static void tell_of_soft_guards(size_t guarded)
{
    tt_log_(TT_LOG_WARNING,
            "only the first %zu stacks have guard pages here; an overflow of a later one is found when it waits. "
            "Linux 6.13 or a larger vm.max_map_count guards all; TUTTI_STACK_GUARD=always refuses more",
            guarded);
}

static int grow(struct class *c, uint16_t class)
{
    static struct tt_fork_ around_fork = { .before = lock_all, .after = unlock_all, .child = unlock_all };
    if (tt_fork_watch_(&around_fork) < 0)
        return -ENOMEM;
    pthread_mutex_lock(&growing);
    tt_spin_lock_(&c->lock);
    bool enough = c->touched.newest || c->clean.newest; /* another thread was here first */
    tt_spin_unlock_(&c->lock);
    int r = enough ? 0 : grow_locked(c, class);
    bool tell = mode.tell;
    size_t guarded = mode.guarded;
    mode.told |= tell;
    mode.tell = false;
    pthread_mutex_unlock(&growing);
    if (tell)
        tell_of_soft_guards(guarded); /* a hook may run there */
    return r;
}

/* ---- the public part ---- */

static bool take(struct class *c, uint32_t *ret)
{
    tt_spin_lock_(&c->lock);
    bool ok = list_pop_newest(c, &c->touched, ret) || list_pop_newest(c, &c->clean, ret);
    c->live += ok;
    tt_spin_unlock_(&c->lock);
    return ok;
}

int tt_stack_new_(struct tt_stack_ *ret, size_t size, size_t guard)
{
    uint32_t id;
    int class = class_for(size, guard);
    if (class < 0)
        return -ENOMEM;
    struct class *c = &classes[class];
    while (!take(c, &id)) {
        int r = grow(c, (uint16_t)class);
        if (r < 0)
            return r;
    }
    describe(c, (uint16_t)class, id, ret);
    return 0;
}

/* Up to TRIM of the longest idle stacks, if more than `keep` are touched. They are in no list then. */
static uint32_t take_cold(struct class *c, uint32_t keep, uint32_t ids[TRIM])
{
    uint32_t n = 0;
    while (n < TRIM && c->touched.count > keep && list_pop_oldest(c, &c->touched, &ids[n]))
        n++;
    return n;
}

/* Gives their pages back and puts them into `clean`. A soft guard becomes zero again, too. */
static void make_clean(struct class *c, uint16_t class, const uint32_t ids[TRIM], uint32_t n)
{
    struct tt_range_ pages[TRIM];
    for (uint32_t i = 0; i < n; i++) {
        struct tt_stack_ s;
        describe(c, class, ids[i], &s);
        size_t soft = s.guarded ? 0 : class_guard(class);
        pages[i] = (struct tt_range_){s.low - soft, class_stride(class) - class_guard(class) + soft};
    }
    tt_map_drop_(pages, n);
    tt_spin_lock_(&c->lock);
    for (uint32_t i = 0; i < n; i++)
        list_push(c, &c->clean, ids[i]);
    tt_spin_unlock_(&c->lock);
}

void tt_stack_free_(struct tt_stack_ *s)
{
    struct class *c = &classes[s->class];
    uint32_t keep = class_keep(s->class), ids[TRIM], cold = 0;
    tt_stack_check_(s);
    tt_spin_lock_(&c->lock);
    list_push(c, &c->touched, s->slot);
    c->live--;
    if (c->touched.count >= keep + TRIM)
        cold = take_cold(c, keep, ids);
    tt_spin_unlock_(&c->lock);
    if (cold > 0)
        make_clean(c, s->class, ids, cold);
    *s = (struct tt_stack_){0};
}

void tt_stack_trim_(void)
{
    uint32_t ids[TRIM], n;
    for (uint16_t class = 0; class < CLASSES; class++) {
        struct class *c = &classes[class];
        do {
            tt_spin_lock_(&c->lock);
            n = take_cold(c, 0, ids);
            tt_spin_unlock_(&c->lock);
            if (n > 0)
                make_clean(c, class, ids, n);
        } while (n > 0);
    }
}

void tt_stack_die_(const struct tt_stack_ *s)
{
    tt_log_(TT_LOG_ERROR, "a coroutine overflowed its stack of %zu bytes at %p", s->size, (void *)s->low);
    raise(SIGSEGV);
    abort(); /* a handler returned */
}

static bool region_owns(const struct region *r, uint16_t class, uintptr_t address, uint32_t *ret_slot)
{
    uintptr_t offset = address - (uintptr_t)r->slots;
    size_t stride = class_stride(class);
    *ret_slot = (uint32_t)(offset / stride);
    return address >= (uintptr_t)r->slots && offset / stride < tt_load_relaxed_(&r->used) &&
           offset % stride < class_guard(class);
}

bool tt_stack_owns_(const void *address, struct tt_stack_ *ret)
{
    for (uint16_t class = 0; class < CLASSES; class++) {
        struct class *c = &classes[class];
        uint32_t n = tt_load_acquire_(&c->region_count), slot; /* pairs with the release in region_add */
        for (uint32_t i = 0; i < n; i++)
            if (region_owns(&c->regions[i], class, (uintptr_t)address, &slot)) {
                describe(c, class, c->regions[i].first + slot, ret);
                return true;
            }
    }
    return false;
}

static void stats_add(struct class *c, uint16_t class, struct tt_stack_stats_ *ret)
{
    tt_spin_lock_(&c->lock);
    ret->used += c->live;
    ret->idle_touched += c->touched.count;
    ret->idle_clean += c->clean.count;
    tt_spin_unlock_(&c->lock);
    for (uint32_t i = 0; i < c->region_count; i++) {
        const struct region *r = &c->regions[i];
        ret->guarded += r->guarded;
        ret->unguarded += r->used - r->guarded;
        ret->reserved += (size_t)r->capacity * (class_stride(class) + sizeof(struct link));
    }
}

void tt_stack_stats_(struct tt_stack_stats_ *ret)
{
    *ret = (struct tt_stack_stats_){0};
    pthread_mutex_lock(&growing);
    for (uint16_t class = 0; class < CLASSES; class++)
        stats_add(&classes[class], class, ret);
    pthread_mutex_unlock(&growing);
}
