/* as_completed.c - futures in the order in which they complete. */
#include <tutti/wait.h>

#include <stdlib.h>

#include "base/memory.h"
#include "future/completion.h"

struct tt_completed {
    struct tt_completions_ queue;
    size_t n, left;                /* nodes; not given yet */
    tt_time due;                   /* no pending one passes its deadline before */
    struct tt_completion_ nodes[]; /* by index; free: given, or listed before */
};

static int by_address(const void *a, const void *b)
{
    const struct tt_completion_ *const *left = a, *const *right = b;
    uintptr_t x = (uintptr_t)(*left)->future, y = (uintptr_t)(*right)->future;
    if (x == y) return *left < *right ? -1 : 1;
    return x < y ? -1 : 1;
}

/* Frees the nodes whose future is listed before. False: no memory to find out. */
static bool drop_repeats(struct tt_completed *c)
{
    struct tt_completion_ **sorted = tt_calloc_(c->n + 1, sizeof(*sorted));
    if (!sorted) return false;
    for (size_t i = 0; i < c->n; i++)
        sorted[i] = &c->nodes[i];
    qsort(sorted, c->n, sizeof(*sorted), by_address);
    tt_future *last = NULL;
    for (size_t i = 0; i < c->n; i++) {
        tt_future *f = sorted[i]->future;
        if (f == last) sorted[i]->future = NULL;
        last = f;
    }
    tt_free_(sorted);
    return true;
}

/* Fails those that are pending past their deadline. */
static void expire_all(struct tt_completed *c)
{
    c->due = TT_FOREVER;
    for (size_t i = 0; i < c->n; i++) {
        tt_future *f = c->nodes[i].future;
        if (!f) continue;
        tt_future_expire_(f);
        tt_time one = tt_future_due_(f);
        if (one < c->due) c->due = one;
    }
}

tt_completed *tt_as_completed(tt_future *const *fs, size_t n)
{
    struct tt_completed *c = tt_calloc_(1, sizeof *c + n * sizeof c->nodes[0]);
    if (!c) return NULL;
    c->n = n;
    tt_completions_init_(&c->queue);
    for (size_t i = 0; i < n; i++)
        c->nodes[i].future = fs[i]; /* not watched yet */
    if (!drop_repeats(c)) {
        tt_free_(c);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        if (c->nodes[i].future) {
            tt_completion_add_(&c->queue, &c->nodes[i], c->nodes[i].future);
            c->left++;
        }
    expire_all(c);
    return c;
}

static bool only_own_left(struct tt_completed *c)
{
    const tt_future *own = tt_self_.strand ? tt_self_.strand->task : NULL;
    for (size_t i = 0; c->left == 1 && i < c->n; i++)
        if (c->nodes[i].future) return c->nodes[i].future == own;
    return false;
}

/* Waits until one more is over. */
static int wait_for_one(struct tt_completed *c, tt_time by)
{
    if (only_own_left(c)) return -EDEADLK;
    for (;;) {
        int r = tt_completions_wait_(&c->queue, c->due < by ? c->due : by);
        if (r != -ETIMEDOUT || c->due >= by) return r;
        expire_all(c);
    }
}

int tt_completed_next(tt_completed *c, size_t *ret_index, tt_time by)
{
    struct tt_completion_ *node;
    if (c->left == 0) return 0;
    while (!(node = tt_completions_pop_(&c->queue))) {
        int r = by == TT_NOW ? -EAGAIN : wait_for_one(c, by);
        if (r < 0) return r;
    }
    *ret_index = (size_t)(node - c->nodes);
    tt_completion_remove_(node);
    c->left--;
    return 1;
}

size_t tt_completed_left(tt_completed *c)
{
    return c->left;
}

void tt_completed_free(tt_completed *c)
{
    if (!c) return;
    for (size_t i = 0; i < c->n; i++)
        tt_completion_remove_(&c->nodes[i]);
    tt_free_(c);
}
