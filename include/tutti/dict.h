/* dict.h - a dict that keeps the order of insertion. Python: dict.
 *
 * Keys are hashable values (see tt_hash), equal as in Python: 1, 1.0 and True are one key. Setting a key that is
 * there keeps the old key and its place. Calls that change a dict take what they are given, also when they fail,
 * and answer 0 or
 *
 * -EINVAL   not a dict, or the key is not hashable
 * -ENOKEY   no such key
 * -EROFS    the dict is sealed
 * -ELOOP    it would hold itself
 * -ENOMEM   no memory, or key or value is the MemoryError of a failed constructor */
#ifndef TUTTI_DICT_H
#define TUTTI_DICT_H

#include <tutti/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An empty dict. See also tt_dict_of. */
TT_API TT_NODISCARD tt_value tt_dict(void);

/* Sets the value of a key; drops the one that was there.  Python: d[key] = value. */
TT_API int tt_dict_set(tt_view dict, tt_value key, tt_value value);

/* Sets it only if there is none: 1: set; 0: the key was there, its value stays.  Python: d.setdefault. */
TT_API int tt_dict_set_default(tt_view dict, tt_value key, tt_value value);

/* The value of a key.  tt_dict_at: lent until the dict changes; None: no such key (or not a dict).  Python:
 * d.get(key).
 * tt_dict_get: checked, and yours: 0, -ENOKEY, -EINVAL. */
TT_API tt_view tt_dict_at(tt_view dict, tt_view key);
TT_API int tt_dict_get(tt_view dict, tt_view key, tt_value *ret_value);

/* Take a value out, it is yours: that of a key, or the pair added last (-ENOKEY: the dict is empty). */
TT_API int tt_dict_pop(tt_view dict, tt_view key, tt_value *ret_value);
TT_API int tt_dict_pop_item(tt_view dict, tt_value *ret_key, tt_value *ret_value);

/* Drop one pair; all of them; set all pairs of another dict (on failure some may have been set). */
TT_API int tt_dict_delete(tt_view dict, tt_view key);
TT_API int tt_dict_clear(tt_view dict);
TT_API int tt_dict_update(tt_view dict, tt_view other);

/* With a C string as key. */
TT_API int tt_dict_set_str(tt_view dict, const char *key, tt_value value);
TT_API tt_view tt_dict_at_str(tt_view dict, const char *key);

/* tt_dict_next - goes through the pairs in order:  size_t pos = 0;  while (tt_dict_next(d, &pos, &key, &value)) …
 * key and value are lent until the dict changes; either pointer may be NULL. Setting keys that are there and deleting
 * is allowed on the way; adding keys may repeat or skip some. */
TT_API bool tt_dict_next(tt_view dict, size_t *pos, tt_view *ret_key, tt_view *ret_value);

#ifndef __cplusplus
#define tt_dict_set(dict, key, value) tt_dict_set(tt_view_of(dict), key, value)
#define tt_dict_set_default(dict, key, value) tt_dict_set_default(tt_view_of(dict), key, value)
#define tt_dict_at(dict, key) tt_dict_at(tt_view_of(dict), tt_view_of(key))
#define tt_dict_get(dict, key, ret) tt_dict_get(tt_view_of(dict), tt_view_of(key), ret)
#define tt_dict_pop(dict, key, ret) tt_dict_pop(tt_view_of(dict), tt_view_of(key), ret)
#define tt_dict_pop_item(dict, ret_key, ret_value) tt_dict_pop_item(tt_view_of(dict), ret_key, ret_value)
#define tt_dict_delete(dict, key) tt_dict_delete(tt_view_of(dict), tt_view_of(key))
#define tt_dict_clear(dict) tt_dict_clear(tt_view_of(dict))
#define tt_dict_update(dict, other) tt_dict_update(tt_view_of(dict), tt_view_of(other))
#define tt_dict_set_str(dict, key, value) tt_dict_set_str(tt_view_of(dict), key, value)
#define tt_dict_at_str(dict, key) tt_dict_at_str(tt_view_of(dict), key)
#define tt_dict_next(dict, pos, ret_key, ret_value) tt_dict_next(tt_view_of(dict), pos, ret_key, ret_value)
#endif

#ifdef __cplusplus
}
#endif
#endif
