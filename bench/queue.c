/* queue.c - ints from a producer to a consumer, each a thread on its own CPU, through 1,024 places; and there and back
 * through one place. Rival: a ring with a pthread_mutex and two condition variables. */
#include <pthread.h>
#include <tutti/queue.h>

#include "support/bench.h"

enum { PLACES = 1024, BATCH = 64 };

/* --- the rival --- */

struct ring {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty, not_full;
    int64_t cells[PLACES];
    size_t first, count, places;
};

static void ring_init(struct ring *r, size_t places)
{
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->not_empty, NULL);
    pthread_cond_init(&r->not_full, NULL);
    r->first = r->count = 0;
    r->places = places;
}

static void ring_put(struct ring *r, int64_t item)
{
    pthread_mutex_lock(&r->mutex);
    while (r->count == r->places) pthread_cond_wait(&r->not_full, &r->mutex);
    r->cells[(r->first + r->count++) % r->places] = item;
    pthread_cond_signal(&r->not_empty);
    pthread_mutex_unlock(&r->mutex);
}

static int64_t ring_get(struct ring *r)
{
    pthread_mutex_lock(&r->mutex);
    while (r->count == 0) pthread_cond_wait(&r->not_empty, &r->mutex);
    int64_t item = r->cells[r->first];
    r->first = (r->first + 1) % r->places;
    r->count--;
    pthread_cond_signal(&r->not_full);
    pthread_mutex_unlock(&r->mutex);
    return item;
}

/* --- the contests --- */

static tt_queue *queue, *back;
static long items;
static struct ring ring, ring_back;

static int64_t get(tt_queue *q)
{
    tt_value v;
    BENCH_CHECK(tt_queue_get(q, &v, TT_FOREVER) == 0);
    return tt_as_int(v);
}

static void *produce(void *unused)
{
    bench_pin(1);
    for (long i = 0; i < items; i++) BENCH_CHECK(tt_queue_put(queue, tt_int(i), TT_FOREVER) == 0);
    return unused;
}

static void *produce_batches(void *unused)
{
    tt_value batch[BATCH];
    bench_pin(1);
    for (long i = 0; i < items; i += BATCH) {
        long n = items - i < BATCH ? items - i : BATCH;
        for (long j = 0; j < n; j++) batch[j] = tt_int(i + j);
        BENCH_CHECK(tt_queue_put_many(queue, batch, (size_t)n, TT_FOREVER) == n);
    }
    return unused;
}

static void *produce_ring(void *unused)
{
    bench_pin(1);
    for (long i = 0; i < items; i++) ring_put(&ring, i);
    return unused;
}

static void *echo(void *unused)
{
    bench_pin(1);
    for (long i = 0; i < items; i++) BENCH_CHECK(tt_queue_put(back, tt_int(get(queue)), TT_FOREVER) == 0);
    return unused;
}

static void *echo_ring(void *unused)
{
    bench_pin(1);
    for (long i = 0; i < items; i++) ring_put(&ring_back, ring_get(&ring));
    return unused;
}

static void consume(void)
{
    for (long i = 0; i < items; i++) BENCH_CHECK(get(queue) == i);
}

static void consume_batches(void)
{
    tt_value batch[BATCH];
    for (long i = 0; i < items; ) {
        int64_t n = tt_queue_get_many(queue, batch, BATCH, TT_FOREVER);
        BENCH_CHECK(n > 0);
        for (int64_t j = 0; j < n; j++) BENCH_CHECK(tt_as_int(batch[j]) == i++);
    }
}

static void consume_ring(void)
{
    for (long i = 0; i < items; i++) BENCH_CHECK(ring_get(&ring) == i);
}

static void bounce(void)
{
    for (long i = 0; i < items; i++) {
        BENCH_CHECK(tt_queue_put(queue, tt_int(i), TT_FOREVER) == 0);
        BENCH_CHECK(get(back) == i);
    }
}

static void bounce_ring(void)
{
    for (long i = 0; i < items; i++) {
        ring_put(&ring, i);
        BENCH_CHECK(ring_get(&ring_back) == i);
    }
}

static void contest(void *(*theirs)(void *), void (*ours)(void), long n)
{
    pthread_t thread;
    items = n;
    bench_pin(0);
    bench_go();
    BENCH_CHECK(pthread_create(&thread, NULL, theirs, NULL) == 0);
    ours();
    pthread_join(thread, NULL);
    bench_stop(n);
}

__attribute__((constructor)) static void make_queues(void)
{
    queue = tt_queue_new(PLACES);
    back = tt_queue_new(1);
    BENCH_CHECK(queue && back);
    ring_init(&ring, PLACES);
    ring_init(&ring_back, 1);
}

BENCH(queue, "an int")
{
    contest(produce, consume, n);
}

BENCH(rival_ring, "an int through mutex and condition variables")
{
    contest(produce_ring, consume_ring, n);
}

BENCH(queue_batches, "an int, 64 at a time")
{
    contest(produce_batches, consume_batches, n);
}

BENCH(queue_there_and_back, "an int sent and answered")
{
    contest(echo, bounce, n);
}

BENCH(rival_ring_there_and_back, "the same through mutex and condition variables")
{
    contest(echo_ring, bounce_ring, n);
}
