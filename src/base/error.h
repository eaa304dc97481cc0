/* error.h - the codes that tutti returns: one line and one Python name for each. */
#ifndef TUTTI_BASE_ERROR_H
#define TUTTI_BASE_ERROR_H

#include <tutti/core.h>

/* The name of the Python exception a code stands for; codes we do not know are an "OSError". */
const char *tt_code_type_(int code);

/* The code a Python exception stands for; a name that stands for none is -EINVAL's neighbour: -EPROTO is never
 * used for it; it answers 0. */
int tt_code_of_type_(const char *type);

#endif
