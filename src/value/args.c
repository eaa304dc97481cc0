/* args.c - C values into a tuple and back.
 * Unpacking goes through the slots twice: first everything is looked at, then everything is stored. */
#include <tutti/args.h>
#include <tutti/struct.h>

#include "value/error.h"
#include "value/list.h"
#include "value/struct.h"

/* ---- one slot ---- */

static int fit_signed(tt_view v, size_t size, int64_t *ret)
{
    int64_t n;
    int r = tt_get_int(v, &n);
    if (r < 0) return r;
    int64_t most = size >= 8 ? INT64_MAX : (int64_t)((1ull << (8 * size - 1)) - 1);
    if (n > most || n < -most - 1) return -EOVERFLOW;
    *ret = n;
    return 0;
}

static int fit_unsigned(tt_view v, size_t size, uint64_t *ret)
{
    uint64_t n;
    int r = tt_get_uint(v, &n);
    if (r < 0) return r;
    if (size < 8 && n >> (8 * size)) return -EOVERFLOW;
    *ret = n;
    return 0;
}

static int fit_struct(tt_view v, const struct tt_slot_ *s, const void **ret)
{
    size_t size;
    const char *type = tt_struct_type(v, &size);
    if (!type || size != s->size || (s->type && strcmp(type, s->type) != 0)) return -EINVAL;
    *ret = tt_struct_bytes_(v, &size);
    return 0;
}

union any {
    bool b;
    int64_t i;
    uint64_t u;
    double d;
    const char *text;
    void *p;
    const void *data;
    tt_fn fn;
    tt_view view;
};

/* What v is in the terms of the slot: 0 and *ret, -EINVAL or -EOVERFLOW. */
static int fit(tt_view v, const struct tt_slot_ *s, union any *ret)
{
    switch (s->code) {
    case TT_SLOT_BOOL_: return tt_get_bool(v, &ret->b);
    case TT_SLOT_SIGNED_: return fit_signed(v, s->size, &ret->i);
    case TT_SLOT_UNSIGNED_: return fit_unsigned(v, s->size, &ret->u);
    case TT_SLOT_FLOAT_: return tt_get_float(v, &ret->d);
    case TT_SLOT_TEXT_: return tt_get_str(v, &ret->text, NULL);
    case TT_SLOT_POINTER_: return tt_get_pointer(v, &ret->p);
    case TT_SLOT_FUNCTION_: return tt_get_function(v, &ret->fn);
    case TT_SLOT_STRUCT_: return fit_struct(v, s, &ret->data);
    case TT_SLOT_VIEW_:
    case TT_SLOT_VALUE_: ret->view = v; return 0;
    }
    return -EINVAL;
}

static void store(const struct tt_slot_ *s, const union any *x)
{
    float f;
    tt_value v;
    switch (s->code) {
    case TT_SLOT_FLOAT_:
        f = (float)x->d;
        if (s->size == sizeof f) memcpy(s->out, &f, sizeof f);
        else memcpy(s->out, &x->d, sizeof x->d);
        break;
    case TT_SLOT_VALUE_:
        v = tt_ref(x->view);
        memcpy(s->out, &v, sizeof v);
        break;
    case TT_SLOT_STRUCT_: memcpy(s->out, x->data, s->size); break;
    default: memcpy(s->out, x, s->size); /* little-endian: the low bytes of an int come first */
    }
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "store and tt_box_ count on it");

/* ---- unpacking ---- */

static const char *wanted(const struct tt_slot_ *s)
{
    static const char *const names[] = { "bool", "int", "int", "float", "str", "pointer", "function" };
    if (s->code == TT_SLOT_STRUCT_) return s->type ? s->type : "struct";
    return s->code < sizeof names / sizeof *names ? names[s->code] : "any";
}

static int wrong_kind(const void *frame, size_t position, const struct tt_slot_ *s, tt_view got, int code)
{
    char text[160];
    if (code == -EOVERFLOW)
        snprintf(text, sizeof text, "argument %zu: %s does not fit %s%zu bits", position, tt_type_name(got),
                 s->code == TT_SLOT_UNSIGNED_ ? "unsigned " : "", 8 * s->size);
    else
        snprintf(text, sizeof text, "argument %zu: wanted %s, got %s", position, wanted(s), tt_type_name(got));
    tt_error_detail_(frame, code, code == -EOVERFLOW ? "OverflowError" : "TypeError", text);
    return code;
}

static int wrong_count(const void *frame, size_t n, size_t got)
{
    char text[160];
    snprintf(text, sizeof text, "wanted %zu argument%s, got %zu", n, n == 1 ? "" : "s", got);
    tt_error_detail_(frame, -EINVAL, "TypeError", text);
    return -EINVAL;
}

/* Item i of arg; a value that is no tuple or list is its own only item. */
static tt_view item(tt_view arg, size_t i)
{
    const struct tt_seq_ *s = tt_seq_if_(arg);
    return s ? tt_view_of(s->items[i]) : arg;
}

static size_t count_items(tt_view arg)
{
    const struct tt_seq_ *s = tt_seq_if_(arg);
    return s ? s->len : !tt_is_none(arg);
}

int tt_unpack_(tt_view arg, const void *frame, size_t n, const struct tt_slot_ *slots)
{
    union any x;
    size_t got = count_items(arg);
    if (!tt_seq_if_(arg) && n == 1) got = 1; /* None, too, may be meant */
    if (got != n) return wrong_count(frame, n, got);
    for (size_t i = 0; i < n; i++) {
        int r = fit(item(arg, i), &slots[i], &x);
        if (r < 0) return wrong_kind(frame, i + 1, &slots[i], item(arg, i), r);
    }
    for (size_t i = 0; i < n; i++) {
        fit(item(arg, i), &slots[i], &x);
        store(&slots[i], &x);
    }
    return 0;
}

/* ---- boxing ---- */

static int64_t sign_extend(uint64_t n, size_t size)
{
    int unused = (int)(64 - 8 * size);
    return (int64_t)(n << unused) >> unused;
}

tt_value tt_box_(enum tt_slot_code_ code, size_t size, const void *from, const char *type)
{
    union any x = { .u = 0 };
    float f;
    if (code == TT_SLOT_STRUCT_) return tt_struct_new(type, size, from);
    memcpy(&x, from, size);
    switch (code) {
    case TT_SLOT_BOOL_: return tt_bool(x.b);
    case TT_SLOT_SIGNED_: return tt_int(sign_extend(x.u, size));
    case TT_SLOT_UNSIGNED_: return tt_uint(x.u);
    case TT_SLOT_FLOAT_:
        memcpy(&f, from, sizeof f);
        return tt_float(size == sizeof f ? (double)f : x.d);
    case TT_SLOT_TEXT_: return x.text ? tt_str(x.text) : tt_none();
    case TT_SLOT_FUNCTION_: return tt_function(x.fn);
    case TT_SLOT_VIEW_: return tt_ref(x.view);
    case TT_SLOT_VALUE_: return TT_VALUE_(x.view.tag, x.view.word);
    default: return tt_pointer(x.p);
    }
}

tt_value tt_dict_n(const tt_value *pairs, size_t n)
{
    tt_value dict = tt_dict();
    size_t i = 0;
    int r = tt_is_error(dict) ? -ENOMEM : n % 2 ? -EINVAL : 0;
    for (; r == 0 && i < n; i += 2) r = tt_dict_set(dict, pairs[i], pairs[i + 1]);
    for (; i < n; i++) tt_drop(pairs[i]);
    if (r == 0) return dict;
    tt_drop(dict);
    return r == -EINVAL ? tt_error("TypeError", "tt_dict_of: a key is not hashable or has no value")
                        : tt_error_from_code(r);
}
