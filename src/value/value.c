/* value.c - immediate values read back, checked and unchecked. */
#include <tutti/proxy.h>
#include <tutti/struct.h>

#include "base/log.h"
#include "value/error.h"
#include "value/int.h"
#include "value/object.h"

_Static_assert(sizeof(tt_value) == 16, "the ABI promises 16 bytes");
_Static_assert(sizeof(tt_view) == 16, "the ABI promises 16 bytes");

int (tt_get_bool)(tt_view v, bool *ret)
{
    if (v.tag != TT_BOOL) return -EINVAL;
    *ret = v.word != 0;
    return 0;
}

int (tt_get_int)(tt_view v, int64_t *ret)
{
    if (v.tag == (TT_INT | TT_COUNTED_)) return -EOVERFLOW;
    if (v.tag != TT_INT && v.tag != TT_BOOL) return -EINVAL;
    *ret = (int64_t)v.word;
    return 0;
}

int (tt_get_pointer)(tt_view v, void **ret)
{
    if (v.tag != TT_POINTER) return -EINVAL;
    *ret = (void *)(uintptr_t)v.word;
    return 0;
}

int (tt_get_function)(tt_view v, tt_fn *ret)
{
    if (v.tag != TT_FUNCTION) return -EINVAL;
    *ret = (tt_fn)(uintptr_t)v.word;
    return 0;
}

/* An int or bool that is not negative. */
int (tt_get_uint)(tt_view v, uint64_t *ret)
{
    int64_t n;
    int r = tt_get_int(v, &n);
    if (r == -EOVERFLOW) return tt_int_to_uint_(v, ret);
    if (r < 0) return r;
    if (n < 0) return -EOVERFLOW;
    *ret = (uint64_t)n;
    return 0;
}

int (tt_get_float)(tt_view v, double *ret)
{
    int64_t n;
    if (v.tag == TT_FLOAT) memcpy(ret, &v.word, sizeof *ret);
    else if (v.tag == (TT_INT | TT_COUNTED_)) return tt_int_to_float_(v, ret);
    else if (tt_get_int(v, &n) == 0) *ret = (double)n;
    else return -EINVAL;
    return 0;
}

/* ---- unchecked ---- */

static void report(const char *call, tt_view v, int code, const void *place)
{
    tt_misuse_at_(place, false, place, "%s of a value of type %s: %s", call, tt_type_name(v), tt_strerror(code));
}

/* The answer of get(v), else 0 and a report. */
#define AS_(type, get, call)                                                                                          \
    type ret = 0;                                                                                                     \
    int r = get(v, &ret);                                                                                             \
    if (r < 0) report(call, v, r, __builtin_return_address(0));                                                       \
    return ret

int64_t tt_as_int_slow_(tt_view v)
{
    AS_(int64_t, tt_get_int, "tt_as_int");
}
double tt_as_float_slow_(tt_view v)
{
    AS_(double, tt_get_float, "tt_as_float");
}
uint64_t (tt_as_uint)(tt_view v)
{
    AS_(uint64_t, tt_get_uint, "tt_as_uint");
}
bool (tt_as_bool)(tt_view v)
{
    AS_(bool, tt_get_bool, "tt_as_bool");
}
void *(tt_as_pointer)(tt_view v)
{
    AS_(void *, tt_get_pointer, "tt_as_pointer");
}
tt_fn (tt_as_function)(tt_view v)
{
    AS_(tt_fn, tt_get_function, "tt_as_function");
}

const char *(tt_type_name)(tt_view v)
{
    static const char *const names[TT_KIND_COUNT_] = {
        "NoneType", "bool", "int", "float", "pointer", "function", "complex", "str",   "bytes",
        "list",     "tuple", "dict", "set", "frozenset", "struct", "error", "proxy",
    };
    tt_kind kind = tt_kind_of(v);
    if (kind == TT_ERROR) return tt_error_type(v);
    if (kind == TT_STRUCT) return tt_struct_type(v, NULL);
    if (kind == TT_PROXY) return tt_proxy_type_of(v)->name;
    return kind < TT_KIND_COUNT_ ? names[kind] : "invalid";
}
