/* queue_priority.c - a put into a priority queue: finding the place of an item without a lock (K19).
 *
 * `less` is the user's code, so it runs with no lock held, and while it runs others put and get. What a comparison has
 * told stays true whatever they do: the item comes out before that node, or not. So the search goes down the tree under
 * the lock as long as it knows the answers, leaves the lock to ask for the next one, and goes down again from the root
 * when the tree has changed meanwhile; answers are kept by the nodes' numbers, and those near the root serve again.
 * When it knows the answers all the way down, the item is added there, in the same hold of the lock.
 * The item's place in the bound is kept (q->kept) from the start. */
#include <tutti/compare.h>

#include "base/memory.h"
#include "base/random.h"
#include "sync/queue.h"

enum { ANSWERS = 96 }; /* older ones are forgotten, and asked for again if need be */

struct search {
    uint64_t numbers[ANSWERS]; /* of the nodes that the item was compared with */
    bool after[ANSWERS];       /* it comes out after that node */
    unsigned answers;          /* how many there were */
    struct tt_order_node_ *parent, *at; /* where the search stands; valid while `version` is the tree's */
    int side;
    uint64_t version;
};

/* 0 before, 1 after, -1 not known. Answers are looked for in the order of the way down, from `hint` on. */
static int answer_for(const struct search *s, uint64_t number, unsigned hint)
{
    unsigned known = s->answers < ANSWERS ? s->answers : ANSWERS;
    for (unsigned i = 0; i < known; i++) {
        unsigned at = (hint + i) % known;
        if (s->numbers[at] == number) return s->after[at];
    }
    return -1;
}

/* Goes down as far as the answers reach; s->at is NULL when that is all the way. Queue lock held. */
static void descend(const struct tt_order_ *o, struct search *s)
{
    unsigned depth = 0;
    if (s->version != o->version) {
        s->parent = NULL;
        s->at = o->root;
        s->version = o->version;
    }
    int side;
    while (s->at && (side = answer_for(s, s->at->number, depth++)) >= 0) {
        s->parent = s->at;
        s->side = side;
        s->at = s->at->child[side];
    }
}

static void remember(struct search *s, uint64_t number, bool after)
{
    unsigned at = s->answers++ % ANSWERS;
    s->numbers[at] = number;
    s->after[at] = after;
}

static int is_less(const struct tt_queue *q, tt_value a, tt_value b)
{
    return q->less ? q->less(tt_view_of(a), tt_view_of(b), q->context) : tt_less(a, b);
}

/* One step under the lock: 0 it is in; -ESHUTDOWN; 1: compare with *ret, which is the caller's, named *number. */
static int step(struct tt_queue *q, struct search *s, struct tt_order_node_ **node, tt_value *ret, uint64_t *number)
{
    struct tt_queue_after_ after;
    int r = 1;
    tt_queue_begin_(q, &after);
    if (q->closed) {
        r = -ESHUTDOWN;
    } else if (tt_queue_hand_over_(q, (*node)->item, &after)) {
        r = 0;
    } else if (descend(&q->order, s), s->at) {
        *ret = tt_ref(s->at->item);
        *number = s->at->number;
    } else {
        tt_order_add_(&q->order, *node, s->parent, s->side);
        *node = NULL;
        tt_queue_count_(q, true);
        r = 0;
    }
    if (r <= 0) tt_queue_unkeep_(q, &after);
    tt_queue_finish_(q, &after);
    return r;
}

/* 0; -ESHUTDOWN or what `less` answered. *node is NULL when it has gone into the tree. */
static int insert(struct tt_queue *q, struct tt_order_node_ **node)
{
    struct search s = { .version = UINT64_MAX };
    tt_value other;
    uint64_t number;
    int r;
    while ((r = step(q, &s, node, &other, &number)) == 1) {
        int less = is_less(q, (*node)->item, other);
        tt_drop(other);
        if (less < 0) {
            tt_queue_give_up_place_(q);
            return less;
        }
        remember(&s, number, less == 0);
    }
    return r;
}

int tt_queue_place_in_order_(struct tt_queue *q, tt_value v)
{
    struct tt_order_node_ *node = tt_alloc_(sizeof *node);
    if (!node) {
        tt_queue_give_up_place_(q);
        return -ENOMEM;
    }
    node->item = v;
    node->rank = (uint64_t)tt_random_() << 32 | tt_random_();
    int r = insert(q, &node);
    tt_free_(node);
    return r;
}
