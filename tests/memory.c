/* The allocator, and what the tests rely on. */
#include "test.h"

#include <stdlib.h>
#include <tutti.h>

#include "base/memory.h"

static int calls, live;

static void *alloc(void *user, size_t align, size_t bytes)
{
    calls++;
    live++;
    return user == &calls ? aligned_alloc(align, (bytes + align - 1) / align * align) : NULL;
}
static void *resize(void *user, void *block, size_t bytes)
{
    (void)user;
    calls++;
    return realloc(block, bytes);
}
static void release(void *user, void *block)
{
    (void)user;
    live--;
    free(block);
}

TEST(all_memory_comes_from_the_users_allocator)
{
    tt_allocator mine = { sizeof mine, alloc, resize, release, &calls };
    tt_allocator half = { sizeof half, alloc, NULL, release, NULL };
    CHECK_EQ(tt_set_allocator(&half), -EINVAL);
    CHECK_OK(tt_set_allocator(&mine));
    CHECK_EQ(tt_set_allocator(&mine), -EBUSY);
    {
        tt_auto v = tt_list();
        for (int i = 0; i < 100; i++) CHECK_OK(tt_list_append(v, tt_format("%d", i)));
        CHECK_GT(calls, 100);
        CHECK_GT(live, 100);
    }
#ifndef TT_DEBUG
    CHECK_EQ(live, 0);
#endif
}

TEST(blocks_are_aligned_as_asked)
{
    for (size_t align = 1; align <= 4096; align *= 2) {
        void *p = tt_alloc_aligned_(align, 100);
        CHECK_EQ((uintptr_t)p % (align < 16 ? 16 : align), 0);
        tt_free_(p);
    }
    void *p = tt_calloc_(SIZE_MAX / 2, 4);
    CHECK_NULL(p);
    tt_free_(NULL);
}

TEST(the_nth_allocation_fails_once)
{
    void *p[3];
    tt_memory_fail_after_(2);
    for (int i = 0; i < 3; i++) {
        p[i] = tt_alloc_(8);
        CHECK_EQ(p[i] == NULL, i == 1);
        CHECK_EQ(tt_memory_failed_(), i >= 1);
    }
    tt_memory_fail_after_(0);
    CHECK(!tt_memory_failed_());
    for (int i = 0; i < 3; i++) tt_free_(p[i]);
}

TEST(live_blocks_are_counted)
{
    long before = tt_memory_live_();
    void *p = tt_realloc_(NULL, 10);
    p = tt_realloc_(p, 1000);
    CHECK_EQ(tt_memory_live_(), before + 1);
    tt_free_(p);
    CHECK_EQ(tt_memory_live_(), before);
}
