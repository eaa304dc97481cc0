/* thread.h - a thread that runs one function. Python: threading.Thread.
 *
 *     tt_autoptr(tt_thread) t = tt_thread_new(count, tt_str("words.txt"), .name = "counter");
 *     int r = tt_thread_start(t);
 *     tt_value n;
 *     if (r == 0) r = tt_thread_result(t, &n, TT_FOREVER);     // what count() returned; maybe an error value
 *
 * "Deriving from Thread" is a struct that holds a tt_thread * and is handed over as tt_pointer(self).
 *
 * A handle is a counted reference: tt_thread_free gives it back, and the thread runs on. A thread that is no daemon is
 * awaited when the program returns from main or calls exit(); after 1 s a line names it. Then daemons are cancelled,
 * and have 0.1 s to end. _exit does neither. A thread that calls exit() counts as ended, and so does the main thread.
 *
 * Everything before start happens-before the thread's function; its return happens-before join, result and is_alive
 * false. After join the operating system's thread is gone too, its thread-specific destructors included. */
#ifndef TUTTI_THREAD_H
#define TUTTI_THREAD_H

#include <tutti/error.h>
#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_thread tt_thread;

/* Zero means Python's default everywhere. */
typedef struct tt_thread_options {
    size_t size;       /* sizeof(tt_thread_options); the macros set it */
    const char *name;  /* copied; NULL: "Thread-1", or "Thread-1 (count)" of a function that TT_TASK or TT_DEFINE has
                          given a name. The kernel gets the first 15 bytes */
    int daemon;        /* 1 (true): a daemon; TT_NO_DAEMON: none; 0: as the thread that makes it */
    size_t stack_size; /* bytes, 32 KiB or more; 0: that of tt_thread_set_stack_size */
} tt_thread_options;
#define TT_NO_DAEMON (-1)

/* tt_thread_new - a thread, not started yet:  tt_thread_new(run, arg, .name = "reader", .daemon = true).
 * run       called with arg, lent, in the new thread; NULL: it does nothing and returns None. What it returns is the
 *           thread's result; an error value that nobody collects is reported (tt_set_error_hook), save the
 *           CancelledError of a thread that was cancelled
 * arg       taken, always; sealed
 * options   NULL: all defaults
 * Returns   a handle of yours; NULL: no memory (also when arg is the MemoryError of a constructor)
 * Strands   any     Python   Thread(target, args, name, daemon) */
TT_API TT_NODISCARD tt_thread *tt_thread_new_with(tt_fn run, tt_value arg, const tt_thread_options *options);
#define tt_thread_new(run, ...)                                                                                       \
    tt_thread_new_of_(tt_thread_new_with, run, __VA_ARGS__, .size = sizeof(tt_thread_options))
#define tt_thread_new_of_(make, run, arg, ...) make((run), (arg), &(tt_thread_options){ __VA_ARGS__ })

/* tt_thread_new_c - the same for a function written for pthreads. arg is lent as it is; the result is what it returned
 * or gave to pthread_exit, as a pointer value. */
TT_API TT_NODISCARD tt_thread *tt_thread_new_c_with(void *(*run)(void *arg), void *arg,
                                                    const tt_thread_options *options);
#define tt_thread_new_c(run, ...)                                                                                      \
    tt_thread_new_of_(tt_thread_new_c_with, run, __VA_ARGS__, .size = sizeof(tt_thread_options))

/* tt_thread_free - gives the handle back; NULL is ok. A running thread runs on, a daemon or not. The last handle of an
 * ended one reports an error that nobody collected. */
TT_API void tt_thread_free(tt_thread *t);
TT_DEFINE_FREEP_(tt_thread)

/* tt_thread_ref - one more handle of the same thread; it is freed on its own. */
TT_API TT_NODISCARD tt_thread *tt_thread_ref(tt_thread *t);

/* tt_thread_start - runs it.
 * t         NULL: tt_thread_new had no memory, which then is the answer of start and need not be looked for before
 * Returns   0; -EINVAL: started before, or its stack_size cannot be; -EAGAIN (the system has no more threads),
 *           -ENOMEM: it is as before and may be started again
 * Strands   any     Cost   one pthread_create     Python   Thread.start (RuntimeError: here -EINVAL, -EAGAIN) */
TT_API TT_NODISCARD int tt_thread_start(tt_thread *t);

/* tt_thread_join - waits until it has ended. Any number of strands may, any number of times.
 * Returns   0: it has ended; -EAGAIN (by is TT_NOW), -ETIMEDOUT, -ECANCELED; -EINVAL: not started, or not tutti's
 *           thread; -EDEADLK: it is the calling thread (or the one that runs the calling coroutine); -ENOMEM
 * Strands   any     Python   Thread.join (RuntimeError: here -EINVAL, -EDEADLK) */
TT_API TT_NODISCARD int tt_thread_join(tt_thread *t, tt_time by);

/* tt_thread_result - joins it, and answers what its function returned: a value of yours, maybe an error value, which
 * counts as collected then. A thread that ended by pthread_exit has a RuntimeError as its result. Codes as of join;
 * *ret is untouched when negative. */
TT_API TT_NODISCARD int tt_thread_result(tt_thread *t, tt_value *ret, tt_time by);

/* tt_thread_cancel - cancels the thread's scope (<tutti/scope.h>): every wait in it answers -ECANCELED from now on,
 * also when it is started later. Nothing is interrupted by force.  0, also when it has ended; -EINVAL: the main thread
 * or one that tutti did not start has no such scope. */
TT_API int tt_thread_cancel(tt_thread *t);

/* ---- what is known of it ---- */

typedef enum tt_thread_state {
    TT_THREAD_NEW,     /* not started */
    TT_THREAD_RUNNING, /* started */
    TT_THREAD_WAITING, /* in a call of tutti that waits; outdated at once */
    TT_THREAD_ENDED,
} tt_thread_state;

TT_API tt_thread_state tt_thread_state_of(tt_thread *t);
TT_API bool tt_thread_is_alive(tt_thread *t); /* from start until its end.  Python: Thread.is_alive */

/* Lent, valid as long as the thread object. Python: Thread.name */
TT_API const char *tt_thread_name(tt_thread *t);
/* Copied; the kernel gets the first 15 bytes. Each different name it had is kept as long as the object.
 * 0, -ENOMEM, -EINVAL (NULL) */
TT_API int tt_thread_set_name(tt_thread *t, const char *name);

TT_API bool tt_thread_daemon(tt_thread *t);
TT_API int tt_thread_set_daemon(tt_thread *t, bool daemon); /* 0; -EINVAL once it is started */

/* The strand's id (tt_strand_id), never used again; 0 before start, and for a foreign thread that only runs coroutines.
 * Python: Thread.ident */
TT_API uint64_t tt_thread_ident(tt_thread *t);
/* The kernel's thread id (gettid); 0 before start. Another thread may have it later.  Python: Thread.native_id */
TT_API int tt_thread_native_id(tt_thread *t);

/* ---- all of them ---- */

/* The calling thread, lent: valid while it runs (tt_thread_ref to keep it). A coroutine gets the thread it runs on. A
 * thread that tutti did not start gets an object on its first call; NULL: no memory for that.
 * Python: threading.current_thread, _DummyThread */
TT_API tt_thread *tt_thread_current(void);

/* The main thread, lent, for ever. Its join ends at exit.  Python: threading.main_thread */
TT_API tt_thread *tt_thread_main(void);

/* All threads that are alive: handles into ret[0..max), each to be freed.  Returns how many are alive, which may be
 * more than max. Foreign threads are among them once they have asked for their tt_thread_current.
 * Python: threading.enumerate */
TT_API size_t tt_thread_enumerate(tt_thread **ret, size_t max);
TT_API size_t tt_thread_active_count(void);

/* The stack of threads made from now on without a .stack_size: bytes, 32 KiB or more; 0: the system's default.
 * 0; -EINVAL: too small.  Python: threading.stack_size */
TT_API int tt_thread_set_stack_size(size_t bytes);
TT_API size_t tt_thread_stack_size(void);

/* ---- errors that nobody collected ---- */

/* Gets an error that nobody collected, once: when its last handle goes, when it ends without a handle, or at exit.
 * who       "thread 'reader'", lent
 * Called on the strand where that happens, with no lock held; it may call anything of tutti. */
typedef void (*tt_error_fn)(void *user, const char *who, tt_view error);

/* tt_set_error_hook - errors that nobody collected go to hook(user, …) from now on; NULL: to stderr, with their
 * traceback.  Strands: any.  Python: threading.excepthook */
TT_API void tt_set_error_hook(tt_error_fn hook, void *user);

#ifdef __cplusplus
}
#endif
#endif
