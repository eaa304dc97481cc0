/* order.h - a sorted set of items in which nothing is ever compared: whoever adds an item has found its place before.
 *
 * A treap: a binary tree by the items' order, a heap by random ranks. So taking the least item costs no comparison,
 * and every operation is O(log n) expected, which can be done under a spin lock while comparing cannot (K19). */
#ifndef TUTTI_SYNC_ORDER_H
#define TUTTI_SYNC_ORDER_H

#include <tutti/value.h>

struct tt_order_node_ {
    struct tt_order_node_ *parent, *child[2]; /* child[0]: what comes out before it */
    uint64_t number;                          /* names the node for ever; later ones are greater */
    uint64_t rank;                            /* random; a parent's is not less than its children's */
    tt_value item;
};

/* All zero is an empty one. */
struct tt_order_ {
    struct tt_order_node_ *root;
    struct tt_order_node_ *least;
    uint64_t numbers; /* given out so far */
    uint64_t version; /* changes with every change */
    uint64_t count;
};

/* Adds a node as child number `side` of `parent`, where there is none (parent NULL: as the root). Its item and rank
 * are set; it gets its number. */
void tt_order_add_(struct tt_order_ *o, struct tt_order_node_ *node, struct tt_order_node_ *parent, int side);

/* Takes the node that comes out first; there is one. */
struct tt_order_node_ *tt_order_pop_(struct tt_order_ *o);

/* Drops all items and frees all nodes. Not under a lock. */
void tt_order_clear_(struct tt_order_ *o);

#endif
