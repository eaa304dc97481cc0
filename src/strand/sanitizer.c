/* sanitizer.c - birth and death of a stack, as the tools see them. */
#include "strand/sanitizer.h"

#include <string.h>

#ifdef TT_TSAN_
static int fibers; /* alive */

static int fiber_new(void **ret)
{
    if (tt_add_relaxed_(&fibers, 1) >= TT_TSAN_FIBERS_MAX_) {
        tt_sub_relaxed_(&fibers, 1);
        return -ENOMEM;
    }
    *ret = __tsan_create_fiber(0);
    return 0;
}

static void fiber_free(void *fiber)
{
    __tsan_destroy_fiber(fiber);
    tt_sub_relaxed_(&fibers, 1);
}
#endif

void tt_tools_adopt_(struct tt_tools_ *t)
{
    memset(t, 0, sizeof *t);
    t->adopted = true;
#ifdef TT_TSAN_
    t->fiber = __tsan_get_current_fiber();
#endif
}

int tt_tools_make_(struct tt_tools_ *t, void *low, size_t size)
{
    (void)t, (void)low, (void)size;
#ifdef TT_TSAN_
    void *fiber; /* the old one's shadow call stack is where the old run ended: no use to the new one */
    int r = fiber_new(&fiber);
    if (r < 0) return r;
    if (t->fiber) fiber_free(t->fiber);
    t->fiber = fiber;
#endif
#ifdef TT_ASAN_
    __asan_unpoison_memory_region(low, size); /* red zones of frames that were left for ever */
    t->fake = NULL;
    t->low = low;
    t->size = size;
    t->adopted_previous = NULL;
#endif
#if TT_VALGRIND_
    if (!t->valgrind) t->valgrind = VALGRIND_STACK_REGISTER(low, (char *)low + size) + 1u;
#endif
    return 0;
}

void tt_tools_release_(struct tt_tools_ *t)
{
#ifdef TT_TSAN_
    if (!t->adopted && t->fiber) fiber_free(t->fiber);
#endif
#if TT_VALGRIND_
    if (t->valgrind) VALGRIND_STACK_DEREGISTER(t->valgrind - 1u);
#endif
    memset(t, 0, sizeof *t);
}
