/* context.h - one flow's saved machine state, and the switch between two of them.
 *
 * A switch saves what the ABI says a callee saves: on x86-64 rbx, rbp, r12-r15 and the stack pointer; on aarch64
 * x19-x30, d8-d15 and the stack pointer. It does NOT touch the floating-point control words (MXCSR, x87 control word,
 * FPCR) nor their status flags: they belong to the OS thread. A flow that changes the rounding mode or unmasks an
 * exception must restore it before it switches away. (Reloading MXCSR costs 60 ns whenever the sticky flags of the
 * two flows differ.) The ucontext build saves them, and the signal mask: correct, slower.
 *
 * Nor are errno and thread-locals switched: they are the OS thread's. A context that has started stays on its thread;
 * it may be made on one thread and first started on another, if the hand-over is a release and an acquire.
 *
 * Life: all-zero bytes -> make -> switch in and out -> exit (from inside) -> make again on the same stack, or release.
 *       all-zero bytes -> adopt (the running thread's own stack) -> switch out and in -> release. */
#ifndef TUTTI_STRAND_CONTEXT_H
#define TUTTI_STRAND_CONTEXT_H

#include <stddef.h>

#include "strand/sanitizer.h"

#if !defined(TT_UCONTEXT_) && !defined(__x86_64__) && !defined(__aarch64__)
#define TT_UCONTEXT_ 1
#endif
#ifdef TT_UCONTEXT_
#include <ucontext.h>
#endif

/* The head of a frame on both architectures. */
struct tt_frame_ {
    void *next; /* the frame pointer there: the caller's struct tt_frame_, further up the stack */
    void *pc;   /* return address */
};

struct tt_context_ {
    void *sp;  /* the saved registers, while suspended; the assembly knows it is first */
    char *low; /* the stack is [low, low + size); NULL for an adopted one */
    size_t size;
    struct tt_tools_ tools;
#ifdef TT_SANITIZED_
    void (*entry)(void *arg); /* what begin calls */
    void *arg;
#endif
#ifdef TT_UCONTEXT_
    void (*machine_entry)(void *arg); /* what ucontext.c calls */
    void *machine_arg;
    struct tt_frame_ machine_frame;
    ucontext_t machine;
#endif
};

/* tt_context_adopt_ - the calling thread's own stack becomes c: what a worker's scheduler runs on. */
void tt_context_adopt_(struct tt_context_ *c);

/* tt_context_make_ - the first switch to c calls entry(arg) on the stack [stack_low, stack_low + size).
 * c       all-zero bytes, or released, or left for ever by tt_context_exit_; then the stack must be the same one
 * entry   must not return: it ends with tt_context_exit_. It starts with the ABI's alignment and frame pointer 0,
 *         and a debugger's backtrace ends below it
 * Returns 0, or -ENOMEM (ThreadSanitizer builds only: out of fibers); then c is as before
 * Cost    about 5 ns: one cache line of the stack */
int tt_context_make_(struct tt_context_ *c, void *stack_low, size_t size, void (*entry)(void *arg), void *arg);

/* tt_context_release_ - forgets c: called from another context when c was left for ever, or was never started; or
 * when c was adopted by the calling thread and nothing will switch to it. The stack may be freed afterwards. c becomes
 * all-zero bytes. */
void tt_context_release_(struct tt_context_ *c);

/* tt_context_backtrace_ - the return addresses of a suspended context, innermost first, by its frame pointers.
 * Reads only inside its stack and stops at the first frame that is not plausible, such as that of code compiled
 * without frame pointers. Nothing may switch to c meanwhile. Of an adopted context only the first one is found.
 * Returns how many of pc[0..max) were filled. */
int tt_context_backtrace_(const struct tt_context_ *c, void **pc, int max);

/* The bare switch (x86_64.S, aarch64.S, ucontext.c): saves the registers, stores where in from->sp, resumes to->sp. */
void tt_context_swap_(struct tt_context_ *from, struct tt_context_ *to);

/* tt_context_switch_ - suspends `from`, which is running, and resumes `to`; returns when somebody resumes `from`.
 * tt_context_exit_   - the same, but `from` never runs again. It touches `from` no more once `to` runs. */
#ifdef TT_SANITIZED_
void tt_context_switch_(struct tt_context_ *from, struct tt_context_ *to);
#else
static inline void tt_context_switch_(struct tt_context_ *from, struct tt_context_ *to)
{
    tt_context_swap_(from, to);
}
#endif
__attribute__((noreturn)) void tt_context_exit_(struct tt_context_ *from, struct tt_context_ *to);

/* The frame in which c is suspended: its caller's frame pointer and return address (context.c or ucontext.c). */
struct tt_frame_ tt_context_frame_(const struct tt_context_ *c);

/* Writes the first frame, so that swap starts entry(arg) (context.c or ucontext.c). */
void tt_context_prepare_(struct tt_context_ *c, void (*entry)(void *arg), void *arg);

#endif
