/* proxy.h - a value that stands for something else: an address with a type that knows how to let it go.
 * Python: an object with __del__; multiprocessing.managers.BaseProxy. */
#ifndef TUTTI_PROXY_H
#define TUTTI_PROXY_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One static object per type of proxy; it must live as long as its proxies. */
typedef struct tt_proxy_type {
    size_t size;                 /* sizeof(tt_proxy_type) */
    const char *name;            /* as tt_type_name says it */
    void (*drop)(void *address); /* called once, by whoever drops the last reference; NULL: nothing */
} tt_proxy_type;

/* tt_proxy - a value for `address`, owned by it. If there is no memory, drop is called and MemoryError is the answer.
 * Equal are proxies of one type and address. A proxy counts as sealed: what it stands for looks after itself. */
TT_API TT_NODISCARD tt_value tt_proxy(void *address, const tt_proxy_type *type);

/* The address of a proxy of this type; NULL: it is none.  tt_proxy_type_of: of any proxy; NULL: it is none. */
TT_API void *tt_proxy_address(tt_view v, const tt_proxy_type *type);
TT_API const tt_proxy_type *tt_proxy_type_of(tt_view v);

#ifndef __cplusplus
#define tt_proxy_address(v, type) tt_proxy_address(tt_view_of(v), type)
#define tt_proxy_type_of(v) tt_proxy_type_of(tt_view_of(v))
#endif

#ifdef __cplusplus
}
#endif
#endif
