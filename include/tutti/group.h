/* group.h - tasks that end together. Python: asyncio.TaskGroup, trio's nursery.
 *
 *     tt_auto error = tt_none();
 *     tt_with_group (g, &error) {
 *         for (size_t i = 0; i < n; i++) tt_group_start(g, fetch, tt_str(url[i]));
 *     }                                                // waits for all of them
 *     if (tt_is_error(error)) return tt_take(&error);
 *
 * The block is left only when every task of the group is over. The first that fails (returns an error value) cancels
 * the others, and the body of the block: every wait in it answers -ECANCELED. A task that was merely cancelled is no
 * failure. A cancel from outside reaches the tasks when the body has ended or waits at its end; they are waited for
 * all the same. Tasks may start siblings, also while the block waits; groups nest. A task in a cancelled group never
 * starts. */
#ifndef TUTTI_GROUP_H
#define TUTTI_GROUP_H

#include <tutti/executor.h>
#include <tutti/scope.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tt_group_link_ {
    struct tt_group_link_ *next, *prev;
};

/* A group lives on its owner's stack from enter to leave. Private fields. */
typedef struct tt_group {
    tt_scope scope;                /* of the body */
    struct tt_strand_ *owner;      /* NULL: not entered */
    void *waiters;                 /* the owner, when it waits; its lock guards what follows */
    struct tt_group_link_ running, /* children not over, and not asked to end */
        asked,                     /* children asked to end */
        failed;                    /* children that failed, in that order */
    size_t left;                   /* children not over */
    bool cancelled, lost;          /* ; a child or error had no memory */
    tt_value *ret_error;           /* of the block form */
    uint64_t epoch;                /* how many forks lay behind the process that entered it */
    void *room[2];
} tt_group;

/* ---- tasks ---- */

/* tt_group_submit - as tt_submit, for a task of the group: tt_group_submit(g, fn, arg, .name = "…"). It goes to the
 * executor of the calling task, else to tt_default_pool().
 * Returns   a handle of yours, never NULL. What could not be handed over fails the group, too; -EPERM: nobody is in it
 * Strands   the body, tasks of the group, and whoever knows that the group is not left yet */
TT_API TT_NODISCARD tt_future *tt_group_submit_with(tt_group *g, tt_fn fn, tt_value arg,
                                                    const tt_task_options *options);
#define tt_group_submit(g, fn, ...)                                                                                   \
    tt_submit_of_(tt_group_submit_with, g, fn, __VA_ARGS__, .size = sizeof(tt_task_options))

/* tt_group_submit_to - the same to another executor: tt_group_submit_to(g, ex, fn, arg, …). */
TT_API TT_NODISCARD tt_future *tt_group_submit_to_with(tt_group *g, tt_executor *ex, tt_fn fn, tt_value arg,
                                                       const tt_task_options *options);
#define tt_group_submit_to(g, ex, fn, ...)                                                                            \
    tt_group_submit_to_of_(g, ex, fn, __VA_ARGS__, .size = sizeof(tt_task_options))
#define tt_group_submit_to_of_(g, ex, fn, arg, ...)                                                                   \
    tt_group_submit_to_with((g), (ex), (fn), (arg), &(tt_task_options){ __VA_ARGS__ })

/* tt_group_start - the same, without a handle. */
TT_API void tt_group_start_with(tt_group *g, tt_fn fn, tt_value arg, const tt_task_options *options);
#define tt_group_start(g, fn, ...)                                                                                    \
    tt_submit_of_(tt_group_start_with, g, fn, __VA_ARGS__, .size = sizeof(tt_task_options))

/* tt_group_add - a future that exists already belongs to the group from now on; your handle stays yours.
 * 0; -ENOMEM: it does not, and the group fails; -EPERM: nobody is in the group. */
TT_API int tt_group_add(tt_group *g, tt_future *f);

/* ---- ending it early ---- */

/* tt_group_cancel - cancels the body and every task; the block then ends without an error. From any strand, while the
 * group is not left. Idempotent.  Python: TaskGroup.cancel (3.15) */
TT_API void tt_group_cancel(tt_group *g);

/* tt_group_fail - the group fails with this error, as if a task had returned it; takes it. From any strand, as
 * cancel. */
TT_API void tt_group_fail(tt_group *g, tt_value error);

TT_API bool tt_group_cancelled(tt_group *g); /* by a failure, by cancel, or from outside */

/* ---- entering and leaving ---- */

/* tt_with_group (g) { … } - the block has `tt_group *g`. However it is left, every task is waited for.
 * tt_with_group (g, &error) { … } - *error becomes what tt_group_leave answers; a tt_value of yours. Without it an
 * error is reported as one that nobody collected (tt_set_error_hook). */
#define tt_with_group(...) tt_group_block_(TT_UNIQUE_(tt_group_), __VA_ARGS__, NULL, )
#define tt_group_block_(storage, g, ret, ...)                                                                         \
    for (tt_group storage TT_CLEANUP(tt_group_close_) = TT_ZEROS_, *g = tt_group_open_(&storage, ret); g;             \
         tt_group_close_(&storage), g = NULL)
TT_API tt_group *tt_group_open_(tt_group *g, tt_value *ret_error) __attribute__((returns_nonnull));
TT_API void tt_group_close_(tt_group *g);

/* tt_group_enter - opens a group, in the calling strand.  0; -ENOMEM: it is not entered; -EPERM: the calling strand is
 * in it already. */
TT_API TT_NODISCARD int tt_group_enter(tt_group *g);

/* tt_group_leave - waits until every task is over, and closes the group. Not a cancellation point: a cancel from
 * outside cancels the tasks, and they are waited for. By the strand that entered it.
 * Returns   None; an ExceptionGroup whose message lists every failure, and whose cause is the first; CancelledError
 *           when tasks were cancelled from outside; RuntimeError (-EPERM) when the group is not the strand's
 *           innermost scope: then nothing has happened */
TT_API TT_NODISCARD tt_value tt_group_leave(tt_group *g);

#ifdef __cplusplus
}
#endif
#endif
