/* aarch64.S - the switch on aarch64 (AAPCS64). The layout it leaves on the stack is told in context.c.
 *
 * The unwind tables are exact at every instruction. The trampoline's return address is undefined: unwinders stop
 * there. Functions begin with `bti c` (a hint, so old processors ignore it); the switch ends with ret, which is not
 * a tracked branch. Return addresses signed by callers (pac-ret) stay valid, since each stack keeps its addresses. */
#if defined(__aarch64__) && !defined(TT_UCONTEXT_)

    .text

/* void tt_context_swap_(struct tt_context_ *from: x0, struct tt_context_ *to: x1) */
    .globl  tt_context_swap_
    .hidden tt_context_swap_
    .type   tt_context_swap_, %function
    .p2align 6
tt_context_swap_:
    .cfi_startproc
    hint    #34                         /* bti c */
    sub     sp, sp, #160
    .cfi_adjust_cfa_offset 160
    stp     d8, d9, [sp, #0]
    stp     d10, d11, [sp, #16]
    stp     d12, d13, [sp, #32]
    stp     d14, d15, [sp, #48]
    stp     x19, x20, [sp, #64]
    stp     x21, x22, [sp, #80]
    stp     x23, x24, [sp, #96]
    stp     x25, x26, [sp, #112]
    stp     x27, x28, [sp, #128]
    stp     x29, x30, [sp, #144]
    .cfi_rel_offset 72, 0               /* d8 */
    .cfi_rel_offset 73, 8
    .cfi_rel_offset 74, 16
    .cfi_rel_offset 75, 24
    .cfi_rel_offset 76, 32
    .cfi_rel_offset 77, 40
    .cfi_rel_offset 78, 48
    .cfi_rel_offset 79, 56
    .cfi_rel_offset x19, 64
    .cfi_rel_offset x20, 72
    .cfi_rel_offset x21, 80
    .cfi_rel_offset x22, 88
    .cfi_rel_offset x23, 96
    .cfi_rel_offset x24, 104
    .cfi_rel_offset x25, 112
    .cfi_rel_offset x26, 120
    .cfi_rel_offset x27, 128
    .cfi_rel_offset x28, 136
    .cfi_rel_offset x29, 144
    .cfi_rel_offset x30, 152
    mov     x9, sp
    str     x9, [x0]
    ldr     x9, [x1]
    mov     sp, x9
    ldp     x29, x30, [sp, #144]
    ldp     d8, d9, [sp, #0]
    ldp     d10, d11, [sp, #16]
    ldp     d12, d13, [sp, #32]
    ldp     d14, d15, [sp, #48]
    ldp     x19, x20, [sp, #64]
    ldp     x21, x22, [sp, #80]
    ldp     x23, x24, [sp, #96]
    ldp     x25, x26, [sp, #112]
    ldp     x27, x28, [sp, #128]
    /* Until here the saved copies and the registers agree, so the rules above held; now the frame goes. */
    .cfi_restore 72
    .cfi_restore 73
    .cfi_restore 74
    .cfi_restore 75
    .cfi_restore 76
    .cfi_restore 77
    .cfi_restore 78
    .cfi_restore 79
    .cfi_restore x19
    .cfi_restore x20
    .cfi_restore x21
    .cfi_restore x22
    .cfi_restore x23
    .cfi_restore x24
    .cfi_restore x25
    .cfi_restore x26
    .cfi_restore x27
    .cfi_restore x28
    .cfi_restore x29
    .cfi_restore x30
    add     sp, sp, #160
    .cfi_adjust_cfa_offset -160
    ret
    .cfi_endproc
    .size   tt_context_swap_, . - tt_context_swap_

/* The first switch to a made context arrives here: x19 = entry, x20 = arg, x29 = 0, sp 16-byte aligned. */
    .globl  tt_context_start_
    .hidden tt_context_start_
    .type   tt_context_start_, %function
    .p2align 4
tt_context_start_:
    .cfi_startproc
    .cfi_undefined x30
    .cfi_undefined x29
    nop                                 /* unwinders look up a return address minus one: here, not before it */
    hint    #36                         /* bti j; swap returns to this one */
    mov     x0, x20
    blr     x19
    udf     #0                          /* entry returned */
    .cfi_endproc
    .size   tt_context_start_, . - tt_context_start_

#endif

#if defined(__aarch64__)
    .section .note.gnu.property, "a"
    .p2align 3
    .word   4                           /* name size */
    .word   16                          /* descriptor size */
    .word   5                           /* NT_GNU_PROPERTY_TYPE_0 */
    .asciz  "GNU"
    .word   0xc0000000                  /* GNU_PROPERTY_AARCH64_FEATURE_1_AND */
    .word   4
    .word   1                           /* BTI */
    .word   0
#endif
    .section .note.GNU-stack, "", %progbits
