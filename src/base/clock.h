/* clock.h - the monotonic clock, for the library's own use. */
#ifndef TUTTI_BASE_CLOCK_H
#define TUTTI_BASE_CLOCK_H

#include <time.h>
#include <tutti/core.h>

/* `t` as a timespec; before the epoch of the clock counts as its epoch. */
static inline struct timespec tt_timespec_(tt_time t)
{
    if (t < 0) t = 0;
    return (struct timespec){ .tv_sec = (time_t)(t / TT_S), .tv_nsec = (long)(t % TT_S) };
}

#endif
