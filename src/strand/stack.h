/* stack.h - stacks for coroutines: address space that costs nothing until touched, with a guard below each. */
#ifndef TUTTI_STRAND_STACK_H
#define TUTTI_STRAND_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TT_STACK_LOOP_ ((size_t)64 << 10)       /* a loop's coroutine */
#define TT_STACK_LOOP_GUARD_ ((size_t)4 << 10)
#define TT_STACK_TASK_ ((size_t)1 << 20)        /* a pool task: foreign code, so a wide guard */
#define TT_STACK_TASK_GUARD_ ((size_t)64 << 10)

struct tt_stack_ {
    char *low;      /* lowest usable byte; the guard ends here */
    size_t size;    /* usable bytes, at least what was asked for; low + size is 16-byte aligned */
    uint32_t slot;  /* private */
    uint16_t class; /* private */
    bool guarded;
};

/* tt_stack_new_ - a stack of at least `size` usable bytes above a guard of at least `guard` bytes.
 * Its content is unspecified: a re-used stack keeps what its last owner left.
 * Returns 0 or -ENOMEM. */
int tt_stack_new_(struct tt_stack_ *ret, size_t size, size_t guard);

/* tt_stack_free_ - gives it back; it is kept for re-use, the last one first. */
void tt_stack_free_(struct tt_stack_ *s);

/* tt_stack_owns_ - whether address lies in the guard of a stack, and of which. Signal safe. */
bool tt_stack_owns_(const void *address, struct tt_stack_ *ret);

#endif
