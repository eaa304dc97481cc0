/* callback.c - what happens once a future is over: watches, callbacks, then. */
#include "base/memory.h"
#include "future/future.h"

bool tt_future_watch_(tt_future *f, struct tt_watch_ *w)
{
    tt_waitq_lock_(&f->waiters);
    bool open = !tt_future_over_(f);
    if (open) tt_list_push_back_(&f->watches, &w->link);
    tt_waitq_unlock_(&f->waiters);
    return open;
}

void tt_future_unwatch_(tt_future *f, struct tt_watch_ *w)
{
    tt_waitq_lock_(&f->waiters);
    tt_list_remove_(&w->link);
    tt_waitq_unlock_(&f->waiters);
}

void tt_future_on_done_(tt_future *f, struct tt_callback_ *c)
{
    c->next = NULL;
    tt_waitq_lock_(&f->waiters);
    bool open = !tt_future_over_(f);
    if (open) {
        *f->last_callback = c;
        f->last_callback = &c->next;
    }
    tt_waitq_unlock_(&f->waiters);
    if (!open) c->call(c, f);
}

struct user_callback {
    struct tt_callback_ head;
    void (*fn)(tt_future *f, void *context);
    void *context;
};

static void call_user(struct tt_callback_ *c, tt_future *f)
{
    struct user_callback *u = tt_container_(c, struct user_callback, head);
    struct user_callback call = *u;
    tt_free_(u);
    call.fn(f, call.context);
}

int tt_future_add_done_callback(tt_future *f, void (*fn)(tt_future *f, void *context), void *context)
{
    struct user_callback *u = tt_alloc_(sizeof *u);
    if (!u) return -ENOMEM;
    *u = (struct user_callback){ { NULL, call_user }, fn, context };
    tt_future_on_done_(f, &u->head);
    return 0;
}

/* --- then --- */

struct then {
    struct tt_callback_ head;
    tt_future *follower;
};

/* The follower gets what f returned: as its argument, or as its own error. */
static void follow(struct tt_callback_ *c, tt_future *f)
{
    struct then *t = tt_container_(c, struct then, head);
    tt_future *follower = t->follower;
    tt_free_(t);
    tt_value v = tt_future_collect_(f);
    if (tt_future_cancelled(f)) {
        tt_drop(v);
        tt_future_fail_(follower, -ECANCELED);
    } else if (tt_is_error(v)) {
        tt_future_complete_(follower, TT_FUTURE_DONE_, v);
    } else {
        tt_future_execute_with_(follower, v);
    }
    tt_future_free(follower);
}

tt_future *tt_then(tt_future *f, tt_fn fn)
{
    struct then *t = tt_alloc_(sizeof *t);
    tt_future *follower = t ? tt_future_new() : NULL;
    if (!follower) {
        tt_free_(t);
        return tt_future_no_memory_();
    }
    follower->fn = fn;
    follower->job.function = (const void *)(uintptr_t)fn;
    *t = (struct then){ { NULL, follow }, tt_future_ref(follower) };
    tt_future_on_done_(f, &t->head);
    return follower;
}
