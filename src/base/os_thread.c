/* os_thread.c - see os_thread.h. Tests: tests/thread.c. */
#include "base/os_thread.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic.h"

static long starts_left, fails_left; /* atomic; the test hook; 0: off */

void tt_os_thread_fail_after_(long n, long times)
{
    tt_store_relaxed_(&fails_left, times);
    tt_store_relaxed_(&starts_left, n);
}

static bool must_fail(void)
{
    if (tt_load_relaxed_(&starts_left) == 0) return false;
    if (tt_sub_relaxed_(&starts_left, 1) != 1) return false;
    if (tt_sub_relaxed_(&fails_left, 1) > 1) tt_store_relaxed_(&starts_left, 1);
    return true;
}

static int set_stack_size(pthread_attr_t *attr, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (size < TT_STACK_SIZE_MIN_ || size > SIZE_MAX / 2) return -EINVAL;
    return -pthread_attr_setstacksize(attr, (size + page - 1) / page * page);
}

/* With all signals blocked, which the new thread inherits. */
static int create_without_signals(pthread_t *ret, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = -pthread_create(ret, attr, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

int tt_os_thread_start_(pthread_t *ret, const struct tt_os_thread_options_ *options, void *(*run)(void *), void *arg)
{
    pthread_attr_t attr;
    if (must_fail()) return -EAGAIN;
    int r = -pthread_attr_init(&attr);
    if (r < 0) return r;
    if (options->stack_size) r = set_stack_size(&attr, options->stack_size);
    if (r == 0 && options->no_signals)
        r = create_without_signals(ret, &attr, run, arg);
    else if (r == 0)
        r = -pthread_create(ret, &attr, run, arg);
    pthread_attr_destroy(&attr);
    return r;
}

/* How many bytes of `name` fit without cutting a UTF-8 character in two. */
static size_t fitting(const char *name)
{
    size_t n = strnlen(name, TT_OS_NAME_SIZE_);
    if (n < TT_OS_NAME_SIZE_) return n;
    for (n = TT_OS_NAME_SIZE_ - 1; n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80;) n--;
    return n;
}

void tt_os_thread_set_name_(pthread_t thread, const char *name)
{
    char cut[TT_OS_NAME_SIZE_] = { 0 };
    memcpy(cut, name, fitting(name));
    pthread_setname_np(thread, cut); /* what cannot fail here: the length; a thread that has ended has no name */
}

int tt_os_thread_id_(void)
{
    return (int)gettid();
}
