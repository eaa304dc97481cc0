/* code.h - the code that a call answers when a function it ran for its caller has failed. */
#ifndef TUTTI_SYNC_CODE_H
#define TUTTI_SYNC_CODE_H

#include <tutti/error.h>

#include "base/log.h"

/* Logs the error value, which nobody will see otherwise. Its code; -EIO when its type stands for none. */
static inline int tt_code_of_failure_(const void *object, const char *what, tt_value error)
{
    char name[128];
    int code = tt_error_code(error);
    tt_log_(TT_LOG_ERROR, "%s: the %s failed: %s: %s", tt_name_of_(object, name, sizeof name), what,
            tt_error_type(error), tt_error_message(error));
    return code < 0 ? code : -EIO;
}

#endif
