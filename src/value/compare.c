/* compare.c - equality and order.
 * Pairs of containers go on a stack of frames, so depth costs memory, not stack. Only a look-up in a set compares
 * keys inside a comparison; that recursion is limited. */
#include "value/compare.h"

#include <tutti/compare.h>

#include "value/int.h"
#include "value/list.h"
#include "value/str.h"
#include "value/struct.h"
#include "value/table.h"
#include "value/walk.h"

enum { MAX_DEPTH = 100, DESCEND = 2 };

static bool is_set(tt_view v)
{
    return tt_is_kind(v, TT_SET) || tt_is_kind(v, TT_FROZENSET);
}

static bool same_text(tt_view a, tt_view b)
{
    const struct tt_str_ *x = (const void *)tt_object_of_(a), *y = (const void *)tt_object_of_(b);
    return x->size == y->size && memcmp(x->text, y->text, x->size) == 0;
}

static bool same_len(tt_view a, tt_view b)
{
    return tt_len(a) == tt_len(b);
}

static bool is_numeric(tt_view v)
{
    return tt_is_number_(v) || tt_is_kind(v, TT_COMPLEX);
}

/* 1, 0, or DESCEND: two containers of one kind and length. */
static int shallow(tt_view a, tt_view b)
{
    tt_kind kind = tt_kind_of(a);
    if (is_numeric(a)) {
        if (!is_numeric(b)) return 0;
        return kind == TT_COMPLEX || tt_is_kind(b, TT_COMPLEX) ? tt_complex_equal_(a, b)
                                                                : tt_number_compare_(a, b) == 0;
    }
    if (tt_identical_(a, b)) return 1;
    if (is_set(a) && is_set(b)) return same_len(a, b) ? DESCEND : 0;
    if (kind != tt_kind_of(b)) return 0;
    switch (kind) {
    case TT_STR:
    case TT_BYTES: return same_text(a, b);
    case TT_LIST:
    case TT_TUPLE:
    case TT_DICT: return same_len(a, b) ? DESCEND : 0;
    case TT_STRUCT: return tt_struct_equal_(a, b);
    case TT_PROXY: return tt_proxy_equal_(a, b);
    default: return 0;
    }
}

/* The next pair to compare in a frame: 1; 0: there is none, all are equal so far; -1: they differ; or a code. */
enum { DIFFER = -1 };

static int next_in_tables(struct tt_frame_ *f, unsigned depth, tt_view *a, tt_view *b)
{
    const struct tt_table_ *x = (const void *)f->o, *y = (const void *)f->other;
    tt_view key;
    size_t place;
    for (;;) {
        if (!tt_table_next_(x, &f->pos, &key, a)) return 0;
        int r = tt_table_find_(y, key, x->entries[f->pos - 1].hash, depth + 1, &place);
        if (r <= 0) return r < 0 ? r : DIFFER;
        if (f->o->kind != TT_DICT) continue;
        *b = tt_view_of(y->entries[place].value);
        return 1;
    }
}

static int next_pair(struct tt_frame_ *f, unsigned depth, tt_view *a, tt_view *b)
{
    if (f->o->kind != TT_LIST && f->o->kind != TT_TUPLE) return next_in_tables(f, depth, a, b);
    const struct tt_seq_ *x = (const void *)f->o, *y = (const void *)f->other;
    if (f->pos == x->len) return 0;
    *a = tt_view_of(x->items[f->pos]);
    *b = tt_view_of(y->items[f->pos++]);
    return 1;
}

static int equal_all(struct tt_walk_ *w, unsigned depth)
{
    for (struct tt_frame_ *f; (f = tt_walk_top_(w));) {
        tt_view a, b;
        int r = next_pair(f, depth, &a, &b);
        if (r < 0) return r == DIFFER ? 0 : r;
        if (r == 0) {
            w->count--;
            continue;
        }
        if (tt_identical_(a, b)) continue; /* a NaN is itself in here */
        if ((r = shallow(a, b)) == 0) return 0;
        if (r == DESCEND && (r = tt_walk_push_(w, tt_object_of_(a), tt_object_of_(b))) < 0) return r;
    }
    return 1;
}

int tt_equal_within_(tt_view a, tt_view b, unsigned depth)
{
    int r = shallow(a, b);
    if (r != DESCEND) return r;
    if (depth > MAX_DEPTH) return -ELOOP;
    struct tt_walk_ w;
    tt_walk_init_(&w);
    r = tt_walk_push_(&w, tt_object_of_(a), tt_object_of_(b));
    if (r == 0) r = equal_all(&w, depth);
    tt_walk_end_(&w);
    return r;
}

int (tt_equal)(tt_view a, tt_view b)
{
    return tt_equal_within_(a, b, 0);
}

/* ---- order ---- */

static int order_text(tt_view a, tt_view b)
{
    const struct tt_str_ *x = (const void *)tt_object_of_(a), *y = (const void *)tt_object_of_(b);
    size_t both = x->size < y->size ? x->size : y->size;
    int o = memcmp(x->text, y->text, both); /* UTF-8 has the order of its code points */
    return o ? (o > 0) - (o < 0) : (x->size > y->size) - (x->size < y->size);
}

/* 1 if all of x is in y. */
static int is_subset(const struct tt_table_ *x, const struct tt_table_ *y)
{
    tt_view key;
    size_t place;
    for (size_t pos = 0; tt_table_next_(x, &pos, &key, NULL);) {
        int r = tt_table_find_(y, key, x->entries[pos - 1].hash, 1, &place);
        if (r <= 0) return r;
    }
    return 1;
}

static int order_sets(tt_view a, tt_view b, int *ret)
{
    const struct tt_table_ *x = tt_table_if_(a), *y = tt_table_if_(b);
    bool less = x->used <= y->used;
    int r = less ? is_subset(x, y) : is_subset(y, x);
    if (r < 0) return r;
    *ret = !r ? TT_UNORDERED : x->used == y->used ? 0 : less ? -1 : 1;
    return 0;
}

/* Two lists or tuples: 1 and the first pair that differs, or 0 and *ret_order, if one only is longer. */
static int first_difference(const struct tt_seq_ *x, const struct tt_seq_ *y, tt_view *a, tt_view *b, int *ret_order)
{
    for (size_t i = 0; i < x->len && i < y->len; i++) {
        *a = tt_view_of(x->items[i]);
        *b = tt_view_of(y->items[i]);
        int r = tt_identical_(*a, *b) ? 1 : tt_equal(*a, *b);
        if (r <= 0) return r < 0 ? r : 1;
    }
    *ret_order = (x->len > y->len) - (x->len < y->len);
    return 0;
}

/* As tt_compare; 1: the order is that of *a and *b, which are set to the first items that differ. */
static int order_step(tt_view *a, tt_view *b, int *ret)
{
    tt_kind kind = tt_kind_of(*a);
    if (tt_is_number_(*a) && tt_is_number_(*b)) return *ret = tt_number_compare_(*a, *b), 0;
    if (is_set(*a) && is_set(*b)) return order_sets(*a, *b, ret);
    if (kind != tt_kind_of(*b)) return -EINVAL;
    if (kind == TT_STR || kind == TT_BYTES) return *ret = order_text(*a, *b), 0;
    if (kind != TT_LIST && kind != TT_TUPLE) return -EINVAL;
    return first_difference(tt_seq_if_(*a), tt_seq_if_(*b), a, b, ret);
}

int (tt_compare)(tt_view a, tt_view b, int *ret_order)
{
    int r;
    while ((r = order_step(&a, &b, ret_order)) == 1) continue;
    return r;
}

int (tt_less)(tt_view a, tt_view b)
{
    int order, r = tt_compare(a, b, &order);
    return r < 0 ? r : order == -1;
}
