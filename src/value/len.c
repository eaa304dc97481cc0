/* len.c - length, truth and membership. */
#include <tutti/compare.h>
#include <tutti/list.h>
#include <tutti/str.h>

#include "value/int.h"
#include "value/list.h"
#include "value/str.h"
#include "value/table.h"

int64_t (tt_len)(tt_view v)
{
    switch (tt_kind_of(v)) {
    case TT_STR: return tt_str_len(v);
    case TT_BYTES: return (int64_t)((const struct tt_str_ *)(const void *)tt_object_of_(v))->size;
    case TT_LIST:
    case TT_TUPLE: return (int64_t)tt_seq_if_(v)->len;
    case TT_DICT:
    case TT_SET:
    case TT_FROZENSET: return (int64_t)tt_table_if_(v)->used;
    default: return -EINVAL;
    }
}

bool (tt_truth)(tt_view v)
{
    double re, im;
    int64_t len;
    switch (tt_kind_of(v)) {
    case TT_FLOAT:
    case TT_COMPLEX: return tt_get_complex(v, &re, &im) < 0 || re != 0 || im != 0;
    default:
        if (!tt_is_counted_(v)) return v.word != 0;
        len = tt_len(v);
        return len != 0; /* what has no length is true */
    }
}

static int bytes_contain(const struct tt_str_ *b, tt_view item)
{
    const struct tt_str_ *part = tt_object_if_(item, TT_BYTES);
    int64_t n;
    if (part) return memmem(b->text, b->size, part->text, part->size) != NULL;
    int r = tt_get_int(item, &n);
    if (r < 0 || n < 0 || n > 255) return -EINVAL;
    return memchr(b->text, (int)n, b->size) != NULL;
}

int (tt_contains)(tt_view container, tt_view item)
{
    const struct tt_str_ *s = tt_object_if_(container, TT_STR), *part = tt_object_if_(item, TT_STR);
    const struct tt_table_ *t = tt_table_if_(container);
    uint64_t hash;
    size_t place;
    if (s) return part ? memmem(s->text, s->size, part->text, part->size) != NULL : -EINVAL;
    if (tt_is_kind(container, TT_BYTES)) return bytes_contain((const void *)tt_object_of_(container), item);
    if (t) {
        int r = tt_hash(item, &hash);
        return r < 0 ? r : tt_table_find_(t, item, hash, 0, &place);
    }
    int64_t at = tt_list_index(container, item);
    return at >= 0 ? 1 : at == -ENOKEY ? 0 : (int)at;
}
