/* A program written for pthreads, moved over without touching its functions: tt_thread_new_c takes the place of
 * pthread_create, tt_submit_c gives the same function to a pool. */
#include <stdio.h>
#include <tutti.h>

struct part {
    long begin, end, sum;
};

static void *add_up(void *arg)
{
    struct part *part = arg;
    for (long i = part->begin; i < part->end; i++) part->sum += i;
    return part;
}

static void on_threads(void)
{
    struct part parts[] = { { .begin = 0, .end = 500 }, { .begin = 500, .end = 1001 } };
    tt_thread *threads[2];
    for (int i = 0; i < 2; i++) {
        threads[i] = tt_thread_new_c(add_up, &parts[i]); /* was: pthread_create(&threads[i], NULL, add_up, …) */
        TT_MUST(tt_thread_start(threads[i]));
    }
    for (int i = 0; i < 2; i++) {
        TT_MUST(tt_thread_join(threads[i], TT_FOREVER)); /* was: pthread_join(threads[i], NULL) */
        tt_thread_free(threads[i]);
    }
    printf("threads: %ld + %ld = %ld\n", parts[0].sum, parts[1].sum, parts[0].sum + parts[1].sum);
}

static void on_a_pool(void)
{
    struct part parts[] = { { .begin = 0, .end = 500 }, { .begin = 500, .end = 1001 } };
    tt_with_executor (pool, tt_thread_pool(.workers = 2)) {
        tt_autoptr(tt_future) first = tt_submit_c(pool, add_up, &parts[0]);
        tt_autoptr(tt_future) second = tt_submit_c(pool, add_up, &parts[1]);
        struct part *a = tt_as_pointer(tt_await(first)), *b = tt_as_pointer(tt_await(second));
        printf("pool: %ld %ld\n", a->sum, b->sum);
    }
}

int main(void)
{
    on_threads();
    on_a_pool();
}
