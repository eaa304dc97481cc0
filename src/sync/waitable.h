/* waitable.h - what an object does so that tt_select can wait for it.
 *
 * A case waits with one node; all cases of one select share one wait (one word, K1), and the node's index is the
 * case's. Whoever makes the case happen claims the node's wait first, and so does the case itself when it finds, in
 * enlist, that it can happen now: only then it does what it does. */
#ifndef TUTTI_SYNC_WAITABLE_H
#define TUTTI_SYNC_WAITABLE_H

#include <tutti/select.h>

#include "strand/park.h"

struct tt_case_ops_ {
    /* Lets the case happen if it can without waiting: its result (0 or an error that it ends with), else -EAGAIN. */
    int (*attempt)(struct tt_case *c);
    /* Under the object's lock: if the case can happen now, claims w, does it and (after the lock) delivers w, just as
     * a granter would; if the claim fails, does nothing: the wait is decided. Else links w. */
    void (*enlist)(struct tt_case *c, struct tt_waiter_ *w);
    /* Unlinks w under the object's lock, if it is still linked. */
    void (*withdraw)(struct tt_case *c, struct tt_waiter_ *w);
    /* w was granted: takes over w->strand->payload. The case's result; -EAGAIN: it did not happen, wait again. */
    int (*finish)(struct tt_case *c, struct tt_waiter_ *w);
    /* Lets go of what the case still holds when the select returns; NULL: nothing. */
    void (*dispose)(struct tt_case *c);
};

_Static_assert(sizeof(struct tt_waiter_) <= sizeof((struct tt_case *)0)->node_, "a case has room for its node");

static inline tt_case tt_case_make_(const struct tt_case_ops_ *ops, void *object)
{
    return (tt_case){ .ops_ = ops, .object_ = object, .by_ = TT_FOREVER };
}

#endif
