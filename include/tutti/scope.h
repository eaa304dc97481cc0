/* scope.h - cancellation and deadlines belong to scopes. Python: asyncio.timeout, anyio.CancelScope.
 *
 * A scope is a block of one strand's work: a task, a group's body, a tt_deadline_scope. While it is cancelled,
 * every call in it that would wait answers -ECANCELED; leaving the scope ends that. A call that need not wait
 * succeeds all the same, polling (TT_NOW) answers -EAGAIN as ever, and an operation that completed wins over a
 * later cancel. Not cancellation points: unbounded acquire of Lock and RLock, re-acquiring after a condition
 * wait, the wait at a group's exit, and everything in tt_shield { }. */
#ifndef TUTTI_SCOPE_H
#define TUTTI_SCOPE_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tt_strand_;

/* A scope lives on its strand's stack (or in what owns it) from enter to leave. Private fields. */
typedef struct tt_scope {
    struct tt_scope *outer;
    struct tt_strand_ *strand; /* who is in it; NULL: nobody */
    tt_time deadline;          /* cancels itself then; TT_FOREVER: never */
    uint32_t flags;
    uint32_t spare;
    void *room[2];
} tt_scope;

/* tt_scope_enter - opens a scope in the calling strand; it must be left in reverse order by the same strand.
 * deadline   absolute; at that time the scope counts as cancelled. Deadlines are inherited inward: of nested
 *            scopes the earliest counts.
 * Returns    0; -ENOMEM (no descriptor for this thread); -EPERM: the calling strand is in it already. When negative,
 *            nothing has changed */
TT_API TT_NODISCARD int tt_scope_enter(tt_scope *s, tt_time deadline);

/* tt_scope_leave - closes the innermost scope.  0; -ECANCELED if it was cancelled; -ETIMEDOUT if its own
 * deadline did that; -EPERM if it is not the calling strand's innermost scope (nothing changes). */
TT_API int tt_scope_leave(tt_scope *s);

/* tt_scope_cancel - cancels it, from any strand, while it is entered (the caller sees to that). Idempotent. */
TT_API void tt_scope_cancel(tt_scope *s);

/* tt_scope_cancelled - whether this scope itself was cancelled or its deadline has passed. */
TT_API bool tt_scope_cancelled(const tt_scope *s);

/* tt_cancelled - whether the calling strand is in a cancelled scope: the question for loops that compute and
 * never wait.  Cost: a few loads; one clock read when a deadline is set. */
TT_API bool tt_cancelled(void);

/* Private: the block forms. Entering one without memory for the thread's descriptor is fatal: a body is never
 * skipped silently. Leaving twice is harmless. */
TT_API void tt_scope_open_(tt_scope *s, tt_time deadline, bool shield);
TT_API void tt_scope_close_(tt_scope *s);
#define tt_scope_block_(scope, once, by, shield)                                                                      \
    for (tt_scope scope TT_CLEANUP(tt_scope_close_) = TT_ZEROS_, *once = &scope;                                      \
         once && (tt_scope_open_(&scope, by, shield), 1); tt_scope_close_(&scope), once = NULL)

/* tt_deadline_scope (by) { … } - everything in the block has until `by`. return and goto leave it well, too; break and
 * continue end the block, not a loop around it. */
#define tt_deadline_scope(by) tt_scope_block_(TT_UNIQUE_(tt_scope_), TT_UNIQUE_(tt_once_), by, false)

/* tt_shield { … } - nothing in the block is cancelled from outside it; no outer deadline reaches in. */
#define tt_shield tt_scope_block_(TT_UNIQUE_(tt_scope_), TT_UNIQUE_(tt_once_), TT_FOREVER, true)

#ifdef __cplusplus
}
#endif
#endif
