/* wait.h - waiting for several futures. Python: concurrent.futures.wait and as_completed, asyncio.gather.
 *
 *     tt_future *fs[3] = { tt_submit(ex, …), tt_submit(ex, …), tt_submit(ex, …) };
 *     tt_wait(fs, 3, TT_FIRST_COMPLETED, tt_after(2));             // which are done: tt_future_done(fs[i])
 *
 *     size_t i;
 *     tt_autoptr(tt_completed) c = tt_as_completed(fs, 3);
 *     while (tt_completed_next(c, &i, TT_FOREVER) == 1) use(i, fs[i]);
 *
 * None of these takes or gives back a handle of yours. Ending a wait, by its deadline or by a cancel, does nothing to
 * the futures; who wants that uses a group (<tutti/group.h>). */
#ifndef TUTTI_WAIT_H
#define TUTTI_WAIT_H

#include <tutti/future.h>
#include <tutti/select.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tt_wait_for {
    TT_ALL_COMPLETED,   /* every one is over */
    TT_FIRST_COMPLETED, /* one is over */
    TT_FIRST_ERROR,     /* one has failed (being cancelled is no failure), or all are over */
} tt_wait_for;

/* tt_wait - waits until enough of n futures are over. One that is listed twice counts once; n may be 0.
 * Returns   0: they are; -EAGAIN (TT_NOW and they are not), -ETIMEDOUT, -ECANCELED; -EDEADLK: for the calling task's
 *           own future; -EINVAL (what); -ENOMEM
 * Strands   any     Cost   one allocation when it has to wait, n locks     Python   wait(fs, timeout, return_when) */
TT_API TT_NODISCARD int tt_wait(tt_future *const *fs, size_t n, tt_wait_for what, tt_time by);

/* tt_completed - an iterator over futures in the order in which they complete. */
typedef struct tt_completed tt_completed;

/* tt_as_completed - those that are over already come first, in their order; one that is listed twice comes once, as the
 * first.  Returns   an iterator of yours, which keeps the futures alive; NULL: no memory
 * Strands   any, one at a time     Python   as_completed */
TT_API TT_NODISCARD tt_completed *tt_as_completed(tt_future *const *fs, size_t n);

/* tt_completed_next - waits for the next one.
 * Returns   1: fs[*ret_index] is over; 0: there are no more; -EAGAIN (TT_NOW), -ETIMEDOUT, -ECANCELED, -EDEADLK (only
 *           the calling task's own is left), -ENOMEM: call it again for the rest */
TT_API TT_NODISCARD int tt_completed_next(tt_completed *c, size_t *ret_index, tt_time by);

/* How many have not been given yet. */
TT_API size_t tt_completed_left(tt_completed *c);

TT_API void tt_completed_free(tt_completed *c); /* at any time; NULL is ok */
TT_DEFINE_FREEP_(tt_completed)

/* tt_on_future - a case for tt_select: happens when f is over. It takes nothing: the result is there for everybody. */
TT_API tt_case tt_on_future(tt_future *f);

typedef struct tt_gather_options {
    size_t size;
    bool return_errors; /* wait for all; errors stand in the list, in their places */
} tt_gather_options;

/* tt_gather - the results of n futures, in their order: tt_gather(fs, n, &results, by).
 * ret       a list of yours; or, as soon as one has failed or was cancelled, its error value: the others go on
 * Returns   0; or negative, as tt_wait, and *ret is untouched     Python   asyncio.gather (this one owns nothing) */
TT_API TT_NODISCARD int tt_gather_with(tt_future *const *fs, size_t n, tt_value *ret, tt_time by,
                                       const tt_gather_options *options);
#define tt_gather(fs, n, ret, ...) tt_gather_of_(fs, n, ret, __VA_ARGS__, .size = sizeof(tt_gather_options))
#define tt_gather_of_(fs, n, ret, by, ...)                                                                            \
    tt_gather_with((fs), (n), (ret), (by), &(tt_gather_options){ __VA_ARGS__ })

#ifdef __cplusplus
}
#endif
#endif
