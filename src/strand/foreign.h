/* foreign.h - debug builds notice a coroutine that waits while it holds a pthread mutex (K20): the worker's next task
 * may want the same mutex, and then nobody goes on. */
#ifndef TUTTI_STRAND_FOREIGN_H
#define TUTTI_STRAND_FOREIGN_H

#include "base/atomic.h"

/* Interposing pthread functions is for debug builds without a sanitizer, which does it, too. */
#if defined(TT_DEBUG) && !defined(TT_TSAN_) && !defined(TT_ASAN_)
#define TT_COUNTS_MUTEXES_ 1
/* How many pthread mutexes the calling thread holds. */
extern __thread int tt_foreign_mutexes_;
#endif

#endif
