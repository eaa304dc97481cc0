/* repr.h - how a value looks. Python: repr, str, print. */
#ifndef TUTTI_REPR_H
#define TUTTI_REPR_H

#include <stdio.h>
#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_repr - exactly what Python's repr prints, for what Python has: 1e+16, 'it\'s', b'\x00', (1,), set(),
 * ValueError('bad line 3'). Sets show their elements in order of insertion. Ours look like <point of 16 bytes>,
 * <function square at 0x…>, <pointer 0x…>, <name at 0x…> (a proxy).
 * Returns   a str; ValueError (an int of more than TT_INT_MAX_DIGITS digits inside); MemoryError
 * Cost      proportional to the text; no recursion */
TT_API TT_NODISCARD tt_value tt_repr(tt_view v);

/* tt_str_of - Python's str(v): the text of a str, the message of an error, else as repr. */
TT_API TT_NODISCARD tt_value tt_str_of(tt_view v);

/* tt_print - writes tt_str_of(v) and a newline to stdout; tt_print_to: to any stream.
 * Returns   0; -ENOMEM, -EINVAL (as tt_repr), -EIO: the stream took it not all */
TT_API int tt_print(tt_view v);
TT_API int tt_print_to(tt_view v, FILE *to);

#ifndef __cplusplus
#define tt_repr(v) tt_repr(tt_view_of(v))
#define tt_str_of(v) tt_str_of(tt_view_of(v))
#define tt_print(v) tt_print(tt_view_of(v))
#define tt_print_to(v, to) tt_print_to(tt_view_of(v), to)
#endif

#ifdef __cplusplus
}
#endif
#endif
