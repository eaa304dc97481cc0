/* list.c - list and tuple: an array of values.
 * A tuple is sealed from birth if all its items are; else it is sealed when it is handed over. */
#include "value/list.h"

#include <tutti/compare.h>
#include <tutti/error.h>
#include <tutti/iter.h>

#include "base/log.h"

enum { LEAST_ROOM = 4 };

struct tt_seq_ *tt_seq_new_(tt_kind kind, size_t n)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, sizeof(tt_value), &bytes) || bytes > PTRDIFF_MAX / 2) return NULL;
    bool tuple = kind == TT_TUPLE;
    struct tt_seq_ *s = tt_object_new_(kind, sizeof *s + (tuple ? bytes : 0), tuple);
    if (!s) return NULL;
    s->len = tuple ? n : 0;
    s->room = n;
    s->items = tuple ? (tt_value *)(s + 1) : NULL;
    if (tuple) {
        memset(s->items, 0, bytes);
    } else if (n && !(s->items = tt_alloc_(bytes))) {
        tt_drop(tt_value_of_object_(s));
        return NULL;
    }
    return s;
}

void tt_tuple_finish_(struct tt_seq_ *t)
{
    for (size_t i = 0; i < t->len; i++) {
        if (tt_is_frozen_(tt_view_of(t->items[i]))) continue;
        tt_object_of_(tt_view_of(t->items[i]))->inside = 1;
        t->head.nests = 1;
        t->head.sealed = 0;
    }
}

static void drop_all(const tt_value *items, size_t n)
{
    for (size_t i = 0; i < n; i++) tt_drop(items[i]);
}

static bool has_no_memory(const tt_value *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (tt_is_no_memory_(tt_view_of(items[i]))) return true;
    return false;
}

static tt_value seq_of(tt_kind kind, const tt_value *items, size_t n)
{
    struct tt_seq_ *s = has_no_memory(items, n) ? NULL : tt_seq_new_(kind, n);
    if (!s) {
        drop_all(items, n);
        return tt_no_memory_();
    }
    if (n) memcpy(s->items, items, n * sizeof *items);
    s->len = n;
    tt_tuple_finish_(s);
    if (kind == TT_LIST) s->head.sealed = 0;
    return tt_value_of_object_(s);
}

tt_value tt_list(void)
{
    return seq_of(TT_LIST, NULL, 0);
}

tt_value tt_list_n(const tt_value *items, size_t n)
{
    return seq_of(TT_LIST, items, n);
}

tt_value tt_tuple_n(const tt_value *items, size_t n)
{
    return seq_of(TT_TUPLE, items, n);
}

/* ---- looking ---- */

/* The place of index, or -1. */
static int64_t place_of(const struct tt_seq_ *s, int64_t index)
{
    int64_t i = index < 0 ? index + (int64_t)s->len : index;
    return i < 0 || i >= (int64_t)s->len ? -1 : i;
}

static void no_item(tt_view seq, int64_t index, int code, const void *place)
{
    tt_misuse_at_(place, false, place, "tt_at: item %lld of a %s: %s", (long long)index, tt_type_name(seq),
                  tt_strerror(code));
}

tt_view (tt_at)(tt_view seq, int64_t index)
{
    const struct tt_seq_ *s = tt_seq_if_(seq);
    int64_t i = s ? place_of(s, index) : -1;
    if (i >= 0) return tt_view_of(s->items[i]);
    no_item(seq, index, s ? -ERANGE : -EINVAL, __builtin_return_address(0));
    return tt_view_of(tt_none());
}

int (tt_list_get)(tt_view seq, int64_t index, tt_value *ret_item)
{
    const struct tt_seq_ *s = tt_seq_if_(seq);
    if (!s) return -EINVAL;
    int64_t i = place_of(s, index);
    if (i < 0) return -ERANGE;
    *ret_item = tt_ref(s->items[i]);
    return 0;
}

/* An index of a slice, brought into 0 … len. */
static size_t clamp(int64_t index, size_t len)
{
    if (index < 0) index += (int64_t)len;
    return index < 0 ? 0 : index > (int64_t)len ? len : (size_t)index;
}

tt_value (tt_list_slice)(tt_view seq, int64_t start, int64_t stop)
{
    const struct tt_seq_ *s = tt_seq_if_(seq);
    if (!s) return tt_error("TypeError", "%s has no slices here", tt_type_name(seq));
    size_t from = clamp(start, s->len), to = clamp(stop, s->len), n = to > from ? to - from : 0;
    struct tt_seq_ *part = tt_seq_new_(tt_kind_of(seq), n);
    if (!part) return tt_no_memory_();
    for (size_t i = 0; i < n; i++) part->items[i] = tt_ref(s->items[from + i]);
    part->len = n;
    tt_tuple_finish_(part);
    return tt_value_of_object_(part);
}

static bool same(tt_view a, tt_view b)
{
    return a.tag == b.tag && a.word == b.word;
}

/* Counts items equal to item; stops at the first if ret_first is given. */
static int64_t find(tt_view seq, tt_view item, int64_t *ret_first)
{
    const struct tt_seq_ *s = tt_seq_if_(seq);
    int64_t count = 0;
    if (!s) return -EINVAL;
    for (size_t i = 0; i < s->len; i++) {
        int r = same(tt_view_of(s->items[i]), item) ? 1 : tt_equal(s->items[i], item);
        if (r < 0) return r;
        count += r;
        if (r && ret_first) return *ret_first = (int64_t)i, 1;
    }
    return count;
}

int64_t (tt_list_index)(tt_view seq, tt_view item)
{
    int64_t first = -ENOKEY, r = find(seq, item, &first);
    return r < 0 ? r : first;
}

int64_t (tt_list_count)(tt_view seq, tt_view item)
{
    return find(seq, item, NULL);
}

/* ---- changing ---- */

/* The list, if it may be changed. */
static int writable(tt_view v, struct tt_seq_ **ret)
{
    struct tt_seq_ *s = tt_object_if_(v, TT_LIST);
    if (!s) return -EINVAL;
    if (tt_object_sealed_(&s->head)) return -EROFS;
    *ret = s;
    return 0;
}

static int make_room(struct tt_seq_ *s, size_t more)
{
    size_t need, room, bytes;
    if (__builtin_add_overflow(s->len, more, &need)) return -ENOMEM;
    if (need <= s->room) return 0;
    room = s->room + s->room / 2;
    if (room < need) room = need;
    if (room < LEAST_ROOM) room = LEAST_ROOM;
    if (__builtin_mul_overflow(room, sizeof(tt_value), &bytes)) return -ENOMEM;
    tt_value *items = tt_realloc_(s->items, bytes);
    if (!items) return -ENOMEM;
    s->items = items;
    s->room = room;
    return 0;
}

/* The list to put item into, with room for it; drops item on failure. */
static int admit(tt_view list, tt_value item, size_t more, struct tt_seq_ **ret)
{
    int r = writable(list, ret);
    if (r == 0) r = tt_put_check_(&(*ret)->head, tt_view_of(item));
    if (r == 0) r = make_room(*ret, more);
    if (r < 0) tt_drop(item);
    return r;
}

int (tt_list_append)(tt_view list, tt_value item)
{
    struct tt_seq_ *s;
    int r = admit(list, item, 1, &s);
    if (r < 0) return r;
    s->items[s->len++] = item;
    return 0;
}

int (tt_list_insert)(tt_view list, int64_t index, tt_value item)
{
    struct tt_seq_ *s;
    int r = admit(list, item, 1, &s);
    if (r < 0) return r;
    size_t at = clamp(index, s->len);
    memmove(s->items + at + 1, s->items + at, (s->len - at) * sizeof *s->items);
    s->items[at] = item;
    s->len++;
    return 0;
}

int (tt_list_set)(tt_view list, int64_t index, tt_value item)
{
    struct tt_seq_ *s;
    int r = admit(list, item, 0, &s);
    if (r < 0) return r;
    int64_t i = place_of(s, index);
    tt_value old = i < 0 ? item : s->items[i];
    if (i >= 0) s->items[i] = item;
    tt_drop(old);
    return i < 0 ? -ERANGE : 0;
}

int (tt_list_pop)(tt_view list, int64_t index, tt_value *ret_item)
{
    struct tt_seq_ *s;
    int r = writable(list, &s);
    if (r < 0) return r;
    int64_t i = place_of(s, index);
    if (i < 0) return -ERANGE;
    *ret_item = s->items[i];
    s->len--;
    memmove(s->items + i, s->items + i + 1, (s->len - (size_t)i) * sizeof *s->items);
    return 0;
}

int (tt_list_delete)(tt_view list, int64_t index)
{
    tt_value gone;
    int r = tt_list_pop(list, index, &gone);
    if (r == 0) tt_drop(gone);
    return r;
}

int (tt_list_clear)(tt_view list)
{
    struct tt_seq_ *s;
    int r = writable(list, &s);
    if (r < 0) return r;
    tt_value *items = s->items;
    size_t n = s->len;
    s->items = NULL;
    s->len = s->room = 0;
    drop_all(items, n);
    tt_free_(items);
    return 0;
}

int (tt_list_reverse)(tt_view list)
{
    struct tt_seq_ *s;
    int r = writable(list, &s);
    if (r < 0) return r;
    for (size_t i = 0, j = s->len; i + 1 < j; i++) {
        tt_value v = s->items[i];
        s->items[i] = s->items[--j];
        s->items[j] = v;
    }
    return 0;
}

/* ---- from anything that can be iterated ---- */

/* 0 or a negative code. */
static int append_all(tt_view list, tt_iter *it)
{
    tt_value item;
    int r;
    while ((r = tt_iter_next(it, &item)) == 1)
        if ((r = tt_list_append(list, item)) < 0) break;
    return r;
}

tt_value (tt_list_from)(tt_view items)
{
    tt_iter it = tt_iter_over(tt_ref(items));
    tt_value list = tt_list();
    int r = tt_is_error(list) ? -ENOMEM : append_all(tt_view_of(list), &it);
    tt_iter_end(&it);
    if (r == 0) return list;
    tt_drop(list);
    if (r == -EINVAL) return tt_error("TypeError", "'%s' object is not iterable", tt_type_name(items));
    return tt_error_from_code(r);
}

tt_value (tt_tuple_from)(tt_view items)
{
    tt_auto list = tt_list_from(items);
    struct tt_seq_ *s = tt_object_if_(tt_view_of(list), TT_LIST);
    if (!s) return tt_take(&list);
    tt_value tuple = tt_tuple_n(s->items, s->len);
    s->len = 0; /* they were taken */
    return tuple;
}

int (tt_list_extend)(tt_view list, tt_view items)
{
    struct tt_seq_ *to, *from;
    int r = writable(list, &to);
    if (r < 0) return r;
    tt_auto more = tt_list_from(items);
    if (!(from = tt_object_if_(tt_view_of(more), TT_LIST))) return tt_error_code(more) == -ENOMEM ? -ENOMEM : -EINVAL;
    for (size_t i = 0; i < from->len && r == 0; i++) r = tt_put_check_(&to->head, tt_view_of(from->items[i]));
    if (r == 0) r = make_room(to, from->len);
    if (r < 0) return r;
    if (from->len) memcpy(to->items + to->len, from->items, from->len * sizeof *to->items);
    to->len += from->len;
    from->len = 0; /* they were taken */
    return 0;
}
