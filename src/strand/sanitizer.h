/* sanitizer.h - tells AddressSanitizer, ThreadSanitizer and Valgrind about every stack and every switch.
 *
 * A context carries one struct tt_tools_. In a plain build it is one word, touched only by make and release.
 *
 * ASan: each stack has a shadow "fake stack" (detect_stack_use_after_return). Leaving saves it, arriving restores it;
 *       leaving for ever passes NULL, which frees it: never pass NULL for a stack that will run again.
 * TSan: each context is a fiber. The switch annotation runs on the old fiber and moves the shadow call stack, so it
 *       must stand in an uninstrumented function directly before the real switch. Its flag 0 adds a happens-before
 *       edge, which is true of a switch.
 * Valgrind: a registered stack makes a jump of the stack pointer a switch, not a huge push or pop. */
#ifndef TUTTI_STRAND_SANITIZER_H
#define TUTTI_STRAND_SANITIZER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/atomic.h"

#ifndef TT_VALGRIND_
#if defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#define TT_VALGRIND_ 1
#endif
#endif
#endif
#ifndef TT_VALGRIND_
#define TT_VALGRIND_ 0
#endif

#if TT_VALGRIND_
#include <valgrind/memcheck.h>
#endif
#ifdef TT_ASAN_
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef TT_TSAN_
#include <sanitizer/tsan_interface.h>
#endif

#if defined(TT_ASAN_) || defined(TT_TSAN_)
#define TT_SANITIZED_ 1 /* a switch has hooks */
#endif

/* Nothing in the function is instrumented. (To clang, no_sanitize alone leaves calls at entry and exit.) */
#if defined(__has_attribute)
#if __has_attribute(disable_sanitizer_instrumentation)
#define TT_UNINSTRUMENTED_ __attribute__((no_sanitize("address", "thread"), disable_sanitizer_instrumentation))
#endif
#endif
#ifndef TT_UNINSTRUMENTED_
#define TT_UNINSTRUMENTED_ __attribute__((no_sanitize("address", "thread")))
#endif

struct tt_tools_ {
    unsigned valgrind; /* Valgrind's id of the stack, plus one; 0: not registered */
    bool adopted;      /* an OS thread's own stack */
#ifdef TT_ASAN_
    void *fake;      /* its fake stack while it is suspended */
    const void *low; /* the bounds AddressSanitizer is told; an adopted stack's after its first switch */
    size_t size;
    struct tt_tools_ *adopted_previous; /* an adopted context that switched here: its bounds become known on arrival */
#endif
#ifdef TT_TSAN_
    void *fiber;
#endif
};

/* TSan ends the process at about 8,100 threads and fibers; make answers -ENOMEM before that. */
enum { TT_TSAN_FIBERS_MAX_ = 7500 };

void tt_tools_adopt_(struct tt_tools_ *t);
int tt_tools_make_(struct tt_tools_ *t, void *low, size_t size); /* 0 or -ENOMEM */
void tt_tools_release_(struct tt_tools_ *t);

#ifdef TT_SANITIZED_
/* The last thing before the machine switches from `from` to `to`; `dies`: from never runs again. */
TT_UNINSTRUMENTED_ static inline void tt_tools_leave_(struct tt_tools_ *from, struct tt_tools_ *to, bool dies)
{
#ifdef TT_ASAN_
    to->adopted_previous = from->adopted ? from : NULL;
    __sanitizer_start_switch_fiber(dies ? NULL : &from->fake, to->low, to->size);
#endif
#ifdef TT_TSAN_
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    (void)from, (void)to, (void)dies;
}

/* The first thing on the stack switched to. */
TT_UNINSTRUMENTED_ static inline void tt_tools_arrive_(struct tt_tools_ *self)
{
#ifdef TT_ASAN_
    const void *low;
    size_t size;
    __sanitizer_finish_switch_fiber(self->fake, &low, &size);
    self->fake = NULL;
    if (self->adopted_previous) {
        self->adopted_previous->low = low;
        self->adopted_previous->size = size;
    }
#endif
    (void)self;
}
#endif

#endif
