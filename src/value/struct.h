/* struct.h - structs and proxies, for equality, hash and the last drop. */
#ifndef TUTTI_VALUE_STRUCT_H
#define TUTTI_VALUE_STRUCT_H

#include "value/object.h"

bool tt_struct_equal_(tt_view a, tt_view b);
bool tt_proxy_equal_(tt_view a, tt_view b);
const void *tt_struct_bytes_(tt_view v, size_t *ret_size);
void *tt_proxy_address_(tt_view v);
void tt_proxy_release_(struct tt_object_ *o);

#endif
