/* scope.h - cancel scopes, for the library's own use. The contract: <tutti/scope.h>. */
#ifndef TUTTI_STRAND_SCOPE_H
#define TUTTI_STRAND_SCOPE_H

#include "strand/strand.h"

enum {
    TT_SCOPE_CANCELLED_ = 1, /* atomic; set by anybody, never cleared */
    TT_SCOPE_SHIELD_ = 2,    /* what is outside does not reach in */
};

/* Whether a scope from `s` outward to the first shield is cancelled; *limit becomes the earliest deadline of
 * those, when that is earlier than *limit. By the strand that is in them. */
bool tt_scope_reached_(struct tt_scope *s, tt_time *limit);

/* As tt_scope_enter for a strand that is at hand: a task's own scope, which may be cancelled already. */
void tt_scope_enter_(struct tt_scope *s, struct tt_strand_ *me);
void tt_scope_leave_(struct tt_scope *s, struct tt_strand_ *me);

/* Whether the calling strand is in it. */
bool tt_scope_entered_(const struct tt_scope *s, const struct tt_strand_ *me);

/* While a thread drives a loop, the loop's first coroutine stands in for it: it is in the thread's scopes, too, and a
 * cancel of one of those ends its waits. Around the coroutine's work, by itself. */
void tt_scope_stand_in_(struct tt_strand_ *me, struct tt_strand_ *thread);
void tt_scope_stand_out_(struct tt_strand_ *me, struct tt_strand_ *thread);

/* Prepares a scope that nobody has entered; it may be cancelled from now on. */
static inline void tt_scope_init_(struct tt_scope *s, tt_time deadline)
{
    *s = (struct tt_scope){ .deadline = deadline };
}

#endif
