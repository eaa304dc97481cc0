/* queue_many.c - several items at once: one hold of the lock for up to BATCH of them. */
#include "sync/queue.h"

enum { BATCH = 32 };

/* Takes what there is, up to n. */
static size_t take_batches(struct tt_queue *q, tt_value *ret, size_t n)
{
    size_t got = 0, start;
    do {
        struct tt_queue_after_ after;
        start = got;
        tt_queue_begin_(q, &after);
        while (got < n && got - start < BATCH && q->size > 0)
            ret[got++] = tt_queue_take_(q, &after);
        tt_queue_finish_(q, &after);
    } while (got - start == BATCH && got < n);
    return got;
}

int64_t tt_queue_get_many(tt_queue *q, tt_value *ret, size_t n, tt_time by)
{
    size_t got = take_batches(q, ret, n);
    if (got > 0 || n == 0) return (int64_t)got;
    int r = tt_queue_get(q, ret, by);
    if (r < 0) return r;
    return 1 + (int64_t)take_batches(q, ret + 1, n - 1);
}

/* Puts what needs no waiting, no memory and no comparing, up to n. */
static size_t put_batches(struct tt_queue *q, const tt_value *items, size_t n)
{
    size_t put = 0, start;
    if (q->kind == TT_QUEUE_PRIORITY_) return 0;
    do {
        struct tt_queue_after_ after;
        start = put;
        tt_queue_begin_(q, &after);
        while (put < n && put - start < BATCH && tt_queue_offer_(q, items[put], false, &after) == 0)
            put++;
        tt_queue_finish_(q, &after);
    } while (put - start == BATCH && put < n);
    return put;
}

/* How many of the first items could be sealed; *ret is why it ended before n. */
static size_t seal_all(const tt_value *items, size_t n, int *ret)
{
    for (size_t i = 0; i < n; i++)
        if ((*ret = tt_queue_seal_(items[i])) < 0) return i;
    return n;
}

int64_t tt_queue_put_many(tt_queue *q, const tt_value *items, size_t n, tt_time by)
{
    int r = 0, why = 0;
    size_t put = 0, sealed = seal_all(items, n, &why);
    while (put < sealed && r == 0) {
        put += put_batches(q, items + put, sealed - put);
        if (put < sealed && (r = tt_queue_put_sealed_(q, items[put], by)) == 0) put++;
    }
    for (size_t i = put; i < n; i++)
        tt_drop(items[i]);
    if (put > 0 || n == 0) return (int64_t)put;
    return r < 0 ? r : why;
}
