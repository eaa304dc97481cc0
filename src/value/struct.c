/* struct.c - C structs as values: the bytes and the name of the type. */
#include "value/struct.h"

#include <tutti/struct.h>

#include "base/log.h"

struct holder { /* one block: header, data, name NUL */
    struct tt_object_ head;
    size_t size;
    const char *type;
    _Alignas(16) unsigned char data[];
};

tt_value tt_struct_new(const char *type, size_t size, const void *data)
{
    size_t name_size = strlen(type) + 1;
    struct holder *h = size < PTRDIFF_MAX / 2 ? tt_object_new_(TT_STRUCT, sizeof *h + size + name_size, true) : NULL;
    if (!h) return tt_no_memory_();
    h->size = size;
    if (size) memcpy(h->data, data, size);
    h->type = memcpy(h->data + size, type, name_size);
    return tt_value_of_object_(h);
}

const void *(tt_struct_data)(tt_view v, const char *type, size_t size)
{
    const struct holder *h = tt_object_if_(v, TT_STRUCT);
    return h && h->size == size && strcmp(h->type, type) == 0 ? h->data : NULL;
}

const char *(tt_struct_type)(tt_view v, size_t *ret_size)
{
    const struct holder *h = tt_object_if_(v, TT_STRUCT);
    if (h && ret_size) *ret_size = h->size;
    return h ? h->type : NULL;
}

const void *tt_struct_as_(tt_view v, const char *type, size_t size, const void *otherwise)
{
    const void *data = tt_struct_data(v, type, size);
    if (data) return data;
    tt_misuse_anonymous_(__builtin_return_address(0), "tt_as(%s) of a value of type %s", type, tt_type_name(v));
    return otherwise;
}

const void *tt_struct_bytes_(tt_view v, size_t *ret_size)
{
    const struct holder *h = tt_object_if_(v, TT_STRUCT);
    *ret_size = h->size;
    return h->data;
}

bool tt_struct_equal_(tt_view a, tt_view b)
{
    const struct holder *x = tt_object_if_(a, TT_STRUCT), *y = tt_object_if_(b, TT_STRUCT);
    return x->size == y->size && strcmp(x->type, y->type) == 0 && memcmp(x->data, y->data, x->size) == 0;
}
