/* object.h - what counted values have in common.
 *
 * refs       atomic. Whoever takes it to 0 owns the dead object alone. With IMMORTAL set nobody counts.
 * sealed     atomic. Once 1 always 1: the object and everything it reaches never changes again. Leaves are born
 *            sealed.
 *            Set after all children are (release), so who reads 1 (acquire) may read the whole tree without a lock.
 * inside     1: it was put into a container at some time while unsealed, so something may reach it.
 * nests      1: it holds or held an unsealed object, so it may reach something unsealed.
 * No cycles: a container is put only where it cannot be reached from (tt_put_check_). */
#ifndef TUTTI_VALUE_OBJECT_H
#define TUTTI_VALUE_OBJECT_H

#include <tutti/value.h>

#include "base/atomic.h"
#include "base/list.h"
#include "base/memory.h"

#define TT_IMMORTAL_ 0x80000000u

enum { TT_BIRTH_FRAMES_ = 8 };

struct tt_object_ {
    uint32_t refs;
    uint8_t kind;
    uint8_t sealed;
    uint8_t inside;
    uint8_t nests;
    union {
        uint64_t hash;              /* sealed: atomic cache of the hash, 0 = not known */
        uint64_t mark;              /* unsealed: the last walk that came by */
        struct tt_object_ *next;    /* dead: the next to be buried */
    } u;
#ifdef TT_DEBUG
    struct tt_list_ all;            /* every live object; guarded by all_lock in debug.c */
    size_t size;                    /* bytes */
    void *birth[TT_BIRTH_FRAMES_];  /* where it was made, when TUTTI_LEAKS=1; else NULLs */
    const void *death;              /* dead: where the last drop was called */
    uint8_t was;                    /* dead: its kind */
#endif
};

/* A new object of `size` bytes, one reference, sealed as told; NULL: no memory. */
void *tt_object_new_(tt_kind kind, size_t size, bool sealed) TT_NODISCARD;

static inline tt_value tt_value_of_object_(const void *object)
{
    return TT_VALUE_(((const struct tt_object_ *)object)->kind | TT_COUNTED_, (uint64_t)(uintptr_t)object);
}

static inline tt_view tt_view_of_object_(const void *object)
{
    return TT_VIEW_(((const struct tt_object_ *)object)->kind | TT_COUNTED_, (uint64_t)(uintptr_t)object);
}

static inline bool tt_is_counted_(tt_view v)
{
    return (v.tag & TT_COUNTED_) != 0;
}

static inline struct tt_object_ *tt_object_of_(tt_view v)
{
    return (struct tt_object_ *)(uintptr_t)v.word;
}

/* The object if v is a counted value of this kind, else NULL. */
static inline void *tt_object_if_(tt_view v, tt_kind kind)
{
    return v.tag == ((uint64_t)kind | TT_COUNTED_) ? tt_object_of_(v) : NULL;
}

static inline bool tt_object_sealed_(const struct tt_object_ *o)
{
    return tt_load_acquire_(&o->sealed); /* pairs with tt_seal_'s release */
}

/* True if nothing that v reaches can change. */
static inline bool tt_is_frozen_(tt_view v)
{
    return !tt_is_counted_(v) || tt_object_sealed_(tt_object_of_(v));
}

/* The MemoryError that constructors answer: immortal, always there. */
tt_value tt_no_memory_(void);
bool tt_is_no_memory_(tt_view v);

/* tt_seal, for the library's own use. */
int tt_seal_(tt_view v);

/* May `item` be put into the unsealed container `target`?  0; -ELOOP: target is reachable from it; -ENOMEM: item is
 * the no-memory error, or no memory to look. On 0 the marks of both are set: put it. */
int tt_put_check_(struct tt_object_ *target, tt_view item);

/* Children one by one: the position after the child that *ret is set to, 0 when there is none; start with pos 0. */
size_t tt_child_(const struct tt_object_ *o, size_t pos, tt_view *ret);

#ifdef TT_DEBUG
void tt_debug_born_(struct tt_object_ *o, size_t size);
void tt_debug_dead_(struct tt_object_ *o, const void *place); /* poisons it and keeps it for a while */
/* True and a report if it is dead already: `verb` (at place) came too late. */
bool tt_debug_is_dead_(const struct tt_object_ *o, const char *verb, const void *place);
#endif

#ifndef __cplusplus
#define tt_seal_(v) tt_seal_(tt_view_of(v))
#endif

#endif
