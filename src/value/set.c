/* set.c - set and frozenset: the table without values.
 * A frozenset is filled before anybody else sees it. Its elements are hashable, so it is sealed from birth. */
#include <tutti/set.h>
#include <tutti/compare.h>
#include <tutti/error.h>

#include "value/list.h"
#include "value/table.h"

static tt_value empty(tt_kind kind)
{
    struct tt_table_ *t = tt_table_new_(kind);
    return t ? tt_value_of_object_(t) : tt_no_memory_();
}

tt_value tt_set(void)
{
    return empty(TT_SET);
}

/* What a set answers when an item does not go in. */
static tt_value refusal(int r, tt_view item)
{
    if (r == -EINVAL) return tt_error("TypeError", "unhashable type: '%s'", tt_type_name(item));
    return tt_error_from_code(r);
}

/* Takes item. On failure *set is dropped and becomes the error. */
static bool add(tt_value *set, tt_value item)
{
    tt_auto kept = tt_ref(item);
    int r = tt_table_put_(tt_table_if_(tt_view_of(*set)), item, tt_none(), false);
    if (r >= 0) return true;
    tt_drop(*set);
    *set = refusal(r, tt_view_of(kept));
    return false;
}

static tt_value set_of(tt_kind kind, const tt_value *items, size_t n)
{
    tt_value set = empty(kind);
    size_t i = 0;
    bool ok = !tt_is_error(set);
    while (ok && i < n) ok = add(&set, items[i++]);
    while (i < n) tt_drop(items[i++]);
    return set;
}

tt_value tt_set_n(const tt_value *items, size_t n)
{
    return set_of(TT_SET, items, n);
}

tt_value tt_frozenset_n(const tt_value *items, size_t n)
{
    return set_of(TT_FROZENSET, items, n);
}

static tt_value set_from(tt_kind kind, tt_view items)
{
    tt_auto list = tt_list_from(items);
    struct tt_seq_ *s = tt_object_if_(tt_view_of(list), TT_LIST);
    if (!s) return tt_take(&list);
    tt_value set = set_of(kind, s->items, s->len);
    s->len = 0; /* they were taken */
    return set;
}

tt_value (tt_set_from)(tt_view items)
{
    return set_from(TT_SET, items);
}

tt_value (tt_frozenset_from)(tt_view items)
{
    return set_from(TT_FROZENSET, items);
}

/* ---- changing ---- */

static int writable(tt_view set, struct tt_table_ **ret)
{
    struct tt_table_ *t = tt_object_if_(set, TT_SET);
    if (!t) return -EINVAL;
    if (tt_object_sealed_(&t->head)) return -EROFS;
    *ret = t;
    return 0;
}

int (tt_set_add)(tt_view set, tt_value item)
{
    struct tt_table_ *t;
    int r = writable(set, &t);
    if (r == 0) return tt_table_put_(t, item, tt_none(), false);
    tt_drop(item);
    return r;
}

int (tt_set_discard)(tt_view set, tt_view item)
{
    struct tt_table_ *t;
    size_t place;
    uint64_t hash;
    int r = writable(set, &t);
    if (r == 0) r = tt_hash(item, &hash);
    if (r == 0) r = tt_table_find_(t, item, hash, 0, &place);
    if (r == 1) tt_drop(tt_table_take_(t, place).key);
    return r;
}

int (tt_set_pop)(tt_view set, tt_value *ret_item)
{
    struct tt_table_ *t;
    int r = writable(set, &t);
    if (r < 0) return r;
    if (t->used == 0) return -ENOKEY;
    *ret_item = tt_table_take_(t, t->filled - 1).key;
    return 0;
}

int (tt_set_clear)(tt_view set)
{
    struct tt_table_ *t;
    int r = writable(set, &t);
    if (r == 0) tt_table_clear_(t);
    return r;
}

bool (tt_set_next)(tt_view set, size_t *pos, tt_view *ret_item)
{
    const struct tt_table_ *t = tt_table_if_(set);
    return t && t->head.kind != TT_DICT && tt_table_next_(t, pos, ret_item, NULL);
}

/* ---- algebra ---- */

static const struct tt_table_ *set_if(tt_view v)
{
    return tt_is_kind(v, TT_DICT) ? NULL : tt_table_if_(v);
}

/* Adds to *to what is in `from` and is (in: true) or is not in `other`; other NULL: all. False: *to is an error. */
static bool add_those(tt_value *to, const struct tt_table_ *from, const struct tt_table_ *other, bool in)
{
    for (size_t i = 0, place; i < from->filled; i++) {
        const struct tt_entry_ *e = &from->entries[i];
        if (e->key.tag == TT_GONE_) continue;
        int r = other ? tt_table_find_(other, tt_view_of(e->key), e->hash, 0, &place) : in;
        if (r < 0) {
            tt_drop(*to);
            *to = tt_error_from_code(r);
            return false;
        }
        if ((r == 1) == in && !add(to, tt_ref(e->key))) return false;
    }
    return true;
}

/* Starts a set operation: an empty set of the kind of a, or an error. */
static tt_value start(tt_view a, tt_view b)
{
    if (set_if(a) && set_if(b)) return empty(tt_kind_of(a));
    return tt_error("TypeError", "unsupported operand types for sets: '%s' and '%s'", tt_type_name(a), tt_type_name(b));
}

tt_value (tt_set_union)(tt_view a, tt_view b)
{
    tt_value set = start(a, b);
    if (!tt_is_error(set) && add_those(&set, set_if(a), NULL, true)) add_those(&set, set_if(b), NULL, true);
    return set;
}

tt_value (tt_set_intersection)(tt_view a, tt_view b)
{
    tt_value set = start(a, b);
    if (!tt_is_error(set)) add_those(&set, set_if(a), set_if(b), true);
    return set;
}

tt_value (tt_set_difference)(tt_view a, tt_view b)
{
    tt_value set = start(a, b);
    if (!tt_is_error(set)) add_those(&set, set_if(a), set_if(b), false);
    return set;
}

tt_value (tt_set_symmetric_difference)(tt_view a, tt_view b)
{
    tt_value set = start(a, b);
    if (!tt_is_error(set) && add_those(&set, set_if(a), set_if(b), false)) add_those(&set, set_if(b), set_if(a), false);
    return set;
}
