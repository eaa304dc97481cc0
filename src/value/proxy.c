/* proxy.c - addresses with a type that knows how to let them go. */
#include <tutti/proxy.h>

#include "value/struct.h"

struct proxy {
    struct tt_object_ head;
    void *address;
    const tt_proxy_type *type;
};

tt_value tt_proxy(void *address, const tt_proxy_type *type)
{
    struct proxy *p = tt_object_new_(TT_PROXY, sizeof *p, true);
    if (!p) {
        if (type->drop) type->drop(address);
        return tt_no_memory_();
    }
    p->address = address;
    p->type = type;
    return tt_value_of_object_(p);
}

void *(tt_proxy_address)(tt_view v, const tt_proxy_type *type)
{
    const struct proxy *p = tt_object_if_(v, TT_PROXY);
    return p && p->type == type ? p->address : NULL;
}

const tt_proxy_type *(tt_proxy_type_of)(tt_view v)
{
    const struct proxy *p = tt_object_if_(v, TT_PROXY);
    return p ? p->type : NULL;
}

void *tt_proxy_address_(tt_view v)
{
    return ((const struct proxy *)tt_object_if_(v, TT_PROXY))->address;
}

bool tt_proxy_equal_(tt_view a, tt_view b)
{
    const struct proxy *x = tt_object_if_(a, TT_PROXY), *y = tt_object_if_(b, TT_PROXY);
    return x->address == y->address && x->type == y->type;
}

void tt_proxy_release_(struct tt_object_ *o)
{
    const struct proxy *p = (const struct proxy *)o;
    if (p->type->drop) p->type->drop(p->address);
}
