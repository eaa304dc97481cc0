/* semaphore.h - a counter of permits. Python: threading.Semaphore, threading.BoundedSemaphore.
 *
 *     static tt_semaphore slots = TT_SEMAPHORE_INIT(3);          // zero bytes are one permit, as in Python
 *     tt_with_semaphore (&slots) { use(one); }
 *
 * First come, first served: a permit goes to whoever has waited longest, nobody overtakes. Any strand may release.
 * release happens-before the acquire that gets its permit. A strand whose acquire answered 0 may take it apart. */
#ifndef TUTTI_SEMAPHORE_H
#define TUTTI_SEMAPHORE_H

#include <limits.h>
#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_semaphore {
    int64_t word;   /* private: permits - 1; -2: none, and strands are queued */
    void *waiters;  /* private: the strands that wait */
    uint64_t bound; /* private: 0, or the most permits there may be, plus 1 */
} tt_semaphore;

/* With n permits (0 … INT_MAX); the bounded one never has more than it began with. */
#define TT_SEMAPHORE_INIT(n) { (int64_t)(n)-1, NULL, 0 }
#define TT_BOUNDED_SEMAPHORE_INIT(n) { (int64_t)(n)-1, NULL, (uint64_t)(n) + 1 }

/* Private: the paths out of line. */
TT_API int tt_semaphore_wait_(tt_semaphore *s, tt_time by);
TT_API void tt_semaphore_settle_(tt_semaphore *s);
TT_API void tt_semaphore_enter_(tt_semaphore *s);

/* tt_semaphore_init, tt_bounded_semaphore_init - the same at run time.  0; -EINVAL: n < 0 (*s is untouched). */
TT_API int tt_semaphore_init(tt_semaphore *s, int n);
TT_API int tt_bounded_semaphore_init(tt_semaphore *s, int n);

/* tt_semaphore_acquire - takes a permit, waiting until `by`.
 * Returns   0; -EAGAIN (TT_NOW and there is none); -ETIMEDOUT; -ECANCELED; -ENOMEM (no descriptor for this thread)
 * Strands   any     Cost   with a permit: one compare-and-swap     Python   Semaphore.acquire */
TT_NODISCARD static inline int tt_semaphore_acquire(tt_semaphore *s, tt_time by)
{
    int64_t n = __atomic_load_n(&s->word, __ATOMIC_RELAXED);
    while (n >= 0)
        if (__atomic_compare_exchange_n(&s->word, &n, n - 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            if ((uintptr_t)__atomic_load_n(&s->waiters, __ATOMIC_ACQUIRE) & 1) tt_semaphore_settle_(s);
            return 0;
        }
    return tt_semaphore_wait_(s, by);
}

/* tt_semaphore_release_n - gives back n permits and wakes up to n strands. tt_semaphore_release - one.
 * Returns   0; -EINVAL: n < 1, or a bounded one would get more permits than it began with; -EOVERFLOW: more than
 *           INT_MAX permits. When negative, nothing has changed
 * Cost      nobody waits: one compare-and-swap     Python   Semaphore.release */
TT_API int tt_semaphore_release_n(tt_semaphore *s, int n);
static inline int tt_semaphore_release(tt_semaphore *s)
{
    return tt_semaphore_release_n(s, 1);
}

/* tt_semaphore_value - permits there are now; may be outdated at once. */
static inline int tt_semaphore_value(const tt_semaphore *s)
{
    int64_t n = __atomic_load_n(&s->word, __ATOMIC_RELAXED) + 1;
    return n > 0 ? (int)n : 0;
}

/* Private: leaves the scope; harmless the second time. */
static inline void tt_semaphore_exit_(tt_semaphore **s)
{
    if (*s) (void)tt_semaphore_release(*s);
    *s = NULL;
}
static inline tt_semaphore *tt_semaphore_entered_(tt_semaphore *s)
{
    tt_semaphore_enter_(s);
    return s;
}

/* tt_with_semaphore (s) { … } - holds a permit in the block. tt_guard_semaphore(s); - until the enclosing block ends.
 * A body is never skipped: entering is no cancellation point (the calls in the body are), and without memory for the
 * thread's descriptor it is fatal. */
#define tt_with_semaphore_(s, guard)                                                                                  \
    for (tt_semaphore *guard TT_CLEANUP(tt_semaphore_exit_) = tt_semaphore_entered_(s); guard;                        \
         tt_semaphore_exit_(&guard))
#define tt_with_semaphore(s) tt_with_semaphore_(s, TT_UNIQUE_(tt_guard_))
#define tt_guard_semaphore(s)                                                                                         \
    __attribute__((unused)) tt_semaphore *TT_UNIQUE_(tt_guard_) TT_CLEANUP(tt_semaphore_exit_) =                      \
        tt_semaphore_entered_(s)

#ifdef __cplusplus
}
#endif
#endif
