/* worker_switch.c - what a switch between coroutines does not do (K17): it reads no clock.
 * labels: quick */
#include <sys/syscall.h>
#include <time.h>
#include <tutti/loop.h>
#include <tutti/strand.h>
#include <unistd.h>

#include "test.h"

/* Stands before libc's; the library is linked statically and calls this one. */
static __thread long reads;

int clock_gettime(clockid_t clock, struct timespec *ts)
{
    reads++;
    return (int)syscall(SYS_clock_gettime, clock, ts);
}

enum { YIELDS = 5000 };

static tt_value yields(tt_view arg)
{
    for (int i = 0; i < YIELDS; i++) tt_yield();
    return tt_ref(arg);
}

static tt_value measure(tt_view arg)
{
    tt_autoptr(tt_future) a = tt_create_task(yields, tt_none());
    tt_autoptr(tt_future) b = tt_create_task(yields, tt_none());
    tt_yield();
    long before = reads;
    tt_drop(tt_await(a));
    tt_drop(tt_await(b));
    CHECK_EQ(reads, before);
    return tt_ref(arg);
}

TEST(a_switch_reads_no_clock)
{
    test_allow(0, 1, 0); /* the watchdog */
    CHECK_GE(tt_clock(), 0);
    CHECK_GE(reads, 1); /* it is this clock that is read */
    tt_drop(tt_run(measure, tt_none()));
}
