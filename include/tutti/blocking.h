/* blocking.h - code that blocks outside tutti, called from a coroutine. Python: asyncio.to_thread. */
#ifndef TUTTI_BLOCKING_H
#define TUTTI_BLOCKING_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_blocking - runs fn(arg) where it may block: a library call that waits on its own, a slow disk, getaddrinfo.
 * A plain thread just calls it, to its end. A coroutine waits while one of the helper threads calls it, so its worker
 * goes on with other tasks. Helper threads are made as needed, at most 256 at once (further calls queue), and end
 * after 5 s without work; exit does not wait for them.
 * fn       as of any task; it sees neither the caller's scope nor its locals
 * arg      taken, success or not; sealed
 * ret      what fn returned (an error value when it failed), yours; sealed
 * by       coroutines: until when to wait. A call that has begun goes on when its caller has given up; what it returns
 *          is dropped then. One that has not begun is not made
 *          exit() called by fn ends the call for its caller, with an error value of code -ESHUTDOWN
 * Returns  0; -ETIMEDOUT; -ECANCELED; -EAGAIN (TT_NOW, or no thread could be made); -ENOMEM
 * Strands  any     Cost   thread: a call; coroutine: an allocation and two wake-ups     Python   asyncio.to_thread */
TT_API TT_NODISCARD int tt_blocking(tt_fn fn, tt_value arg, tt_value *ret, tt_time by);

#ifdef __cplusplus
}
#endif
#endif
