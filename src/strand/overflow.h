/* overflow.h - the side of the overflow report that threads running coroutines see. */
#ifndef TUTTI_STRAND_OVERFLOW_H
#define TUTTI_STRAND_OVERFLOW_H

#include <stdbool.h>
#include <tutti/overflow.h>

#include "base/atomic.h"

extern bool tt_overflow_enabled_; /* atomic; never false again */
extern __thread bool tt_overflow_armed_;

void tt_overflow_arm_now_(void);

/* tt_overflow_arm_ - a thread that runs coroutines calls it now and then: once the report is enabled, it gives the
 * thread a signal stack. Without memory for one it tries again the next time. */
static inline void tt_overflow_arm_(void)
{
    if (__builtin_expect(tt_load_relaxed_(&tt_overflow_enabled_) && !tt_overflow_armed_, 0)) tt_overflow_arm_now_();
}

/* tt_overflow_begin_ - a thread that is about to run coroutines: looks at the environment, once, and arms. */
void tt_overflow_begin_(void);

/* tt_overflow_disarm_ - the thread runs no more coroutines: undoes what arm did. */
void tt_overflow_disarm_(void);

#endif
