/* float.c - the shortest decimal digits that read back as the same double, as Python prints them.
 * printf rounds correctly, so a number whose shortest form has at most 15 digits shows it with %.15; else 16 or 17
 * are tried. Subnormals have fewer digits and start at 1. At a power of two the gap below is half the gap above,
 * and the shortest form may not be the nearest one of its length; then its neighbour above is tried, too (2**-44). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "value/repr.h"

enum { MOST_DIGITS = 17, SAFE_DIGITS = 15 };

/* Digits without a point, and the power of ten of the first one. */
struct decimal {
    char digits[MOST_DIGITS + 1];
    int count, exponent;
};

/* "d.ddde±x" of a positive number; whatever the locale has for a point is left as it is. */
typedef char scientific[48];

static bool reads_back(const char *s, double d)
{
    return strtod(s, NULL) == d;
}

/* The next number of the same length; false: all digits are 9. */
static bool increment(char *s)
{
    char *p = strchr(s, 'e');
    while (--p >= s) {
        if (*p < '0' || *p > '9') continue; /* the point */
        if (*p != '9') return (*p)++, true;
        *p = '0';
    }
    return false;
}

static bool is_power_of_two(double d)
{
    int e;
    return frexp(d, &e) == 0.5;
}

static bool fits(double d, int digits, scientific s)
{
    snprintf(s, sizeof(scientific), "%.*e", digits - 1, d);
    if (reads_back(s, d)) return true;
    return is_power_of_two(d) && increment(s) && reads_back(s, d);
}

static struct decimal shortest(double d)
{
    struct decimal r = { "", 0, 0 };
    scientific s;
    int n = d < 0x1p-1022 ? 1 : SAFE_DIGITS;
    while (n < MOST_DIGITS && !fits(d, n, s)) n++;
    if (n == MOST_DIGITS) snprintf(s, sizeof s, "%.*e", MOST_DIGITS - 1, d);
    const char *e = strchr(s, 'e');
    for (const char *p = s; p < e; p++)
        if (*p >= '0' && *p <= '9') r.digits[r.count++] = *p;
    while (r.count > 1 && r.digits[r.count - 1] == '0') r.count--;
    r.digits[r.count] = 0;
    r.exponent = atoi(e + 1);
    return r;
}

/* Python's layout: fixed for 1e-4 <= d < 1e16, else with an exponent of at least two digits. */
static void lay_out(const struct decimal *x, bool without_dot, char *out, size_t room)
{
    int e = x->exponent, n = x->count;
    const char *tail = without_dot ? "" : ".0";
    if (e < -4 || e >= 16)
        snprintf(out, room, "%c%s%se%c%02d", x->digits[0], n > 1 ? "." : "", x->digits + 1, e < 0 ? '-' : '+', abs(e));
    else if (e < 0)
        snprintf(out, room, "0.%.*s%s", -e - 1, "000", x->digits);
    else if (n <= e + 1)
        snprintf(out, room, "%s%.*s%s", x->digits, e + 1 - n, "0000000000000000", tail);
    else
        snprintf(out, room, "%.*s.%s", e + 1, x->digits, x->digits + e + 1);
}

char *tt_float_repr_(double d, bool without_dot, char buf[TT_FLOAT_ROOM_])
{
    const char *sign = signbit(d) && !isnan(d) ? "-" : "";
    struct decimal zero = { "0", 1, 0 };
    if (!isfinite(d)) {
        snprintf(buf, TT_FLOAT_ROOM_, "%s%s", sign, isnan(d) ? "nan" : "inf");
        return buf;
    }
    struct decimal x = d == 0 ? zero : shortest(fabs(d));
    strcpy(buf, sign);
    lay_out(&x, without_dot, buf + strlen(sign), TT_FLOAT_ROOM_ - strlen(sign));
    return buf;
}
