/* args.h - C values into tuples and back: what a task is given.
 *
 *     tt_args(7, "name", 2.5)                 a tuple of an int, a str and a float
 *     long n; const char *s; double d;
 *     TT_TRY(tt_unpack(arg, &n, &s, &d));     in a task: returns a TypeError that names position, wanted and got
 *
 * tt_args, tt_list_of, … take values that are given to them (tt_value), and refer to those that are lent (tt_view).
 * Up to 16 arguments; for more build a list. */
#ifndef TUTTI_ARGS_H
#define TUTTI_ARGS_H

#include <tutti/dict.h>
#include <tutti/error.h>
#include <tutti/int.h>
#include <tutti/list.h>
#include <tutti/set.h>
#include <tutti/str.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One place to unpack to. Private: tt_unpack makes them. */
enum tt_slot_code_ {
    TT_SLOT_BOOL_,
    TT_SLOT_SIGNED_,
    TT_SLOT_UNSIGNED_,
    TT_SLOT_FLOAT_,
    TT_SLOT_TEXT_,
    TT_SLOT_POINTER_,
    TT_SLOT_FUNCTION_,
    TT_SLOT_VIEW_,
    TT_SLOT_VALUE_,
    TT_SLOT_STRUCT_
};
struct tt_slot_ {
    enum tt_slot_code_ code;
    size_t size;      /* of what out points at */
    void *out;
    const char *type; /* of a struct; NULL: any of that size */
};

TT_API int tt_unpack_(tt_view arg, const void *frame, size_t n, const struct tt_slot_ *slots);

/* The value of a C object: code and size as of a slot, type the name of a struct type. */
TT_API TT_NODISCARD tt_value tt_box_(enum tt_slot_code_ code, size_t size, const void *from, const char *type);

/* A dict of n / 2 pairs, key by key; takes them. */
TT_API TT_NODISCARD tt_value tt_dict_n(const tt_value *pairs, size_t n);

static inline tt_value tt_value_same_(tt_value v)
{
    return v;
}
static inline tt_value tt_value_of_view_(tt_view v)
{
    return tt_ref(v);
}
#ifdef __cplusplus
}
#endif

#ifndef __cplusplus

/* tt_value_of - the value of a bool, int, float, string, tt_fn; of any other pointer: tt_pointer, so what it points at
 * must live on; a tt_value is handed through, a tt_view referred to. (true and false are ints in C17: say
 * tt_bool(true).) */
#define tt_value_of(x)                                                                                                \
    _Generic((x), _Bool : tt_bool, char : tt_int, signed char : tt_int, short : tt_int, int : tt_int, long : tt_int,  \
             long long : tt_int, unsigned char : tt_int, unsigned short : tt_int, unsigned : tt_int,                  \
             unsigned long : tt_uint, unsigned long long : tt_uint, float : tt_float, double : tt_float,              \
             char * : tt_str, const char * : tt_str, tt_value : tt_value_same_, tt_view : tt_value_of_view_,          \
             tt_fn : tt_function, default : tt_pointer)(x)

#define TT_SLOT_CODE_(p)                                                                                              \
    _Generic((p), _Bool * : TT_SLOT_BOOL_, char * : TT_SLOT_SIGNED_, signed char * : TT_SLOT_SIGNED_,                 \
             short * : TT_SLOT_SIGNED_, int * : TT_SLOT_SIGNED_, long * : TT_SLOT_SIGNED_,                            \
             long long * : TT_SLOT_SIGNED_, unsigned char * : TT_SLOT_UNSIGNED_, unsigned short * : TT_SLOT_UNSIGNED_, \
             unsigned * : TT_SLOT_UNSIGNED_, unsigned long * : TT_SLOT_UNSIGNED_,                                     \
             unsigned long long * : TT_SLOT_UNSIGNED_, float * : TT_SLOT_FLOAT_, double * : TT_SLOT_FLOAT_,           \
             char * * : TT_SLOT_TEXT_, const char * * : TT_SLOT_TEXT_, tt_fn * : TT_SLOT_FUNCTION_,                   \
             tt_view * : TT_SLOT_VIEW_, tt_value * : TT_SLOT_VALUE_,                                                  \
             default : TT_IS_POINTER_(*(p)) ? TT_SLOT_POINTER_ : TT_SLOT_STRUCT_)
#define TT_IS_POINTER_(x) (__builtin_classify_type(x) == 5)
#define TT_SLOT_(p) { TT_SLOT_CODE_(p), sizeof *(p), (p), NULL }

/* tt_args, tt_tuple_of - a tuple of C values (see tt_value_of). tt_args() is the empty tuple.
 * tt_list_of, tt_set_of, tt_frozenset_of likewise; tt_dict_of(key, value, key, value, …).
 * Returns   the value, or an error value (MemoryError; TypeError: not hashable); takes its arguments all the same */
#define tt_args(...) TT_PACK_(tt_tuple_n, __VA_ARGS__)
#define tt_tuple_of(...) TT_PACK_(tt_tuple_n, __VA_ARGS__)
#define tt_list_of(...) TT_PACK_(tt_list_n, __VA_ARGS__)
#define tt_set_of(...) TT_PACK_(tt_set_n, __VA_ARGS__)
#define tt_frozenset_of(...) TT_PACK_(tt_frozenset_n, __VA_ARGS__)
#define tt_dict_of(...) TT_PACK_(tt_dict_n, __VA_ARGS__)

/* The None in front keeps the array from being empty. */
#define TT_PACK_(make, ...)                                                                                           \
    make((tt_value[]){ { 0, 0 }, TT_MAP_(tt_value_of, __VA_ARGS__) } + 1, (size_t)TT_COUNT_(__VA_ARGS__))

/* tt_unpack(arg, &a, &b, …) - the items of a tuple or list into C variables; with one variable, arg may also be the
 * value itself. Integers of any width (checked), float, double (an int counts), bool, const char * and tt_view
 * (lent, as long as arg lives), tt_value (yours), tt_fn, pointers of any other type (the type is not checked), and any
 * struct of tt_struct by its size.
 * Returns   0; -EINVAL: wrong number or kind, -EOVERFLOW: an int does not fit. On failure no variable is touched.
 *           TT_TRY(tt_unpack(…)) returns a TypeError or OverflowError that names position, wanted and got */
#define tt_unpack(arg, ...)                                                                                           \
    tt_unpack_(tt_view_of(arg), __builtin_frame_address(0), (size_t)TT_COUNT_(__VA_ARGS__),                           \
               (const struct tt_slot_[]){ TT_MAP_(TT_SLOT_, __VA_ARGS__) })

/* ---- counting and mapping up to 16 arguments; none is none ---- */

#define TT_ARG17_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, ...) q
#define TT_COUNT_MANY_(...) TT_ARG17_(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define TT_HAS_COMMA_(...) TT_ARG17_(__VA_ARGS__, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
#define TT_MAKES_COMMA_(...) ,
/* Nothing at all is what has no comma, gains none before "()" or behind a macro that makes one, but gains one
 * between. */
#define TT_IS_EMPTY_(...)                                                                                             \
    TT_IS_EMPTY_2_(TT_HAS_COMMA_(__VA_ARGS__), TT_HAS_COMMA_(TT_MAKES_COMMA_ __VA_ARGS__),                            \
                   TT_HAS_COMMA_(__VA_ARGS__()), TT_HAS_COMMA_(TT_MAKES_COMMA_ __VA_ARGS__()))
#define TT_IS_EMPTY_2_(a, b, c, d) TT_IS_EMPTY_3_(a, b, c, d)
#define TT_IS_EMPTY_3_(a, b, c, d) TT_HAS_COMMA_(TT_EMPTY_##a##b##c##d)
#define TT_EMPTY_0001 ,
#define TT_COUNT_(...) TT_COUNT_IF_(TT_IS_EMPTY_(__VA_ARGS__), __VA_ARGS__)
#define TT_COUNT_IF_(empty, ...) TT_PASTE_(TT_COUNT_IF_, empty)(__VA_ARGS__)
#define TT_COUNT_IF_0(...) TT_COUNT_MANY_(__VA_ARGS__)
#define TT_COUNT_IF_1(...) 0

#define TT_MAP_(f, ...) TT_PASTE_(TT_MAP_, TT_COUNT_(__VA_ARGS__))(f, __VA_ARGS__)
#define TT_MAP_0(f, ...)
#define TT_MAP_1(f, a) f(a)
#define TT_MAP_2(f, a, ...) f(a), TT_MAP_1(f, __VA_ARGS__)
#define TT_MAP_3(f, a, ...) f(a), TT_MAP_2(f, __VA_ARGS__)
#define TT_MAP_4(f, a, ...) f(a), TT_MAP_3(f, __VA_ARGS__)
#define TT_MAP_5(f, a, ...) f(a), TT_MAP_4(f, __VA_ARGS__)
#define TT_MAP_6(f, a, ...) f(a), TT_MAP_5(f, __VA_ARGS__)
#define TT_MAP_7(f, a, ...) f(a), TT_MAP_6(f, __VA_ARGS__)
#define TT_MAP_8(f, a, ...) f(a), TT_MAP_7(f, __VA_ARGS__)
#define TT_MAP_9(f, a, ...) f(a), TT_MAP_8(f, __VA_ARGS__)
#define TT_MAP_10(f, a, ...) f(a), TT_MAP_9(f, __VA_ARGS__)
#define TT_MAP_11(f, a, ...) f(a), TT_MAP_10(f, __VA_ARGS__)
#define TT_MAP_12(f, a, ...) f(a), TT_MAP_11(f, __VA_ARGS__)
#define TT_MAP_13(f, a, ...) f(a), TT_MAP_12(f, __VA_ARGS__)
#define TT_MAP_14(f, a, ...) f(a), TT_MAP_13(f, __VA_ARGS__)
#define TT_MAP_15(f, a, ...) f(a), TT_MAP_14(f, __VA_ARGS__)
#define TT_MAP_16(f, a, ...) f(a), TT_MAP_15(f, __VA_ARGS__)

#else /* C++: the same by overloading */

#include <type_traits>

inline tt_value tt_value_of(tt_value v) { return v; }
inline tt_value tt_value_of(tt_view v) { return tt_ref(v); }
inline tt_value tt_value_of(const char *s) { return tt_str(s); }
inline tt_value tt_value_of(tt_fn f) { return tt_function(f); }
inline tt_value tt_value_of(const void *p) { return tt_pointer(p); }
template <class T, std::enable_if_t<std::is_arithmetic<T>::value, int> = 0> inline tt_value tt_value_of(T x)
{
    if constexpr (std::is_same<T, bool>::value) return tt_bool(x);
    else if constexpr (std::is_floating_point<T>::value) return tt_float(static_cast<double>(x));
    else if constexpr (std::is_unsigned<T>::value) return tt_uint(static_cast<uint64_t>(x));
    else return tt_int(static_cast<int64_t>(x));
}

template <class F, class... A> inline tt_value tt_pack_(F make, A... a)
{
    const tt_value items[] = { tt_none(), tt_value_of(a)... };
    return make(items + 1, sizeof...(a));
}
template <class... A> inline tt_value tt_args(A... a) { return tt_pack_(tt_tuple_n, a...); }
template <class... A> inline tt_value tt_tuple_of(A... a) { return tt_pack_(tt_tuple_n, a...); }
template <class... A> inline tt_value tt_list_of(A... a) { return tt_pack_(tt_list_n, a...); }
template <class... A> inline tt_value tt_set_of(A... a) { return tt_pack_(tt_set_n, a...); }
template <class... A> inline tt_value tt_frozenset_of(A... a) { return tt_pack_(tt_frozenset_n, a...); }
template <class... A> inline tt_value tt_dict_of(A... a) { return tt_pack_(tt_dict_n, a...); }

template <class T> constexpr enum tt_slot_code_ tt_slot_code_of_()
{
    if (std::is_same<T, bool>::value) return TT_SLOT_BOOL_;
    if (std::is_integral<T>::value) return std::is_signed<T>::value ? TT_SLOT_SIGNED_ : TT_SLOT_UNSIGNED_;
    if (std::is_floating_point<T>::value) return TT_SLOT_FLOAT_;
    if (std::is_same<T, const char *>::value || std::is_same<T, char *>::value) return TT_SLOT_TEXT_;
    if (std::is_same<T, tt_fn>::value) return TT_SLOT_FUNCTION_;
    if (std::is_pointer<T>::value) return TT_SLOT_POINTER_;
    if (std::is_same<T, tt_view>::value) return TT_SLOT_VIEW_;
    return std::is_same<T, tt_value>::value ? TT_SLOT_VALUE_ : TT_SLOT_STRUCT_;
}
template <class T> inline tt_slot_ tt_slot_of_(T *p) { return { tt_slot_code_of_<T>(), sizeof *p, p, nullptr }; }
template <class... A> inline int tt_unpack_to_(tt_view arg, const void *frame, A *...a)
{
    const tt_slot_ slots[] = { tt_slot_of_(a)..., { TT_SLOT_BOOL_, 0, nullptr, nullptr } };
    return tt_unpack_(arg, frame, sizeof...(a), slots);
}
#define tt_unpack(arg, ...) tt_unpack_to_(arg, __builtin_frame_address(0), __VA_ARGS__)

#endif
#endif
