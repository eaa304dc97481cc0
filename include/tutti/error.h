/* error.h - error values: how a task fails. Python: exceptions.
 *
 * Calls answer 0, a count or -Exxx. A task fails by returning an error value, which has a type (Python's word or your
 * own), a message, maybe a cause, and the backtrace of where it was made; it crosses every border as it is. */
#ifndef TUTTI_ERROR_H
#define TUTTI_ERROR_H

#include <stdio.h>
#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_error - an error value.
 * type      "ValueError", or any name of your own; copied
 * fmt, …    the message, as for printf
 * Returns   the error; MemoryError if there is no memory for it
 * Cost      one allocation and a walk up the stack */
TT_API TT_NODISCARD tt_value tt_error(const char *type, const char *fmt, ...) TT_PRINTF(2, 3);

/* The same, caused by another error. Takes cause (an error value; None: no cause; another kind is noted in its place
 * as a TypeError).  Python: raise … from cause. */
TT_API TT_NODISCARD tt_value tt_error_with_cause(tt_value cause, const char *type, const char *fmt, ...)
    TT_PRINTF(3, 4);

/* An error with exactly these bytes as message (it may contain anything). */
TT_API TT_NODISCARD tt_value tt_error_of(const char *type, const char *message, size_t size);

/* The error that stands for a code: tt_error_from_code(-ETIMEDOUT) is a TimeoutError with tt_strerror as message. */
TT_API TT_NODISCARD tt_value tt_error_from_code(int code);

/* MemoryError, which needs no memory. */
TT_API TT_NODISCARD tt_value tt_error_no_memory(void);

/* Parts of an error, lent; of another kind of value: "", None, 0. */
TT_API const char *tt_error_type(tt_view error);
TT_API const char *tt_error_message(tt_view error);
TT_API tt_view tt_error_cause(tt_view error); /* None: no cause */

/* The -Exxx it was made from or that its type stands for (TimeoutError: -ETIMEDOUT); 0: none. */
TT_API int tt_error_code(tt_view error);

/* tt_error_is - its type is `type`.  Python: except type. */
TT_API bool tt_error_is(tt_view error, const char *type);

/* Where it was made: up to `max` return addresses, innermost first; returns how many. Symbols are looked up only when
 * they are printed. An error from another process has none; it has the text of its traceback. */
TT_API int tt_error_backtrace(tt_view error, void **ret_frames, int max);

/* tt_error_traceback - where it was made, as text: one line per call, outermost first.  Returns a str;
 * MemoryError. */
TT_API TT_NODISCARD tt_value tt_error_traceback(tt_view error);

/* tt_error_rebuild - an error from its parts: for whoever carries errors across a border.
 * cause       taken, as in tt_error_with_cause
 * traceback   the text of tt_error_traceback on the other side; NULL: none. Copied, as type and message are
 * Returns     the error; MemoryError */
TT_API TT_NODISCARD tt_value tt_error_rebuild(tt_value cause, const char *type, const char *message, size_t size,
                                              const char *traceback);

/* Prints the error as Python prints an uncaught exception: causes first, the backtrace, "type: message". */
TT_API void tt_error_print(tt_view error, FILE *to);

/* TT_TRY(call) - in a task: of a call that answers a code, a negative one becomes an error value and the task
 * returns it; of one that gives a value, an error value is returned. Else it is what the call answered.
 *     TT_TRY(tt_queue_put(q, v, TT_FOREVER));
 *     int64_t n = TT_TRY(count(file));
 *     tt_auto s = TT_TRY(tt_str(name)); */
#define TT_TRY(call) TT_TRY_(call, #call, TT_UNIQUE_(tt_tried_))
#define TT_TRY_(call, text, tried)                                                                                    \
    __extension__({                                                                                                   \
        __typeof__(call) tried = (call);                                                                              \
        if (tt_failed_(tried)) return tt_failure_(tried, text, __builtin_frame_address(0));                           \
        tried;                                                                                                        \
    })

/* TT_MUST(call) - where nobody is left to answer, as in main: a failure ends the program as an uncaught exception
 * ends Python, printed to stderr, by exit(1) (which joins what is to be joined). Else the value of the call. */
#define TT_MUST(call) TT_MUST_(call, #call, TT_UNIQUE_(tt_needed_))
#define TT_MUST_(call, text, needed)                                                                                  \
    __extension__({                                                                                                   \
        __typeof__(call) needed = (call);                                                                             \
        if (tt_failed_(needed)) tt_uncaught_(tt_failure_(needed, text, __builtin_frame_address(0)));                  \
        needed;                                                                                                       \
    })

/* Private. */
TT_API __attribute__((noreturn)) void tt_uncaught_(tt_value error);
TT_API TT_NODISCARD tt_value tt_failure_of_code_(int64_t code, const char *call, const void *frame);

static inline bool tt_failed_code_(int64_t code)
{
    return code < 0;
}
static inline bool tt_failed_value_(tt_value v)
{
    return v.tag == (TT_ERROR | TT_COUNTED_);
}
static inline tt_value tt_failure_of_value_(tt_value v, const char *call, const void *frame)
{
    (void)call;
    (void)frame;
    return v;
}

#ifndef __cplusplus
#define tt_failed_(x) _Generic((x), tt_value : tt_failed_value_, default : tt_failed_code_)(x)
#define tt_failure_(x, call, frame)                                                                                   \
    _Generic((x), tt_value : tt_failure_of_value_, default : tt_failure_of_code_)(x, call, frame)
#endif

#ifndef __cplusplus
#define tt_error_type(e) tt_error_type(tt_view_of(e))
#define tt_error_message(e) tt_error_message(tt_view_of(e))
#define tt_error_cause(e) tt_error_cause(tt_view_of(e))
#define tt_error_code(e) tt_error_code(tt_view_of(e))
#define tt_error_is(e, type) tt_error_is(tt_view_of(e), type)
#define tt_error_backtrace(e, ret, max) tt_error_backtrace(tt_view_of(e), ret, max)
#define tt_error_traceback(e) tt_error_traceback(tt_view_of(e))
#define tt_error_print(e, to) tt_error_print(tt_view_of(e), to)
#endif

#ifdef __cplusplus
}
static inline bool tt_failed_(int64_t code) { return code < 0; }
static inline bool tt_failed_(tt_value v) { return tt_failed_value_(v); }
static inline tt_value tt_failure_(int64_t c, const char *p, const void *f) { return tt_failure_of_code_(c, p, f); }
static inline tt_value tt_failure_(tt_value v, const char *, const void *) { return v; }
#endif
#endif
