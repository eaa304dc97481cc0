/* dict.c - dict: the table with values. */
#include <tutti/dict.h>
#include <tutti/compare.h>
#include <tutti/error.h>
#include <tutti/str.h>

#include "base/log.h"
#include "value/table.h"

tt_value tt_dict(void)
{
    struct tt_table_ *t = tt_table_new_(TT_DICT);
    return t ? tt_value_of_object_(t) : tt_no_memory_();
}

static int writable(tt_view dict, struct tt_table_ **ret)
{
    struct tt_table_ *t = tt_object_if_(dict, TT_DICT);
    if (!t) return -EINVAL;
    if (tt_object_sealed_(&t->head)) return -EROFS;
    *ret = t;
    return 0;
}

static int put(tt_view dict, tt_value key, tt_value value, bool replace)
{
    struct tt_table_ *t;
    int r = writable(dict, &t);
    if (r == 0) return tt_table_put_(t, key, value, replace);
    tt_drop(key);
    tt_drop(value);
    return r;
}

int (tt_dict_set)(tt_view dict, tt_value key, tt_value value)
{
    int r = put(dict, key, value, true);
    return r < 0 ? r : 0;
}

int (tt_dict_set_default)(tt_view dict, tt_value key, tt_value value)
{
    return put(dict, key, value, false);
}

/* 1 and *ret_place, 0, or a negative code. */
static int find(tt_view dict, tt_view key, struct tt_table_ **ret, size_t *ret_place)
{
    uint64_t hash;
    struct tt_table_ *t = tt_object_if_(dict, TT_DICT);
    if (!t) return -EINVAL;
    *ret = t;
    int r = tt_hash(key, &hash);
    return r < 0 ? r : tt_table_find_(t, key, hash, 0, ret_place);
}

tt_view (tt_dict_at)(tt_view dict, tt_view key)
{
    struct tt_table_ *t;
    size_t place;
    return find(dict, key, &t, &place) == 1 ? tt_view_of(t->entries[place].value) : tt_view_of(tt_none());
}

int (tt_dict_get)(tt_view dict, tt_view key, tt_value *ret_value)
{
    struct tt_table_ *t;
    size_t place;
    int r = find(dict, key, &t, &place);
    if (r < 0) return r;
    if (r == 0) return -ENOKEY;
    *ret_value = tt_ref(t->entries[place].value);
    return 0;
}

/* Takes the entry of a key out. */
static int take(tt_view dict, tt_view key, struct tt_entry_ *ret)
{
    struct tt_table_ *t;
    size_t place;
    int r = writable(dict, &t);
    if (r == 0) r = find(dict, key, &t, &place);
    if (r < 0) return r;
    if (r == 0) return -ENOKEY;
    *ret = tt_table_take_(t, place);
    return 0;
}

int (tt_dict_pop)(tt_view dict, tt_view key, tt_value *ret_value)
{
    struct tt_entry_ e;
    int r = take(dict, key, &e);
    if (r < 0) return r;
    tt_drop(e.key);
    *ret_value = e.value;
    return 0;
}

int (tt_dict_delete)(tt_view dict, tt_view key)
{
    struct tt_entry_ e;
    int r = take(dict, key, &e);
    if (r < 0) return r;
    tt_drop(e.key);
    tt_drop(e.value);
    return 0;
}

int (tt_dict_pop_item)(tt_view dict, tt_value *ret_key, tt_value *ret_value)
{
    struct tt_table_ *t;
    int r = writable(dict, &t);
    if (r < 0) return r;
    if (t->used == 0) return -ENOKEY;
    struct tt_entry_ e = tt_table_take_(t, t->filled - 1); /* the last entry is never a deleted one */
    *ret_key = e.key;
    *ret_value = e.value;
    return 0;
}

int (tt_dict_clear)(tt_view dict)
{
    struct tt_table_ *t;
    int r = writable(dict, &t);
    if (r == 0) tt_table_clear_(t);
    return r;
}

int (tt_dict_update)(tt_view dict, tt_view other)
{
    struct tt_table_ *to, *from = tt_object_if_(other, TT_DICT);
    int r = writable(dict, &to);
    if (r < 0) return r;
    if (!from) return -EINVAL;
    if (from == to) return 0;
    tt_view key, value;
    for (size_t pos = 0; r >= 0 && tt_table_next_(from, &pos, &key, &value);)
        r = tt_table_put_(to, tt_ref(key), tt_ref(value), true);
    return r < 0 ? r : 0;
}

int (tt_dict_set_str)(tt_view dict, const char *key, tt_value value)
{
    tt_value k = tt_str(key);
    if (!tt_is_error(k)) return tt_dict_set(dict, k, value);
    int r = tt_is_no_memory_(tt_view_of(k)) ? -ENOMEM : -EINVAL;
    tt_drop(k);
    tt_drop(value);
    return r;
}

tt_view (tt_dict_at_str)(tt_view dict, const char *key)
{
    tt_auto k = tt_str(key);
    return tt_is_error(k) ? tt_view_of(tt_none()) : tt_dict_at(dict, k);
}

bool (tt_dict_next)(tt_view dict, size_t *pos, tt_view *ret_key, tt_view *ret_value)
{
    const struct tt_table_ *t = tt_object_if_(dict, TT_DICT);
    return t && tt_table_next_(t, pos, ret_key, ret_value);
}
