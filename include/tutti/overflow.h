/* overflow.h - says which coroutine ran out of its stack, before the program dies of it. Python: faulthandler. */
#ifndef TUTTI_OVERFLOW_H
#define TUTTI_OVERFLOW_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_enable_overflow_report - from now on, a coroutine or pool task that runs into the guard below its stack is named
 * on standard error: its name, the size of its stack, the faulting code and address. Then the fault takes its course
 * as if there were no report: the SIGSEGV handler that was installed before runs, or the process dies and dumps core
 * at that place. Without it an overflow is a plain SIGSEGV.
 *
 * Adds a SIGSEGV handler, and to each thread that runs coroutines an alternate signal stack (64 KiB, virtual) unless
 * it has one, with SIGSEGV unblocked there. A SIGSEGV handler that is installed later replaces it. There is no way
 * back. The environment variable TUTTI_OVERFLOW_REPORT=1 enables it with the first coroutine.
 * Returns   0, also when it was enabled already; -ENOSYS when the system refuses the handler
 * Threads   any.  Cost: nothing until the fault.  Python: faulthandler.enable. */
TT_API int tt_enable_overflow_report(void);

#ifdef __cplusplus
}
#endif
#endif
