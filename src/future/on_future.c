/* on_future.c - a future as a case of tt_select: its node stands among those who wait for the future. One that is
 * pending shortens the select to its deadline, as a deadline case does. */
#include <tutti/wait.h>

#include "future/future.h"
#include "sync/waitable.h"

static int attempt(tt_case *c)
{
    if (tt_future_done(c->object_)) return 0;
    c->by_ = tt_future_due_(c->object_); /* pending then, the next look fails it */
    return -EAGAIN;
}

static void enlist(tt_case *c, struct tt_waiter_ *w)
{
    tt_future *f = c->object_;
    tt_waitq_lock_(&f->waiters);
    bool over = tt_future_over_(f), ours = over && tt_claim_(w);
    if (!over) tt_waitq_push_(&f->waiters, w);
    tt_waitq_unlock_(&f->waiters);
    if (ours) tt_deliver_(w);
}

static void withdraw(tt_case *c, struct tt_waiter_ *w)
{
    tt_future *f = c->object_;
    tt_waitq_lock_(&f->waiters);
    tt_waitq_remove_(&f->waiters, w);
    tt_waitq_unlock_(&f->waiters);
}

static int finish(tt_case *c, struct tt_waiter_ *w)
{
    (void)c;
    (void)w;
    return 0;
}

static const struct tt_case_ops_ ops = { attempt, enlist, withdraw, finish, NULL };

tt_case tt_on_future(tt_future *f)
{
    return tt_case_make_(&ops, f);
}
