/* random_value.h - random values, each with the Python expression that makes the same one; and a python3 to ask. */
#ifndef TESTS_RANDOM_VALUE_H
#define TESTS_RANDOM_VALUE_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <tutti.h>

#include "test.h"

static uint64_t random_state = 88172645463325252u;

static inline uint64_t random_bits(void)
{
    random_state ^= random_state << 13; /* xorshift64 */
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

static inline unsigned random_below(unsigned n)
{
    return (unsigned)(random_bits() >> 33) % n;
}

/* The expression so far. */
static char expr[1 << 20];
static size_t expr_size;

__attribute__((format(printf, 1, 2))) static inline void say(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    expr_size += (size_t)vsnprintf(expr + expr_size, sizeof expr - expr_size, fmt, args);
    va_end(args);
}

static inline tt_value random_int(void)
{
    static const int64_t edges[] = { 0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1, 1ll << 53, (1ll << 53) + 1, 255 };
    if (random_below(3) == 0) {
        int64_t n = edges[random_below(sizeof edges / sizeof *edges)];
        say("int('%lld')", (long long)n);
        return tt_int(n);
    }
    unsigned char b[40];
    size_t size = 1 + random_below(random_below(2) ? 9 : sizeof b);
    say("int.from_bytes(bytes.fromhex('");
    for (size_t i = 0; i < size; i++) say("%02x", b[i] = (unsigned char)(random_below(4) ? random_bits() : 0));
    say("'),'little',signed=True)");
    return tt_int_from_bytes(b, size, true);
}

static inline double random_double(void)
{
    static const double edges[] = { 0.0, -0.0, 1, 0.1, 1e16, 1e15, 9999999999999998, 1e-4, 1e-5, 1e22, 5e-324,
                                    1.7976931348623157e308, 0x1p63, -0x1p63, 0x1p53, 0x1p64, 123456789.125 };
    double d;
    switch (random_below(6)) {
    case 0: return edges[random_below(sizeof edges / sizeof *edges)];
    case 1: return (double)random_below(100000) / 100;
    case 2: return ldexp(1, (int)random_below(2098) - 1074);
    case 3: return random_below(2) ? INFINITY : -INFINITY;
    case 4: return (double)(int64_t)random_bits();
    default:
        do {
            uint64_t bits = random_bits();
            memcpy(&d, &bits, sizeof d);
        } while (isnan(d));
        return d;
    }
}

static inline void say_double(double d)
{
    if (isinf(d)) say("float('%sinf')", d < 0 ? "-" : "");
    else say("float.fromhex('%a')", d);
}

static inline int put_utf8(uint32_t u, char *out)
{
    if (u < 0x80) return out[0] = (char)u, 1;
    int n = u < 0x800 ? 2 : u < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--, u >>= 6) out[i] = (char)(0x80 | (u & 0x3F));
    out[0] = (char)((0xF00u >> n) | u);
    return n;
}

static inline tt_value random_str(void)
{
    static const uint32_t limits[] = { 0x80, 0x80, 0x80, 0x100, 0x3000, 0x10000, 0x110000 };
    char s[200];
    size_t size = 0;
    for (unsigned n = random_below(12); n > 0; n--) {
        uint32_t c = random_below(limits[random_below(7)]);
        if (random_below(5) == 0) c = (uint32_t) "'\"\\\n\t\r "[random_below(7)];
        size += (size_t)put_utf8(c, s + size);
    }
    say("bytes.fromhex('");
    for (size_t i = 0; i < size; i++) say("%02x", (unsigned char)s[i]);
    say("').decode('utf-8','surrogatepass')");
    return tt_str_n(s, size);
}

static inline tt_value random_bytes(void)
{
    unsigned char b[16];
    size_t size = random_below(sizeof b);
    say("bytes.fromhex('");
    for (size_t i = 0; i < size; i++)
        say("%02x", b[i] = (unsigned char)(random_below(3) ? random_bits() : (uint64_t) "'\"\\\n"[random_below(4)]));
    say("')");
    return tt_bytes(b, size);
}

static inline tt_value random_leaf(void)
{
    double d, e;
    switch (random_below(9)) {
    case 0: return say("None"), tt_none();
    case 1: return say("True"), tt_bool(true);
    case 2: return say("False"), tt_bool(false);
    case 3:
    case 4: return random_int();
    case 5: return say_double(d = random_double()), tt_float(d);
    case 6:
        d = random_double(), e = random_double();
        say("complex(");
        say_double(d);
        say(",");
        say_double(e);
        say(")");
        return tt_complex(d, e);
    case 7: return random_bytes();
    default: return random_str();
    }
}

static inline tt_value random_value(unsigned depth, bool hashable);

static inline tt_value random_items(const char *open, const char *close, unsigned depth, bool hashable,
                                    tt_value (*make)(const tt_value *, size_t))
{
    tt_value items[4];
    size_t n = random_below(5);
    say("%s", open);
    for (size_t i = 0; i < n; i++) {
        items[i] = random_value(depth - 1, hashable);
        say(",");
    }
    say("%s", close);
    return make(items, n);
}

static inline tt_value random_dict(unsigned depth)
{
    tt_value d = tt_dict();
    say("dict((");
    for (unsigned n = random_below(4); n > 0; n--) {
        say("(");
        tt_value k = random_value(depth - 1, true);
        say(",");
        CHECK_OK(tt_dict_set(d, k, random_value(depth - 1, false)));
        say("),");
    }
    say("))");
    return d;
}

/* A value nested at most `depth` deep, without NaN. */
static inline tt_value random_value(unsigned depth, bool hashable)
{
    if (depth == 0) return random_leaf();
    switch (random_below(hashable ? 4 : 7)) {
    case 0: return random_items("tuple((", "))", depth, hashable, tt_tuple_n);
    case 1: return random_items("frozenset((", "))", depth, true, tt_frozenset_n);
    case 2:
    case 3: return random_leaf();
    case 4: return random_items("list((", "))", depth, false, tt_list_n);
    case 5: return random_items("set((", "))", depth, true, tt_set_n);
    default: return random_dict(depth);
    }
}

/* A python3 that runs `script`; write to it and hand it to python_ends. Skips the test, aloud, if there is none. */
static inline FILE *python(const char *script)
{
    if (system("python3 -c '' 2>/dev/null") != 0) test_skip("python3 is missing: not compared with Python");
    setenv("SCRIPT", script, 1);
    FILE *p = popen("python3 -c \"$SCRIPT\"", "w");
    CHECK_NOT_NULL(p);
    return p;
}

static inline void python_ends(FILE *p)
{
    CHECK_EQ(pclose(p), 0);
}

#endif
