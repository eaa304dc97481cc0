/* int.h - big ints: those that do not fit int64_t. */
#ifndef TUTTI_VALUE_INT_H
#define TUTTI_VALUE_INT_H

#include "value/object.h"

/* As tt_get_uint and tt_get_float, for a big int. */
int tt_int_to_uint_(tt_view v, uint64_t *ret);
int tt_int_to_float_(tt_view v, double *ret);

#endif
