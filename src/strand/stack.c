/* stack.c - stacks in slots of large reserved mappings (region.c), one series of mappings per kind: size and guard.
 *
 * A kind has regions, each twice as large as the one before. A slot in use belongs to its strand. An idle one is in
 * exactly one list of its kind: `touched` (last freed first; it still has pages) or `clean` (no pages, guard in
 * place).
 *
 * kind->lock guards lists and counts; `growing` guards making regions and chunks, and is never taken while a
 * kind->lock is held. No system call happens under a kind->lock. Regions are never unmapped, so tt_stack_owns_
 * needs no lock: it reads region_count (acquire), then what was written before. Tests: tests/stack.c. */
#include "strand/stack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/fork.h"
#include "base/log.h"
#include "base/map.h"
#include "base/spin.h"
#include "strand/region.h"

enum {
    REGIONS = 20,
    REGION_SLOTS = 1024, /* of the first region */
    TRIM = 64,           /* stacks whose pages go back at a time; an array of so many lies on the stack of who frees */
};
#define REGION_BYTES ((size_t)4 << 30) /* of the first region, unless one slot is larger */
#define KEEP_BYTES ((size_t)256 << 20) /* idle and touched, in usable bytes */

struct list { /* by id + 1; 0: empty */
    uint32_t newest, oldest, count;
};

struct kind {
    tt_spin_ lock;
    struct list touched, clean;
    uint32_t live;
    uint32_t region_count; /* the last region is the one that grows */
    struct tt_region_ regions[REGIONS];
};

static struct kind kinds[TT_STACK_KINDS_];
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;

static uint32_t keep_of(uint16_t kind)
{
    size_t n = KEEP_BYTES / tt_kind_usable_(kind);
    return n < TRIM ? TRIM : (uint32_t)n;
}

/* ---- slots and lists ---- */

static struct tt_region_ *region_of(struct kind *k, uint32_t id)
{
    struct tt_region_ *r = k->regions;
    while (id - r->first >= r->capacity) r++;
    return r;
}

static struct tt_link_ *link_of(struct kind *k, uint32_t id)
{
    struct tt_region_ *r = region_of(k, id);
    return r->links + (id - r->first);
}

static void describe(struct kind *k, uint32_t id, struct tt_stack_ *ret)
{
    const struct tt_region_ *r = region_of(k, id);
    tt_region_stack_(r, id - r->first, ret);
}

static void list_push(struct kind *k, struct list *l, uint32_t id)
{
    *link_of(k, id) = (struct tt_link_){ .older = l->newest };
    if (l->newest)
        link_of(k, l->newest - 1)->newer = id + 1;
    else
        l->oldest = id + 1;
    l->newest = id + 1;
    l->count++;
}

static bool list_pop_newest(struct kind *k, struct list *l, uint32_t *ret)
{
    if (!l->newest) return false;
    *ret = l->newest - 1;
    l->newest = link_of(k, *ret)->older;
    if (l->newest)
        link_of(k, l->newest - 1)->newer = 0;
    else
        l->oldest = 0;
    l->count--;
    return true;
}

static bool list_pop_oldest(struct kind *k, struct list *l, uint32_t *ret)
{
    if (!l->oldest) return false;
    *ret = l->oldest - 1;
    l->oldest = link_of(k, *ret)->newer;
    if (l->oldest)
        link_of(k, l->oldest - 1)->older = 0;
    else
        l->newest = 0;
    l->count--;
    return true;
}

/* ---- around fork ---- */

static void lock_all(void)
{
    pthread_mutex_lock(&growing);
    for (int kind = 0; kind < TT_STACK_KINDS_; kind++) tt_spin_lock_(&kinds[kind].lock);
}

static void unlock_all(void)
{
    for (int kind = TT_STACK_KINDS_; kind-- > 0;) tt_spin_unlock_(&kinds[kind].lock);
    pthread_mutex_unlock(&growing);
}

/* ---- growing: under `growing` ---- */

/* A further region, twice as large. */
static int region_add(struct kind *k, uint16_t kind)
{
    uint32_t n = k->region_count, capacity;
    if (n == REGIONS) return -ENOMEM;
    if (n == 0) {
        size_t fit = REGION_BYTES / tt_kind_stride_(kind);
        capacity = fit > REGION_SLOTS ? REGION_SLOTS : fit > 0 ? (uint32_t)fit : 1;
    } else {
        capacity = k->regions[n - 1].capacity * 2;
    }
    struct tt_region_ r;
    if (tt_region_reserve_(&r, kind, capacity) < 0) return -ENOMEM;
    if (n > 0) r.first = k->regions[n - 1].first + k->regions[n - 1].capacity;
    k->regions[n] = r;
    tt_store_release_(&k->region_count, n + 1); /* pairs with the acquire in tt_stack_owns_ */
    return 0;
}

static void hand_to_clean(struct kind *k, uint32_t first, uint32_t count)
{
    tt_spin_lock_(&k->lock);
    while (count-- > 0) /* the lowest is taken first */
        list_push(k, &k->clean, first + count);
    tt_spin_unlock_(&k->lock);
}

/* Adds a chunk of clean stacks; 0 or -ENOMEM. */
static int grow_locked(struct kind *k, uint16_t kind)
{
    uint32_t n = k->region_count;
    struct tt_region_ *r = n ? &k->regions[n - 1] : NULL;
    if (!r || r->used == r->capacity) {
        if (region_add(k, kind) < 0) return -ENOMEM;
        r = &k->regions[n];
    }
    uint32_t from = r->first + r->used;
    int made = tt_region_extend_(r);
    if (made < 0) return made;
    hand_to_clean(k, from, (uint32_t)made);
    return 0;
}

static void tell_of_soft_guards(size_t guarded)
{
    tt_log_(TT_LOG_WARNING,
            "only the first %zu stacks have guard pages here; an overflow of a later one is found when it waits. "
            "Linux 6.13 or a larger vm.max_map_count guards all; TUTTI_STACK_GUARD=always refuses more",
            guarded);
}

static int grow(struct kind *k, uint16_t kind)
{
    static struct tt_fork_ around_fork = { .before = lock_all, .after = unlock_all, .child = unlock_all };
    if (tt_fork_watch_(&around_fork) < 0) return -ENOMEM;
    pthread_mutex_lock(&growing);
    tt_spin_lock_(&k->lock);
    bool enough = k->touched.newest || k->clean.newest; /* another thread was here first */
    tt_spin_unlock_(&k->lock);
    int r = enough ? 0 : grow_locked(k, kind);
    size_t guarded;
    bool tell = tt_region_news_(&guarded);
    pthread_mutex_unlock(&growing);
    if (tell) tell_of_soft_guards(guarded); /* a hook may run there */
    return r;
}

/* ---- the public part ---- */

static bool take(struct kind *k, uint32_t *ret)
{
    tt_spin_lock_(&k->lock);
    bool ok = list_pop_newest(k, &k->touched, ret) || list_pop_newest(k, &k->clean, ret);
    k->live += ok;
    tt_spin_unlock_(&k->lock);
    return ok;
}

int tt_stack_new_(struct tt_stack_ *ret, size_t size, size_t guard)
{
    uint32_t id;
    int kind = tt_stack_kind_(size, guard);
    if (kind < 0) return -ENOMEM;
    struct kind *k = &kinds[kind];
    while (!take(k, &id)) {
        int r = grow(k, (uint16_t)kind);
        if (r < 0) return r;
    }
    describe(k, id, ret);
    return 0;
}

/* Up to TRIM of the longest idle stacks, if more than `keep` are touched. They are in no list then. */
static uint32_t take_cold(struct kind *k, uint32_t keep, uint32_t ids[TRIM])
{
    uint32_t n = 0;
    while (n < TRIM && k->touched.count > keep && list_pop_oldest(k, &k->touched, &ids[n])) n++;
    return n;
}

/* Gives their pages back and puts them into `clean`. A soft guard becomes zero again, too. */
static void make_clean(struct kind *k, uint16_t kind, const uint32_t ids[TRIM], uint32_t n)
{
    struct tt_range_ pages[TRIM];
    for (uint32_t i = 0; i < n; i++) {
        struct tt_stack_ s;
        describe(k, ids[i], &s);
        size_t soft = s.guarded ? 0 : tt_kind_guard_(kind);
        pages[i] = (struct tt_range_){ s.low - soft, tt_kind_stride_(kind) - tt_kind_guard_(kind) + soft };
    }
    tt_map_drop_(pages, n);
    tt_spin_lock_(&k->lock);
    for (uint32_t i = 0; i < n; i++) list_push(k, &k->clean, ids[i]);
    tt_spin_unlock_(&k->lock);
}

void tt_stack_free_(struct tt_stack_ *s)
{
    struct kind *k = &kinds[s->kind];
    uint32_t keep = keep_of(s->kind), ids[TRIM], cold = 0;
    tt_stack_check_(s);
    tt_spin_lock_(&k->lock);
    list_push(k, &k->touched, s->slot);
    k->live--;
    if (k->touched.count >= keep + TRIM) cold = take_cold(k, keep, ids);
    tt_spin_unlock_(&k->lock);
    if (cold > 0) make_clean(k, s->kind, ids, cold);
    *s = (struct tt_stack_){ 0 };
}

void tt_stack_trim_(void)
{
    uint32_t ids[TRIM], n;
    for (uint16_t kind = 0; kind < TT_STACK_KINDS_; kind++) {
        struct kind *k = &kinds[kind];
        do {
            tt_spin_lock_(&k->lock);
            n = take_cold(k, 0, ids);
            tt_spin_unlock_(&k->lock);
            if (n > 0) make_clean(k, kind, ids, n);
        } while (n > 0);
    }
}

void tt_stack_die_(const struct tt_stack_ *s)
{
    tt_log_(TT_LOG_ERROR, "a coroutine overflowed its stack of %zu bytes at %p", s->size, (void *)s->low);
    raise(SIGSEGV);
    abort(); /* a handler returned */
}

bool tt_stack_owns_(const void *address, struct tt_stack_ *ret)
{
    for (uint16_t kind = 0; kind < TT_STACK_KINDS_; kind++) {
        struct kind *k = &kinds[kind];
        uint32_t n = tt_load_acquire_(&k->region_count), slot; /* pairs with the release in region_add */
        for (uint32_t i = 0; i < n; i++)
            if (tt_region_guards_(&k->regions[i], address, &slot)) {
                tt_region_stack_(&k->regions[i], slot, ret);
                return true;
            }
    }
    return false;
}

static void stats_add(struct kind *k, uint16_t kind, struct tt_stack_stats_ *ret)
{
    tt_spin_lock_(&k->lock);
    ret->used += k->live;
    ret->idle_touched += k->touched.count;
    ret->idle_clean += k->clean.count;
    tt_spin_unlock_(&k->lock);
    for (uint32_t i = 0; i < k->region_count; i++) {
        const struct tt_region_ *r = &k->regions[i];
        ret->guarded += r->guarded;
        ret->unguarded += r->used - r->guarded;
        ret->reserved += (size_t)r->capacity * (tt_kind_stride_(kind) + sizeof(struct tt_link_));
    }
}

void tt_stack_stats_(struct tt_stack_stats_ *ret)
{
    *ret = (struct tt_stack_stats_){ 0 };
    pthread_mutex_lock(&growing);
    for (uint16_t kind = 0; kind < TT_STACK_KINDS_; kind++) stats_add(&kinds[kind], kind, ret);
    pthread_mutex_unlock(&growing);
}
