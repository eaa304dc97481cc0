/* compare.h - equality, for the hash table to ask. */
#ifndef TUTTI_VALUE_COMPARE_H
#define TUTTI_VALUE_COMPARE_H

#include "value/object.h"

/* tt_equal, `depth` look-ups in sets inside of another. */
int tt_equal_within_(tt_view a, tt_view b, unsigned depth);

#endif
