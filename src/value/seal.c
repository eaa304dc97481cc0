/* seal.c - sealing what is handed over, and thawing: a private copy that may be changed.
 * A container is sealed after its children, so a sealed one is sealed all the way down, whoever else is sealing the
 * same tree right now.
 * Thawing goes in the same order over what holds something changeable; `memo` maps each such object to its copy, so
 * that what occurs twice is copied once. There are no cycles, so the children's copies are in the memo when their
 * parent's is made. */
#include <tutti/dict.h>
#include <tutti/seal.h>

#include "value/list.h"
#include "value/table.h"
#include "value/walk.h"

/* ---- sealing ---- */

static int seal_all(struct tt_walk_ *w)
{
    tt_view child;
    for (struct tt_frame_ *f; (f = tt_walk_top_(w));) {
        size_t next = tt_child_(f->o, f->pos, &child);
        if (next == 0) {
            /* Pairs with tt_object_sealed_'s acquire. */
            tt_store_release_(&((struct tt_object_ *)(uintptr_t)f->o)->sealed, (uint8_t)1);
            w->count--;
            continue;
        }
        f->pos = next;
        if (tt_is_frozen_(child)) continue;
        int r = tt_walk_push_(w, tt_object_of_(child), NULL);
        if (r < 0) return r;
    }
    return 0;
}

int (tt_seal_)(tt_view v)
{
    if (tt_is_frozen_(v)) return 0;
    struct tt_walk_ w;
    tt_walk_init_(&w);
    int r = tt_walk_push_(&w, tt_object_of_(v), NULL);
    if (r == 0) r = seal_all(&w);
    tt_walk_end_(&w);
    return r;
}

int (tt_seal)(tt_view v)
{
    return tt_seal_(v);
}

bool (tt_is_sealed)(tt_view v)
{
    return tt_is_frozen_(v);
}

/* ---- thawing ---- */

/* Tuples and frozensets of things that cannot change are shared; so is every leaf. A frozenset holds hashable things
 * only, and a tuple remembers in `nests` whether it was born with something changeable. */
static bool is_shared(tt_view v)
{
    switch (tt_kind_of(v)) {
    case TT_LIST:
    case TT_DICT:
    case TT_SET: return false;
    case TT_TUPLE: return !tt_object_of_(v)->nests;
    default: return true;
    }
}

/* The memo is a dict from the address of an object (a pointer value) to its copy. */
static tt_view copy_of(tt_view memo, const struct tt_object_ *o)
{
    return tt_dict_at(memo, tt_pointer(o));
}

static tt_value child_copy(tt_view memo, tt_view child)
{
    return is_shared(child) ? tt_ref(child) : tt_ref(copy_of(memo, tt_object_of_(child)));
}

static tt_value copy_seq(tt_view memo, const struct tt_seq_ *s)
{
    struct tt_seq_ *copy = tt_seq_new_((tt_kind)s->head.kind, s->len);
    if (!copy) return tt_no_memory_();
    for (size_t i = 0; i < s->len; i++) copy->items[i] = child_copy(memo, tt_view_of(s->items[i]));
    copy->len = s->len;
    tt_tuple_finish_(copy);
    return tt_value_of_object_(copy);
}

static tt_value copy_table(tt_view memo, const struct tt_table_ *t)
{
    struct tt_table_ *copy = tt_table_new_((tt_kind)t->head.kind);
    tt_view key, value;
    if (!copy) return tt_no_memory_();
    if (t->used && tt_table_reserve_(copy, t->used) < 0) {
        tt_drop(tt_value_of_object_(copy));
        return tt_no_memory_();
    }
    for (size_t pos = 0; tt_table_next_(t, &pos, &key, &value);) {
        tt_value v = child_copy(memo, value);
        if (!tt_is_frozen_(tt_view_of(v))) {
            tt_object_of_(tt_view_of(v))->inside = 1;
            copy->head.nests = 1;
        }
        tt_table_add_(copy, t->entries[pos - 1].hash, tt_ref(key), v);
    }
    return tt_value_of_object_(copy);
}

/* Copies o, whose children are in the memo already. */
static int finish(tt_view memo, const struct tt_object_ *o)
{
    bool seq = o->kind == TT_LIST || o->kind == TT_TUPLE;
    tt_value copy = seq ? copy_seq(memo, (const void *)o) : copy_table(memo, (const void *)o);
    return tt_dict_set(memo, tt_pointer(o), copy); /* refuses the no-memory error with -ENOMEM */
}

static int copy_all(struct tt_walk_ *w, tt_view memo)
{
    tt_view child;
    int r = 0;
    for (struct tt_frame_ *f; r == 0 && (f = tt_walk_top_(w));) {
        size_t next = tt_child_(f->o, f->pos, &child);
        if (next == 0) {
            r = finish(memo, f->o);
            w->count--;
            continue;
        }
        f->pos = next;
        if (!is_shared(child) && tt_is_none(copy_of(memo, tt_object_of_(child))))
            r = tt_walk_push_(w, tt_object_of_(child), NULL);
    }
    return r;
}

tt_value (tt_thaw)(tt_view v)
{
    if (is_shared(v)) return tt_ref(v);
    tt_auto memo = tt_dict();
    if (tt_is_error(memo)) return tt_take(&memo);
    struct tt_walk_ w;
    tt_walk_init_(&w);
    int r = tt_walk_push_(&w, tt_object_of_(v), NULL);
    if (r == 0) r = copy_all(&w, tt_view_of(memo));
    tt_walk_end_(&w);
    if (r < 0) return tt_no_memory_();
    tt_value copy = tt_ref(copy_of(tt_view_of(memo), tt_object_of_(v)));
    tt_object_of_(tt_view_of(copy))->inside = 0; /* only the memo held it */
    return copy;
}
