/* heap.h - an intrusive pairing heap ordered by a 64-bit key (Fredman, Sedgewick, Sleator, Tarjan 1986).
 * Insert O(1), least O(1), remove of any node O(log n) amortised; it never allocates, so arming a timer
 * cannot fail. Equal keys leave in no particular order. */
#ifndef TUTTI_BASE_HEAP_H
#define TUTTI_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tt_heap_node_ {
    int64_t key;
    struct tt_heap_node_ *child; /* first child */
    struct tt_heap_node_ *next;  /* next sibling */
    struct tt_heap_node_ **link; /* what points at me: sibling's next, parent's child or the root; NULL: in no heap */
};

struct tt_heap_ {
    struct tt_heap_node_ *root;
};

static inline bool tt_heap_contains_(const struct tt_heap_node_ *n)
{
    return n->link != NULL;
}

static inline struct tt_heap_node_ *tt_heap_least_(const struct tt_heap_ *h)
{
    return h->root;
}

void tt_heap_insert_(struct tt_heap_ *h, struct tt_heap_node_ *n, int64_t key);
void tt_heap_remove_(struct tt_heap_ *h, struct tt_heap_node_ *n);

#endif
