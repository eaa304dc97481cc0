/* Loops over plain memory in parallel, and two functions at once. */
#include <stdio.h>
#include <string.h>
#include <tutti.h>

enum { N = 100000 };
static int numbers[N], spare[N];
static double halves[N];

static int fill(size_t begin, size_t end, void *context)
{
    int *out = context;
    for (size_t i = begin; i < end; i++) out[i] = (int)((i * 7919 + 13) % N);
    return 0;
}

static int halve(void *out, const void *in, void *unused)
{
    (void)unused;
    *(double *)out = *(const int *)in / 2.0;
    return 0;
}

struct part {
    int *items, *spare;
    size_t n;
};

/* Merge sort: the halves at the same time, as deep as it is worth it. */
static void sort(void *arg)
{
    struct part *p = arg;
    if (p->n < 2) return;
    size_t half = p->n / 2, i = 0, j = half, k = 0;
    struct part left = { p->items, p->spare, half };
    struct part right = { p->items + half, p->spare + half, p->n - half };
    if (p->n > 1000) {
        tt_join2(sort, &left, sort, &right);
    } else {
        sort(&left);
        sort(&right);
    }
    while (k < p->n)
        p->spare[k++] = j == p->n || (i < half && p->items[i] <= p->items[j]) ? p->items[i++] : p->items[j++];
    memcpy(p->items, p->spare, p->n * sizeof *p->items);
}

int main(void)
{
    TT_MUST(tt_parallel_for(0, N, 0, fill, numbers, TT_FOREVER));
    TT_MUST(tt_parallel_map(halves, numbers, N, sizeof *numbers, sizeof *halves, 0, halve, NULL, TT_FOREVER));
    printf("%d, a half of it: %.1f\n", numbers[1], halves[1]);

    struct part all = { numbers, spare, N };
    sort(&all);
    int in_order = 1;
    for (int i = 0; i < N; i++) in_order &= numbers[i] == i;
    printf("%s: %d, %d, %d … %d\n", in_order ? "sorted" : "not sorted", numbers[0], numbers[1], numbers[2],
           numbers[N - 1]);
}
/* prints:
7932, a half of it: 3966.0
sorted: 0, 1, 2 … 99999
*/
