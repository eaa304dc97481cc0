/* repr.h - text that grows, and the parts of repr that are about one character or one number. */
#ifndef TUTTI_VALUE_REPR_H
#define TUTTI_VALUE_REPR_H

#include <tutti/repr.h>

#include "value/object.h"

struct tt_text_ {
    char *data; /* the caller frees it by tt_free_ */
    size_t size, room;
    int code; /* 0, or the first failure: then nothing more is added */
};

void tt_text_add_(struct tt_text_ *t, const char *data, size_t size);
void tt_text_adds_(struct tt_text_ *t, const char *s);

enum { TT_FLOAT_ROOM_ = 64 };
/* The shortest digits that read back as d, laid out as Python's repr does; without_dot: 1.0 is "1", as in a complex.
 * Returns buf. */
char *tt_float_repr_(double d, bool without_dot, char buf[TT_FLOAT_ROOM_]);

/* Python's str.isprintable of one code point, of this version of Unicode. */
bool tt_is_printable_(int32_t c);
extern const char tt_unicode_version_[];

#endif
