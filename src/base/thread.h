/* thread.h - making and naming OS threads: the only calls of pthread_create. */
#ifndef TUTTI_BASE_THREAD_H
#define TUTTI_BASE_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct tt_thread_start_ {
    size_t stack_size;   /* bytes, rounded up to pages; 0: the system's default */
    bool block_signals;  /* it starts with all signals blocked but those of its own faults (K16); else as the caller */
    bool detached;
    const sigset_t *signals; /* which it starts with blocked, instead; NULL: as said above */
};

/* 0, -EAGAIN (no more threads), -ENOMEM, -EINVAL (stack size). */
int tt_thread_create_(pthread_t *ret, const struct tt_thread_start_ *how, void *(*body)(void *), void *arg);

/* The calling thread's name as the system shows it: the first 15 bytes, cut between two characters. */
void tt_thread_set_name_(const char *name);

/* The same for another thread, which has not been joined yet; nothing if it has ended. Costs a file. */
void tt_thread_rename_(pthread_t thread, const char *name);

/* The calling thread's number in the kernel: gettid. */
int tt_thread_number_(void);

/* For tests: the n-th creation from now fails with -EAGAIN, and all after it; negative: none does. */
void tt_thread_fail_after_(int n);

#endif
