/* futex.c - the two futex calls. FUTEX_WAIT_BITSET takes an absolute deadline, so EINTR needs no arithmetic. */
#include "base/futex.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static long futex(uint32_t *word, int op, uint32_t value, const struct timespec *by)
{
    return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, by, NULL, FUTEX_BITSET_MATCH_ANY);
}

int tt_futex_wait_(uint32_t *word, uint32_t expected, tt_time by)
{
    int saved = errno;
    struct timespec ts = tt_timespec_(by);
    long r = futex(word, FUTEX_WAIT_BITSET, expected, by == TT_FOREVER ? NULL : &ts);
    int code = r < 0 && errno == ETIMEDOUT ? -ETIMEDOUT : 0;
    errno = saved;
    return code;
}

void tt_futex_wake_(uint32_t *word, int count)
{
    int saved = errno;
    futex(word, FUTEX_WAKE, (uint32_t)count, NULL);
    errno = saved;
}
