/* list.h - an intrusive doubly linked ring. A head and an element are the same type; an element that is
 * in no list points at itself, so unlinking twice is harmless. */
#ifndef TUTTI_BASE_LIST_H
#define TUTTI_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct tt_list_ {
    struct tt_list_ *next, *prev;
};

#define tt_container_(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline void tt_list_init_(struct tt_list_ *l)
{
    l->next = l->prev = l;
}

static inline bool tt_list_empty_(const struct tt_list_ *l)
{
    return l->next == l;
}

static inline void tt_list_insert_before_(struct tt_list_ *at, struct tt_list_ *item)
{
    item->next = at;
    item->prev = at->prev;
    at->prev->next = item;
    at->prev = item;
}

static inline void tt_list_push_back_(struct tt_list_ *head, struct tt_list_ *item)
{
    tt_list_insert_before_(head, item);
}

static inline void tt_list_push_front_(struct tt_list_ *head, struct tt_list_ *item)
{
    tt_list_insert_before_(head->next, item);
}

static inline void tt_list_remove_(struct tt_list_ *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    tt_list_init_(item);
}

static inline struct tt_list_ *tt_list_pop_front_(struct tt_list_ *head)
{
    if (tt_list_empty_(head)) return NULL;
    struct tt_list_ *item = head->next;
    tt_list_remove_(item);
    return item;
}

/* Moves every element of `from` to the end of `to`. */
static inline void tt_list_splice_(struct tt_list_ *to, struct tt_list_ *from)
{
    if (tt_list_empty_(from)) return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    tt_list_init_(from);
}

#endif
