/* memory.h - the allocator everything in tutti uses. */
#ifndef TUTTI_MEMORY_H
#define TUTTI_MEMORY_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An allocator. The three functions are called from any thread, several at once, never under an internal lock.
 * They may not call back into tutti. */
typedef struct tt_allocator {
    size_t size;                                                 /* sizeof(tt_allocator) */
    void *(*alloc)(void *user, size_t align, size_t bytes);      /* align: a power of two; NULL: no memory */
    void *(*resize)(void *user, void *block, size_t bytes);      /* keeps 16-byte alignment; NULL: block is untouched */
    void (*release)(void *user, void *block);                    /* never called with NULL */
    void *user;                                                  /* handed to each */
} tt_allocator;

/* tt_set_allocator - all memory of tutti comes from *allocator from now on; NULL: malloc, as at the start.
 * allocator   copied; its functions must stay callable until the program ends
 * Returns     0, or -EINVAL (size or a function is missing). Nothing of tutti may be allocated yet: call it first in
 *             main; -EBUSY when an allocator was already replaced once by another one
 * Threads     only while no other strand uses tutti */
TT_API int tt_set_allocator(const tt_allocator *allocator);

#ifdef __cplusplus
}
#endif
#endif
