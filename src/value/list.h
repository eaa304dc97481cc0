/* list.h - how a list and a tuple lie in memory. */
#ifndef TUTTI_VALUE_LIST_H
#define TUTTI_VALUE_LIST_H

#include <tutti/list.h>

#include "value/object.h"

struct tt_seq_ {
    struct tt_object_ head;
    size_t len;
    size_t room;     /* items there is memory for; a tuple: len */
    tt_value *items; /* a list: a block of its own, or NULL; a tuple: behind this struct */
};

static inline struct tt_seq_ *tt_seq_if_(tt_view v)
{
    struct tt_seq_ *s = tt_object_if_(v, TT_LIST);
    return s ? s : tt_object_if_(v, TT_TUPLE);
}

/* A list with room for n items, or a tuple of n Nones that the caller fills; NULL: no memory. */
struct tt_seq_ *tt_seq_new_(tt_kind kind, size_t n) TT_NODISCARD;

/* Sets flags of a tuple that was filled by hand. */
void tt_tuple_finish_(struct tt_seq_ *t);

#endif
