/* queue_select.c - a queue as a case of tt_select. Nodes and grants are those of put and get; see queue.c. */
#include "sync/queue.h"
#include "sync/waitable.h"

/* Ends a wait that this strand has claimed itself, as a granter would. */
static void grant_self(struct tt_waiter_ *w, uint32_t mode)
{
    w->mode = mode;
    tt_deliver_(w);
}

/* --- get --- */

static int attempt_get(struct tt_case *c)
{
    return tt_queue_get(c->object_, c->ret_, TT_NOW);
}

/* The claimed wait is given an item. Lock held. */
static void take_into_payload(struct tt_queue *q, struct tt_waiter_ *w, struct tt_queue_after_ *after)
{
    tt_value v = tt_queue_take_(q, after);
    w->strand->payload[0] = v.tag;
    w->strand->payload[1] = v.word;
}

static void enlist_get(struct tt_case *c, struct tt_waiter_ *w)
{
    struct tt_queue *q = c->object_;
    struct tt_queue_after_ after;
    tt_queue_begin_(q, &after);
    bool ready = q->size > 0 || q->closed, mine = ready && tt_claim_(w);
    uint32_t mode = q->size > 0 ? TT_GRANT_ITEM_ : TT_GRANT_CLOSED_;
    if (mine && mode == TT_GRANT_ITEM_) take_into_payload(q, w, &after);
    if (!ready) tt_waitq_push_(&q->getters, w);
    tt_queue_finish_(q, &after);
    if (mine) grant_self(w, mode);
}

static void withdraw_get(struct tt_case *c, struct tt_waiter_ *w)
{
    struct tt_queue *q = c->object_;
    tt_waitq_lock_(&q->getters);
    tt_waitq_remove_(&q->getters, w);
    tt_waitq_unlock_(&q->getters);
}

static int finish_get(struct tt_case *c, struct tt_waiter_ *w)
{
    return tt_queue_get_granted_(w, c->ret_);
}

static const struct tt_case_ops_ get_ops = { attempt_get, enlist_get, withdraw_get, finish_get, NULL };

tt_case tt_on_get(struct tt_queue *q, tt_value *ret)
{
    tt_case c = tt_case_make_(&get_ops, q);
    c.ret_ = ret;
    return c;
}

/* --- put --- */

static void set_value(struct tt_case *c, tt_value v)
{
    c->value_ = v;
}

static int attempt_put(struct tt_case *c)
{
    int r = c->spare_ < 0 ? c->spare_ : tt_queue_put_sealed_(c->object_, c->value_, TT_NOW);
    if (r == 0) set_value(c, tt_none());
    return r;
}

/* Whether a put could go on now: a getter waits, there is room, or it never will again. Lock held. */
static bool can_put(struct tt_queue *q)
{
    return q->closed || tt_waitq_first_(&q->getters) || !tt_queue_full_(q);
}

/* The claimed wait puts its item, or keeps a place for it. What it was granted. Lock held. */
static uint32_t put_claimed(struct tt_queue *q, struct tt_case *c, struct tt_queue_after_ *after)
{
    int r = tt_queue_offer_(q, c->value_, false, after);
    if (r == TT_QUEUE_NO_CHUNK_) q->kept++;
    if (r == -ESHUTDOWN) return TT_GRANT_CLOSED_;
    if (r == -EAGAIN) return TT_GRANT_AGAIN_; /* the getters had all ended, or are this select's own */
    return r == 0 ? TT_GRANT_TAKEN_ : TT_GRANT_PLACE_;
}

static void enlist_put(struct tt_case *c, struct tt_waiter_ *w)
{
    struct tt_queue *q = c->object_;
    struct tt_queue_after_ after;
    w->arg[0] = c->value_.tag;
    w->arg[1] = c->value_.word;
    tt_queue_begin_(q, &after);
    bool ready = can_put(q), mine = ready && tt_claim_(w);
    uint32_t mode = mine ? put_claimed(q, c, &after) : 0;
    if (!ready) tt_waitq_push_(&q->putters, w);
    tt_queue_finish_(q, &after);
    if (mine) grant_self(w, mode);
}

static void withdraw_put(struct tt_case *c, struct tt_waiter_ *w)
{
    struct tt_queue *q = c->object_;
    tt_waitq_lock_(&q->getters);
    tt_waitq_remove_(&q->putters, w);
    tt_waitq_unlock_(&q->getters);
}

static int finish_put(struct tt_case *c, struct tt_waiter_ *w)
{
    if (w->mode == TT_GRANT_AGAIN_) return -EAGAIN;
    int r = tt_queue_put_granted_(c->object_, c->value_, w->mode);
    if (r == 0) set_value(c, tt_none());
    return r;
}

static void dispose_put(struct tt_case *c)
{
    tt_drop(tt_take(&c->value_));
}

static const struct tt_case_ops_ put_ops = { attempt_put, enlist_put, withdraw_put, finish_put, dispose_put };

tt_case tt_on_put(struct tt_queue *q, tt_value v)
{
    tt_case c = tt_case_make_(&put_ops, q);
    c.spare_ = tt_queue_seal_(v);
    c.value_ = v;
    return c;
}
