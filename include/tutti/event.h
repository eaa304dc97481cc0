/* event.h - a flag that strands wait for. Python: threading.Event, asyncio.Event.
 *
 *     static tt_event ready;                     // zero is a clear one; TT_EVENT_INIT says it in words
 *     tt_event_set(&ready);                      // wakes all who wait, also when clear follows at once
 *
 * set happens-before every wait that it lets through. A strand whose wait answered 0 may take the event apart. */
#ifndef TUTTI_EVENT_H
#define TUTTI_EVENT_H

#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tt_event {
    uint64_t word; /* private: 1 set, 0 clear */
    void *waiters; /* private: the strands that wait */
} tt_event;
#define TT_EVENT_INIT { 0, NULL }

TT_API int tt_event_wait_(tt_event *e, tt_time by); /* private: the path out of line */

/* tt_event_set - sets it and wakes all who wait. tt_event_clear - clears it. Any strand, any time.
 * Cost: set without waiters two atomic operations.  Python: Event.set, Event.clear. */
TT_API void tt_event_set(tt_event *e);
TT_API void tt_event_clear(tt_event *e);

/* tt_event_is_set - whether it is set; may be outdated at once.  Cost: one load.  Python: Event.is_set. */
static inline bool tt_event_is_set(const tt_event *e)
{
    return __atomic_load_n(&e->word, __ATOMIC_ACQUIRE) != 0;
}

/* tt_event_wait - waits until it is set, or was set at any time since the wait began.
 * Returns   0; -EAGAIN (TT_NOW and it is clear); -ETIMEDOUT; -ECANCELED; -ENOMEM (no descriptor for this thread)
 * Strands   any     Cost   set: two loads     Python   Event.wait */
TT_NODISCARD static inline int tt_event_wait(tt_event *e, tt_time by)
{
    if (tt_event_is_set(e) && !((uintptr_t)__atomic_load_n(&e->waiters, __ATOMIC_ACQUIRE) & 1)) return 0;
    return tt_event_wait_(e, by);
}

#ifdef __cplusplus
}
#endif
#endif
