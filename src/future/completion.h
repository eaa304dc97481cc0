/* completion.h - a queue of futures that are over: what as_completed and map_unordered take from.
 *
 * Each future is watched by a node; when it is over, its node goes to the end of `done`. The lock of the wait queue
 * guards the list; it is taken under a future's queue lock. */
#ifndef TUTTI_FUTURE_COMPLETION_H
#define TUTTI_FUTURE_COMPLETION_H

#include "future/future.h"

struct tt_completions_ {
    void *waiters;
    struct tt_list_ done; /* nodes, by link; in order of completion */
};

struct tt_completion_ {
    struct tt_watch_ watch;
    struct tt_list_ link;
    struct tt_completions_ *queue;
    tt_future *future;    /* NULL: the node is free */
};

void tt_completions_init_(struct tt_completions_ *q);

/* Watches f, with a reference of its own; at once in `done` when it is over. */
void tt_completion_add_(struct tt_completions_ *q, struct tt_completion_ *node, tt_future *f);

/* Takes the oldest out of `done`; NULL: none. */
struct tt_completion_ *tt_completions_pop_(struct tt_completions_ *q);

/* Waits until `done` is not empty. 0, -ETIMEDOUT, -ECANCELED, -ENOMEM. */
int tt_completions_wait_(struct tt_completions_ *q, tt_time by);

/* Lets go of the future, over or not: it is not in the queue any more and will not come. Harmless for a free node. */
void tt_completion_remove_(struct tt_completion_ *node);

#endif
