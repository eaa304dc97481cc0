/* list.h - list and tuple. Python: list, tuple.
 *
 * A list is changed by one strand at a time. Handing it over (put, send, submit, return) seals it and all it holds:
 * from then on whatever would change it answers -EROFS (tt_thaw gives a private copy). A container cannot be put
 * where it would hold itself: -ELOOP.
 * Calls that change a list take the value they are given, also when they fail, and answer 0 or
 *
 * -EINVAL   not a list
 * -EROFS    the list is sealed
 * -ERANGE   no such index
 * -ELOOP    it would hold itself
 * -ENOMEM   no memory, or the item is the MemoryError of a failed constructor
 *
 * Indices count from the end when negative. */
#ifndef TUTTI_LIST_H
#define TUTTI_LIST_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_list - an empty list.  tt_list_n, tt_tuple_n: of n items, which are taken.  See also tt_list_of, tt_tuple_of.
 * Returns   the value, or an error value (MemoryError); the items are taken all the same */
TT_API TT_NODISCARD tt_value tt_list(void);
TT_API TT_NODISCARD tt_value tt_list_n(const tt_value *items, size_t n);
TT_API TT_NODISCARD tt_value tt_tuple_n(const tt_value *items, size_t n);
/* Of whatever can be iterated: a list, tuple, dict (its keys), set, frozenset, str (its characters), bytes
 * (its ints).
 * Python: list(x), tuple(x). Another kind: a TypeError value. */
TT_API TT_NODISCARD tt_value tt_list_from(tt_view items);
TT_API TT_NODISCARD tt_value tt_tuple_from(tt_view items);

/* The item at an index of a list or tuple, lent until the list changes.  tt_at: none there, or another kind: None and
 * a report.  tt_list_get: checked, and yours: 0, -EINVAL, -ERANGE. */
TT_API tt_view tt_at(tt_view seq, int64_t index);
TT_API int tt_list_get(tt_view seq, int64_t index, tt_value *ret_item);

/* Put an item in: at the end, before an index (beyond an end: at that end), in place of an item, which is dropped.
 * Cost      append is amortised O(1). Only what is put into a list that lies in another container itself is searched,
 *           if it nests: nothing else can make a cycle */
TT_API int tt_list_append(tt_view list, tt_value item);
TT_API int tt_list_insert(tt_view list, int64_t index, tt_value item);
TT_API int tt_list_set(tt_view list, int64_t index, tt_value item);

/* Appends all items of what can be iterated (see tt_list_from), or none. */
TT_API int tt_list_extend(tt_view list, tt_view items);

/* Takes an item out; it is yours.  Python: list.pop. */
TT_API int tt_list_pop(tt_view list, int64_t index, tt_value *ret_item);

/* Drop one item; all of them; turn their order round. */
TT_API int tt_list_delete(tt_view list, int64_t index);
TT_API int tt_list_clear(tt_view list);
TT_API int tt_list_reverse(tt_view list);

/* tt_list_slice - items start … stop - 1 of a list or tuple as a new one of the same kind.
 * Python: seq[start:stop]. */
TT_API TT_NODISCARD tt_value tt_list_slice(tt_view seq, int64_t start, int64_t stop);

/* Where the first item equal to `item` is in a list or tuple (-ENOKEY: nowhere), and how many there are. */
TT_API int64_t tt_list_index(tt_view seq, tt_view item);
TT_API int64_t tt_list_count(tt_view seq, tt_view item);

/* tt_list_sort - stable, by tt_compare; -EINVAL if two items have no order. Unchanged when it fails. */
TT_API int tt_list_sort(tt_view list);
/* The same by an order of your own: less(a, b, user) is 1, 0 or a negative code, which ends the sort. It may not
 * change the list. */
TT_API int tt_list_sort_by(tt_view list, int (*less)(tt_view a, tt_view b, void *user), void *user);

#ifndef __cplusplus
#define tt_list_from(items) tt_list_from(tt_view_of(items))
#define tt_tuple_from(items) tt_tuple_from(tt_view_of(items))
#define tt_at(seq, index) tt_at(tt_view_of(seq), index)
#define tt_list_get(seq, index, ret) tt_list_get(tt_view_of(seq), index, ret)
#define tt_list_append(list, item) tt_list_append(tt_view_of(list), item)
#define tt_list_insert(list, index, item) tt_list_insert(tt_view_of(list), index, item)
#define tt_list_set(list, index, item) tt_list_set(tt_view_of(list), index, item)
#define tt_list_extend(list, items) tt_list_extend(tt_view_of(list), tt_view_of(items))
#define tt_list_pop(list, index, ret) tt_list_pop(tt_view_of(list), index, ret)
#define tt_list_delete(list, index) tt_list_delete(tt_view_of(list), index)
#define tt_list_clear(list) tt_list_clear(tt_view_of(list))
#define tt_list_reverse(list) tt_list_reverse(tt_view_of(list))
#define tt_list_slice(seq, start, stop) tt_list_slice(tt_view_of(seq), start, stop)
#define tt_list_index(seq, item) tt_list_index(tt_view_of(seq), tt_view_of(item))
#define tt_list_count(seq, item) tt_list_count(tt_view_of(seq), tt_view_of(item))
#define tt_list_sort(list) tt_list_sort(tt_view_of(list))
#define tt_list_sort_by(list, less, user) tt_list_sort_by(tt_view_of(list), less, user)
#endif

#ifdef __cplusplus
}
#endif
#endif
