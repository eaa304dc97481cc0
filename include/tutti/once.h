/* once.h - something is done exactly once, by whoever comes first. Python: a lock around a check; C: call_once.
 *
 *     static tt_once once;                       // zero is a fresh one; TT_ONCE_INIT says it in words
 *     r = tt_once_call(&once, load_tables, tt_none(), TT_FOREVER);
 *
 * What the function did happens-before every return of 0. */
#ifndef TUTTI_ONCE_H
#define TUTTI_ONCE_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_once {
    uint64_t word; /* private: 0 fresh, 1 done, else the strand that runs the function */
    void *waiters; /* private: the strands that wait */
} tt_once;
#define TT_ONCE_INIT { 0, NULL }

TT_API int tt_once_slow_(tt_once *o, tt_fn fn, tt_view arg, tt_time by); /* private: the path out of line */

/* tt_once_call - calls fn(arg) unless that has been done; while another strand does it, waits for that.
 * fn        fails by answering an error value: then the next one who comes, or waits already, tries
 * arg       lent
 * by        how long to wait for another strand's call; the function itself is not interrupted
 * Returns   0: it has been done. The code of fn's error (logged; -EIO when its type stands for none): this call's try
 *           failed. -EAGAIN (TT_NOW and another strand is at it); -ETIMEDOUT; -ECANCELED; -EDEADLK: fn called it
 *           again; -ENOMEM (no descriptor for this thread)
 * Strands   any     Cost   done: one load */
TT_NODISCARD static inline int tt_once_call(tt_once *o, tt_fn fn, tt_view arg, tt_time by)
{
    bool over = __atomic_load_n(&o->word, __ATOMIC_ACQUIRE) == 1 &&
                !((uintptr_t)__atomic_load_n(&o->waiters, __ATOMIC_ACQUIRE) & 1);
    return over ? 0 : tt_once_slow_(o, fn, arg, by);
}

/* tt_once_done - whether it has been done. */
static inline bool tt_once_done(const tt_once *o)
{
    return __atomic_load_n(&o->word, __ATOMIC_ACQUIRE) == 1;
}

#ifndef __cplusplus
#define tt_once_call(o, fn, arg, by) tt_once_call(o, fn, tt_view_of(arg), by)
#endif

#ifdef __cplusplus
}
#endif
#endif
