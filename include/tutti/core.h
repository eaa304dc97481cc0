/* core.h - what every other header needs: attributes, time, error codes, hooks. */
#ifndef TUTTI_CORE_H
#define TUTTI_CORE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TT_API __attribute__((visibility("default")))
#define TT_NODISCARD __attribute__((warn_unused_result))
#define TT_CLEANUP(fn) __attribute__((cleanup(fn)))
#define TT_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/* Initialises a struct with zero bytes, without a warning in either language. */
#ifdef __cplusplus
#define TT_ZEROS_ {}
#else
#define TT_ZEROS_ { 0 }
#endif

/* Two tokens pasted after expansion, and a name that is new on every use. */
#define TT_PASTE2_(a, b) a##b
#define TT_PASTE_(a, b) TT_PASTE2_(a, b)
#define TT_UNIQUE_(name) TT_PASTE_(name, __COUNTER__)

/* An absolute point in time: nanoseconds of CLOCK_MONOTONIC.
 * Every call that can block takes one as its last positional argument. */
typedef int64_t tt_time;
#define TT_NOW ((tt_time)0)             /* poll: what would block answers -EAGAIN */
#define TT_FOREVER ((tt_time)INT64_MAX) /* no deadline */
#define TT_US ((tt_time)1000)
#define TT_MS ((tt_time)1000000)
#define TT_S ((tt_time)1000000000)

/* tt_clock - the time now.  Cost: one vDSO call, about 20 ns.  Python: time.monotonic_ns. */
TT_API tt_time tt_clock(void);

/* tt_after - the point in time `seconds` from now.
 * seconds   negative or NaN: already past; too large for the clock or infinite: TT_FOREVER
 * Returns   an absolute time, never TT_NOW: a wait until then that fails answers -ETIMEDOUT */
TT_API tt_time tt_after(double seconds);

/* Acquiring a lock whose holder ended without releasing it returns this: you hold it; repair what it guards. */
#define TT_OWNER_DIED 1

/* tt_strerror - one line for a code that tutti returns (0, TT_OWNER_DIED or -Exxx); a static string. */
TT_API const char *tt_strerror(int code);

/* tt_cpu_count - CPUs this process may use: min(affinity, cgroup quota rounded up), at least 1.
 * The environment variable TUTTI_CPU_COUNT overrides it.  Python: os.process_cpu_count. */
TT_API int tt_cpu_count(void);

#ifdef __cplusplus
}
#endif
#endif
