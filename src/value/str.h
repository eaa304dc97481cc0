/* str.h - how text and bytes lie in memory, and UTF-8. */
#ifndef TUTTI_VALUE_STR_H
#define TUTTI_VALUE_STR_H

#include <tutti/str.h>

#include "value/object.h"

struct tt_str_ { /* TT_STR and TT_BYTES */
    struct tt_object_ head;
    size_t size;    /* bytes, without the NUL that follows them */
    int64_t points; /* code points; bytes: 0 */
    char text[];
};

/* A str or bytes to be filled: size bytes and a NUL. NULL: no memory. The caller sets points. */
struct tt_str_ *tt_str_blank_(tt_kind kind, size_t size) TT_NODISCARD;

/* Reads one code point (surrogates included) at p < end; returns its bytes. *ret = -1 and 1: not UTF-8. */
int tt_utf8_decode_(const char *p, const char *end, int32_t *ret);
/* Writes one; returns its bytes. */
int tt_utf8_encode_(int32_t c, char out[4]);

#endif
