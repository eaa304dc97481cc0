/* struct.h - a C struct as a value: it travels as it is. Python: a dataclass, roughly.
 *
 *     tt_value v = tt_struct(point, .x = 1, .y = 2);
 *     point p = tt_as(point, v);
 *
 * The type is known by its name, as it is spelled in the call, and its size. Bytes are copied as they are: pointers
 * in them mean nothing in another process, and padding counts when two are compared. */
#ifndef TUTTI_STRUCT_H
#define TUTTI_STRUCT_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_struct_new - a copy of `size` bytes as a struct called `type`; aligned to 16.  Returns it, or MemoryError. */
TT_API TT_NODISCARD tt_value tt_struct_new(const char *type, size_t size, const void *data);

/* tt_struct_data - its bytes, lent: NULL if v is no struct of this name and size. */
TT_API const void *tt_struct_data(tt_view v, const char *type, size_t size);

/* The name of a struct's type and its size, whatever it is; NULL: another kind. */
TT_API const char *tt_struct_type(tt_view v, size_t *ret_size);

/* tt_struct_data, or `otherwise` and a report. */
TT_API const void *tt_struct_as_(tt_view v, const char *type, size_t size, const void *otherwise);

#ifndef __cplusplus
#define tt_struct_data(v, type, size) tt_struct_data(tt_view_of(v), type, size)
#define tt_struct_type(v, ret_size) tt_struct_type(tt_view_of(v), ret_size)

/* tt_struct(T, ...) - a value of struct type T, with the initialisers of {...}. */
#define tt_struct(T, ...) tt_struct_new(#T, sizeof(T), &(T){ __VA_ARGS__ })

/* tt_as(T, v) - the struct in v. Of anything else: a T of zeros, and a report. */
#define tt_as(T, v) (*(const T *)tt_struct_as_(tt_view_of(v), #T, sizeof(T), &(T){ 0 }))

/* tt_get_struct(T, v, &t) - checked: 0 or -EINVAL. */
#define tt_get_struct(T, v, ret)                                                                                      \
    tt_get_struct_(tt_view_of(v), #T, sizeof(T), 1 ? (ret) : (T *)0)
#endif

static inline int tt_get_struct_(tt_view v, const char *type, size_t size, void *ret)
{
    const void *data = tt_struct_data(v, type, size);
    if (!data) return -EINVAL;
    memcpy(ret, data, size);
    return 0;
}

#ifdef __cplusplus
}
template <class T> inline tt_value tt_struct_of_(const char *type, const T &t)
{
    return tt_struct_new(type, sizeof t, &t);
}
template <class T> inline T tt_as_of_(const char *type, tt_view v)
{
    T zero{};
    return *static_cast<const T *>(tt_struct_as_(v, type, sizeof(T), &zero));
}
#define tt_struct(T, ...) tt_struct_of_<T>(#T, T{ __VA_ARGS__ })
#define tt_as(T, v) tt_as_of_<T>(#T, v)
#define tt_get_struct(T, v, ret) tt_get_struct_(v, #T, sizeof(T), static_cast<T *>(ret))
#endif
#endif
