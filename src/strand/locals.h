/* locals.h - a strand's values of tt_local: a small table per strand, from key to value. Used by the strand itself. */
#ifndef TUTTI_STRAND_LOCALS_H
#define TUTTI_STRAND_LOCALS_H

#include <tutti/value.h>

#include "strand/strand.h"

typedef void (*tt_local_destroy_)(void *pointer);

/* The value under `key` (not 0), lent until it is replaced or the strand ends; NULL: there is none. */
const tt_value *tt_locals_find_(struct tt_strand_ *me, uint64_t key);

/* Puts v under `key`; what was there is dropped, or given to its destroy. With a destroy, v is a pointer.
 * 0; -ENOMEM; -ESHUTDOWN: the strand is at its end and will clear no more. When negative nothing has changed, and v
 * stays the caller's. */
int tt_locals_put_(struct tt_strand_ *me, uint64_t key, tt_value v, tt_local_destroy_ destroy);

/* Takes what is under `key` away. False: nothing was. */
bool tt_locals_remove_(struct tt_strand_ *me, uint64_t key);

/* Destroys all of them, on the strand itself, which still is one: what ends a thread or a task calls it before the
 * identity goes. Destructors may use locals, also set new ones; those are destroyed too, up to a limit. */
void tt_locals_clear_(struct tt_strand_ *me);

#endif
