/* error.h - how an error value lies in memory. */
#ifndef TUTTI_VALUE_ERROR_H
#define TUTTI_VALUE_ERROR_H

#include <tutti/error.h>

#include "value/object.h"

enum { TT_ERROR_FRAMES_ = 32 };

struct tt_error_ { /* one block: this, frames, type NUL, message NUL, traceback NUL */
    struct tt_object_ head;
    tt_value cause;         /* None or an error */
    size_t message_size;    /* bytes */
    const char *message;    /* behind the type, in the block */
    int code;               /* 0: none */
    int frame_count;
    void **frames;          /* behind the struct, in the block: return addresses, innermost first */
    const char *type;       /* behind the frames */
    const char *traceback;  /* behind the message: the text it came with; NULL: none, it is of this process */
};

/* What tt_unpack found wrong when it answered `code`, for a TT_TRY in the function whose frame this is. */
void tt_error_detail_(const void *frame, int code, const char *type, const char *message);

#endif
