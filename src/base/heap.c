/* heap.c - pairing heap. Invariant: a node's key is <= the keys of its children; *n->link == n for every
 * node in a heap. */
#include "base/heap.h"

/* Makes the later root the first child of the earlier one; both are roots of detached trees. */
static struct tt_heap_node_ *meld(struct tt_heap_node_ *a, struct tt_heap_node_ *b)
{
    if (!a) return b;
    if (!b) return a;
    if (b->key < a->key) {
        struct tt_heap_node_ *t = a;
        a = b;
        b = t;
    }
    b->next = a->child;
    if (b->next) b->next->link = &b->next;
    a->child = b;
    b->link = &a->child;
    return a;
}

static void set_root(struct tt_heap_ *h, struct tt_heap_node_ *n)
{
    h->root = n;
    if (!n) return;
    n->link = &h->root;
    n->next = NULL;
}

/* Two passes over a list of siblings: pair them left to right, then meld the pairs right to left. */
static struct tt_heap_node_ *merge_pairs(struct tt_heap_node_ *list)
{
    struct tt_heap_node_ *pairs = NULL, *result = NULL;
    while (list) {
        struct tt_heap_node_ *a = list, *b = a->next;
        list = b ? b->next : NULL;
        a->next = NULL;
        if (b) b->next = NULL;
        struct tt_heap_node_ *m = meld(a, b);
        m->next = pairs;
        pairs = m;
    }
    while (pairs) {
        struct tt_heap_node_ *rest = pairs->next;
        pairs->next = NULL;
        result = meld(result, pairs);
        pairs = rest;
    }
    return result;
}

void tt_heap_insert_(struct tt_heap_ *h, struct tt_heap_node_ *n, int64_t key)
{
    n->key = key;
    n->child = n->next = NULL;
    set_root(h, meld(h->root, n));
}

void tt_heap_remove_(struct tt_heap_ *h, struct tt_heap_node_ *n)
{
    struct tt_heap_node_ *below = merge_pairs(n->child);
    if (h->root == n) {
        set_root(h, below);
    } else {
        *n->link = n->next;
        if (n->next) n->next->link = n->link;
        set_root(h, meld(h->root, below));
    }
    n->child = n->next = NULL;
    n->link = NULL;
}
