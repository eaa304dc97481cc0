/* value.h - the one value type: None, bool, int, float, pointers and functions in two registers; the rest counted.
 *
 * A tt_value is yours: give it away or tt_drop it. A tt_view is lent: look at it, or tt_ref it for a value of your
 * own. What puts (append, set, send, submit, return) always takes the value, success or not; to keep it pass
 * tt_ref(v). Functions that look take a tt_view; in C each also accepts a tt_value (by a macro of its name), in C++
 * a tt_value converts by itself.
 *
 * When memory runs out, what makes a value answers the error value MemoryError (tt_is_error is true), never NULL.
 * That one never hides in a container: putting it there is answered -ENOMEM, and a tuple made with it is it.
 *
 * Counted values may be referred to and dropped by any strand at once. A container that is not sealed belongs to one
 * strand at a time; a sealed one (see tt_thaw) is read by all, without locks. */
#ifndef TUTTI_VALUE_H
#define TUTTI_VALUE_H

#include <string.h>
#include <tutti/core.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a value is. The numbers are stable. */
typedef enum tt_kind {
    TT_NONE,
    TT_BOOL,
    TT_INT, /* of any size: what fits int64_t is immediate, a larger one is counted; never both */
    TT_FLOAT,
    TT_POINTER,
    TT_FUNCTION,
    TT_COMPLEX,
    TT_STR,
    TT_BYTES,
    TT_LIST,
    TT_TUPLE,
    TT_DICT,
    TT_SET,
    TT_FROZENSET,
    TT_STRUCT,
    TT_ERROR,
    TT_PROXY,
    TT_KIND_COUNT_
} tt_kind;

#define TT_COUNTED_ ((uint64_t)0x100) /* in the tag: word is the address of a counted object */

/* Private: use the functions. tag is kind | TT_COUNTED_; word the int, the float's bits, or an address.
 * Sixteen zero bytes are None. */
typedef struct tt_value {
    uint64_t tag;
    uint64_t word;
} tt_value;

typedef struct tt_view {
    uint64_t tag;
    uint64_t word;
#ifdef __cplusplus
    tt_view() = default;
    constexpr tt_view(uint64_t t, uint64_t w) : tag(t), word(w) {}
    constexpr tt_view(const tt_value &v) : tag(v.tag), word(v.word) {}
#endif
} tt_view;

/* The one function type: a thread's target, a task, a coroutine, a callback. arg is lent. */
typedef tt_value (*tt_fn)(tt_view arg);

#ifdef __cplusplus
#define TT_VALUE_(tag, word) tt_value{ (tag), (word) }
#define TT_VIEW_(tag, word) tt_view((tag), (word))
#else
#define TT_VALUE_(tag, word) ((tt_value){ (tag), (word) })
#define TT_VIEW_(tag, word) ((tt_view){ (tag), (word) })
#endif

static inline tt_view tt_view_of_value_(tt_value v)
{
    return TT_VIEW_(v.tag, v.word);
}
static inline tt_view tt_view_of_view_(tt_view v)
{
    return v;
}

/* tt_view_of - lends a value; a view is handed through. */
#ifdef __cplusplus
#define tt_view_of(v) (tt_view(v))
#else
#define tt_view_of(v) _Generic((v), tt_value : tt_view_of_value_, tt_view : tt_view_of_view_)(v)
#endif

/* ---- immediate values: they cost nothing and need no drop ---- */

static inline tt_value tt_none(void)
{
    return TT_VALUE_(TT_NONE, 0);
}
static inline tt_value tt_bool(bool b)
{
    return TT_VALUE_(TT_BOOL, (uint64_t)b);
}
static inline tt_value tt_int(int64_t n)
{
    return TT_VALUE_(TT_INT, (uint64_t)n);
}
static inline tt_value tt_float(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return TT_VALUE_(TT_FLOAT, bits);
}
/* An address, lent: nothing is freed, and it means nothing in another process. */
static inline tt_value tt_pointer(const void *p)
{
    return TT_VALUE_(TT_POINTER, (uint64_t)(uintptr_t)p);
}
static inline tt_value tt_function(tt_fn fn)
{
    return TT_VALUE_(TT_FUNCTION, (uint64_t)(uintptr_t)fn);
}

/* ---- ownership ---- */

TT_API void tt_ref_counted_(uint64_t word);
TT_API void tt_drop_counted_(uint64_t word);

/* tt_ref - a value of your own from one you look at.  Cost: counted values one atomic add, others nothing. */
TT_NODISCARD static inline tt_value tt_ref(tt_view v)
{
    if (v.tag & TT_COUNTED_) tt_ref_counted_(v.word);
    return TT_VALUE_(v.tag, v.word);
}

/* tt_drop - you are done with it. The last drop frees it and drops what it holds, however deep it nests. */
static inline void tt_drop(tt_value v)
{
    if (v.tag & TT_COUNTED_) tt_drop_counted_(v.word);
}

/* tt_take - moves *v out and leaves None: for giving a tt_auto value away.  return tt_take(&answer); */
TT_NODISCARD static inline tt_value tt_take(tt_value *v)
{
    tt_value taken = *v;
    *v = tt_none();
    return taken;
}

static inline void tt_dropp_(tt_value *v)
{
    tt_drop(*v);
}

/* tt_auto v = …;  declares a tt_value that is dropped where its scope ends. */
#define tt_auto tt_value TT_CLEANUP(tt_dropp_) __attribute__((unused))

/* tt_autoptr(tt_queue) a = …, b = …;  declares each a tt_queue * that is freed (by tt_queue_freep) where its scope
 * ends. */
#define tt_autoptr(type) __typeof__(type *) TT_CLEANUP(TT_PASTE_(type, _freep)) __attribute__((unused))

/* Defines type##_freep for tt_autoptr. */
#define TT_DEFINE_FREEP_(type)                                                                                        \
    static inline void type##_freep(type **p)                                                                         \
    {                                                                                                                 \
        type##_free(*p);                                                                                              \
    }

/* ---- looking ---- */

static inline tt_kind tt_kind_of(tt_view v)
{
    return (tt_kind)(v.tag & 0xff);
}

/* "int", "str", "NoneType", …: Python's name of the kind; of an error its type, of a struct or proxy its type name.
 * Lent: lives as long as the value. */
TT_API const char *tt_type_name(tt_view v);

static inline bool tt_is_none(tt_view v)
{
    return v.tag == TT_NONE;
}
static inline bool tt_is_error(tt_view v)
{
    return v.tag == (TT_ERROR | TT_COUNTED_);
}
static inline bool tt_is_kind(tt_view v, tt_kind kind)
{
    return (v.tag & 0xff) == (uint64_t)kind;
}

/* The checked forms: 0 and *ret is set; -EINVAL (another kind), -EOVERFLOW (an int that does not fit); *ret is then
 * untouched. A bool is an int, an int is a float, as in Python; nothing else is converted. */
TT_API int tt_get_bool(tt_view v, bool *ret);
TT_API int tt_get_int(tt_view v, int64_t *ret);
TT_API int tt_get_uint(tt_view v, uint64_t *ret);
TT_API int tt_get_float(tt_view v, double *ret);
TT_API int tt_get_pointer(tt_view v, void **ret);
TT_API int tt_get_function(tt_view v, tt_fn *ret);

TT_API int64_t tt_as_int_slow_(tt_view v);
TT_API double tt_as_float_slow_(tt_view v);

/* The unchecked forms: what does not fit answers 0 (false, NULL) and is reported to the log hook. */
static inline int64_t tt_as_int(tt_view v)
{
    return v.tag == TT_INT ? (int64_t)v.word : tt_as_int_slow_(v);
}
static inline double tt_as_float(tt_view v)
{
    double d;
    if (v.tag != TT_FLOAT) return tt_as_float_slow_(v);
    memcpy(&d, &v.word, sizeof d);
    return d;
}
TT_API uint64_t tt_as_uint(tt_view v);
TT_API bool tt_as_bool(tt_view v);
TT_API void *tt_as_pointer(tt_view v);
TT_API tt_fn tt_as_function(tt_view v);

#ifndef __cplusplus
#define tt_ref(v) tt_ref(tt_view_of(v))
#define tt_kind_of(v) tt_kind_of(tt_view_of(v))
#define tt_type_name(v) tt_type_name(tt_view_of(v))
#define tt_is_none(v) tt_is_none(tt_view_of(v))
#define tt_is_error(v) tt_is_error(tt_view_of(v))
#define tt_is_kind(v, kind) tt_is_kind(tt_view_of(v), kind)
#define tt_get_bool(v, ret) tt_get_bool(tt_view_of(v), ret)
#define tt_get_int(v, ret) tt_get_int(tt_view_of(v), ret)
#define tt_get_uint(v, ret) tt_get_uint(tt_view_of(v), ret)
#define tt_get_float(v, ret) tt_get_float(tt_view_of(v), ret)
#define tt_get_pointer(v, ret) tt_get_pointer(tt_view_of(v), ret)
#define tt_get_function(v, ret) tt_get_function(tt_view_of(v), ret)
#define tt_as_int(v) tt_as_int(tt_view_of(v))
#define tt_as_uint(v) tt_as_uint(tt_view_of(v))
#define tt_as_float(v) tt_as_float(tt_view_of(v))
#define tt_as_bool(v) tt_as_bool(tt_view_of(v))
#define tt_as_pointer(v) tt_as_pointer(tt_view_of(v))
#define tt_as_function(v) tt_as_function(tt_view_of(v))
#endif

#ifdef __cplusplus
}
#endif
#endif
