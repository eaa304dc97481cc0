/* hash.c - hashes: numbers as CPython, text by SipHash-1-3 with a secret of the process, so that nobody outside can
 * choose keys that collide. The secret is made from the 16 random bytes the kernel gives every program. */
#include <sys/auxv.h>
#include <tutti/compare.h>

#include "value/int.h"
#include "value/list.h"
#include "value/str.h"
#include "value/struct.h"
#include "value/table.h"
#include "value/walk.h"

/* ---- SipHash-1-3 (Aumasson, Bernstein 2012; public domain) ---- */

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1], v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static const uint64_t *secret(void)
{
    return (const uint64_t *)getauxval(AT_RANDOM); /* 16 bytes, always there on Linux */
}

static uint64_t sip_hash(const void *data, size_t size)
{
    uint64_t key[2], m;
    memcpy(key, secret(), sizeof key);
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
                      key[1] ^ 0x7465646279746573u };
    const unsigned char *p = data, *end = p + (size & ~(size_t)7);
    for (; p < end; p += 8) {
        memcpy(&m, p, 8);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    m = 0;
    memcpy(&m, p, size & 7);
    m |= (uint64_t)size << 56;
    v[3] ^= m;
    sip_round(v);
    v[0] ^= m;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- the kinds ---- */

static uint64_t word_hash(uint64_t word)
{
    word *= 0x9E3779B97F4A7C15u;
    return word ^ word >> 32;
}

static uint64_t frozenset_hash(const struct tt_table_ *t)
{
    uint64_t h = 0; /* the order of the elements must not matter */
    for (size_t i = 0; i < t->filled; i++)
        if (t->entries[i].key.tag != TT_GONE_) h ^= word_hash(t->entries[i].hash ^ 0x5bd1e995u);
    return word_hash(h + t->used * 1927868237u);
}

/* Hashes that are kept in the object: those of leaves, frozensets and whole tuples. */
static uint64_t object_hash(tt_view v)
{
    const struct tt_str_ *s = (const void *)tt_object_of_(v);
    switch (tt_kind_of(v)) {
    case TT_STR:
    case TT_BYTES: return sip_hash(s->text, s->size);
    case TT_COMPLEX: return tt_complex_hash_(v);
    case TT_FROZENSET: return frozenset_hash(tt_table_if_(v));
    case TT_STRUCT: {
        size_t size;
        const void *data = tt_struct_bytes_(v, &size);
        return sip_hash(data, size);
    }
    case TT_PROXY: return word_hash((uint64_t)(uintptr_t)tt_proxy_address_(v));
    default: return word_hash(v.word); /* errors: which one it is */
    }
}

static uint64_t kept_hash(tt_view v)
{
    struct tt_object_ *o = tt_object_of_(v);
    uint64_t h = tt_load_relaxed_(&o->u.hash); /* whoever computes it gets the same, so no order is needed */
    if (h) return h;
    h = object_hash(v);
    if (h == 0) h = 1;
    if (!(tt_load_relaxed_(&o->refs) & TT_IMMORTAL_)) tt_store_relaxed_(&o->u.hash, h);
    return h;
}

/* 0 and *ret; 1: a tuple whose hash is not known yet; -EINVAL. */
static int shallow(tt_view v, uint64_t *ret)
{
    tt_kind kind = tt_kind_of(v);
    if (tt_is_number_(v)) return *ret = tt_number_hash_(v), 0;
    if (kind == TT_LIST || kind == TT_DICT || kind == TT_SET) return -EINVAL;
    if (!tt_is_counted_(v)) return *ret = word_hash(v.word ^ v.tag), 0;
    if (kind != TT_TUPLE) return *ret = kept_hash(v), 0;
    struct tt_object_ *o = tt_object_of_(v);
    if (o->nests) return -EINVAL; /* born with something in it that could change */
    return (*ret = tt_load_relaxed_(&o->u.hash)) ? 0 : 1;
}

/* ---- tuples: xxHash's lanes, as CPython; a frame gathers in acc ---- */

static void gather(struct tt_frame_ *f, uint64_t lane)
{
    f->acc = rotate(f->acc + lane * 14029467366897019727u, 31) * 11400714785074694791u;
}

static uint64_t finish(struct tt_frame_ *f)
{
    const struct tt_seq_ *t = (const void *)f->o;
    uint64_t h = f->acc + (t->len ^ 2870177450012600261u ^ 3527539u);
    if (h == 0) h = 1;
    tt_store_relaxed_(&((struct tt_object_ *)(uintptr_t)f->o)->u.hash, h);
    return h;
}

static int hash_all(struct tt_walk_ *w, uint64_t *ret)
{
    for (struct tt_frame_ *f; (f = tt_walk_top_(w));) {
        const struct tt_seq_ *t = (const void *)f->o;
        uint64_t h;
        int r = 0;
        if (f->pos == t->len) {
            h = finish(f);
            w->count--;
            if (!(f = tt_walk_top_(w))) return *ret = h, 0;
        } else {
            r = shallow(tt_view_of(t->items[f->pos]), &h);
            f->pos++;
        }
        if (r == 0) gather(f, h);
        if (r == 1) r = tt_walk_push_(w, tt_object_of_(tt_view_of(t->items[f->pos - 1])), NULL);
        if (r < 0) return r;
    }
    return 0;
}

int (tt_hash)(tt_view v, uint64_t *ret_hash)
{
    uint64_t h;
    int r = shallow(v, &h);
    if (r == 1) {
        struct tt_walk_ w;
        tt_walk_init_(&w);
        r = tt_walk_push_(&w, tt_object_of_(v), NULL);
        if (r == 0) r = hash_all(&w, &h);
        tt_walk_end_(&w);
    }
    if (r == 0) *ret_hash = h;
    return r;
}
