/* set.h - set and frozenset. Python: set, frozenset.
 *
 * Elements are hashable values (see tt_hash). They are kept in order of insertion, which Python leaves open.
 * Codes as for a dict. */
#ifndef TUTTI_SET_H
#define TUTTI_SET_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_set - an empty set.  tt_set_n, tt_frozenset_n: of n items, which are taken, equal ones once.
 * tt_set_from, tt_frozenset_from: of whatever can be iterated (see tt_list_from).
 * Returns   the value, or an error value: TypeError (an item is not hashable), MemoryError */
TT_API TT_NODISCARD tt_value tt_set(void);
TT_API TT_NODISCARD tt_value tt_set_n(const tt_value *items, size_t n);
TT_API TT_NODISCARD tt_value tt_frozenset_n(const tt_value *items, size_t n);
TT_API TT_NODISCARD tt_value tt_set_from(tt_view items);
TT_API TT_NODISCARD tt_value tt_frozenset_from(tt_view items);

TT_API int tt_set_add(tt_view set, tt_value item);     /* takes item; 1: added, 0: was there */
TT_API int tt_set_discard(tt_view set, tt_view item);  /* 1: removed, 0: was not there */
TT_API int tt_set_pop(tt_view set, tt_value *ret_item); /* the one added last; -ENOKEY: empty */
TT_API int tt_set_clear(tt_view set);

/* New sets of the kind of a, from sets or frozensets; another kind: a TypeError value. */
TT_API TT_NODISCARD tt_value tt_set_union(tt_view a, tt_view b);
TT_API TT_NODISCARD tt_value tt_set_intersection(tt_view a, tt_view b);
TT_API TT_NODISCARD tt_value tt_set_difference(tt_view a, tt_view b);
TT_API TT_NODISCARD tt_value tt_set_symmetric_difference(tt_view a, tt_view b);

/* Goes through the elements, as tt_dict_next. */
TT_API bool tt_set_next(tt_view set, size_t *pos, tt_view *ret_item);

#ifndef __cplusplus
#define tt_set_from(items) tt_set_from(tt_view_of(items))
#define tt_frozenset_from(items) tt_frozenset_from(tt_view_of(items))
#define tt_set_add(set, item) tt_set_add(tt_view_of(set), item)
#define tt_set_discard(set, item) tt_set_discard(tt_view_of(set), tt_view_of(item))
#define tt_set_pop(set, ret) tt_set_pop(tt_view_of(set), ret)
#define tt_set_clear(set) tt_set_clear(tt_view_of(set))
#define tt_set_union(a, b) tt_set_union(tt_view_of(a), tt_view_of(b))
#define tt_set_intersection(a, b) tt_set_intersection(tt_view_of(a), tt_view_of(b))
#define tt_set_difference(a, b) tt_set_difference(tt_view_of(a), tt_view_of(b))
#define tt_set_symmetric_difference(a, b) tt_set_symmetric_difference(tt_view_of(a), tt_view_of(b))
#define tt_set_next(set, pos, ret) tt_set_next(tt_view_of(set), pos, ret)
#endif

#ifdef __cplusplus
}
#endif
#endif
