/* future.h - the handle of a call that was handed over: wait for it, cancel it, get what it returned.
 * Python: concurrent.futures.Future.
 *
 *     tt_autoptr(tt_future) f = tt_submit(ex, count, tt_str("words.txt"));
 *     tt_auto words = tt_await(f);                    // what count() returned; an error value when it failed
 *
 * PENDING until its task starts, RUNNING, then DONE (with a value or an error value) or CANCELLED; the last two are
 * final. A task fails by returning an error value. A cancelled future is over at once for everybody who waits (stricter
 * than Python, where wait() does not see it before the executor does).
 *
 * A handle is a counted reference: tt_future_free gives it back, and the task runs on. An error that nobody collected
 * (result, error, await, then, a group) is reported when the last reference goes. A future that nobody can complete any
 * more, since its last handle is gone, fails with a RuntimeError for those who follow it (callbacks, then).
 *
 * What the task did happens-before the return of result, of await and of done; set_result likewise. */
#ifndef TUTTI_FUTURE_H
#define TUTTI_FUTURE_H

#include <tutti/error.h>
#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_future tt_future;

/* tt_future_free - gives the handle back; NULL is ok. The task runs on. */
TT_API void tt_future_free(tt_future *f);
TT_DEFINE_FREEP_(tt_future)

/* tt_future_ref - one more handle of the same future; it is freed on its own. */
TT_API TT_NODISCARD tt_future *tt_future_ref(tt_future *f);

/* ---- waiting ---- */

/* tt_future_result - waits until it is over, and answers what its task returned.
 * ret       a value of yours: maybe an error value; CancelledError when it was cancelled
 * Returns   0: it is over. Negative: your wait failed, and *ret is untouched: -EAGAIN (by is TT_NOW), -ETIMEDOUT,
 *           -ECANCELED (your scope; the future goes on), -EDEADLK (it is the calling task), -ENOMEM
 * Strands   any, any number of times     Python   Future.result */
TT_API TT_NODISCARD int tt_future_result(tt_future *f, tt_value *ret, tt_time by);

/* tt_await - waits without limit.
 * Returns   what the task returned; when the wait failed, the error value of its code (then the future goes on) */
TT_API TT_NODISCARD tt_value tt_await(tt_future *f);

/* tt_future_error - waits as tt_future_result does; *ret is the error value, or None when it has none.
 * Python: Future.exception */
TT_API TT_NODISCARD int tt_future_error(tt_future *f, tt_value *ret, tt_time by);

/* ---- cancelling ---- */

/* tt_future_cancel - asks that it end.
 * Returns   0: it is cancelled, now or before; if it was pending, its task never runs.
 *           1: it is running; its scope is cancelled, so that every wait in it answers -ECANCELED. It becomes CANCELLED
 *           if it then returns an error of code -ECANCELED; if it returns something else, that stands.
 *           -EALREADY: too late, it is done
 * Strands   any; callbacks of a pending one run here
 * Python    Future.cancel, which does not reach a running task */
TT_API int tt_future_cancel(tt_future *f);

/* ---- asking: outdated at once, but over stays over ---- */
TT_API bool tt_future_done(tt_future *f);      /* over: done or cancelled.  Python: done */
TT_API bool tt_future_cancelled(tt_future *f); /* Python: cancelled */
TT_API bool tt_future_running(tt_future *f);   /* Python: running */
TT_API const char *tt_future_name(tt_future *f); /* what .name said, "" without; lent */

/* ---- what follows ---- */

/* tt_future_add_done_callback - calls fn(f, context) once it is over: on the strand that completes it, after who waits
 * for it was woken, in the order added; at once, on the calling strand, when it is over already. Never under a lock.
 * Returns   0; -ENOMEM: it will not be called.     Python   Future.add_done_callback */
TT_API TT_NODISCARD int tt_future_add_done_callback(tt_future *f, void (*fn)(tt_future *f, void *context),
                                                    void *context);

/* tt_then - a future for fn(what f returned), called on the strand that completes f (at once when f is over already).
 * An error of f, or its cancellation, goes straight to the new future, and fn is not called. Chains may be of any
 * length: they take no stack.
 * Returns   a handle of yours, never NULL; without memory a failed one.     Python   none; as Promise.then */
TT_API TT_NODISCARD tt_future *tt_then(tt_future *f, tt_fn fn);

/* ---- for who completes futures: executors, and code with results of its own ---- */

/* tt_future_new - a pending future without a task. NULL: no memory. */
TT_API TT_NODISCARD tt_future *tt_future_new(void);

/* tt_future_set_running_or_cancelled - before the work begins. 1: it is running now; 0: it was cancelled, do nothing;
 * -EALREADY: it is running or done (reported as misuse).  Python: set_running_or_notify_cancel */
TT_API TT_NODISCARD int tt_future_set_running_or_cancelled(tt_future *f);

/* tt_future_set_result, tt_future_set_error - complete it. Take the value, always.
 * Returns   0; -ECANCELED: it was cancelled before; -EALREADY: it is done (reported as misuse); -EINVAL: not an error
 *           value (it stays as it is); nothing changes then.     Python   InvalidStateError */
TT_API int tt_future_set_result(tt_future *f, tt_value v);
TT_API int tt_future_set_error(tt_future *f, tt_value error);

/* tt_future_cancel_requested - a cancel has reached it: what the executor of a running task may look at. */
TT_API bool tt_future_cancel_requested(tt_future *f);

/* tt_future_run - for executors: runs the task of f on the calling strand, with all that belongs to it (cancelled ones
 * and those past their deadline do not start; scope, retries, completion, callbacks), and gives back one handle: the
 * one that vtable->submit got. A future without a task becomes a failed one. */
TT_API void tt_future_run(tt_future *f);

/* What to call, for executors that call it elsewhere: the function (NULL: a C function or none), its argument,
 * lent. */
TT_API tt_fn tt_future_function(tt_future *f);
TT_API tt_view tt_future_argument(tt_future *f);

#ifdef __cplusplus
}
#endif
#endif
