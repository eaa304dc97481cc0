/* table.c - the hash table under dict, set and frozenset: entries in order of insertion, and an index of their places
 * (CPython's compact dict). Probing is CPython's: 5 i + 1 + perturb, which visits every slot. Both arrays are one
 * block; growing builds a new block and cannot half fail. At most 2/3 of the slots are taken, deleted ones included.
 * Places are 32 bits: a table of more than 2^31 entries is answered -ENOMEM. */
#include "value/table.h"

#include <tutti/compare.h>

#include "value/compare.h"

enum { LEAST_SLOTS = 8 };
#define DELETED UINT32_MAX

static size_t room_of(size_t slots)
{
    return slots * 2 / 3;
}

struct tt_table_ *tt_table_new_(tt_kind kind)
{
    struct tt_table_ *t = tt_object_new_(kind, sizeof *t, kind == TT_FROZENSET);
    if (!t) return NULL;
    memset(&t->head + 1, 0, sizeof *t - sizeof t->head);
    return t;
}

/* One probe after the other: i is the slot. */
#define PROBE_(t, hash, i)                                                                                            \
    for (uint64_t perturb_ = (hash), i = (hash) & (t)->mask;; perturb_ >>= 5, i = (5 * i + 1 + perturb_) & (t)->mask)

int tt_table_find_(const struct tt_table_ *t, tt_view key, uint64_t hash, unsigned depth, size_t *ret)
{
    if (t->used == 0) return 0;
    PROBE_(t, hash, i)
    {
        uint32_t slot = t->index[i];
        if (slot == 0) return 0;
        if (slot == DELETED) continue;
        const struct tt_entry_ *e = &t->entries[slot - 1];
        if (e->hash != hash) continue;
        int r = tt_identical_(tt_view_of(e->key), key) ? 1 : tt_equal_within_(tt_view_of(e->key), key, depth);
        if (r < 0) return r;
        if (r) return *ret = slot - 1, 1;
    }
}

/* The slot of an entry that is there. */
static uint32_t *slot_of(const struct tt_table_ *t, size_t place)
{
    PROBE_(t, t->entries[place].hash, i)
    {
        if (t->index[i] == place + 1) return &t->index[i];
    }
}

static void index_entry(struct tt_table_ *t, size_t place)
{
    PROBE_(t, t->entries[place].hash, i)
    {
        if (t->index[i] != 0 && t->index[i] != DELETED) continue;
        if (t->index[i] == 0) t->taken++;
        t->index[i] = (uint32_t)(place + 1);
        return;
    }
}

/* Moves the live entries into a block of `slots` slots. */
static int rebuild(struct tt_table_ *t, size_t slots)
{
    size_t room = room_of(slots);
    struct tt_entry_ *entries = tt_alloc_(room * sizeof *entries + slots * sizeof *t->index), *old = t->entries;
    if (!entries) return -ENOMEM;
    size_t n = 0;
    for (size_t i = 0; i < t->filled; i++)
        if (old[i].key.tag != TT_GONE_) entries[n++] = old[i];
    t->entries = entries;
    t->index = (uint32_t *)(entries + room);
    t->mask = slots - 1;
    t->filled = n;
    t->taken = 0;
    memset(t->index, 0, slots * sizeof *t->index);
    for (size_t i = 0; i < n; i++) index_entry(t, i);
    tt_free_(old);
    return 0;
}

int tt_table_reserve_(struct tt_table_ *t, size_t n)
{
    size_t slots = LEAST_SLOTS;
    size_t room = t->entries ? room_of(t->mask + 1) : 0;
    if (t->filled + n <= room && t->taken + n <= room) return 0;
    if (n > INT32_MAX || t->used + n > INT32_MAX) return -ENOMEM;
    size_t wanted = n == 1 ? t->used + t->used / 2 + 1 : t->used + n; /* one by one: grow by half at least */
    while (room_of(slots) < wanted) slots *= 2;
    return rebuild(t, slots);
}

void tt_table_add_(struct tt_table_ *t, uint64_t hash, tt_value key, tt_value value)
{
    t->entries[t->filled] = (struct tt_entry_){ hash, key, value };
    index_entry(t, t->filled++);
    t->used++;
}

struct tt_entry_ tt_table_take_(struct tt_table_ *t, size_t place)
{
    struct tt_entry_ *e = &t->entries[place], gone = *e;
    *slot_of(t, place) = DELETED;
    e->key = TT_VALUE_(TT_GONE_, 0);
    e->value = tt_none();
    t->used--;
    if (t->used == 0) {
        t->filled = t->taken = 0;
        memset(t->index, 0, (t->mask + 1) * sizeof *t->index);
    } else if (place + 1 == t->filled) {
        while (t->entries[t->filled - 1].key.tag == TT_GONE_) t->filled--;
    }
    return gone;
}

void tt_table_clear_(struct tt_table_ *t)
{
    struct tt_entry_ *entries = t->entries;
    size_t n = t->filled;
    t->entries = NULL;
    t->index = NULL;
    t->used = t->filled = t->taken = t->mask = 0;
    for (size_t i = 0; i < n; i++) {
        if (entries[i].key.tag == TT_GONE_) continue;
        tt_drop(entries[i].key);
        tt_drop(entries[i].value);
    }
    tt_free_(entries);
}

/* What has to be true before (key, value) may go in; finds the key: 1 and *ret_place, 0, or a negative code. */
static int look(struct tt_table_ *t, tt_view key, tt_view value, uint64_t *ret_hash, size_t *ret_place)
{
    if (tt_is_no_memory_(key)) return -ENOMEM;
    int r = tt_hash(key, ret_hash);
    if (r == 0) r = tt_put_check_(&t->head, value);
    return r < 0 ? r : tt_table_find_(t, key, *ret_hash, 0, ret_place);
}

int tt_table_put_(struct tt_table_ *t, tt_value key, tt_value value, bool replace)
{
    uint64_t hash;
    size_t place;
    int r = look(t, tt_view_of(key), tt_view_of(value), &hash, &place);
    int added = r == 0 ? tt_table_reserve_(t, 1) : r;
    if (r == 0 && added == 0) {
        tt_table_add_(t, hash, key, value);
        return 1;
    }
    if (r == 1 && replace) {
        tt_value old = t->entries[place].value;
        t->entries[place].value = value;
        value = old;
    }
    tt_drop(key);
    tt_drop(value);
    return r == 1 ? 0 : added;
}

bool tt_table_next_(const struct tt_table_ *t, size_t *pos, tt_view *ret_key, tt_view *ret_value)
{
    while (*pos < t->filled) {
        const struct tt_entry_ *e = &t->entries[(*pos)++];
        if (e->key.tag == TT_GONE_) continue;
        if (ret_key) *ret_key = tt_view_of(e->key);
        if (ret_value) *ret_value = tt_view_of(e->value);
        return true;
    }
    return false;
}

size_t tt_table_child_(const struct tt_table_ *t, size_t pos, tt_view *ret)
{
    size_t place = pos / 2, first = place;
    while (place < t->filled && t->entries[place].key.tag == TT_GONE_) place++;
    if (place >= t->filled) return 0;
    if (place != first) pos = 2 * place;
    *ret = tt_view_of(pos % 2 ? t->entries[place].value : t->entries[place].key);
    return pos + 1;
}
