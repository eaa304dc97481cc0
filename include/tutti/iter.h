/* iter.h - gives one value after another, lazily: what map and as_completed take. Python: iterators, range.
 *
 * A tt_iter is embedded, made by value and moved by assignment until its first use. Whoever takes one calls
 * tt_iter_next until it answers something else than 1, and tt_iter_end once. */
#ifndef TUTTI_ITER_H
#define TUTTI_ITER_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_iter {
    /* Gives the next value: 1 and *ret_item is set; 0: there are no more; or a negative code. */
    int (*next)(struct tt_iter *it, tt_value *ret_item);
    void (*end)(struct tt_iter *it); /* releases what the iterator owns; NULL: nothing. Called once */
    void *user;                      /* for next and end */
    int64_t state[3];                /* for next and end */
    tt_value source;                 /* dropped by tt_iter_end */
} tt_iter;

/* tt_iter_over - the items of a list or tuple, keys of a dict, elements of a set or frozenset, characters of a str,
 * ints of bytes. Takes source. It is not copied: what is added to a list on the way is seen; a dict or set that
 * grew or shrank ends the iteration with -EINVAL, as in Python. Another kind: the first next answers -EINVAL.
 * Python: iter(x). */
TT_API TT_NODISCARD tt_iter tt_iter_over(tt_value source);

/* tt_range - start, start + step, … without stop. A step of 0: the first next answers -EINVAL.  Python: range. */
TT_API TT_NODISCARD tt_iter tt_range(int64_t start, int64_t stop, int64_t step);

/* tt_iter_of - one of your own: next as above finds `user` in it->user; end may be NULL.  Python: a generator. */
TT_API TT_NODISCARD tt_iter tt_iter_of(int (*next)(tt_iter *it, tt_value *ret_item), void (*end)(tt_iter *it),
                                       void *user);

/* tt_iter_next - 1 and *ret_item is yours; 0: no more; negative: it failed. After 0 or a failure it answers 0. */
TT_API int tt_iter_next(tt_iter *it, tt_value *ret_item);

/* tt_iter_end - done with it, at whatever point; twice is harmless. */
TT_API void tt_iter_end(tt_iter *it);

/* tt_iter_collect - all that it still gives, as a list; ends it.  Python: list(iterator).
 * Returns   the list; or the first error value it gives, or that of the code by which it failed: what came before is
 *           dropped then */
TT_API TT_NODISCARD tt_value tt_iter_collect(tt_iter it);

#ifdef __cplusplus
}
#endif
#endif
