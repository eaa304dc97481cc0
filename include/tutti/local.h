/* local.h - a variable that every strand has for itself: thread or coroutine. Python: threading.local.
 *
 *     static tt_local name;                                   // zero is a valid one; so is TT_LOCAL_INIT
 *     int r = tt_local_set(&name, tt_str("request 7"));       // seen by the calling strand alone
 *     tt_print(tt_local_get(&name));
 *
 *     static tt_local buffer = TT_LOCAL_DEFAULT(make_buffer); // each strand's first get makes its own
 *
 * Use it instead of _Thread_local: several coroutines share a thread. The values of a strand are destroyed, on that
 * strand, when it ends: a thread, or a task. Destructors may use locals again, to a limit of 8 rounds. */
#ifndef TUTTI_LOCAL_H
#define TUTTI_LOCAL_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Private fields. It needs no end: strands that still have a value keep it until they end. */
typedef struct tt_local {
    uint64_t key;  /* 0: nobody has set it yet */
    tt_fn make;    /* the default of a strand that has none; NULL: None */
    void *room;
} tt_local;
#define TT_LOCAL_INIT { 0, NULL, NULL }
#define TT_LOCAL_DEFAULT(make) { 0, (make), NULL }

/* tt_local_set - the calling strand's value. Takes v, always.
 * Returns   0; -ENOMEM (the former value stays); -ESHUTDOWN: the strand is past the last round of its destructors
 * Strands   any; each sees its own     Cost   a look-up in a small table of the strand's */
TT_API TT_NODISCARD int tt_local_set(tt_local *l, tt_value v);

/* tt_local_get - the calling strand's value, lent: until it is set again, or the strand ends. Without one: what `make`
 * returns, called with None and kept; without a make, None. An error value that make returns is answered, and kept only
 * until the next get tries again.  Python: AttributeError; a subclass with __init__ */
TT_API tt_view tt_local_get(tt_local *l);

/* tt_local_has - whether the calling strand has a value.  Python: hasattr */
TT_API bool tt_local_has(tt_local *l);

/* tt_local_delete - drops the calling strand's value.  0; -ENOENT: there was none.  Python: del */
TT_API int tt_local_delete(tt_local *l);

/* The same for plain memory of your own. destroy(pointer) is called when it is replaced, deleted, or the strand ends;
 * NULL: nothing is. When set fails, pointer stays yours. */
TT_API TT_NODISCARD int tt_local_set_pointer(tt_local *l, void *pointer, void (*destroy)(void *pointer));
TT_API void *tt_local_pointer(tt_local *l); /* NULL: none, or not a pointer */

#ifdef __cplusplus
}
#endif
#endif
