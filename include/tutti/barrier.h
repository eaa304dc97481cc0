/* barrier.h - strands wait until a fixed number of them have come. Python: threading.Barrier, asyncio.Barrier.
 *
 *     tt_autoptr(tt_barrier) b = tt_barrier_new(3, .action = report);
 *     int place = tt_barrier_wait(b, TT_FOREVER);          in each of three strands, as often as they like
 *
 * When one of a round fails to wait - its time is up, it is cancelled, the action fails - the barrier is broken for all
 * of them and for who comes, until it is reset. What each did before happens-before what each does after. */
#ifndef TUTTI_BARRIER_H
#define TUTTI_BARRIER_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_barrier tt_barrier;

typedef struct tt_barrier_options {
    size_t size;         /* sizeof(tt_barrier_options); the macro sets it */
    tt_fn action;        /* called once per round by the strand that came last, before anyone goes on; NULL: none */
    tt_value action_arg; /* taken, lent to each call */
    double timeout;      /* seconds that a wait with TT_FOREVER waits; 0: for ever */
} tt_barrier_options;

/* tt_barrier_new - for so many parties:  tt_barrier_new(4),  tt_barrier_new(4, .action = report, .timeout = 1.5).
 * parties   at least 1
 * options   NULL: all defaults
 * Returns   the barrier, yours to tt_barrier_free; NULL: no memory (also when action_arg is the MemoryError of a
 *           constructor), or parties < 1 or a negative timeout (logged). action_arg is taken in every case */
TT_API TT_NODISCARD tt_barrier *tt_barrier_new_with(int parties, const tt_barrier_options *options);
#define tt_barrier_new(...) tt_barrier_new_of_(__VA_ARGS__, .size = sizeof(tt_barrier_options))
#define tt_barrier_new_of_(parties, ...) tt_barrier_new_with((parties), &(tt_barrier_options){ __VA_ARGS__ })

/* tt_barrier_free - NULL is fine. While strands wait for it that is refused: a line is logged and nothing happens. A
 * strand whose wait has answered may free it. */
TT_API void tt_barrier_free(tt_barrier *b);

/* tt_barrier_wait - waits for the others; who comes last runs the action and lets all go on.
 * by        TT_FOREVER: the barrier's own timeout, if it has one. TT_NOW: only if this strand is the last
 * Returns   the place in this round, 0 … parties - 1, another one for each; -ECONNABORTED: it is broken; -ETIMEDOUT,
 *           -ECANCELED (both break it); the code of the action's error (logged; the others get -ECONNABORTED); -EAGAIN
 *           (TT_NOW: it is not broken by that); -EDEADLK: called by the action; -ENOMEM (no descriptor)
 * Strands   any     Python   Barrier.wait */
TT_API TT_NODISCARD int tt_barrier_wait(tt_barrier *b, tt_time by);

/* tt_barrier_abort - breaks it, until it is reset. tt_barrier_reset - breaks the round that waits, if any, and makes it
 * usable again.  Python: Barrier.abort, Barrier.reset */
TT_API void tt_barrier_abort(tt_barrier *b);
TT_API void tt_barrier_reset(tt_barrier *b);

/* tt_barrier_broken, _parties, _n_waiting - may be outdated at once; n_waiting is 0 as soon as a round is complete. */
TT_API bool tt_barrier_broken(const tt_barrier *b);
TT_API int tt_barrier_parties(const tt_barrier *b);
TT_API int tt_barrier_n_waiting(const tt_barrier *b);

TT_DEFINE_FREEP_(tt_barrier)

#ifdef __cplusplus
}
#endif
#endif
