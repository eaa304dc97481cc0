/* int.c - big ints: made from and turned into bytes and text. Sign and magnitude in 64-bit limbs, least first.
 * An int that fits int64_t is always immediate; tt_int_finish_ is the gate all of them pass. */
#include "value/int.h"

#include <math.h>
#include <tutti/error.h>
#include <tutti/str.h>

#include "value/str.h"

typedef unsigned __int128 u128;

enum { CHUNK_DIGITS = 19, HEX_DIGITS = 16 };
static const uint64_t CHUNK = 10000000000000000000u; /* 10^19, the largest power of ten in a limb */

struct tt_int_ *tt_int_blank_(size_t count)
{
    if (count > PTRDIFF_MAX / 16) return NULL;
    struct tt_int_ *n = tt_object_new_(TT_INT, sizeof *n + count * sizeof *n->limbs, true);
    if (!n) return NULL;
    n->negative = false;
    n->count = count;
    memset(n->limbs, 0, count * sizeof *n->limbs);
    return n;
}

tt_value tt_int_finish_(struct tt_int_ *n)
{
    while (n->count && n->limbs[n->count - 1] == 0) n->count--;
    uint64_t least = n->count ? n->limbs[0] : 0;
    bool fits = n->count <= 1 && least <= (uint64_t)INT64_MAX + n->negative;
    if (!fits) return tt_value_of_object_(n);
    tt_value small = TT_VALUE_(TT_INT, n->negative ? -least : least);
    tt_drop(tt_value_of_object_(n));
    return small;
}

tt_value tt_uint_big_(uint64_t u)
{
    struct tt_int_ *n = tt_int_blank_(1);
    if (!n) return tt_no_memory_();
    n->limbs[0] = u;
    return tt_int_finish_(n);
}

int tt_int_to_uint_(tt_view v, uint64_t *ret)
{
    const struct tt_int_ *n = tt_object_if_(v, TT_INT);
    if (n->count > 1 || n->negative) return -EOVERFLOW;
    *ret = n->limbs[0];
    return 0;
}

/* The 64 bits from the highest 1 on, and whether a lower one is 1. */
static uint64_t top_bits(const struct tt_int_ *n, bool *ret_more)
{
    size_t i = n->count - 1;
    int shift = __builtin_clzll(n->limbs[i]);
    uint64_t below = i ? n->limbs[i - 1] : 0;
    uint64_t top = n->limbs[i] << shift | (shift ? below >> (64 - shift) : 0);
    bool more = (below << shift) != 0;
    for (size_t j = 0; j + 1 < i && !more; j++) more = n->limbs[j] != 0;
    *ret_more = more;
    return top;
}

static size_t bit_length(const struct tt_int_ *n)
{
    return n->count * 64 - (size_t)__builtin_clzll(n->limbs[n->count - 1]);
}

int tt_int_to_float_(tt_view v, double *ret)
{
    const struct tt_int_ *n = tt_object_if_(v, TT_INT);
    bool more;
    size_t bits = bit_length(n);
    if (bits > 1024) return -EOVERFLOW;
    uint64_t top = top_bits(n, &more);
    double d = ldexp((double)(top | more), (int)bits - 64); /* 64 bits and a sticky one: rounds once, half to even */
    if (isinf(d)) return -EOVERFLOW;
    *ret = n->negative ? -d : d;
    return 0;
}

/* ---- bytes ---- */

tt_value tt_int_from_bytes(const void *data, size_t size, bool is_signed)
{
    const unsigned char *p = data;
    struct tt_int_ *n = tt_int_blank_(size / 8 + 1);
    if (!n) return tt_no_memory_();
    n->negative = is_signed && size && p[size - 1] >= 0x80;
    unsigned carry = n->negative; /* the magnitude of a negative one is its complement + 1 */
    for (size_t i = 0; i < size; i++) {
        unsigned byte = (n->negative ? p[i] ^ 0xFFu : p[i]) + carry;
        carry = byte >> 8;
        n->limbs[i / 8] |= (uint64_t)(byte & 0xFF) << (8 * (i % 8));
    }
    n->limbs[size / 8] += (uint64_t)carry << (8 * (size % 8));
    return tt_int_finish_(n);
}

/* Any int as sign and limbs; a small one in *room. */
static const uint64_t *limbs_of(tt_view v, uint64_t *room, size_t *ret_count, bool *ret_negative)
{
    const struct tt_int_ *n = tt_object_if_(v, TT_INT);
    if (n) {
        *ret_count = n->count;
        *ret_negative = n->negative;
        return n->limbs;
    }
    *ret_negative = (int64_t)v.word < 0;
    *ret_count = 1;
    *room = *ret_negative ? -v.word : v.word;
    return room;
}

static bool is_int(tt_view v)
{
    return tt_is_kind(v, TT_INT) || tt_is_kind(v, TT_BOOL);
}

int64_t (tt_int_size)(tt_view v)
{
    uint64_t room;
    size_t count;
    bool negative;
    if (!is_int(v)) return -EINVAL;
    const uint64_t *limbs = limbs_of(v, &room, &count, &negative);
    if (limbs[count - 1] == 0) return 1;
    size_t bits = count * 64 - (size_t)__builtin_clzll(limbs[count - 1]);
    bool power = (limbs[count - 1] & (limbs[count - 1] - 1)) == 0;
    for (size_t i = 0; power && i + 1 < count; i++) power = limbs[i] == 0;
    if (negative && power) bits--; /* -128 fits a byte, 128 does not */
    return (int64_t)(bits / 8 + 1);
}

int (tt_int_to_bytes)(tt_view v, void *data, size_t size)
{
    uint64_t room;
    size_t count;
    bool negative;
    int64_t least = tt_int_size(v);
    if (least < 0) return -EINVAL;
    if ((uint64_t)least > size) return -EOVERFLOW;
    const uint64_t *limbs = limbs_of(v, &room, &count, &negative);
    unsigned carry = negative;
    for (size_t i = 0; i < size; i++) {
        unsigned byte = i / 8 < count ? (unsigned)(limbs[i / 8] >> (8 * (i % 8))) & 0xFF : 0;
        byte = (negative ? byte ^ 0xFFu : byte) + carry;
        carry = byte >> 8;
        ((unsigned char *)data)[i] = (unsigned char)byte;
    }
    return 0;
}

/* ---- text ---- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* limbs = limbs * by + add; they are enough. */
static void multiply_add(uint64_t *limbs, size_t count, uint64_t by, uint64_t add)
{
    for (size_t i = 0; i < count; i++) {
        u128 x = (u128)limbs[i] * by + add;
        limbs[i] = (uint64_t)x;
        add = (uint64_t)(x >> 64);
    }
}

/* What stands between the spaces: sign, prefix, digits. */
struct numeral {
    const char *p, *end;
    bool negative;
    int base;
};

static struct numeral trim(const char *p, size_t size, int base)
{
    struct numeral n = { p, p + size, false, base };
    while (n.p < n.end && is_space(*n.p)) n.p++;
    while (n.p < n.end && is_space(n.end[-1])) n.end--;
    if (n.p < n.end && (*n.p == '-' || *n.p == '+')) n.negative = *n.p++ == '-';
    bool prefix = n.end - n.p > 2 && n.p[0] == '0' && (n.p[1] | 0x20) == 'x';
    if (base == 0) n.base = prefix ? 16 : 10;
    if (prefix && n.base == 16) n.p += n.p[2] == '_' ? 3 : 2;
    return n;
}

/* Digits in it, or -1 if it is no number. */
static int64_t count_digits(const struct numeral *n)
{
    int64_t digits = 0;
    char before = '_';
    for (const char *p = n->p; p < n->end; before = *p++) {
        if (*p == '_' ? before == '_' : digit_of(*p) >= n->base) return -1;
        digits += *p != '_';
    }
    return before == '_' ? -1 : digits;
}

static tt_value parse(const struct numeral *t, size_t digits)
{
    bool hex = t->base == 16;
    size_t in_chunk = hex ? HEX_DIGITS - 1 : CHUNK_DIGITS, seen = 0, used = 0;
    struct tt_int_ *n = tt_int_blank_(digits / (hex ? HEX_DIGITS : CHUNK_DIGITS) + 1);
    uint64_t chunk = 0, by = 1;
    if (!n) return tt_no_memory_();
    n->negative = t->negative;
    for (const char *p = t->p; p < t->end; p++) {
        if (*p == '_') continue;
        chunk = chunk * (unsigned)t->base + (unsigned)digit_of(*p);
        by *= (unsigned)t->base;
        if (++seen % in_chunk && seen < digits) continue;
        if (used < n->count) used++; /* a chunk is less than a limb */
        multiply_add(n->limbs, used, by, chunk);
        chunk = 0;
        by = 1;
    }
    return tt_int_finish_(n);
}

tt_value tt_int_from_text(const char *text, size_t size, int base)
{
    if (base != 0 && base != 10 && base != 16) return tt_error("ValueError", "int base must be 0, 10 or 16");
    struct numeral n = trim(text, size, base);
    int64_t digits = count_digits(&n);
    if (digits < 0)
        return tt_error("ValueError", "invalid literal for int() with base %d: '%.*s'", base,
                        size < 100 ? (int)size : 100, text);
    if (n.base == 10 && digits > TT_INT_MAX_DIGITS)
        return tt_error("ValueError", "Exceeds the limit (%d digits) for integer string conversion", TT_INT_MAX_DIGITS);
    return parse(&n, (size_t)digits);
}

/* Divides by 10^19 and answers the rest. */
static uint64_t divide_chunk(uint64_t *limbs, size_t count)
{
    u128 rest = 0;
    for (size_t i = count; i-- > 0;) {
        rest = rest << 64 | limbs[i];
        limbs[i] = (uint64_t)(rest / CHUNK);
        rest %= CHUNK;
    }
    return (uint64_t)rest;
}

/* Writes decimal digits so that they end before `end`; answers where they begin. Spoils the limbs. */
static char *write_decimal(uint64_t *limbs, size_t count, char *end)
{
    while (count) {
        uint64_t chunk = divide_chunk(limbs, count);
        if (limbs[count - 1] == 0) count--;
        for (int i = 0; i < CHUNK_DIGITS && (count || chunk); i++, chunk /= 10) *--end = (char)('0' + chunk % 10);
    }
    return end;
}

static tt_value too_many_digits(void)
{
    return tt_error("ValueError", "Exceeds the limit (%d digits) for integer string conversion", TT_INT_MAX_DIGITS);
}

static tt_value big_decimal(const struct tt_int_ *n)
{
    size_t room = n->count * 20 + 2; /* a limb has less than 20 digits */
    if (room > 2 * TT_INT_MAX_DIGITS) return too_many_digits();
    uint64_t *limbs = tt_alloc_(n->count * sizeof *limbs + room);
    if (!limbs) return tt_no_memory_();
    memcpy(limbs, n->limbs, n->count * sizeof *limbs);
    char *end = (char *)(limbs + n->count) + room, *p = write_decimal(limbs, n->count, end);
    bool fits = end - p <= TT_INT_MAX_DIGITS;
    if (n->negative) *--p = '-';
    tt_value text = fits ? tt_str_n(p, (size_t)(end - p)) : too_many_digits();
    tt_free_(limbs);
    return text;
}

static tt_value big_hex(const struct tt_int_ *n)
{
    struct tt_str_ *s = tt_str_blank_(TT_STR, (bit_length(n) + 3) / 4 + 2 + n->negative);
    if (!s) return tt_no_memory_();
    char *p = s->text + s->size;
    for (size_t i = 0; i < (bit_length(n) + 3) / 4; i++)
        *--p = "0123456789abcdef"[n->limbs[i / 16] >> (4 * (i % 16)) & 15];
    *--p = 'x';
    *--p = '0';
    if (n->negative) *--p = '-';
    s->points = (int64_t)s->size;
    return tt_value_of_object_(s);
}

tt_value (tt_int_to_text)(tt_view v, int base)
{
    const struct tt_int_ *n = tt_object_if_(v, TT_INT);
    if (!is_int(v)) return tt_error("TypeError", "'%s' is no int", tt_type_name(v));
    if (base != 10 && base != 16) return tt_error("ValueError", "int base must be 10 or 16");
    if (n) return base == 10 ? big_decimal(n) : big_hex(n);
    int64_t i = (int64_t)v.word;
    if (base == 10) return tt_format("%lld", (long long)i);
    return tt_format("%s0x%llx", i < 0 ? "-" : "", i < 0 ? 0 - (unsigned long long)i : (unsigned long long)i);
}
