/* x86_64.S - the switch on x86-64 (System V ABI). The layout it leaves on the stack is told in context.c.
 *
 * The unwind tables are exact at every instruction, also between the two stacks, so a profiler's signal may land
 * anywhere. The trampoline's return address is undefined: unwinders stop there.
 * Control-flow enforcement: indirect-branch targets have endbr64 and the object says IBT. It does not say SHSTK,
 * since the switch leaves the hardware shadow stack alone; the linker then clears the mark of the whole program and
 * the C library does not turn shadow stacks on. */
#if defined(__x86_64__) && !defined(TT_UCONTEXT_)

    .text

/* void tt_context_swap_(struct tt_context_ *from: rdi, struct tt_context_ *to: rsi) */
    .globl  tt_context_swap_
    .hidden tt_context_swap_
    .type   tt_context_swap_, @function
    .p2align 6
tt_context_swap_:
    .cfi_startproc
    endbr64
    pushq   %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    pushq   %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    pushq   %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r12, 0
    pushq   %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r13, 0
    pushq   %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r14, 0
    pushq   %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r15, 0
    movq    %rsp, (%rdi)
    movq    (%rsi), %rsp
    popq    %r15
    .cfi_adjust_cfa_offset -8
    .cfi_restore r15
    popq    %r14
    .cfi_adjust_cfa_offset -8
    .cfi_restore r14
    popq    %r13
    .cfi_adjust_cfa_offset -8
    .cfi_restore r13
    popq    %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore r12
    popq    %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    popq    %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbp
    popq    %rcx                        /* pop and jump: the return predictor knows only the other stack's calls */
    .cfi_adjust_cfa_offset -8
    .cfi_register rip, rcx
    notrack jmpq *%rcx
    .cfi_endproc
    .size   tt_context_swap_, . - tt_context_swap_

/* The first switch to a made context arrives here: r12 = entry, r13 = arg, rbp = 0, rsp 16-byte aligned. */
    .globl  tt_context_start_
    .hidden tt_context_start_
    .type   tt_context_start_, @function
    .p2align 4
tt_context_start_:
    .cfi_startproc
    .cfi_undefined rip
    .cfi_undefined rbp
    nop                                 /* unwinders look up a return address minus one: here, not before it */
    endbr64                             /* swap returns to this one */
    movq    %r13, %rdi
    callq   *%r12
    ud2                                 /* entry returned */
    .cfi_endproc
    .size   tt_context_start_, . - tt_context_start_

#endif

#if defined(__x86_64__)
    .section .note.gnu.property, "a"
    .p2align 3
    .long   4                           /* name size */
    .long   16                          /* descriptor size */
    .long   5                           /* NT_GNU_PROPERTY_TYPE_0 */
    .asciz  "GNU"
    .long   0xc0000002                  /* GNU_PROPERTY_X86_FEATURE_1_AND */
    .long   4
    .long   1                           /* IBT, without SHSTK (2) */
    .long   0
#endif
    .section .note.GNU-stack, "", %progbits
