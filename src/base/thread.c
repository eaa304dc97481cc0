/* thread.c - see thread.h. */
#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

#include "base/atomic.h"

static int fail_after = -1; /* atomic; tests only */

void tt_thread_fail_after_(int n)
{
    tt_store_relaxed_(&fail_after, n);
}

static bool must_fail(void)
{
    int n = tt_load_relaxed_(&fail_after);
    while (n > 0 && !tt_cas_relaxed_(&fail_after, &n, n - 1)) {
    }
    return n == 0;
}

static int create(pthread_t *ret, const pthread_attr_t *attr, bool block, void *(*body)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    if (block) pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = must_fail() ? EAGAIN : pthread_create(ret, attr, body, arg);
    if (block) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -r;
}

int tt_thread_create_(pthread_t *ret, const struct tt_thread_start_ *how, void *(*body)(void *), void *arg)
{
    pthread_attr_t attr;
    int r = -pthread_attr_init(&attr);
    if (r < 0) return r;
    if (how->stack_size) r = -pthread_attr_setstacksize(&attr, how->stack_size);
    if (how->detached) pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (r == 0) r = create(ret, &attr, how->block_signals, body, arg);
    pthread_attr_destroy(&attr);
    return r;
}

void tt_thread_set_name_(const char *name)
{
    char cut[16];
    snprintf(cut, sizeof cut, "%s", name);
    prctl(PR_SET_NAME, cut);
}
