/* parallel.h - plain loops over plain memory, in parallel. Python: none; as OpenMP's parallel for, Cilk's spawn and
 * sync.
 *
 *     static int scale(size_t begin, size_t end, void *x)
 *     {
 *         for (size_t i = begin; i < end; i++) ((double *)x)[i] *= 2;
 *         return 0;
 *     }
 *     tt_parallel_for(0, n, 0, scale, x, TT_FOREVER);
 *
 * They run on the pool of the calling task; called by anything else, on tt_default_pool(). Nothing is allocated for
 * each piece, so they always do their work: without memory or threads, on the calling strand alone. */
#ifndef TUTTI_PARALLEL_H
#define TUTTI_PARALLEL_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_join2 - calls f(a) and g(b), maybe at the same time, and returns when both have returned.
 * f runs on the calling strand, if that is a task of a thread pool; g there too, afterwards, unless another worker has
 * taken it meanwhile. Not a cancellation point; a cancel of the caller reaches both.
 * Cost      in a task some tens of ns, unless g is taken; from another strand one task. bench/parallel.c */
TT_API void tt_join2(void (*f)(void *a), void *a, void (*g)(void *b), void *b);

/* tt_parallel_for - calls body(i, j, context) for pieces [i, j) that together are [begin, end).
 * grain     a piece has at most so many; 0: some pieces for each worker
 * body      0, or negative: it failed, and pieces not yet begun are left out
 * by        pieces not yet begun then are left out
 * Returns   0: all was done; the code of the first piece that failed; -ETIMEDOUT; -ECANCELED; -EAGAIN: by is TT_NOW,
 *           nothing was done. Pieces that had begun are over in any case
 * Strands   any; a task of the pool may call it     Memory   none */
TT_API int tt_parallel_for(size_t begin, size_t end, size_t grain,
                           int (*body)(size_t begin, size_t end, void *context), void *context, tt_time by);

/* tt_parallel_map - fn(&out[i], &in[i], context) for all i.
 * in, out   n items of in_size and out_size bytes, contiguous; they may be the same array, else must not overlap
 * grain     items for each piece; 0 chooses
 * Returns   as tt_parallel_for; then the items of out that were not done are as they were
 * Python    Pool.map */
TT_API int tt_parallel_map(void *out, const void *in, size_t n, size_t in_size, size_t out_size, size_t grain,
                           int (*fn)(void *out, const void *in, void *context), void *context, tt_time by);

#ifdef __cplusplus
}
#endif
#endif
