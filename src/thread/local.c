/* local.c - Local: the key, and the default. The tables: strand/locals.c.
 *
 * A key is a number that is never used again, given at the first set; so a local whose memory is used for another
 * (again zero) local never meets the old values. */
#include <tutti/error.h>
#include <tutti/local.h>

#include "strand/locals.h"
#include "value/object.h"

_Static_assert(sizeof(tt_local) == 24, "the ABI promises 24 bytes");

static uint64_t last_key; /* atomic */

static uint64_t key_of(tt_local *l)
{
    uint64_t key = tt_load_relaxed_(&l->key);
    if (key) return key;
    uint64_t fresh = tt_add_relaxed_(&last_key, 1) + 1;
    return tt_cas_relaxed_(&l->key, &key, fresh) ? fresh : key;
}

static const tt_value *find(tt_local *l)
{
    struct tt_strand_ *me = tt_self_.strand;
    uint64_t key = tt_load_relaxed_(&l->key);
    return me && key ? tt_locals_find_(me, key) : NULL;
}

static int put(tt_local *l, tt_value v, tt_local_destroy_ destroy)
{
    struct tt_strand_ *me = tt_strand_current_();
    return me ? tt_locals_put_(me, key_of(l), v, destroy) : -ENOMEM;
}

int tt_local_set(tt_local *l, tt_value v)
{
    int r = tt_is_no_memory_(tt_view_of(v)) ? -ENOMEM : put(l, v, NULL);
    if (r < 0) tt_drop(v);
    return r;
}

/* The default: made, and kept if there is room. */
static tt_view make(tt_local *l)
{
    tt_value v = l->make(tt_view_of(tt_none()));
    if (!tt_is_no_memory_(tt_view_of(v)) && put(l, v, NULL) == 0) return tt_view_of(v);
    tt_drop(v);
    return tt_view_of(tt_no_memory_());
}

tt_view tt_local_get(tt_local *l)
{
    const tt_value *v = find(l);
    if (l->make && (!v || tt_is_error(*v))) return make(l);
    return tt_view_of(v ? *v : tt_none());
}

bool tt_local_has(tt_local *l)
{
    return find(l) != NULL;
}

int tt_local_delete(tt_local *l)
{
    return find(l) && tt_locals_remove_(tt_self_.strand, l->key) ? 0 : -ENOENT;
}

int tt_local_set_pointer(tt_local *l, void *pointer, void (*destroy)(void *pointer))
{
    return put(l, tt_pointer(pointer), destroy);
}

void *tt_local_pointer(tt_local *l)
{
    const tt_value *v = find(l);
    return v && tt_is_kind(*v, TT_POINTER) ? tt_as_pointer(*v) : NULL;
}
