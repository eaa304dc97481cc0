/* number.c - bool, int, float and complex together: exact order, one hash.
 * An int and a float are compared as the numbers they are, never by rounding one to the other. */
#include <math.h>
#include <tutti/compare.h>

#include "value/int.h"

static double float_of(tt_view v)
{
    double d;
    memcpy(&d, &v.word, sizeof d);
    return d;
}

static int order(double a, double b)
{
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : TT_UNORDERED;
}

static int flip(int o)
{
    return o == TT_UNORDERED ? o : -o;
}

/* ---- int with int ---- */

static int big_sign(const struct tt_int_ *n)
{
    return n->negative ? -1 : 1;
}

static int big_big(const struct tt_int_ *a, const struct tt_int_ *b)
{
    if (a->negative != b->negative) return big_sign(a);
    if (a->count != b->count) return a->count > b->count ? big_sign(a) : -big_sign(a);
    for (size_t i = a->count; i-- > 0;)
        if (a->limbs[i] != b->limbs[i]) return a->limbs[i] > b->limbs[i] ? big_sign(a) : -big_sign(a);
    return 0;
}

/* A big int is beyond all small ones. */
static int int_int(tt_view a, tt_view b)
{
    const struct tt_int_ *big_a = tt_object_if_(a, TT_INT), *big_b = tt_object_if_(b, TT_INT);
    int64_t x = (int64_t)a.word, y = (int64_t)b.word;
    if (big_a && big_b) return big_big(big_a, big_b);
    if (big_a) return big_sign(big_a);
    if (big_b) return -big_sign(big_b);
    return (x > y) - (x < y);
}

/* ---- int with float ---- */

static int small_float(int64_t n, double d)
{
    if (isnan(d)) return TT_UNORDERED;
    if (d >= 0x1p63) return -1;
    if (d < -0x1p63) return 1;
    int64_t whole = (int64_t)d;
    if (n != whole) return n > whole ? 1 : -1;
    return order(0, d - (double)whole); /* exact: the fraction of d */
}

/* Limb i of the whole number 0.m * 2^exponent, where m has 64 bits. */
static uint64_t limb_of(uint64_t m, int exponent, size_t i)
{
    int64_t shift = (int64_t)exponent - 64 - 64 * (int64_t)i;
    if (shift >= 64 || shift <= -64) return 0;
    return shift >= 0 ? m << shift : m >> -shift;
}

/* |n| with d >= 2^63, which is a whole number. */
static int magnitude_float(const struct tt_int_ *n, double d)
{
    int exponent;
    uint64_t m = (uint64_t)ldexp(frexp(d, &exponent), 64);
    size_t bits = n->count * 64 - (size_t)__builtin_clzll(n->limbs[n->count - 1]);
    if (bits != (size_t)exponent) return bits > (size_t)exponent ? 1 : -1;
    for (size_t i = n->count; i-- > 0;) {
        uint64_t limb = limb_of(m, exponent, i);
        if (n->limbs[i] != limb) return n->limbs[i] > limb ? 1 : -1;
    }
    return 0;
}

static int big_float(const struct tt_int_ *n, double d)
{
    if (isnan(d)) return TT_UNORDERED;
    if (isinf(d)) return d > 0 ? -1 : 1;
    if (fabs(d) < 0x1p63 || (d < 0) != n->negative) return big_sign(n);
    return magnitude_float(n, fabs(d)) * big_sign(n);
}

static int int_float(tt_view n, double d)
{
    const struct tt_int_ *big = tt_object_if_(n, TT_INT);
    return big ? big_float(big, d) : small_float((int64_t)n.word, d);
}

int tt_number_compare_(tt_view a, tt_view b)
{
    bool fa = a.tag == TT_FLOAT, fb = b.tag == TT_FLOAT;
    if (fa && fb) return order(float_of(a), float_of(b));
    if (fa) return flip(int_float(b, float_of(a)));
    if (fb) return int_float(a, float_of(b));
    return int_int(a, b);
}

/* ---- hash: the number modulo 2^61 - 1, as CPython ---- */

enum { HASH_BITS = 61, HASH_INFINITY = 314159 };
static const uint64_t PRIME = (1ull << HASH_BITS) - 1;

static uint64_t with_sign(uint64_t h, bool negative)
{
    return negative ? -h : h;
}

static uint64_t big_hash(const struct tt_int_ *n)
{
    uint64_t h = 0;
    for (size_t i = n->count; i-- > 0;) h = (uint64_t)((((unsigned __int128)h << 64) | n->limbs[i]) % PRIME);
    return with_sign(h, n->negative);
}

static uint64_t float_hash(double d)
{
    int e;
    uint64_t h = 0;
    if (isnan(d)) return 0;
    if (isinf(d)) return with_sign(HASH_INFINITY, d < 0);
    for (double m = frexp(fabs(d), &e); m != 0;) { /* 28 bits at a time */
        h = ((h << 28) & PRIME) | h >> (HASH_BITS - 28);
        m *= 0x1p28;
        e -= 28;
        uint64_t whole = (uint64_t)m;
        m -= (double)whole;
        h += whole;
        if (h >= PRIME) h -= PRIME;
    }
    e = e >= 0 ? e % HASH_BITS : HASH_BITS - 1 - (-1 - e) % HASH_BITS;
    h = ((h << e) & PRIME) | h >> (HASH_BITS - e);
    return with_sign(h, d < 0);
}

uint64_t tt_number_hash_(tt_view v)
{
    const struct tt_int_ *big = tt_object_if_(v, TT_INT);
    int64_t n = (int64_t)v.word;
    if (v.tag == TT_FLOAT) return float_hash(float_of(v));
    if (big) return big_hash(big);
    return with_sign((n < 0 ? 0 - (uint64_t)n : (uint64_t)n) % PRIME, n < 0);
}

/* ---- complex ---- */

tt_value tt_complex(double real, double imag)
{
    struct tt_complex_ *c = tt_object_new_(TT_COMPLEX, sizeof *c, true);
    if (!c) return tt_no_memory_();
    c->real = real;
    c->imag = imag;
    return tt_value_of_object_(c);
}

int (tt_get_complex)(tt_view v, double *ret_real, double *ret_imag)
{
    const struct tt_complex_ *c = tt_object_if_(v, TT_COMPLEX);
    double real;
    int r = c ? 0 : tt_get_float(v, &real);
    if (r < 0) return r;
    *ret_real = c ? c->real : real;
    *ret_imag = c ? c->imag : 0;
    return 0;
}

/* The real part as a number, if the imaginary part is 0. */
static bool real_of(tt_view v, tt_view *ret)
{
    const struct tt_complex_ *c = tt_object_if_(v, TT_COMPLEX);
    if (c && c->imag != 0) return false;
    *ret = c ? tt_view_of(tt_float(c->real)) : v;
    return true;
}

bool tt_complex_equal_(tt_view a, tt_view b)
{
    const struct tt_complex_ *x = tt_object_if_(a, TT_COMPLEX), *y = tt_object_if_(b, TT_COMPLEX);
    if (x && y) return x->real == y->real && x->imag == y->imag;
    return real_of(a, &a) && real_of(b, &b) && tt_number_compare_(a, b) == 0;
}

uint64_t tt_complex_hash_(tt_view v)
{
    const struct tt_complex_ *c = tt_object_if_(v, TT_COMPLEX);
    return float_hash(c->real) + 1000003 * float_hash(c->imag);
}
