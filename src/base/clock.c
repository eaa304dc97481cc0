/* clock.c - the only reads of the clock. */
#include "base/clock.h"

#include <math.h>

tt_time tt_clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (tt_time)ts.tv_sec * TT_S + ts.tv_nsec;
}

tt_time tt_after(double seconds)
{
    tt_time now = tt_clock();
    if (isnan(seconds) || seconds <= 0) return now > 0 ? now : 1;
    double ns = seconds * 1e9;
    if (ns >= (double)(TT_FOREVER - now)) return TT_FOREVER;
    return now + (tt_time)ns;
}
