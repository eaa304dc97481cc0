/* repr.c - how a value looks: leaves one by one, containers by a walk with a stack of frames.
 * A frame's pos counts children as tt_child_ does; acc how many were written, for the commas. */
#include "value/repr.h"

#include <math.h>
#include <stdarg.h>
#include <tutti/compare.h>
#include <tutti/error.h>
#include <tutti/int.h>
#include <tutti/proxy.h>
#include <tutti/str.h>
#include <tutti/struct.h>
#include <tutti/task.h>

#include "value/error.h"
#include "value/list.h"
#include "value/str.h"
#include "value/table.h"
#include "value/walk.h"

/* ---- text that grows ---- */

void tt_text_add_(struct tt_text_ *t, const char *data, size_t size)
{
    if (t->code < 0) return;
    if (size > t->room - t->size) {
        size_t room = t->size + size > 2 * t->room ? t->size + size + 64 : 2 * t->room;
        char *more = size < PTRDIFF_MAX / 4 ? tt_realloc_(t->data, room) : NULL;
        if (!more) {
            t->code = -ENOMEM;
            return;
        }
        t->data = more;
        t->room = room;
    }
    if (size) memcpy(t->data + t->size, data, size);
    t->size += size;
}

void tt_text_adds_(struct tt_text_ *t, const char *s)
{
    tt_text_add_(t, s, strlen(s));
}

TT_PRINTF(2, 3) static void add_format(struct tt_text_ *t, const char *fmt, ...)
{
    char s[64];
    va_list args;
    va_start(args, fmt);
    vsnprintf(s, sizeof s, fmt, args);
    va_end(args);
    tt_text_adds_(t, s);
}

/* ---- text in quotes ---- */

/* Python prefers ' and takes " only if that saves escapes. */
static char quote_for(const char *p, size_t size)
{
    return memchr(p, '\'', size) && !memchr(p, '"', size) ? '"' : '\'';
}

/* The two-character escape of c, or NULL. */
static const char *short_escape(int32_t c, char quote)
{
    switch (c) {
    case '\t': return "\\t";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\\': return "\\\\";
    case '\'': return quote == '\'' ? "\\'" : NULL;
    case '"': return quote == '"' ? "\\\"" : NULL;
    default: return NULL;
    }
}

static void add_escape(struct tt_text_ *t, int32_t c)
{
    if (c < 0x100) add_format(t, "\\x%02x", (unsigned)c);
    else if (c < 0x10000) add_format(t, "\\u%04x", (unsigned)c);
    else add_format(t, "\\U%08x", (unsigned)c);
}

/* One code point or byte at p, of n bytes. */
static void add_quoted(struct tt_text_ *t, const char *p, int n, int32_t c, char quote, bool shown)
{
    const char *escape = short_escape(c, quote);
    if (escape) tt_text_add_(t, escape, 2);
    else if (shown) tt_text_add_(t, p, (size_t)n);
    else add_escape(t, c);
}

static void add_str(struct tt_text_ *t, const char *p, size_t size)
{
    const char *end = p + size;
    char quote = quote_for(p, size);
    tt_text_add_(t, &quote, 1);
    for (int32_t c; p < end && t->code == 0;) {
        int n = tt_utf8_decode_(p, end, &c);
        bool ascii = c >= ' ' && c < 0x7F;
        if (c < 0) c = (unsigned char)*p; /* no str has this; the text of an error may */
        add_quoted(t, p, n, c, quote, ascii || (c >= 0x80 && n > 1 && tt_is_printable_(c)));
        p += n;
    }
    tt_text_add_(t, &quote, 1);
}

static void add_bytes(struct tt_text_ *t, const char *p, size_t size)
{
    char quote = quote_for(p, size);
    tt_text_adds_(t, "b");
    tt_text_add_(t, &quote, 1);
    for (size_t i = 0; i < size && t->code == 0; i++) {
        int32_t c = (unsigned char)p[i];
        add_quoted(t, p + i, 1, c, quote, c >= ' ' && c < 0x7F);
    }
    tt_text_add_(t, &quote, 1);
}

/* ---- numbers ---- */

static void add_int(struct tt_text_ *t, tt_view v)
{
    if (!tt_is_counted_(v)) {
        add_format(t, "%lld", (long long)(int64_t)v.word);
        return;
    }
    tt_value s = tt_int_to_text(v, 10);
    if (tt_is_error(s)) t->code = tt_is_no_memory_(tt_view_of(s)) ? -ENOMEM : -EOVERFLOW;
    else tt_text_adds_(t, tt_as_str(s));
    tt_drop(s);
}

static void add_float(struct tt_text_ *t, double d, bool without_dot)
{
    char s[TT_FLOAT_ROOM_];
    tt_text_adds_(t, tt_float_repr_(d, without_dot, s));
}

/* (re+imj); only imj if the real part is +0. */
static void add_complex(struct tt_text_ *t, tt_view v)
{
    double re = 0, im = 0;
    tt_get_complex(v, &re, &im);
    bool bare = re == 0 && !signbit(re);
    if (!bare) {
        tt_text_adds_(t, "(");
        add_float(t, re, true);
        if (!signbit(im) || isnan(im)) tt_text_adds_(t, "+");
    }
    add_float(t, im, true);
    tt_text_adds_(t, bare ? "j" : "j)");
}

/* ---- the rest of the leaves ---- */

static void add_error(struct tt_text_ *t, tt_view v)
{
    const struct tt_error_ *e = (const void *)tt_object_of_(v);
    tt_text_adds_(t, e->type);
    tt_text_adds_(t, "(");
    if (e->message_size) add_str(t, e->message, e->message_size);
    tt_text_adds_(t, ")");
}

static void add_ours(struct tt_text_ *t, tt_view v)
{
    size_t size = 0;
    const char *name = tt_type_name(v);
    tt_text_adds_(t, "<");
    if (tt_is_kind(v, TT_FUNCTION)) {
        const char *task = tt_task_name((tt_fn)(uintptr_t)v.word);
        add_format(t, "function %.40s%sat 0x%llx", task ? task : "", task ? " " : "", (unsigned long long)v.word);
    } else if (tt_is_kind(v, TT_POINTER)) {
        add_format(t, "pointer 0x%llx", (unsigned long long)v.word);
    } else {
        tt_text_adds_(t, name);
        if (tt_struct_type(v, &size)) add_format(t, " of %zu bytes", size);
        else add_format(t, " at 0x%llx", (unsigned long long)(uintptr_t)tt_proxy_address(v, tt_proxy_type_of(v)));
    }
    tt_text_adds_(t, ">");
}

static void add_leaf(struct tt_text_ *t, tt_view v)
{
    const struct tt_str_ *s = (const void *)tt_object_of_(v);
    switch (tt_kind_of(v)) {
    case TT_NONE: tt_text_adds_(t, "None"); break;
    case TT_BOOL: tt_text_adds_(t, v.word ? "True" : "False"); break;
    case TT_INT: add_int(t, v); break;
    case TT_FLOAT: add_float(t, tt_as_float(v), false); break;
    case TT_COMPLEX: add_complex(t, v); break;
    case TT_STR: add_str(t, s->text, s->size); break;
    case TT_BYTES: add_bytes(t, s->text, s->size); break;
    case TT_ERROR: add_error(t, v); break;
    default: add_ours(t, v);
    }
}

/* ---- containers ---- */

static bool is_container(tt_view v)
{
    tt_kind kind = tt_kind_of(v);
    return kind >= TT_LIST && kind <= TT_FROZENSET;
}

static const char *opening(tt_view v)
{
    switch (tt_kind_of(v)) {
    case TT_LIST: return "[";
    case TT_TUPLE: return "(";
    case TT_FROZENSET: return tt_len(v) ? "frozenset({" : "frozenset(";
    case TT_SET: return tt_len(v) ? "{" : "set(";
    default: return "{";
    }
}

static const char *closing(tt_view v)
{
    switch (tt_kind_of(v)) {
    case TT_LIST: return "]";
    case TT_TUPLE: return tt_len(v) == 1 ? ",)" : ")";
    case TT_FROZENSET: return tt_len(v) ? "})" : ")";
    case TT_SET: return tt_len(v) ? "}" : ")";
    default: return "}";
    }
}

/* The next child to be written, and what stands before it. */
static bool next_child(struct tt_frame_ *f, struct tt_text_ *t, tt_view *ret)
{
    bool set = f->o->kind == TT_SET || f->o->kind == TT_FROZENSET;
    size_t next = tt_child_(f->o, f->pos, ret);
    if (next == 0) return false;
    f->pos = set ? next + 1 : next; /* a set has no values */
    if (f->acc) tt_text_adds_(t, f->o->kind == TT_DICT && f->acc % 2 ? ": " : ", ");
    f->acc++;
    return true;
}

/* Writes v; a container only up to its first child, and goes on in a frame of its own. */
static int begin(struct tt_walk_ *w, struct tt_text_ *t, tt_view v)
{
    if (!is_container(v)) return add_leaf(t, v), t->code;
    tt_text_adds_(t, opening(v));
    return tt_walk_push_(w, tt_object_of_(v), NULL);
}

static void add_value(struct tt_text_ *t, tt_view v)
{
    struct tt_walk_ w;
    tt_walk_init_(&w);
    int r = begin(&w, t, v);
    for (struct tt_frame_ *f; r == 0 && t->code == 0 && (f = tt_walk_top_(&w));) {
        tt_view child;
        if (next_child(f, t, &child)) {
            r = begin(&w, t, child);
        } else {
            tt_text_adds_(t, closing(tt_view_of_object_(f->o)));
            w.count--;
        }
    }
    tt_walk_end_(&w);
    if (r < 0) t->code = r;
}

/* ---- the calls ---- */

/* What str prints of v. */
static void add_plain(struct tt_text_ *t, tt_view v)
{
    const struct tt_str_ *s = tt_object_if_(v, TT_STR);
    const struct tt_error_ *e = tt_object_if_(v, TT_ERROR);
    if (s) tt_text_add_(t, s->text, s->size);
    else if (e && strcmp(e->type, "KeyError") != 0) tt_text_add_(t, e->message, e->message_size);
    else if (e) add_str(t, e->message, e->message_size); /* as Python's KeyError does */
    else add_value(t, v);
}

static tt_value finish(struct tt_text_ *t)
{
    tt_value v;
    if (t->code == -EOVERFLOW)
        v = tt_error("ValueError", "Exceeds the limit (%d digits) for integer string conversion", TT_INT_MAX_DIGITS);
    else if (t->code < 0)
        v = tt_error_from_code(t->code);
    else
        v = tt_str_of_bytes(t->data, t->size);
    tt_free_(t->data);
    return v;
}

tt_value (tt_repr)(tt_view v)
{
    struct tt_text_ t = { NULL, 0, 0, 0 };
    add_value(&t, v);
    return finish(&t);
}

tt_value (tt_str_of)(tt_view v)
{
    struct tt_text_ t = { NULL, 0, 0, 0 };
    if (tt_is_kind(v, TT_STR)) return tt_ref(v);
    add_plain(&t, v);
    return finish(&t);
}

int (tt_print_to)(tt_view v, FILE *to)
{
    struct tt_text_ t = { NULL, 0, 0, 0 };
    add_plain(&t, v);
    tt_text_add_(&t, "\n", 1);
    int r = t.code == -EOVERFLOW ? -EINVAL : t.code;
    if (r == 0 && fwrite(t.data, 1, t.size, to) != t.size) r = -EIO;
    tt_free_(t.data);
    return r;
}

int (tt_print)(tt_view v)
{
    return tt_print_to(v, stdout);
}
