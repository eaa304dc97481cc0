/* map.c - the system calls behind map.h.
 *
 * Advice for many ranges goes by process_madvise, on the process itself, where the kernel takes that (6.15 and later):
 * one call and one TLB flush (guard 0.45 instead of 0.6 us, drop 0.8 instead of 1.3 us). Else range by range. */
#include "base/map.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/atomic.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif
#ifndef PR_SET_VMA_ANON_NAME
#define PR_SET_VMA_ANON_NAME 0
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#endif
#define OWN_PROCESS (-10000) /* PIDFD_SELF of 6.15's <linux/pidfd.h>; not a valid descriptor before */

_Static_assert(sizeof(struct tt_range_) == sizeof(struct iovec), "a range is an iovec");

static long fail_countdown; /* 0: off; 1: fail from now on */

static bool fails(void)
{
    long n = tt_load_relaxed_(&fail_countdown);
    if (n > 1) tt_store_relaxed_(&fail_countdown, n - 1);
    return n == 1;
}

static long interruptions; /* to come */

/* True: as if the system call had been interrupted. */
static bool interrupted(void)
{
    if (tt_load_relaxed_(&interruptions) <= 0 || tt_sub_relaxed_(&interruptions, 1) <= 0) return false;
    errno = EINTR;
    return true;
}

void tt_map_interrupt_(long n)
{
    tt_store_relaxed_(&interruptions, n);
}

void tt_map_fail_(long n)
{
    tt_store_relaxed_(&fail_countdown, n);
}

size_t tt_map_page_(void)
{
    static size_t page;
    size_t p = tt_load_relaxed_(&page);
    if (p == 0) tt_store_relaxed_(&page, p = (size_t)sysconf(_SC_PAGESIZE));
    return p;
}

int tt_map_reserve_(void **ret, size_t size, const char *name)
{
    if (fails()) return -ENOMEM;
    void *m = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (m == MAP_FAILED) return -ENOMEM;
    madvise(m, size, MADV_NOHUGEPAGE);                      /* -EINVAL: the kernel has no huge pages */
    prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, m, size, name); /* -EINVAL: it has no names */
    *ret = m;
    return 0;
}

static int protect(void *start, size_t size, int access)
{
    if (fails()) return -ENOMEM;
    while (interrupted() || mprotect(start, size, access) < 0)
        if (errno != EINTR) return -ENOMEM;
    return 0;
}

int tt_map_usable_(void *start, size_t size)
{
    return protect(start, size, PROT_READ | PROT_WRITE);
}

int tt_map_forbid_(void *start, size_t size)
{
    return protect(start, size, PROT_NONE);
}

void tt_map_release_(void *start, size_t size)
{
    munmap(start, size);
}

static int advise_one(const struct tt_range_ *r, int advice)
{
    while (interrupted() || madvise(r->start, r->size, advice) < 0)
        if (errno != EINTR) return -errno;
    return 0;
}

static bool no_batches; /* found out at the first one; Valgrind would complain of the unknown call */

/* How many of the ranges one process_madvise did completely; 0 when it is not there or failed. */
static size_t advise_batch(const struct tt_range_ *ranges, size_t count, int advice)
{
#ifdef SYS_process_madvise
    if (tt_load_relaxed_(&no_batches) || RUNNING_ON_VALGRIND || interrupted()) return 0;
    long done = syscall(SYS_process_madvise, OWN_PROCESS, ranges, count < IOV_MAX ? count : (size_t)IOV_MAX, advice, 0);
    if (done < 0 && (errno == ENOSYS || errno == EBADF || errno == EPERM)) tt_store_relaxed_(&no_batches, true);
    size_t n = 0;
    while (n < count && done > 0 && (size_t)done >= ranges[n].size) done -= (long)ranges[n++].size;
    return n;
#else
    (void)ranges, (void)count, (void)advice;
    return 0;
#endif
}

/* All ranges, in batches while that works; 0 or the first failure. */
static int advise(const struct tt_range_ *ranges, size_t count, int advice)
{
    bool batches = count > 1;
    for (size_t i = 0; i < count;) {
        size_t n = batches ? advise_batch(ranges + i, count - i, advice) : 0;
        if (n == 0) {
            batches = false;
            int r = advise_one(ranges + i, advice);
            if (r < 0) return r;
            n = 1;
        }
        i += n;
    }
    return 0;
}

/* Whether a guarded page really faults: emulators accept any advice and do nothing. A system call tells, without a
 * signal. */
static bool faults(void *page)
{
    return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, page) < 0 && errno == EFAULT;
}

int tt_map_guards_(const struct tt_range_ *ranges, size_t count)
{
    if (fails()) return -ENOMEM;
    int r = advise(ranges, count, MADV_GUARD_INSTALL);
    if (r == -EINVAL) return -ENOTSUP;
    if (r < 0) return -ENOMEM;
    return count == 0 || faults(ranges[count - 1].start) ? 0 : -ENOTSUP;
}

void tt_map_drop_(const struct tt_range_ *ranges, size_t count)
{
    if (!fails()) (void)advise(ranges, count, MADV_DONTNEED);
}
