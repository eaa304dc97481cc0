/* int.h - big ints, and what all numbers share: exact order and one hash. */
#ifndef TUTTI_VALUE_INT_H
#define TUTTI_VALUE_INT_H

#include <tutti/int.h>

#include "value/object.h"

struct tt_int_ { /* never fits int64_t: an int has one form only */
    struct tt_object_ head;
    bool negative;
    size_t count;     /* limbs, at least 1; the last is not 0 */
    uint64_t limbs[]; /* magnitude, least first */
};

struct tt_complex_ {
    struct tt_object_ head;
    double real, imag;
};

/* An int of `count` limbs to be filled; NULL: no memory. */
struct tt_int_ *tt_int_blank_(size_t count) TT_NODISCARD;
/* The value of a filled one: immediate if it fits; takes it. */
tt_value tt_int_finish_(struct tt_int_ *n);

/* As tt_get_uint and tt_get_float, for a big int. */
int tt_int_to_uint_(tt_view v, uint64_t *ret);
int tt_int_to_float_(tt_view v, double *ret);

/* True of bool, int and float: what tt_number_compare_ orders. */
static inline bool tt_is_number_(tt_view v)
{
    uint64_t kind = v.tag & 0xFF;
    return kind == TT_BOOL || kind == TT_INT || kind == TT_FLOAT;
}

/* -1, 0, 1, or TT_UNORDERED if one is a NaN; exact. */
int tt_number_compare_(tt_view a, tt_view b);
/* Equal numbers have equal hashes: CPython's, modulo 2^61 - 1. */
uint64_t tt_number_hash_(tt_view v);
uint64_t tt_complex_hash_(tt_view v);
/* v is a complex or a number. */
bool tt_complex_equal_(tt_view a, tt_view b);

#endif
