/* int.c - big ints. */
#include "value/int.h"

int tt_int_to_uint_(tt_view v, uint64_t *ret)
{
    (void)v;
    (void)ret;
    return -EOVERFLOW;
}

int tt_int_to_float_(tt_view v, double *ret)
{
    (void)v;
    (void)ret;
    return -EOVERFLOW;
}
