/* table.h - the hash table under dict, set and frozenset. */
#ifndef TUTTI_VALUE_TABLE_H
#define TUTTI_VALUE_TABLE_H

#include "value/object.h"

struct tt_entry_ {
    uint64_t hash;
    tt_value key;   /* tag TT_GONE_: the entry was deleted */
    tt_value value; /* None in a set */
};

#define TT_GONE_ ((uint64_t)0xFF)

struct tt_table_ {
    struct tt_object_ head;
    size_t used;               /* live entries */
    size_t filled;             /* entries, the deleted ones included; new ones go behind */
    size_t taken;              /* index slots that are not free, the deleted ones included */
    size_t mask;               /* index slots - 1; entries have room for 2/3 of the slots */
    struct tt_entry_ *entries; /* in order of insertion; NULL: no memory taken yet, mask is 0 */
    uint32_t *index;           /* behind the entries: 0 free, DELETED, else 1 + place in entries */
};

static inline struct tt_table_ *tt_table_if_(tt_view v)
{
    struct tt_table_ *t = tt_object_if_(v, TT_DICT);
    if (!t) t = tt_object_if_(v, TT_SET);
    return t ? t : tt_object_if_(v, TT_FROZENSET);
}

static inline bool tt_identical_(tt_view a, tt_view b)
{
    return a.tag == b.tag && a.word == b.word;
}

struct tt_table_ *tt_table_new_(tt_kind kind) TT_NODISCARD;

/* The place of a key: 1 and *ret; 0: not there; or a negative code. depth: frozensets on the way to this call. */
int tt_table_find_(const struct tt_table_ *t, tt_view key, uint64_t hash, unsigned depth, size_t *ret);

/* Makes room for n more entries: 0 or -ENOMEM. */
int tt_table_reserve_(struct tt_table_ *t, size_t n);

/* Adds an entry that is not there; there is room. Takes key and value. */
void tt_table_add_(struct tt_table_ *t, uint64_t hash, tt_value key, tt_value value);

/* Takes the entry at a place out and gives it. */
struct tt_entry_ tt_table_take_(struct tt_table_ *t, size_t place);

/* Forgets all entries and gives their memory: the caller drops them. */
void tt_table_clear_(struct tt_table_ *t);

/* Adds a key if it is not there: 1 added, 0 was there, or a negative code. Takes key and value in any case. The table
 * may be written (the caller looked). replace: the value of a key that is there is replaced. */
int tt_table_put_(struct tt_table_ *t, tt_value key, tt_value value, bool replace);

/* Goes through the entries; ret_value may be NULL. */
bool tt_table_next_(const struct tt_table_ *t, size_t *pos, tt_view *ret_key, tt_view *ret_value);

/* As tt_child_: keys and values by turns. */
size_t tt_table_child_(const struct tt_table_ *t, size_t pos, tt_view *ret);

#endif
