/* region.h - one reserved mapping cut into slots for stacks of one kind (size and guard); made usable a chunk at a
 * time.
 *
 *     | links, one per slot | slot 0 | slot 1 | ... | used slots are usable memory | reserved, not usable yet |
 *     slot: | guard | usable bytes ......................... | colour |
 *
 * Within a region the slots with a hard guard come first: slot < guarded. A region is never unmapped.
 *
 * Threads: reserve and extend under one lock, stack.c's `growing`; the rest from anywhere, for slots below `used`. */
#ifndef TUTTI_STRAND_REGION_H
#define TUTTI_STRAND_REGION_H

#include "strand/stack.h"

enum {
    TT_STACK_SIZES_ = 23, /* 16 KiB, 32 KiB, ... 64 GiB */
    TT_STACK_GUARDS_ = 4, /* 4 KiB, or a page; 64 KiB, 1 MiB, 16 MiB */
    TT_STACK_KINDS_ = TT_STACK_SIZES_ * TT_STACK_GUARDS_,
};

struct tt_link_ { /* of a slot in a list of stack.c */
    uint32_t newer, older;
};

struct tt_region_ {
    char *slots;
    struct tt_link_ *links;
    uint32_t first; /* the kind's number of slot 0 */
    uint32_t capacity;
    uint32_t used;    /* atomic; slots made usable */
    uint32_t guarded; /* atomic; of these, with a hard guard */
    uint16_t kind;
};

/* The smallest kind with both sizes, or -1. */
int tt_stack_kind_(size_t size, size_t guard);
size_t tt_kind_usable_(uint16_t kind);
size_t tt_kind_guard_(uint16_t kind);
size_t tt_kind_stride_(uint16_t kind); /* of a slot */

/* A mapping for `capacity` slots of the kind, or half as many, and so on: address space may be limited.
 * 0 or -ENOMEM. */
int tt_region_reserve_(struct tt_region_ *ret, uint16_t kind, uint32_t capacity);

/* Makes some more slots usable, from r->used on. Returns how many (r->used has grown by them), or -ENOMEM: no memory,
 * or TUTTI_STACK_GUARD=always and no hard guard to be had. */
int tt_region_extend_(struct tt_region_ *r);

/* The stack in a slot. */
void tt_region_stack_(const struct tt_region_ *r, uint32_t slot, struct tt_stack_ *ret);

/* Whether address lies in the guard of a used slot, and of which. Signal safe. */
bool tt_region_guards_(const struct tt_region_ *r, const void *address, uint32_t *ret_slot);

/* Whether the first slot without a hard guard was made since the last call; then *ret_guarded counts those with one. */
bool tt_region_news_(size_t *ret_guarded);

#endif
