/* sort.c - sorting a list: a stable merge sort on a copy, which takes the list's place when all went well. */
#include <tutti/compare.h>

#include "value/list.h"

struct order {
    int (*less)(tt_view a, tt_view b, void *user);
    void *user;
};

static int by_value(tt_view a, tt_view b, void *user)
{
    (void)user;
    return tt_less(a, b);
}

/* Merges from[lo…mid) and from[mid…hi) into to[lo…hi). 0 or a negative code. */
static int merge(const struct order *by, const tt_value *from, tt_value *to, size_t lo, size_t mid, size_t hi)
{
    for (size_t i = lo, j = mid, k = lo; k < hi; k++) {
        bool right = i == mid;
        if (!right && j < hi) {
            int r = by->less(tt_view_of(from[j]), tt_view_of(from[i]), by->user);
            if (r < 0) return r;
            right = r > 0;
        }
        to[k] = right ? from[j++] : from[i++];
    }
    return 0;
}

/* Sorts n items between the two arrays, from runs of one upwards; *ret is the one that ends up sorted. */
static int merge_all(const struct order *by, tt_value *a, tt_value *b, size_t n, tt_value **ret)
{
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * run) {
            size_t mid = n - lo < run ? n : lo + run, hi = n - mid < run ? n : mid + run;
            int r = merge(by, a, b, lo, mid, hi);
            if (r < 0) return r;
        }
        tt_value *t = a;
        a = b;
        b = t;
    }
    *ret = a;
    return 0;
}

/* The list is empty while its items are sorted; if it is not at the end, less() has changed it, and that is
 * undone. */
static int sort(struct tt_seq_ *s, const struct order *by)
{
    struct tt_seq_ was = *s;
    size_t n = s->len, bytes;
    if (n < 2) return 0;
    if (__builtin_mul_overflow(n, 2 * sizeof(tt_value), &bytes)) return -ENOMEM;
    tt_value *copy = tt_alloc_(bytes), *sorted;
    if (!copy) return -ENOMEM;
    memcpy(copy, s->items, n * sizeof *copy);
    s->items = NULL;
    s->len = s->room = 0;
    int r = merge_all(by, copy, copy + n, n, &sorted);
    if (s->items) {
        tt_list_clear(tt_view_of_object_(s));
        r = -EINVAL;
    }
    if (r == 0) memcpy(was.items, sorted, n * sizeof *copy);
    s->items = was.items;
    s->len = n;
    s->room = was.room;
    tt_free_(copy);
    return r;
}

int (tt_list_sort_by)(tt_view list, int (*less)(tt_view a, tt_view b, void *user), void *user)
{
    struct tt_seq_ *s = tt_object_if_(list, TT_LIST);
    if (!s) return -EINVAL;
    if (tt_object_sealed_(&s->head)) return -EROFS;
    return sort(s, &(struct order){ less, user });
}

int (tt_list_sort)(tt_view list)
{
    return tt_list_sort_by(list, by_value, NULL);
}
