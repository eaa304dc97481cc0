/* error.c - the table of codes (design: Python's words and ours). It lives once, here. */
#include "base/error.h"

#include <string.h>

struct row {
    int code;
    const char *type; /* the Python exception */
    const char *line; /* what tt_strerror says */
};

/* Where two rows share a type, the first is the code of that type. */
static const struct row rows[] = {
    { 0, "", "success" },
    { TT_OWNER_DIED, "", "acquired; its holder ended without releasing it" },
    { -EINVAL, "ValueError", "bad argument or wrong kind of value" },
    { -EPERM, "RuntimeError", "not yours: not held by this strand, or driven by another thread" },
    { -EDEADLK, "RuntimeError", "would wait for itself: a deadlock" },
    { -ETIMEDOUT, "TimeoutError", "the deadline has passed" },
    { -EAGAIN, "BlockingIOError", "would have to wait" },
    { -ESHUTDOWN, "ShutDown", "closed or shut down" },
    { -ECANCELED, "CancelledError", "cancelled" },
    { -ECONNABORTED, "BrokenBarrierError", "the barrier is broken" },
    { -EPIPE, "BrokenPipeError", "the other end is gone" },
    { -ENODATA, "EOFError", "end of data" },
    { -EACCES, "AuthenticationError", "not allowed or wrong key" },
    { -EBADMSG, "UnpicklingError", "cannot be pickled, or is not a pickle" },
    { -EBADMSG, "PicklingError", "cannot be pickled, or is not a pickle" },
    { -EMSGSIZE, "BufferTooShort", "the buffer is too short" },
    { -ENOMEM, "MemoryError", "no memory" },
    { -EROFS, "TypeError", "the value is sealed: it was handed over" },
    { -ELOOP, "RecursionError", "a container cannot hold itself" },
    { -ENOKEY, "KeyError", "no such key" },
    { -ERANGE, "IndexError", "index out of range" },
    { -EOVERFLOW, "OverflowError", "the number does not fit" },
    { -ENOENT, "FileNotFoundError", "no such file or name" },
    { -EEXIST, "FileExistsError", "exists already" },
    { -EBUSY, "RuntimeError", "in use" },
    { -EBADF, "OSError", "not an open descriptor" },
    { -EINTR, "InterruptedError", "interrupted by a signal" },
    { -ENOSYS, "NotImplementedError", "not available on this system" },
    { -ENOTSUP, "NotImplementedError", "not supported" },
    { -ECONNREFUSED, "ConnectionRefusedError", "connection refused" },
    { -ECONNRESET, "ConnectionResetError", "connection reset by the other end" },
    { -ECHILD, "ChildProcessError", "no such child process" },
    { -ESRCH, "ProcessLookupError", "no such process or strand" },
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const char *tt_strerror(int code)
{
    for (int i = 0; i < ROWS; i++)
        if (rows[i].code == code) return rows[i].line;
    const char *os = code < 0 ? strerrordesc_np(-code) : NULL; /* glibc: static, untranslated, safe in any thread */
    return os ? os : "unknown code";
}

const char *tt_code_type_(int code)
{
    for (int i = 0; i < ROWS; i++)
        if (rows[i].code == code) return rows[i].type;
    return "OSError";
}

int tt_code_of_type_(const char *type)
{
    for (int i = 2; i < ROWS; i++)
        if (strcmp(rows[i].type, type) == 0) return rows[i].code;
    return 0;
}
