/* stack.h - stacks for coroutines: address space that costs nothing until touched, with a guard below each.
 *
 * A stack has at least the usable size asked for, rounded up to a power of two from 16 KiB to 64 GiB, above a guard of
 * at least the size asked for (one page, 64 KiB, 1 MiB or 16 MiB). Running into the guard is SIGSEGV. A frame larger
 * than the guard may jump it: compile with -fstack-clash-protection, or ask for a wider guard.
 *
 * Guards: from Linux 6.13 on MADV_GUARD_INSTALL, which costs no mapping, so any number of stacks is guarded. Before,
 * each guard costs two mappings of vm.max_map_count (65,530 by default), so only the first vm.max_map_count / 4 stacks
 * (16,382) get one. Those after them have a soft guard: memory of the guard's size that nobody uses, whose last line
 * must stay zero. tt_stack_check_ looks there when a coroutine waits or ends, and ends the process as the hard guard
 * would, only later. The first such stack is told to the log; tt_stack_stats_ counts them. The environment variable
 *     TUTTI_STACK_GUARD=always     answers -ENOMEM instead of making a stack without a hard guard
 *     TUTTI_STACK_GUARD=mprotect   behaves as on an old kernel; both words may be given
 * and raising vm.max_map_count moves the limit.
 *
 * Threads: all calls from any thread, and in a forked child. */
#ifndef TUTTI_STRAND_STACK_H
#define TUTTI_STRAND_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A loop's coroutine. The guard is as wide as what -fstack-clash-protection steps by: a page on x86-64, but 64 KiB on
 * aarch64. */
#define TT_STACK_LOOP_ ((size_t)64 << 10)
#if defined(__aarch64__)
#define TT_STACK_LOOP_GUARD_ ((size_t)64 << 10)
#else
#define TT_STACK_LOOP_GUARD_ ((size_t)4 << 10)
#endif
/* A pool task: foreign code, compiled anyhow, so a wide guard. */
#define TT_STACK_TASK_ ((size_t)1 << 20)
#define TT_STACK_TASK_GUARD_ ((size_t)64 << 10)

struct tt_stack_ {
    char *low;     /* lowest usable byte; the guard ends here */
    size_t size;   /* usable bytes, at least what was asked for; low + size is 64-byte aligned */
    uint32_t slot; /* private */
    uint16_t kind; /* private */
    bool guarded;  /* hard guard */
};

struct tt_stack_stats_ {
    size_t used;         /* handed out */
    size_t idle_touched; /* free, their pages kept */
    size_t idle_clean;   /* free, without pages */
    size_t guarded;      /* of all of them: with a hard guard */
    size_t unguarded;    /* with a soft one */
    size_t reserved;     /* bytes of address space */
};

/* tt_stack_new_ - a stack of at least `size` usable bytes above a guard of at least `guard` bytes.
 * What lies in it is unspecified: zero, or what its last owner left.
 * Returns 0 or -ENOMEM (also for sizes beyond those above). Cost: about 20 ns when one is idle, else 0.5 us; first
 * touch of each page 1.5 us. */
int tt_stack_new_(struct tt_stack_ *ret, size_t size, size_t guard);

/* tt_stack_free_ - gives it back for re-use, the last one first. Beyond about 256 MiB of idle stacks of one size, the
 * pages of the longest idle go back to the kernel, 64 stacks at a time. The address space is kept for ever. */
void tt_stack_free_(struct tt_stack_ *s);

/* tt_stack_trim_ - gives all pages of idle stacks back to the kernel. */
void tt_stack_trim_(void);

/* tt_stack_intact_ - false when a stack with a soft guard overflowed. Free for others. */
static inline bool tt_stack_intact_(const struct tt_stack_ *s)
{
    if (s->guarded) return true;
    const uint64_t *line = (const uint64_t *)(const void *)(s->low - 64);
    return !(line[0] | line[1] | line[2] | line[3] | line[4] | line[5] | line[6] | line[7]);
}

__attribute__((noreturn, cold)) void tt_stack_die_(const struct tt_stack_ *s);

/* tt_stack_check_ - ends the process with SIGSEGV and a line in the log if s overflowed. The scheduler calls it
 * when a coroutine switches out; tt_stack_free_ calls it too. */
static inline void tt_stack_check_(const struct tt_stack_ *s)
{
    if (__builtin_expect(!tt_stack_intact_(s), 0)) tt_stack_die_(s);
}

/* tt_stack_owns_ - whether address lies in the guard of a stack ever made; then *ret is that stack. Signal safe. */
bool tt_stack_owns_(const void *address, struct tt_stack_ *ret);

void tt_stack_stats_(struct tt_stack_stats_ *ret);

#endif
