/* str.h - text (UTF-8) and bytes; both immutable. Python: str, bytes. */
#ifndef TUTTI_STR_H
#define TUTTI_STR_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* tt_str - a copy of NUL-terminated UTF-8 text.  tt_str_n: of `size` bytes, which may contain NUL.
 * Returns   a str; a UnicodeDecodeError value if it is not UTF-8 (surrogates are allowed, as in Python's str);
 *           MemoryError; NULL with size 0 is the empty str, NULL else a ValueError */
TT_API TT_NODISCARD tt_value tt_str(const char *text);
TT_API TT_NODISCARD tt_value tt_str_n(const char *text, size_t size);

/* tt_str_of_bytes - as tt_str_n, but bytes that are not UTF-8 become U+DC80…U+DCFF: for file names and foreign text.
 * Python: bytes.decode("utf-8", "surrogateescape"), os.fsdecode. */
TT_API TT_NODISCARD tt_value tt_str_of_bytes(const void *data, size_t size);

/* tt_format - a str made as printf makes it.  Python: f"". */
TT_API TT_NODISCARD tt_value tt_format(const char *fmt, ...) TT_PRINTF(1, 2);

TT_API TT_NODISCARD tt_value tt_bytes(const void *data, size_t size);

/* The text of a str, NUL-terminated; lent: it lives as long as the value. Another kind: "" and a report. */
TT_API const char *tt_as_str(tt_view v);
/* The same, checked: 0 or -EINVAL. ret_size may be NULL; it gets the number of bytes without the NUL. */
TT_API int tt_get_str(tt_view v, const char **ret_text, size_t *ret_size);
/* Code points in a str, as Python's len; -EINVAL. Cost: counted once, when the str is made. */
TT_API int64_t tt_str_len(tt_view v);

/* The data of bytes, lent: 0 or -EINVAL. A NUL that does not count follows it: bytes can be a file's name. */
TT_API int tt_get_bytes(tt_view v, const void **ret_data, size_t *ret_size);

#ifndef __cplusplus
#define tt_as_str(v) tt_as_str(tt_view_of(v))
#define tt_get_str(v, ret_text, ret_size) tt_get_str(tt_view_of(v), ret_text, ret_size)
#define tt_str_len(v) tt_str_len(tt_view_of(v))
#define tt_get_bytes(v, ret_data, ret_size) tt_get_bytes(tt_view_of(v), ret_data, ret_size)
#endif

#ifdef __cplusplus
}
#endif
#endif
