/* timer.h - a function that is called once, after a while, unless it is cancelled before. Python: threading.Timer.
 *
 *     tt_autoptr(tt_timer) t = tt_timer_new(30.0, remind, tt_str("tea"), .name = "reminder");
 *     int r = tt_timer_start(t);
 *     …
 *     if (tt_timer_cancel(t)) puts("never mind");
 *
 * One thread waits for all timers. When one is due, its function is called in a thread of its own, made then: a slow
 * one delays no other. If the system has no thread to give then, it is called by the thread that waits: late rather
 * than never. Exit awaits a started timer as it awaits a thread; a daemon is cancelled at exit. */
#ifndef TUTTI_TIMER_H
#define TUTTI_TIMER_H

#include <tutti/thread.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_timer tt_timer;

/* tt_timer_new - a timer, not started yet:  tt_timer_new(interval, fn, arg, .daemon = true).
 * interval   seconds from start on; negative: at once
 * fn, arg    as for tt_thread_new; arg is taken, always
 * options    of the thread that will call it; NULL: all defaults
 * Returns    a handle of yours; NULL: no memory
 * Strands    any     Python   Timer(interval, function, args) */
TT_API TT_NODISCARD tt_timer *tt_timer_new_with(double interval, tt_fn fn, tt_value arg,
                                                const tt_thread_options *options);
#define tt_timer_new(interval, fn, ...) tt_timer_new_of_(interval, fn, __VA_ARGS__, .size = sizeof(tt_thread_options))
#define tt_timer_new_of_(interval, fn, arg, ...)                                                                      \
    tt_timer_new_with((interval), (fn), (arg), &(tt_thread_options){ __VA_ARGS__ })

/* tt_timer_free - gives the handle back; NULL is ok. A started timer fires all the same. */
TT_API void tt_timer_free(tt_timer *t);
TT_DEFINE_FREEP_(tt_timer)

/* tt_timer_start - the interval begins.
 * t         NULL: tt_timer_new had no memory
 * Returns   0; -EINVAL: started before, the interval is not a number, or the stack_size cannot be; -EAGAIN, -ENOMEM:
 *           there is no thread to wait; it may be started again */
TT_API TT_NODISCARD int tt_timer_start(tt_timer *t);

/* tt_timer_cancel - true: its function has not been called, and never will be (also when cancelled again, or before
 * start). False: too late. */
TT_API bool tt_timer_cancel(tt_timer *t);

/* tt_timer_join - waits until it has been cancelled, or its function has returned.
 * Returns   as tt_thread_join: 0; -EAGAIN, -ETIMEDOUT, -ECANCELED; -EINVAL: not started; -EDEADLK: by its own function;
 *           -ENOMEM */
TT_API TT_NODISCARD int tt_timer_join(tt_timer *t, tt_time by);

/* tt_timer_result - joins it, and answers what its function returned, or a CancelledError; a value of yours. */
TT_API TT_NODISCARD int tt_timer_result(tt_timer *t, tt_value *ret, tt_time by);

/* From start until it is cancelled or its function has returned. */
TT_API bool tt_timer_is_alive(tt_timer *t);

/* The thread that will call, calls or has called it: its name, whether it is a daemon. Lent, valid as long as the
 * timer. Start and join it through the timer. */
TT_API tt_thread *tt_timer_thread(tt_timer *t);

#ifdef __cplusplus
}
#endif
#endif
