/* locals.c - the table behind tt_local: open addressing, linear probing, at most three quarters full.
 *
 * Keys are never used again, so a key's hash can be the key itself times an odd number. A removed entry moves its
 * followers up, so there are no tombstones. User code (destroy, a value's last drop) runs only when the table is in
 * order, since it may come back here. Tests: tests/local.c. */
#include "strand/locals.h"

#include <errno.h>

#include "base/memory.h"

enum {
    FIRST_SIZE = 8, /* entries; a power of two */
    ROUNDS = 8,     /* of destructors that set new values */
};

struct entry {
    uint64_t key; /* 0: free */
    tt_value value;
    tt_local_destroy_ destroy;
};

struct table {
    size_t used, mask;
    struct entry entries[];
};

static struct table closed; /* stands for "takes no more values" */

static struct table *table_of(struct tt_strand_ *me)
{
    return me->locals;
}

static size_t home(const struct table *t, uint64_t key)
{
    return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & t->mask;
}

/* The entry of that key, or the free one where it belongs. */
static struct entry *seek(struct table *t, uint64_t key)
{
    size_t i = home(t, key);
    while (t->entries[i].key && t->entries[i].key != key)
        i = (i + 1) & t->mask;
    return &t->entries[i];
}

const tt_value *tt_locals_find_(struct tt_strand_ *me, uint64_t key)
{
    struct table *t = table_of(me);
    if (!t || t == &closed) return NULL;
    struct entry *e = seek(t, key);
    return e->key ? &e->value : NULL;
}

static void destroy(struct entry e)
{
    if (e.destroy)
        e.destroy((void *)(uintptr_t)e.value.word);
    else
        tt_drop(e.value);
}

static struct table *new_table(size_t size)
{
    struct table *t = tt_calloc_(1, sizeof *t + size * sizeof *t->entries);
    if (t) t->mask = size - 1;
    return t;
}

/* Room for one more entry. */
static int grow(struct tt_strand_ *me)
{
    struct table *old = table_of(me);
    if (old && (old->used + 1) * 4 <= (old->mask + 1) * 3) return 0;
    struct table *t = new_table(old ? 2 * (old->mask + 1) : FIRST_SIZE);
    if (!t) return -ENOMEM;
    for (size_t i = 0; old && i <= old->mask; i++)
        if (old->entries[i].key) *seek(t, old->entries[i].key) = old->entries[i];
    if (old) t->used = old->used;
    tt_free_(old);
    me->locals = t;
    return 0;
}

int tt_locals_put_(struct tt_strand_ *me, uint64_t key, tt_value v, tt_local_destroy_ destroyer)
{
    if (table_of(me) == &closed) return -ESHUTDOWN;
    if (!tt_locals_find_(me, key) && grow(me) < 0) return -ENOMEM;
    struct entry *e = seek(table_of(me), key), before = *e;
    *e = (struct entry){ key, v, destroyer };
    if (!before.key)
        table_of(me)->used++;
    else
        destroy(before);
    return 0;
}

/* Frees the place i and moves up who had to probe past it. */
static void close_gap(struct table *t, size_t i)
{
    t->entries[i].key = 0;
    t->used--;
    for (size_t j = (i + 1) & t->mask; t->entries[j].key; j = (j + 1) & t->mask) {
        struct entry moved = t->entries[j];
        t->entries[j].key = 0;
        *seek(t, moved.key) = moved;
    }
}

bool tt_locals_remove_(struct tt_strand_ *me, uint64_t key)
{
    if (!tt_locals_find_(me, key)) return false;
    struct entry *e = seek(table_of(me), key), before = *e;
    close_gap(table_of(me), (size_t)(e - table_of(me)->entries));
    if (table_of(me)->used == 0) {
        tt_free_(me->locals);
        me->locals = NULL;
    }
    destroy(before);
    return true;
}

static void clear_once(struct table *t)
{
    for (size_t i = 0; i <= t->mask; i++)
        if (t->entries[i].key) destroy(t->entries[i]);
    tt_free_(t);
}

void tt_locals_clear_(struct tt_strand_ *me)
{
    for (int round = 1; me->locals; round++) {
        struct table *t = table_of(me);
        me->locals = round < ROUNDS ? NULL : &closed;
        if (t != &closed) clear_once(t);
        if (me->locals == &closed) break;
    }
    me->locals = NULL;
}
