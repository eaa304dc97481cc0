/* thread.c - see thread.h. */
#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/map.h"

enum { NAME_SIZE = 16 }; /* the kernel's, with the end */

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

/* All but those that a fault of the thread itself raises: a blocked fault kills without its handler. */
static void all_sent_signals(sigset_t *ret)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS };
    sigfillset(ret);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(ret, faults[i]);
}

/* With the signals blocked that it shall inherit; NULL: the caller's. */
static int create(pthread_t *ret, const pthread_attr_t *attr, const sigset_t *mask, void *(*body)(void *), void *arg)
{
    sigset_t before;
    if (mask) pthread_sigmask(SIG_SETMASK, mask, &before);
    int r = must_fail() ? EAGAIN : pthread_create(ret, attr, body, arg);
    if (mask) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -r;
}

static int set_stack_size(pthread_attr_t *attr, size_t size)
{
    size_t page = tt_map_page_();
    if (size > SIZE_MAX / 2) return -EINVAL;
    return -pthread_attr_setstacksize(attr, (size + page - 1) / page * page);
}

int tt_thread_create_(pthread_t *ret, const struct tt_thread_start_ *how, void *(*body)(void *), void *arg)
{
    sigset_t all;
    pthread_attr_t attr;
    int r = -pthread_attr_init(&attr);
    if (r < 0) return r;
    all_sent_signals(&all);
    const sigset_t *mask = how->signals ? how->signals : how->block_signals ? &all : NULL;
    if (how->stack_size) r = set_stack_size(&attr, how->stack_size);
    if (how->detached) pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (r == 0) r = create(ret, &attr, mask, body, arg);
    pthread_attr_destroy(&attr);
    return r;
}

/* The part that fits, without half of a UTF-8 character at its end. */
static void cut_name(char cut[NAME_SIZE], const char *name)
{
    size_t n = strnlen(name, NAME_SIZE);
    if (n == NAME_SIZE)
        for (n = NAME_SIZE - 1; n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80;)
            n--;
    memset(cut, 0, NAME_SIZE);
    memcpy(cut, name, n);
}

void tt_thread_set_name_(const char *name)
{
    char cut[NAME_SIZE];
    cut_name(cut, name);
    prctl(PR_SET_NAME, cut);
}

void tt_thread_rename_(pthread_t thread, const char *name)
{
    char cut[NAME_SIZE];
    cut_name(cut, name);
    pthread_setname_np(thread, cut);
}

int tt_thread_number_(void)
{
    return (int)gettid();
}
