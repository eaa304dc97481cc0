/* compare.h - equality, order, hash, truth, length, membership. Python: ==, <, hash, bool, len, in. */
#ifndef TUTTI_COMPARE_H
#define TUTTI_COMPARE_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_equal - 1 or 0, as Python's ==: exact between int (of any size), float and bool; a NaN equals nothing, but
 * counts as itself inside containers; errors and functions are equal only to themselves; structs if type, size and
 * bytes are equal (so zero the padding).  Negative: -ENOMEM, -ELOOP (frozensets nested more than 100 deep).
 * Cost: proportional to the smaller value; no recursion. */
TT_API int tt_equal(tt_view a, tt_view b);

/* What tt_compare says of two values of one order that are not ordered: a NaN, or sets of which none holds the
 * other. */
#define TT_UNORDERED 2

/* tt_compare - *ret_order is -1 (a < b), 0 (equal), 1 (a > b) or TT_UNORDERED. Numbers, two strs, two bytes, two
 * lists, two tuples, two sets (-1: a proper subset) have an order.
 * Returns   0; -EINVAL where Python raises TypeError; -ENOMEM, -ELOOP as tt_equal. On failure *ret_order is
 *           untouched */
TT_API int tt_compare(tt_view a, tt_view b, int *ret_order);

/* tt_less - 1 or 0, as Python's <; negative as tt_compare. */
TT_API int tt_less(tt_view a, tt_view b);

/* tt_hash - equal values have equal hashes, within one process: strings are hashed with a secret of the process.
 * Returns   0; -EINVAL: not hashable (a list, dict or set, or a tuple with one inside); -ENOMEM */
TT_API int tt_hash(tt_view v, uint64_t *ret_hash);

/* tt_truth - Python's bool(v): None, 0, 0.0, "", what is empty and the NULL pointer are false. */
TT_API bool tt_truth(tt_view v);

/* tt_len - of a str (code points), bytes, list, tuple, dict, set, frozenset; -EINVAL: another kind. */
TT_API int64_t tt_len(tt_view v);

/* tt_contains - 1 or 0, as Python's `item in container`: list, tuple, dict (keys), set, frozenset, str (substring),
 * bytes (an int).  Negative: -EINVAL, and as tt_equal. */
TT_API int tt_contains(tt_view container, tt_view item);

#ifndef __cplusplus
#define tt_equal(a, b) tt_equal(tt_view_of(a), tt_view_of(b))
#define tt_compare(a, b, ret) tt_compare(tt_view_of(a), tt_view_of(b), ret)
#define tt_less(a, b) tt_less(tt_view_of(a), tt_view_of(b))
#define tt_hash(v, ret) tt_hash(tt_view_of(v), ret)
#define tt_truth(v) tt_truth(tt_view_of(v))
#define tt_len(v) tt_len(tt_view_of(v))
#define tt_contains(container, item) tt_contains(tt_view_of(container), tt_view_of(item))
#endif

#ifdef __cplusplus
}
#endif
#endif
