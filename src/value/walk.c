/* walk.c - going through a value and all it holds: children, and the search that keeps cycles out.
 * The search for the target marks what it has seen with the number of the search: unsealed objects belong to one
 * strand. */
#include "value/walk.h"

#include "value/error.h"
#include "value/list.h"
#include "value/table.h"

int tt_walk_push_(struct tt_walk_ *w, const struct tt_object_ *o, const struct tt_object_ *other)
{
    if (w->count == w->room) {
        bool in_place = w->frames == w->first;
        struct tt_frame_ *more = tt_realloc_(in_place ? NULL : w->frames, 2 * w->room * sizeof *more);
        if (!more) return -ENOMEM;
        if (in_place) memcpy(more, w->first, sizeof w->first);
        w->frames = more;
        w->room *= 2;
    }
    w->frames[w->count++] = (struct tt_frame_){ o, other, 0, 0 };
    return 0;
}

size_t tt_child_(const struct tt_object_ *o, size_t pos, tt_view *ret)
{
    switch (o->kind) {
    case TT_LIST:
    case TT_TUPLE: {
        const struct tt_seq_ *s = (const struct tt_seq_ *)o;
        if (pos >= s->len) return 0;
        *ret = tt_view_of(s->items[pos]);
        return pos + 1;
    }
    case TT_DICT:
    case TT_SET:
    case TT_FROZENSET: return tt_table_child_((const struct tt_table_ *)o, pos, ret);
    case TT_ERROR:
        if (pos) return 0;
        *ret = tt_view_of(((const struct tt_error_ *)o)->cause);
        return 1;
    default: return 0;
    }
}

/* ---- no cycles ---- */

/* 1: a child of the walk's frames is `target`; 0: none is. */
static int search(struct tt_walk_ *w, const struct tt_object_ *target, uint64_t mark)
{
    tt_view child;
    for (struct tt_frame_ *f; (f = tt_walk_top_(w));) {
        size_t next = tt_child_(f->o, f->pos, &child);
        if (next == 0) {
            w->count--;
            continue;
        }
        f->pos = next;
        if (tt_is_frozen_(child)) continue; /* target is not sealed, so no sealed value reaches it */
        struct tt_object_ *c = tt_object_of_(child);
        if (c == target) return 1;
        if (!c->nests || c->u.mark == mark) continue;
        c->u.mark = mark;
        int r = tt_walk_push_(w, c, NULL);
        if (r < 0) return r;
    }
    return 0;
}

static int reaches(const struct tt_object_ *from, const struct tt_object_ *target)
{
    static uint64_t searches;
    if (from == target) return 1;
    if (!from->nests) return 0;
    struct tt_walk_ w;
    tt_walk_init_(&w);
    int r = tt_walk_push_(&w, from, NULL);
    if (r == 0) r = search(&w, target, tt_add_relaxed_(&searches, 1) + 1);
    tt_walk_end_(&w);
    return r;
}

int tt_put_check_(struct tt_object_ *target, tt_view item)
{
    if (tt_is_no_memory_(item)) return -ENOMEM;
    if (tt_is_frozen_(item)) return 0;
    struct tt_object_ *o = tt_object_of_(item);
    if (o == target) return -ELOOP;
    if (target->inside) { /* else nothing can reach it */
        int r = reaches(o, target);
        if (r) return r < 0 ? r : -ELOOP;
    }
    o->inside = 1;
    target->nests = 1;
    return 0;
}
