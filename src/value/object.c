/* object.c - counting: birth, references, and a burial that does not recurse.
 * The last drop puts the object on a list of the dead, linked through the objects themselves; then each is buried in
 * turn, and children whose last reference that was join the list. So depth costs no stack and no memory, and a drop
 * cannot fail. */
#include "value/object.h"

#include "value/list.h"
#include "value/struct.h"
#include "value/table.h"

void *tt_object_new_(tt_kind kind, size_t size, bool sealed)
{
    struct tt_object_ *o = tt_alloc_(size);
    if (!o) return NULL;
    memset(o, 0, sizeof *o);
    o->refs = 1;
    o->kind = (uint8_t)kind;
    o->sealed = sealed;
#ifdef TT_DEBUG
    tt_debug_born_(o, size);
#endif
    return o;
}

void tt_ref_counted_(uint64_t word)
{
    struct tt_object_ *o = (struct tt_object_ *)(uintptr_t)word;
#ifdef TT_DEBUG
    if (tt_debug_is_dead_(o, "tt_ref of", __builtin_return_address(0))) return;
#endif
    if (tt_load_relaxed_(&o->refs) & TT_IMMORTAL_) return;
    tt_add_relaxed_(&o->refs, 1); /* whoever lends it to us keeps it alive: no order needed */
}

/* True if this was the last reference. */
static bool unref(struct tt_object_ *o)
{
    uint32_t refs = tt_load_acquire_(&o->refs); /* 1: pairs with the release of the others' last sub */
    if (refs == 1) return true;
    if (refs & TT_IMMORTAL_) return false;
    return tt_sub_acq_rel_(&o->refs, 1) == 1; /* release pairs with the acquire of whoever buries it */
}

/* What an object owns beside its children. */
static void release(struct tt_object_ *o)
{
    switch (o->kind) {
    case TT_LIST: tt_free_(((struct tt_seq_ *)o)->items); break;
    case TT_DICT:
    case TT_SET:
    case TT_FROZENSET: tt_free_(((struct tt_table_ *)o)->entries); break;
    case TT_PROXY: tt_proxy_release_(o); break;
    default: break;
    }
}

static void bury(struct tt_object_ *o, const void *place)
{
    (void)place;
    release(o);
#ifdef TT_DEBUG
    tt_debug_dead_(o, place);
#else
    tt_free_(o);
#endif
}

void tt_drop_counted_(uint64_t word)
{
    struct tt_object_ *o = (struct tt_object_ *)(uintptr_t)word;
#ifdef TT_DEBUG
    if (tt_debug_is_dead_(o, "tt_drop of", __builtin_return_address(0))) return;
#endif
    if (!unref(o)) return;
    o->u.next = NULL;
    for (struct tt_object_ *dead = o; dead;) {
        tt_view child;
        o = dead;
        dead = o->u.next;
        for (size_t pos = 0; (pos = tt_child_(o, pos, &child)) != 0;) {
            struct tt_object_ *c = tt_object_of_(child);
            if (!tt_is_counted_(child) || !unref(c)) continue;
            c->u.next = dead;
            dead = c;
        }
        bury(o, __builtin_return_address(0));
    }
}
