/* ucontext.c - the switch by POSIX getcontext and swapcontext, for architectures without an assembly one and for
 * builds with TT_UCONTEXT_. About 200 ns instead of 4: it saves the signal mask by a system call. */
#include "strand/context.h"

#ifdef TT_UCONTEXT_

#include <stdint.h>

/* makecontext passes ints only. */
static void start(unsigned high, unsigned low)
{
    struct tt_context_ *c = (struct tt_context_ *)(uintptr_t)((uint64_t)high << 32 | low); /* NOLINT */
    c->machine_entry(c->machine_arg);
}

void tt_context_prepare_(struct tt_context_ *c, void (*entry)(void *arg), void *arg)
{
    uint64_t self = (uintptr_t)c;
    getcontext(&c->machine); /* cannot fail: it only stores */
    c->machine.uc_stack.ss_sp = c->low;
    c->machine.uc_stack.ss_size = c->size;
    c->machine.uc_link = NULL;
    c->machine_entry = entry;
    c->machine_arg = arg;
    c->machine_frame = (struct tt_frame_){ 0 };
    makecontext(&c->machine, (void (*)(void))start, 2, (unsigned)(self >> 32), (unsigned)self);
}

/* The frame is noted here: swapcontext keeps registers only, and under AddressSanitizer another function's. */
TT_UNINSTRUMENTED_ void tt_context_swap_(struct tt_context_ *from, struct tt_context_ *to)
{
#if defined(__x86_64__) || defined(__aarch64__)
    from->machine_frame = *(const struct tt_frame_ *)__builtin_frame_address(0);
#endif
    swapcontext(&from->machine, &to->machine);
}

TT_UNINSTRUMENTED_ struct tt_frame_ tt_context_frame_(const struct tt_context_ *c)
{
    return c->machine_frame;
}

#endif
