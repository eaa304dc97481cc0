/* str.c - text and bytes: one block each, the data behind the header.
 * A str is always UTF-8 in which surrogates may stand (three bytes, as Python's "surrogatepass"); it is checked and
 * its code points are counted when it is made. */
#include "value/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <tutti/error.h>

#include "base/log.h"
#include "value/error.h"

/* The code point at p and its bytes; -1 and 1 if there is none before `end`. */
static int decode(const unsigned char *p, const unsigned char *end, int32_t *ret)
{
    static const unsigned char least2[] = { 0x90, 0xA0 }; /* second byte after F0 and after E0 */
    int n = *p < 0x80 ? 1 : *p < 0xC2 ? 0 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : *p < 0xF5 ? 4 : 0;
    *ret = -1;
    if (n == 0 || end - p < n) return 1;
    if (n == 1) return *ret = *p, 1;
    if ((*p == 0xE0 && p[1] < least2[1]) || (*p == 0xF0 && p[1] < least2[0]) || (*p == 0xF4 && p[1] > 0x8F)) return 1;
    int32_t c = *p & (0x7F >> n);
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) return 1;
        c = c << 6 | (p[i] & 0x3F);
    }
    *ret = c;
    return n;
}

int tt_utf8_decode_(const char *p, const char *end, int32_t *ret)
{
    return decode((const unsigned char *)p, (const unsigned char *)end, ret);
}

int tt_utf8_encode_(int32_t c, char out[4])
{
    uint32_t u = (uint32_t)c;
    if (u < 0x80) return out[0] = (char)u, 1;
    int n = u < 0x800 ? 2 : u < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--, u >>= 6) out[i] = (char)(0x80 | (u & 0x3F));
    out[0] = (char)((0xF00u >> n) | u);
    return n;
}

/* How many of the bytes from p on are surely ASCII: whole words of eight. */
static size_t ascii_prefix(const char *p, const char *end)
{
    const char *from = p;
    uint64_t word;
    for (; end - p >= 8; p += 8) {
        memcpy(&word, p, sizeof word);
        if (word & 0x8080808080808080u) break;
    }
    return (size_t)(p - from);
}

/* Code points in text, or -1 - the offset of the first byte that is not UTF-8. */
static int64_t count_points(const char *text, size_t size)
{
    int64_t points = 0;
    const char *p = text, *end = text + size;
    for (int32_t c; p < end; points++) {
        size_t ascii = ascii_prefix(p, end);
        points += (int64_t)ascii;
        p += ascii;
        if (p == end) break;
        int n = tt_utf8_decode_(p, end, &c);
        if (c < 0) return -1 - (p - text);
        p += n;
    }
    return points;
}

struct tt_str_ *tt_str_blank_(tt_kind kind, size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(struct tt_str_) - 1) return NULL;
    struct tt_str_ *s = tt_object_new_(kind, sizeof *s + size + 1, true);
    if (!s) return NULL;
    s->size = size;
    s->points = 0;
    s->text[size] = 0;
    return s;
}

static tt_value not_utf8(const char *text, int64_t at, size_t size)
{
    return tt_error("UnicodeDecodeError", "'utf-8' codec can't decode byte 0x%02x in position %lld of %zu",
                    (unsigned char)text[at], (long long)at, size);
}

tt_value tt_str_n(const char *text, size_t size)
{
    if (!text && size) return tt_error("ValueError", "tt_str_n: NULL text of %zu bytes", size);
    int64_t points = count_points(text, size);
    if (points < 0) return not_utf8(text, -1 - points, size);
    struct tt_str_ *s = tt_str_blank_(TT_STR, size);
    if (!s) return tt_no_memory_();
    s->points = points;
    if (size) memcpy(s->text, text, size);
    return tt_value_of_object_(s);
}

tt_value tt_str(const char *text)
{
    if (!text) return tt_error("ValueError", "tt_str: NULL");
    return tt_str_n(text, strlen(text));
}

tt_value tt_str_of_bytes(const void *data, size_t size)
{
    const char *p = data, *end = p + size;
    size_t bytes = 0;
    int64_t points = 0;
    int32_t c;
    for (const char *q = p; q < end; points++) {
        int n = tt_utf8_decode_(q, end, &c);
        bytes += c < 0 || (c >= 0xD800 && c < 0xE000) ? (size_t)3 : (size_t)n;
        q += c >= 0xD800 && c < 0xE000 ? 1 : n;
    }
    struct tt_str_ *s = tt_str_blank_(TT_STR, bytes);
    if (!s) return tt_no_memory_();
    s->points = points;
    for (char *to = s->text; p < end;) {
        int n = tt_utf8_decode_(p, end, &c);
        if (c < 0 || (c >= 0xD800 && c < 0xE000)) c = 0xDC00 + (unsigned char)*p, n = 1;
        to += tt_utf8_encode_(c, to);
        p += n;
    }
    return tt_value_of_object_(s);
}

tt_value tt_format(const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, fmt, args);
    struct tt_str_ *s = size < 0 ? NULL : tt_str_blank_(TT_STR, (size_t)size);
    if (s) vsnprintf(s->text, (size_t)size + 1, fmt, again);
    va_end(args);
    va_end(again);
    if (!s) return size < 0 ? tt_error("ValueError", "tt_format: %s", fmt) : tt_no_memory_();
    s->points = count_points(s->text, s->size);
    tt_value v = tt_value_of_object_(s);
    if (s->points >= 0) return v;
    tt_value broken = tt_str_of_bytes(s->text, s->size); /* %s of foreign text */
    tt_drop(v);
    return broken;
}

tt_value tt_bytes(const void *data, size_t size)
{
    if (!data && size) return tt_error("ValueError", "tt_bytes: NULL data of %zu bytes", size);
    struct tt_str_ *s = tt_str_blank_(TT_BYTES, size);
    if (!s) return tt_no_memory_();
    if (size) memcpy(s->text, data, size);
    return tt_value_of_object_(s);
}

int (tt_get_str)(tt_view v, const char **ret_text, size_t *ret_size)
{
    const struct tt_str_ *s = tt_object_if_(v, TT_STR);
    if (!s) return -EINVAL;
    *ret_text = s->text;
    if (ret_size) *ret_size = s->size;
    return 0;
}

int (tt_get_bytes)(tt_view v, const void **ret_data, size_t *ret_size)
{
    const struct tt_str_ *s = tt_object_if_(v, TT_BYTES);
    if (!s) return -EINVAL;
    *ret_data = s->text;
    if (ret_size) *ret_size = s->size;
    return 0;
}

const char *(tt_as_str)(tt_view v)
{
    const struct tt_str_ *s = tt_object_if_(v, TT_STR);
    if (s) return s->text;
    tt_misuse_anonymous_(__builtin_return_address(0), "tt_as_str of a value of type %s", tt_type_name(v));
    return "";
}

int64_t (tt_str_len)(tt_view v)
{
    const struct tt_str_ *s = tt_object_if_(v, TT_STR);
    return s ? s->points : -EINVAL;
}
