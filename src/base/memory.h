/* memory.h - all memory of the library passes here, on its way to malloc or the user's allocator. */
#ifndef TUTTI_BASE_MEMORY_H
#define TUTTI_BASE_MEMORY_H

#include <stdbool.h>
#include <tutti/memory.h>

/* NULL: no memory. Blocks are aligned to 16; size 0 gives a block. */
void *tt_alloc_(size_t size) __attribute__((malloc));
void *tt_calloc_(size_t n, size_t size) __attribute__((malloc));
void *tt_alloc_aligned_(size_t align, size_t size) __attribute__((malloc));
void *tt_realloc_(void *block, size_t size); /* NULL: block is untouched */
void tt_free_(void *block);                  /* NULL is ok */

/* For tests. Live allocations, counted from the first call of this function on (so compare two answers). */
long tt_memory_live_(void);
/* The n-th allocation from now (1: the next) fails, once; 0: none does. */
void tt_memory_fail_after_(long n);
/* True if that allocation has failed. */
bool tt_memory_failed_(void);
/* Blocks that debug builds keep after their release, to find a second one, do not count as live. */
void tt_memory_set_aside_(long n);

#endif
