/* int.h - ints of any size, and complex numbers. Python: int, complex.
 *
 * An int that fits int64_t is immediate; a larger one is a counted object. There is no arithmetic: big ints are
 * there so that whatever Python sends can be kept, compared, hashed, printed and sent on. */
#ifndef TUTTI_INT_H
#define TUTTI_INT_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Python refuses to convert between int and decimal text beyond this, since it takes quadratic time; so do we. */
#define TT_INT_MAX_DIGITS 4300

TT_API TT_NODISCARD tt_value tt_uint_big_(uint64_t n);

/* tt_uint - an int from an unsigned one. */
TT_NODISCARD static inline tt_value tt_uint(uint64_t n)
{
    return n <= INT64_MAX ? TT_VALUE_(TT_INT, n) : tt_uint_big_(n);
}

/* tt_int_from_text - an int from its digits.
 * text, size   optional white space around, a sign, digits, single underscores between them; with base 16 or 0 also
 *              "0x"
 * base         10, 16, or 0: as the prefix says
 * Returns      the int; a ValueError value (no such number, or more than TT_INT_MAX_DIGITS decimal digits);
 *              MemoryError */
TT_API TT_NODISCARD tt_value tt_int_from_text(const char *text, size_t size, int base);

/* tt_int_to_text - its digits as a str: base 10 as repr; base 16 as Python's hex(n), "-0xff".
 * Returns   a str; a TypeError value; ValueError (base; too many decimal digits); MemoryError */
TT_API TT_NODISCARD tt_value tt_int_to_text(tt_view n, int base);

/* tt_int_from_bytes - from little-endian bytes, two's complement if is_signed.  Python: int.from_bytes(b,
 * "little"). */
TT_API TT_NODISCARD tt_value tt_int_from_bytes(const void *data, size_t size, bool is_signed);

/* tt_int_to_bytes - into little-endian two's complement of exactly `size` bytes.  Python: n.to_bytes(size,
 * "little", signed=True).
 * Returns   0, -EINVAL (not an int), -EOVERFLOW (needs more bytes: see tt_int_size) */
TT_API int tt_int_to_bytes(tt_view n, void *data, size_t size);

/* tt_int_size - the least bytes for tt_int_to_bytes, at least 1; -EINVAL: not an int. */
TT_API int64_t tt_int_size(tt_view n);

/* tt_complex - a complex number.  tt_get_complex: 0 or -EINVAL (an int or float counts, its imaginary part is 0). */
TT_API TT_NODISCARD tt_value tt_complex(double real, double imag);
TT_API int tt_get_complex(tt_view v, double *ret_real, double *ret_imag);

#ifndef __cplusplus
#define tt_int_to_text(n, base) tt_int_to_text(tt_view_of(n), base)
#define tt_int_to_bytes(n, data, size) tt_int_to_bytes(tt_view_of(n), data, size)
#define tt_int_size(n) tt_int_size(tt_view_of(n))
#define tt_get_complex(v, ret_real, ret_imag) tt_get_complex(tt_view_of(v), ret_real, ret_imag)
#endif

#ifdef __cplusplus
}
#endif
#endif
