/* os_thread.h - starting and naming OS threads. The only pthread_create of the library, so that a test can make it
 * fail. */
#ifndef TUTTI_BASE_OS_THREAD_H
#define TUTTI_BASE_OS_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    TT_STACK_SIZE_MIN_ = 32 << 10, /* the least a thread may ask for, as in Python */
    TT_OS_NAME_SIZE_ = 16,         /* the kernel's names: 15 bytes and the end */
};

struct tt_os_thread_options_ {
    size_t stack_size; /* bytes, rounded up to pages; 0: the system's default */
    bool no_signals;   /* it blocks all signals (K16) */
};

/* tt_os_thread_start_ - a joinable thread that runs run(arg).
 * Returns  0; -EINVAL (stack_size: too small, or more than can be); -EAGAIN, -ENOMEM (no thread to be had) */
int tt_os_thread_start_(pthread_t *ret, const struct tt_os_thread_options_ *options, void *(*run)(void *), void *arg);

/* Gives a living thread its kernel name, cut to 15 bytes between two characters. The calling thread's costs one
 * system call, another's a file. */
void tt_os_thread_set_name_(pthread_t thread, const char *name);

/* The calling thread's number in the kernel: gettid. */
int tt_os_thread_id_(void);

/* For tests: the n-th start from now (1: the next) answers -EAGAIN, and so do the `times` - 1 after it. */
void tt_os_thread_fail_after_(long n, long times);

#endif
