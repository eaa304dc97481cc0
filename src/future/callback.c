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

/* `to` gets what f returned, as its argument or as its own error. False: it was cancelled or completed before. */
static bool pass_on(tt_future *f, tt_future *to, struct tt_callback_ **ret_callbacks)
{
    tt_value v = tt_future_collect_(f);
    uint32_t state = TT_FUTURE_DONE_;
    if (tt_future_cancelled(f)) {
        tt_drop(v);
        v = tt_none();
        state = TT_FUTURE_CANCELLED_;
    } else if (!tt_is_error(v)) {
        to->executor = tt_executor_current();
        if (!tt_future_call_with_(to, v, &v, &state)) return false;
    }
    return tt_future_complete_quietly_(to, state, v, ret_callbacks) == 0;
}

static void follow(struct tt_callback_ *c, tt_future *f);

/* One step: a follower that is over joins the list `over`, with its callbacks still to be called. */
static void follow_once(struct tt_callback_ *c, tt_future *f, struct tt_list_ *over)
{
    struct then *t = tt_container_(c, struct then, head);
    tt_future *follower = t->follower;
    tt_free_(t);
    if (pass_on(f, follower, &follower->callbacks))
        tt_list_push_back_(over, &follower->running);
    else
        tt_future_free(follower);
}

static void call_back(tt_future *f, struct tt_list_ *over)
{
    struct tt_callback_ *c = f->callbacks;
    f->callbacks = NULL;
    for (struct tt_callback_ *next; c; c = next) {
        next = c->next;
        if (c->call == follow)
            follow_once(c, f, over);
        else
            c->call(c, f);
    }
}

/* A loop, since a chain of followers may be longer than the stack. */
static void follow(struct tt_callback_ *c, tt_future *f)
{
    struct tt_list_ over, *l;
    tt_list_init_(&over);
    follow_once(c, f, &over);
    while ((l = tt_list_pop_front_(&over))) {
        tt_future *follower = tt_container_(l, tt_future, running);
        call_back(follower, &over);
        tt_future_free(follower);
    }
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
