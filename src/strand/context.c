/* context.c - making, leaving and looking at contexts; the switch itself is in x86_64.S, aarch64.S or ucontext.c.
 *
 * A suspended context's sp points at what swap pushed, lowest address first:
 *   x86-64   r15 r14 r13 r12 rbx rbp rip
 *   aarch64  d8-d15 x19-x28 x29 x30
 * so frame pointer and return address are neighbours, as in every other frame: a frame-pointer walk starts there.
 * A made context looks the same; its return address is the trampoline tt_context_start_, which calls the function in
 * r12 (x19) with the argument in r13 (x20). Tests: tests/context.c. */
#include "strand/context.h"

#include <stdint.h>
#include <string.h>

void tt_context_adopt_(struct tt_context_ *c)
{
    memset(c, 0, sizeof *c);
    tt_tools_adopt_(&c->tools);
}

#ifdef TT_SANITIZED_
static void begin(void *context) /* the first function on a made stack, where there are tools to tell */
{
    struct tt_context_ *c = context;
    tt_tools_arrive_(&c->tools);
    c->entry(c->arg);
}
#endif

int tt_context_make_(struct tt_context_ *c, void *stack_low, size_t size, void (*entry)(void *arg), void *arg)
{
    int r = tt_tools_make_(&c->tools, stack_low, size);
    if (r < 0) return r;
    c->low = stack_low;
    c->size = size;
#ifdef TT_SANITIZED_
    c->entry = entry;
    c->arg = arg;
    tt_context_prepare_(c, begin, c);
#else
    tt_context_prepare_(c, entry, arg);
#endif
    return 0;
}

void tt_context_release_(struct tt_context_ *c)
{
    tt_tools_release_(&c->tools);
    memset(c, 0, sizeof *c);
}

#ifdef TT_SANITIZED_
TT_UNINSTRUMENTED_ void tt_context_switch_(struct tt_context_ *from, struct tt_context_ *to)
{
    tt_tools_leave_(&from->tools, &to->tools, false);
    tt_context_swap_(from, to);
    tt_tools_arrive_(&from->tools);
}
#endif

TT_UNINSTRUMENTED_ void tt_context_exit_(struct tt_context_ *from, struct tt_context_ *to)
{
#ifdef TT_SANITIZED_
    tt_tools_leave_(&from->tools, &to->tools, true);
#endif
    tt_context_swap_(from, to);
    __builtin_trap(); /* somebody resumed a context that had been left for ever */
}

#ifndef TT_UCONTEXT_

void tt_context_start_(void); /* the trampoline; called by nobody, returned to by the first swap */

/* What swap pushes, with the names of what the trampoline finds in two of the registers. */
struct saved {
#if defined(__x86_64__)
    void *r15_14[2], *arg, *entry, *rbx;
#else
    double d8_15[8];
    void *entry, *arg, *x21_28[8];
#endif
    struct tt_frame_ frame;
};
#if defined(__x86_64__)
#define START_NOP 1 /* bytes of the trampoline's first instruction; swap returns behind it */
#else
#define START_NOP 4
#endif

void tt_context_prepare_(struct tt_context_ *c, void (*entry)(void *arg), void *arg)
{
    uintptr_t top = (uintptr_t)(c->low + c->size) & ~(uintptr_t)15;
    /* 16 spare bytes: something readable above the topmost frame. On x86-64 the trampoline runs with rsp there. */
    struct saved *s = (struct saved *)(top - 16) - 1;
    *s = (struct saved){ .entry = (void *)(uintptr_t)entry, .arg = arg };
    s->frame.pc = (char *)(uintptr_t)tt_context_start_ + START_NOP;
    c->sp = s;
}

TT_UNINSTRUMENTED_ struct tt_frame_ tt_context_frame_(const struct tt_context_ *c)
{
    return ((const struct saved *)c->sp)->frame;
}

#endif

/* A frame lies inside the stack, aligned, with room for its two words. */
static bool plausible(const struct tt_context_ *c, uintptr_t frame, uintptr_t above)
{
    uintptr_t low = (uintptr_t)c->low, high = low + c->size;
    return frame > above && frame >= low && frame <= high - sizeof(struct tt_frame_) && frame % sizeof(void *) == 0;
}

/* Without the signature that aarch64 code built with -mbranch-protection puts into return addresses. */
static void *unsigned_address(void *pc)
{
#if defined(__aarch64__)
    __asm__("mov x30, %0\n\thint #7 /* xpaclri */\n\tmov %0, x30" : "+r"(pc) : : "x30");
#endif
    return pc;
}

TT_UNINSTRUMENTED_ int tt_context_backtrace_(const struct tt_context_ *c, void **pc, int max)
{
    struct tt_frame_ f = tt_context_frame_(c);
    uintptr_t at = 0;
    int n = 0;
    while (n < max && f.pc) {
        pc[n++] = unsigned_address(f.pc);
        if (!c->low || !plausible(c, (uintptr_t)f.next, at)) break;
        at = (uintptr_t)f.next;
        memcpy(&f, (const void *)at, sizeof f);
    }
    return n;
}
