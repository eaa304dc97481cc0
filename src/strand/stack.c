/* stack.c - first form: a mapping per stack. */
#include "strand/stack.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/spin.h"

enum { KEEP = 1024 };

static tt_spin_ lock;
static struct tt_stack_ idle[KEEP]; /* of the default size */
static int idle_count;

int tt_stack_new_(struct tt_stack_ *ret, size_t size, size_t guard)
{
    bool found = false;
    size = (size + 4095) & ~(size_t)4095;
    guard = (guard + 4095) & ~(size_t)4095;
    if (size == TT_STACK_LOOP_) {
        tt_spin_lock_(&lock);
        if (idle_count > 0) {
            *ret = idle[--idle_count];
            found = true;
        }
        tt_spin_unlock_(&lock);
    }
    if (found)
        return 0;
    char *m = mmap(NULL, size + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (m == MAP_FAILED)
        return -ENOMEM;
    if (mprotect(m, guard, PROT_NONE) < 0) {
        munmap(m, size + guard);
        return -ENOMEM;
    }
    *ret = (struct tt_stack_){.low = m + guard, .size = size, .slot = (uint32_t)(guard >> 12), .guarded = true};
    return 0;
}

void tt_stack_free_(struct tt_stack_ *s)
{
    size_t guard = (size_t)s->slot << 12;
    if (s->size == TT_STACK_LOOP_) {
        tt_spin_lock_(&lock);
        bool kept = idle_count < KEEP;
        if (kept)
            idle[idle_count++] = *s;
        tt_spin_unlock_(&lock);
        if (kept)
            return;
    }
    munmap(s->low - guard, s->size + guard);
}

bool tt_stack_owns_(const void *address, struct tt_stack_ *ret)
{
    (void)address, (void)ret;
    return false;
}
