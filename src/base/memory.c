/* memory.c - malloc, the user's allocator, and what tests need to see.
 * `mode` is 0 in a program that asked for nothing special: then every call is malloc's. Otherwise the slow
 * path looks: at the user's allocator, at the count of live blocks, at the allocation that is to fail. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomic.h"

enum { MODE_USER = 1, MODE_COUNT = 2, MODE_FAIL = 4 };

static unsigned mode;
static tt_allocator user_allocator;
static long live;
static long until_failure; /* counts down; the allocation that makes it 0 fails */

static bool may_allocate(unsigned m)
{
    if (!(m & MODE_FAIL)) return true;
    return tt_sub_relaxed_(&until_failure, 1) != 1;
}

static void *raw_alloc(unsigned m, size_t align, size_t size)
{
    if (m & MODE_USER) return user_allocator.alloc(user_allocator.user, align, size);
    if (align <= 16) return malloc(size);
    return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void *alloc_slow(unsigned m, size_t align, size_t size)
{
    if (!may_allocate(m)) return NULL;
    void *p = raw_alloc(m, align, size);
    if (p && (m & MODE_COUNT)) tt_add_relaxed_(&live, 1);
    return p;
}

void *tt_alloc_(size_t size)
{
    unsigned m = tt_load_relaxed_(&mode);
    if (size == 0) size = 1;
    return m ? alloc_slow(m, 16, size) : malloc(size);
}

void *tt_calloc_(size_t n, size_t size)
{
    unsigned m = tt_load_relaxed_(&mode);
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) return NULL;
    if (!m) return calloc(1, bytes ? bytes : 1);
    void *p = alloc_slow(m, 16, bytes ? bytes : 1);
    return p ? memset(p, 0, bytes) : NULL;
}

void *tt_alloc_aligned_(size_t align, size_t size)
{
    return alloc_slow(tt_load_relaxed_(&mode), align < 16 ? 16 : align, size ? size : 1);
}

void *tt_realloc_(void *block, size_t size)
{
    unsigned m = tt_load_relaxed_(&mode);
    if (!block) return tt_alloc_(size);
    if (size == 0) size = 1;
    if (!may_allocate(m)) return NULL;
    if (m & MODE_USER) return user_allocator.resize(user_allocator.user, block, size);
    return realloc(block, size);
}

void tt_free_(void *block)
{
    unsigned m = tt_load_relaxed_(&mode);
    if (!block) return;
    if (m & MODE_COUNT) tt_sub_relaxed_(&live, 1);
    if (m & MODE_USER) user_allocator.release(user_allocator.user, block);
    else free(block);
}

int tt_set_allocator(const tt_allocator *a)
{
    unsigned m = tt_load_relaxed_(&mode);
    if (!a) {
        tt_store_relaxed_(&mode, m & ~(unsigned)MODE_USER);
        return 0;
    }
    if (a->size < sizeof *a || !a->alloc || !a->resize || !a->release) return -EINVAL;
    if (m & MODE_USER) return -EBUSY;
    user_allocator = *a;
    tt_or_acq_rel_(&mode, (unsigned)MODE_USER);
    return 0;
}

long tt_memory_live_(void)
{
    tt_or_acq_rel_(&mode, (unsigned)MODE_COUNT);
    return tt_load_relaxed_(&live);
}

void tt_memory_set_aside_(long n)
{
    if (tt_load_relaxed_(&mode) & MODE_COUNT) tt_sub_relaxed_(&live, n);
}

void tt_memory_fail_after_(long n)
{
    tt_store_relaxed_(&until_failure, n);
    if (n > 0) tt_or_acq_rel_(&mode, (unsigned)MODE_FAIL);
    else tt_and_acq_rel_(&mode, ~(unsigned)MODE_FAIL);
}

bool tt_memory_failed_(void)
{
    return tt_load_relaxed_(&until_failure) <= 0 && (tt_load_relaxed_(&mode) & MODE_FAIL);
}
