/* strand.h - a flow of control that can wait: an OS thread or a coroutine.
 *
 * Every blocking call of the library parks the calling strand, whichever kind it is; a coroutine that waits
 * never blocks its thread. A thread that tutti did not start becomes a strand by its first call that needs one. */
#ifndef TUTTI_STRAND_H
#define TUTTI_STRAND_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_strand_id - who is calling: never 0, never used again in this process, the low three bits are zero.
 * 0 only when there is no memory for the calling thread's descriptor. */
TT_API uint64_t tt_strand_id(void);

/* tt_strand_is_coroutine - whether the caller is a coroutine (else it is an OS thread). */
TT_API bool tt_strand_is_coroutine(void);

/* tt_sleep - does nothing until `by`.  0, or -ECANCELED when the caller's scope is cancelled.
 * TT_NOW only yields; TT_FOREVER ends by cancellation alone.
 * Python: time.sleep, asyncio.sleep. */
TT_API int tt_sleep(tt_time by);

/* tt_yield - lets other ready strands run.  Never a cancellation point.  Python: asyncio.sleep(0). */
TT_API void tt_yield(void);

/* Private: the calling strand. The inline paths of lock.h read `id` (0: not registered yet) and keep `held`. */
struct tt_strand_;
struct tt_self_ {
    uint64_t id;
    int64_t held;              /* locks this strand holds */
    struct tt_strand_ *strand;
};
extern TT_API __thread struct tt_self_ tt_self_ __attribute__((tls_model("initial-exec")));

#ifdef __cplusplus
}
#endif
#endif
