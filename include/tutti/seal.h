/* seal.h - what happens to a container that is handed over, and how to change a copy of it.
 *
 * put, send, submit and return seal a value deeply: it and all it holds never change again, so any strand may read it
 * without a lock. What would change it answers -EROFS. */
#ifndef TUTTI_SEAL_H
#define TUTTI_SEAL_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_seal - what handing over does, for whoever writes an executor or a queue: seals v and all it holds. Idempotent;
 * two strands may do it to the same value at once.
 * Returns   0; -ENOMEM (only for nesting deeper than 16: parts of it are sealed then) */
TT_API int tt_seal(tt_view v);

/* tt_is_sealed - it and all it holds can never change. True of all that is no list, dict or set and holds none. */
TT_API bool tt_is_sealed(tt_view v);

/* tt_thaw - a private copy that may be changed, all the way down.  Python: copy.deepcopy.
 * Lists, dicts and sets are copied, and so are tuples that hold one; what cannot change anyway (str, tuples of ints,
 * structs, errors, …) is shared. A container that occurs twice in v occurs twice in the copy, once copied.
 * Returns   the copy; MemoryError.  Cost: proportional to the containers in v */
TT_API TT_NODISCARD tt_value tt_thaw(tt_view v);

#ifndef __cplusplus
#define tt_seal(v) tt_seal(tt_view_of(v))
#define tt_is_sealed(v) tt_is_sealed(tt_view_of(v))
#define tt_thaw(v) tt_thaw(tt_view_of(v))
#endif

#ifdef __cplusplus
}
#endif
#endif
