/* group.c - tasks that end together: the children of a strand's scope.
 *
 * A child's node is in `running` or `asked` until its future is over; then it is freed, or put into `failed`. `left`
 * counts the children whose callback has not finished: only when it is 0 the owner may leave, and the last thing that a
 * callback does to the group is to count itself off, under the queue lock. Whoever else touches the group (tasks that
 * start siblings, cancel) does so while a child, or the body, is alive.
 * Cancelling takes one child after the other out of `running`, so no lock is held while a future is cancelled.
 * Lock order: a group's queue lock is taken alone. */
#include <tutti/group.h>
#include <tutti/thread_pool.h>

#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/log.h"
#include "base/memory.h"
#include "future/future.h"
#include "thread/error_hook.h"

_Static_assert(sizeof(tt_group) == 160, "the ABI promises 160 bytes");
_Static_assert(sizeof(struct tt_group_link_) == sizeof(struct tt_list_), "a group's lists are lists");

struct child {
    struct tt_list_ link; /* in one of the group's lists; guarded by its lock */
    struct tt_callback_ callback;
    tt_group *group;
    tt_future *future;
};

static struct tt_list_ *list(struct tt_group_link_ *l)
{
    return (struct tt_list_ *)(void *)l;
}

static struct child *child_of(struct tt_list_ *l)
{
    return tt_container_(l, struct child, link);
}

static void free_child(struct child *c)
{
    tt_future_free(c->future);
    tt_free_(c);
}

/* --- cancelling --- */

/* The next child to ask, with a reference; NULL: all were. */
static tt_future *next_to_ask(tt_group *g)
{
    tt_waitq_lock_(&g->waiters);
    struct tt_list_ *l = tt_list_pop_front_(list(&g->running));
    if (l) tt_list_push_back_(list(&g->asked), l);
    tt_future *f = l ? tt_future_ref(child_of(l)->future) : NULL;
    tt_waitq_unlock_(&g->waiters);
    return f;
}

/* From now on new children are cancelled. */
static void mark_cancelled(tt_group *g)
{
    tt_waitq_lock_(&g->waiters);
    g->cancelled = true;
    tt_waitq_unlock_(&g->waiters);
}

static void cancel_children(tt_group *g)
{
    for (tt_future *f; (f = next_to_ask(g)); tt_future_free(f))
        (void)tt_future_cancel(f);
}

/* What is used before it is entered, or when it has been left, is answered. */
static bool is_open(tt_group *g)
{
    bool open = tt_load_relaxed_(&g->owner) != NULL;
    if (!open) tt_misuse_(g, "use of a group that nobody is in");
    return open;
}

void tt_group_cancel(tt_group *g)
{
    if (!is_open(g)) return;
    mark_cancelled(g);
    tt_scope_cancel(&g->scope);
    cancel_children(g);
}

bool tt_group_cancelled(tt_group *g)
{
    tt_waitq_lock_(&g->waiters);
    bool cancelled = g->cancelled;
    tt_waitq_unlock_(&g->waiters);
    return cancelled;
}

/* --- children --- */

static void count_off(tt_group *g)
{
    tt_waitq_lock_(&g->waiters);
    struct tt_waiter_ *w = --g->left == 0 ? tt_waitq_claim_first_(&g->waiters) : NULL;
    tt_waitq_unlock_(&g->waiters); /* the last touch of the group */
    if (w) tt_deliver_(w);
}

static void child_over(struct tt_callback_ *callback, tt_future *f)
{
    struct child *c = tt_container_(callback, struct child, callback);
    tt_group *g = c->group;
    bool failed = tt_future_failed_(f);
    tt_waitq_lock_(&g->waiters);
    tt_list_remove_(&c->link);
    if (failed) tt_list_push_back_(list(&g->failed), &c->link);
    tt_waitq_unlock_(&g->waiters);
    if (failed)
        tt_group_cancel(g);
    else
        free_child(c);
    count_off(g);
}

/* Without memory for a child or an error, the group fails with MemoryError. */
static void lose(tt_group *g)
{
    tt_waitq_lock_(&g->waiters);
    g->lost = true;
    tt_waitq_unlock_(&g->waiters);
    tt_group_cancel(g);
}

/* Makes f a child; one that is over is so at once. -ENOMEM: the group fails. -EPERM: nobody is in it. */
static int adopt(tt_group *g, tt_future *f)
{
    if (!is_open(g)) return -EPERM;
    struct child *c = tt_alloc_(sizeof *c);
    if (!c) {
        lose(g);
        return -ENOMEM;
    }
    *c = (struct child){ .callback = { NULL, child_over }, .group = g, .future = tt_future_ref(f) };
    tt_list_init_(&c->link);
    tt_waitq_lock_(&g->waiters);
    g->left++;
    bool cancelled = g->cancelled;
    tt_list_push_back_(list(cancelled ? &g->asked : &g->running), &c->link);
    tt_waitq_unlock_(&g->waiters);
    tt_future_on_done_(f, &c->callback);
    if (cancelled) (void)tt_future_cancel(f);
    return 0;
}

int tt_group_add(tt_group *g, tt_future *f)
{
    return adopt(g, f);
}

tt_future *tt_group_submit_to_with(tt_group *g, tt_executor *ex, tt_fn fn, tt_value arg,
                                   const tt_task_options *options)
{
    tt_future *f = tt_future_task_(ex, fn, NULL, arg, options);
    int r = adopt(g, f);
    if (r == 0)
        tt_future_start_(f);
    else
        tt_future_fail_(f, r);
    return f;
}

tt_future *tt_group_submit_with(tt_group *g, tt_fn fn, tt_value arg, const tt_task_options *options)
{
    tt_executor *ex = tt_executor_current();
    return tt_group_submit_to_with(g, ex ? ex : tt_default_pool(), fn, arg, options);
}

void tt_group_start_with(tt_group *g, tt_fn fn, tt_value arg, const tt_task_options *options)
{
    tt_future *f = tt_group_submit_with(g, fn, arg, options);
    tt_future_free(f);
}

void tt_group_fail(tt_group *g, tt_value error)
{
    if (!is_open(g)) {
        tt_drop(error);
        return;
    }
    tt_future *f = tt_future_new();
    if (f && tt_future_set_error(f, error) == 0) {
        (void)adopt(g, f);
    } else {
        if (!f) tt_drop(error);
        lose(g);
    }
    tt_future_free(f);
}

/* --- entering and leaving --- */

int tt_group_enter(tt_group *g)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (tt_scope_entered_(&g->scope, me)) {
        tt_misuse_(g, "group entered by a strand that is in it");
        return -EPERM;
    }
    *g = (tt_group){ .owner = me, .epoch = tt_fork_epoch_() };
    tt_list_init_(list(&g->running));
    tt_list_init_(list(&g->asked));
    tt_list_init_(list(&g->failed));
    tt_scope_init_(&g->scope, TT_FOREVER);
    tt_scope_enter_(&g->scope, me);
    return 0;
}

/* The first child of the list, which moves to its end; with a reference. NULL: there is none. */
static tt_future *rotate(tt_group *g, struct tt_list_ *all)
{
    tt_waitq_lock_(&g->waiters);
    struct tt_list_ *l = tt_list_pop_front_(all);
    if (l) tt_list_push_back_(all, l);
    tt_future *f = l ? tt_future_ref(child_of(l)->future) : NULL;
    tt_waitq_unlock_(&g->waiters);
    return f;
}

/* In a forked child nobody runs the tasks of the parent's pools: they fail, each once it is looked at (K15). */
static void fail_orphans(tt_group *g)
{
    if (g->epoch == tt_fork_epoch_()) return;
    g->epoch = tt_fork_epoch_();
    struct tt_list_ *lists[] = { list(&g->running), list(&g->asked) };
    for (int i = 0; i < 2; i++)
        for (size_t n = g->left; n > 0; n--) {
            tt_future *f = rotate(g, lists[i]);
            if (f) tt_future_expire_(f);
            tt_future_free(f);
        }
}

/* Waits until no child is left. 0, or -ECANCELED when begun cancellable. */
static int wait_children(tt_group *g, unsigned flags)
{
    fail_orphans(g);
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&g->waiters);
    if (g->left == 0) {
        tt_waitq_unlock_(&g->waiters);
        return 0;
    }
    tt_park_begin_(&p, g->owner, "group", g, flags);
    tt_waiter_init_(&w, &p, 0);
    tt_waitq_push_(&g->waiters, &w);
    tt_waitq_unlock_(&g->waiters);
    int r = tt_park_(&p, TT_FOREVER);
    if (r >= 0) return 0;
    tt_waitq_lock_(&g->waiters);
    tt_waitq_remove_(&g->waiters, &w);
    tt_waitq_unlock_(&g->waiters);
    return r;
}

/* True: the children had to be cancelled because of what is outside the group. */
static bool wait_all(tt_group *g)
{
    if (wait_children(g, TT_PARK_CANCELLABLE_) == 0) return false;
    bool outside = !(tt_load_seq_(&g->scope.flags) & TT_SCOPE_CANCELLED_);
    mark_cancelled(g);
    cancel_children(g);
    (void)wait_children(g, 0);
    return outside;
}

static const char *name_of(const tt_future *f, char *buf, size_t size)
{
    if (f->name[0]) return f->name;
    return f->job.function ? tt_name_of_(f->job.function, buf, size) : "error";
}

/* "name: type: message; " of each failure into text, if not NULL. The length. */
static size_t write_failures(tt_group *g, char *text, size_t size)
{
    size_t length = 0;
    char name[96];
    struct tt_list_ *all = list(&g->failed);
    for (struct tt_list_ *l = all->next; l != all; l = l->next) {
        tt_future *f = child_of(l)->future;
        tt_auto error = tt_future_collect_(f);
        int n = snprintf(text ? text + length : NULL, text ? size - length : 0, "%s%s: %s: %s", length ? "; " : "",
                         name_of(f, name, sizeof name), tt_error_type(error), tt_error_message(error));
        length += (size_t)n;
    }
    return length;
}

static size_t count_failures(tt_group *g)
{
    size_t n = 0;
    struct tt_list_ *all = list(&g->failed);
    for (struct tt_list_ *l = all->next; l != all; l = l->next)
        n++;
    return n;
}

/* All failures in one error. */
static tt_value failures_of(tt_group *g)
{
    size_t n = count_failures(g);
    if (n == 0) return g->lost ? tt_error_no_memory() : tt_none();
    size_t size = write_failures(g, NULL, 0) + 1;
    char *text = tt_alloc_(size);
    if (!text) return tt_error_no_memory();
    write_failures(g, text, size);
    tt_value first = tt_future_collect_(child_of(list(&g->failed)->next)->future);
    tt_value error = tt_error_with_cause(first, "ExceptionGroup", "%zu failed: %s", n, text);
    tt_free_(text);
    return error;
}

tt_value tt_group_leave(tt_group *g)
{
    struct tt_strand_ *me = tt_self_.strand;
    if (!me || g->owner != me || me->scope != &g->scope) {
        tt_misuse_(g, "group left by a strand whose innermost scope it is not");
        return tt_error_from_code(-EPERM);
    }
    bool outside = wait_all(g);
    tt_scope_leave_(&g->scope, me);
    g->owner = NULL;
    tt_value error = failures_of(g);
    for (struct tt_list_ *l; (l = tt_list_pop_front_(list(&g->failed))); )
        free_child(child_of(l));
    return tt_is_none(error) && outside ? tt_error_from_code(-ECANCELED) : error;
}

tt_group *tt_group_open_(tt_group *g, tt_value *ret_error)
{
    if (tt_group_enter(g) < 0) tt_fatal_("no memory to enter a group");
    g->ret_error = ret_error;
    return g;
}

void tt_group_close_(tt_group *g)
{
    if (!g->owner) return;
    tt_value error = tt_group_leave(g);
    if (g->ret_error) {
        tt_drop(*g->ret_error);
        *g->ret_error = error;
        return;
    }
    if (tt_is_error(error) && tt_error_code(error) != -ECANCELED) tt_report_error_("group", tt_view_of(error));
    tt_drop(error);
}
