/* order.c - a treap with the least node at hand. Only the least is ever taken, which has no left child. */
#include "sync/order.h"

#include "base/memory.h"

/* Where the pointer to `node` is kept. */
static struct tt_order_node_ **link_to(struct tt_order_ *o, const struct tt_order_node_ *node)
{
    struct tt_order_node_ *parent = node->parent;
    if (!parent) return &o->root;
    return &parent->child[parent->child[1] == node];
}

/* Turns `node` over its parent; the order stays. */
static void rotate_up(struct tt_order_ *o, struct tt_order_node_ *node)
{
    struct tt_order_node_ *parent = node->parent;
    int side = parent->child[1] == node;
    struct tt_order_node_ *inner = node->child[!side];
    *link_to(o, parent) = node;
    node->parent = parent->parent;
    node->child[!side] = parent;
    parent->parent = node;
    parent->child[side] = inner;
    if (inner) inner->parent = parent;
}

void tt_order_add_(struct tt_order_ *o, struct tt_order_node_ *node, struct tt_order_node_ *parent, int side)
{
    node->number = ++o->numbers;
    node->child[0] = node->child[1] = NULL;
    node->parent = parent;
    if (parent)
        parent->child[side] = node;
    else
        o->root = node;
    if (!o->least || (parent == o->least && side == 0)) o->least = node;
    while (node->parent && node->parent->rank < node->rank)
        rotate_up(o, node);
    o->count++;
    o->version++;
}

struct tt_order_node_ *tt_order_pop_(struct tt_order_ *o)
{
    struct tt_order_node_ *node = o->least, *right = node->child[1];
    *link_to(o, node) = right;
    if (right) right->parent = node->parent;
    o->least = right ? right : node->parent;
    while (o->least && o->least->child[0])
        o->least = o->least->child[0];
    o->count--;
    o->version++;
    return node;
}

void tt_order_clear_(struct tt_order_ *o)
{
    while (o->count > 0) {
        struct tt_order_node_ *node = tt_order_pop_(o);
        tt_drop(node->item);
        tt_free_(node);
    }
}
