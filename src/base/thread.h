/* thread.h - making OS threads: the only calls of pthread_create. */
#ifndef TUTTI_BASE_THREAD_H
#define TUTTI_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct tt_thread_start_ {
    size_t stack_size;   /* bytes; 0: the system's default */
    bool block_signals;  /* the thread starts with every signal blocked (K16); else it inherits the caller's mask */
    bool detached;
};

/* 0, -EAGAIN (no more threads), -ENOMEM, -EINVAL (stack size). */
int tt_thread_create_(pthread_t *ret, const struct tt_thread_start_ *how, void *(*body)(void *), void *arg);

/* The calling thread's name as the system shows it: the first 15 bytes. */
void tt_thread_set_name_(const char *name);

/* For tests: the n-th creation from now fails with -EAGAIN, and all after it; negative: none does. */
void tt_thread_fail_after_(int n);

#endif
