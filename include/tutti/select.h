/* select.h - waiting for the first of several things. Python: asyncio.wait(FIRST_COMPLETED), Go's select.
 *
 *     tt_case cases[] = { tt_on_get(work, &item), tt_on_event(&stop), tt_on_deadline(tt_after(1)) };
 *     switch (tt_select(cases, 3, TT_FOREVER)) {
 *     case 0: if (cases[0].result == 0) use(item); break;       // an item came, or the queue was shut down
 *     case 1: return;
 *     case 2: report_idle(); break;
 *     }
 *
 * Exactly one case happens: an item that another case's win leaves behind stays in its queue, and nothing is put
 * twice. Of several that are ready the first listed happens. */
#ifndef TUTTI_SELECT_H
#define TUTTI_SELECT_H

#include <tutti/event.h>
#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tt_queue;
struct tt_case_ops_;

/* One case, made by a function tt_on_… . result is set when the case has happened; the rest is private. */
typedef struct tt_case {
    int result; /* 0; -ESHUTDOWN: the queue is shut down; another code of the call that the case stands for */
    int spare_;
    const struct tt_case_ops_ *ops_;
    void *object_;
    tt_value value_;    /* what a put offers */
    tt_value *ret_;     /* where a get goes */
    tt_time by_;        /* of a deadline */
    unsigned char node_[96] __attribute__((aligned(8))); /* its place in the object's queue */
} tt_case;

/* tt_on_event - happens when the event is set. */
TT_API tt_case tt_on_event(tt_event *e);

/* tt_on_get - takes an item from the queue into *ret; with result -ESHUTDOWN when the queue is shut down and empty.
 * From then on it is always ready: leave it out, or it hides the cases behind it. */
TT_API tt_case tt_on_get(struct tt_queue *q, tt_value *ret);

/* tt_on_put - puts v. As every put it takes v: after tt_select it is in the queue or dropped, whatever happened; to
 * keep it pass tt_ref(v). With result -ESHUTDOWN when the queue is shut down, -ENOMEM when no memory was left. */
TT_API tt_case tt_on_put(struct tt_queue *q, tt_value v);

/* tt_on_deadline - happens at that time. */
TT_API tt_case tt_on_deadline(tt_time at);

/* tt_select - waits until one of n cases can happen, and lets it happen.
 * cases     in order of preference; cases without a put may be used again
 * n         1 … 65535
 * by        as every deadline; TT_NOW: only what is ready now
 * Returns   the index of the case that happened (look at its result); -EAGAIN (TT_NOW and none is ready);
 *           -ETIMEDOUT; -ECANCELED; -EINVAL (n); -ENOMEM (no descriptor for this thread). When negative, no case has
 *           happened
 * Strands   any     Memory   none: a case carries its own place     Cost   n locks, 2n when it waits */
TT_API TT_NODISCARD int tt_select(tt_case *cases, size_t n, tt_time by);

#ifdef __cplusplus
}
#endif
#endif
