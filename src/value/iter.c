/* iter.c - iterators over values, ranges, and what the user has. */
#include <tutti/dict.h>
#include <tutti/error.h>
#include <tutti/iter.h>
#include <tutti/set.h>

#include "value/list.h"
#include "value/str.h"
#include "value/table.h"

_Static_assert(sizeof(tt_iter) == 64, "the ABI promises 64 bytes");

/* state[0] is the position: an index, a byte offset, or where we are in a table; of a range the next value. */

static int next_in_seq(tt_iter *it, tt_value *ret)
{
    const struct tt_seq_ *s = tt_seq_if_(tt_view_of(it->source));
    if ((size_t)it->state[0] >= s->len) return 0;
    *ret = tt_ref(s->items[it->state[0]++]);
    return 1;
}

/* state[1] is the number of entries there were at the start. */
static int next_in_table(tt_iter *it, tt_value *ret)
{
    const struct tt_table_ *t = tt_table_if_(tt_view_of(it->source));
    size_t pos = (size_t)it->state[0];
    tt_view key;
    if ((int64_t)t->used != it->state[1]) return -EINVAL;
    if (!tt_table_next_(t, &pos, &key, NULL)) return 0;
    it->state[0] = (int64_t)pos;
    *ret = tt_ref(key);
    return 1;
}

static int next_in_str(tt_iter *it, tt_value *ret)
{
    const struct tt_str_ *s = tt_object_if_(tt_view_of(it->source), TT_STR);
    int32_t c;
    const char *at = s->text + it->state[0], *end = s->text + s->size;
    if (at == end) return 0;
    int n = tt_utf8_decode_(at, end, &c);
    tt_value one = tt_str_n(at, (size_t)n);
    if (tt_is_error(one)) return tt_drop(one), -ENOMEM;
    it->state[0] += n;
    *ret = one;
    return 1;
}

static int next_in_bytes(tt_iter *it, tt_value *ret)
{
    const struct tt_str_ *s = tt_object_if_(tt_view_of(it->source), TT_BYTES);
    if ((size_t)it->state[0] >= s->size) return 0;
    *ret = tt_int((unsigned char)s->text[it->state[0]++]);
    return 1;
}

static int fail(tt_iter *it, tt_value *ret)
{
    (void)it;
    (void)ret;
    return -EINVAL;
}

tt_iter tt_iter_over(tt_value source)
{
    tt_iter it = { .source = source };
    switch (tt_kind_of(source)) {
    case TT_LIST:
    case TT_TUPLE: it.next = next_in_seq; break;
    case TT_DICT:
    case TT_SET:
    case TT_FROZENSET:
        it.next = next_in_table;
        it.state[1] = (int64_t)tt_table_if_(tt_view_of(source))->used;
        break;
    case TT_STR: it.next = next_in_str; break;
    case TT_BYTES: it.next = next_in_bytes; break;
    default: it.next = fail;
    }
    return it;
}

/* state: the next value, stop, step. */
static int next_in_range(tt_iter *it, tt_value *ret)
{
    int64_t now = it->state[0], stop = it->state[1], step = it->state[2];
    if (step > 0 ? now >= stop : now <= stop) return 0;
    if (__builtin_add_overflow(now, step, &it->state[0])) it->state[0] = stop;
    *ret = tt_int(now);
    return 1;
}

tt_iter tt_range(int64_t start, int64_t stop, int64_t step)
{
    return (tt_iter){ .next = step ? next_in_range : fail, .state = { start, stop, step } };
}

tt_iter tt_iter_of(int (*next)(tt_iter *it, tt_value *ret_item), void (*end)(tt_iter *it), void *user)
{
    return (tt_iter){ .next = next, .end = end, .user = user };
}

int tt_iter_next(tt_iter *it, tt_value *ret_item)
{
    int r = it->next ? it->next(it, ret_item) : 0;
    if (r > 1) r = -EINVAL; /* not an answer that next can give: it ends there */
    if (r <= 0) it->next = NULL;
    return r;
}

void tt_iter_end(tt_iter *it)
{
    if (it->end) it->end(it);
    tt_drop(it->source);
    *it = (tt_iter){ .next = NULL };
}

/* What ends it early, an error, takes the place of *list. */
static void replace(tt_value *list, tt_value error)
{
    tt_drop(*list);
    *list = error;
}

static void collect(tt_iter *it, tt_value *list)
{
    tt_value item;
    int r;
    while ((r = tt_iter_next(it, &item)) == 1) {
        if (tt_is_error(item)) {
            replace(list, item);
            return;
        }
        if ((r = tt_list_append(*list, item)) < 0) break;
    }
    if (r < 0) replace(list, tt_error_from_code(r));
}

tt_value tt_iter_collect(tt_iter it)
{
    tt_value list = tt_list();
    if (!tt_is_error(list)) collect(&it, &list);
    tt_iter_end(&it);
    return list;
}
