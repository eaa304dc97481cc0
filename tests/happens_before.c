/* happens_before.c - rule 15: what a strand did before it put, released, set, … is seen by who got, acquired, waited.
 * The data is plain memory: under ThreadSanitizer a missing order is a report. */
#include <tutti/barrier.h>
#include <tutti/condition.h>
#include <tutti/event.h>
#include <tutti/once.h>
#include <tutti/queue.h>
#include <tutti/rwlock.h>
#include <tutti/select.h>
#include <tutti/semaphore.h>

#include "strands.h"

enum { ROUNDS = 20 };

struct shared {
    int64_t data; /* plain */
    bool told;    /* plain; guarded by the locks */
    bool polls;   /* the second strand polls, so it meets the object's quick path; else it waits */
    tt_event event;
    tt_semaphore semaphore;
    tt_lock lock;
    tt_rlock rlock;
    tt_rwlock rwlock;
    tt_condition condition;
    tt_once once;
    tt_queue *queue;
    tt_barrier *barrier;
};

/* How it is told, and how the other learns it: 0, or -EAGAIN when it polls. */
struct way {
    void (*tell)(struct shared *s);
    int (*learn)(struct shared *s, tt_time by);
};

struct pair {
    struct shared *shared;
    const struct way *way;
};

static void teller(void *arg)
{
    struct pair *p = arg;
    p->shared->data = 42;
    p->way->tell(p->shared);
}

static void learner(void *arg)
{
    struct pair *p = arg;
    if (p->shared->polls)
        while (p->way->learn(p->shared, TT_NOW) == -EAGAIN)
            tt_yield();
    else
        CHECK_OK(p->way->learn(p->shared, TT_FOREVER));
    CHECK_EQ(p->shared->data, 42);
}

static void check_way(const struct way *way, enum kind one, enum kind other)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct shared s = { .polls = i % 2, .semaphore = TT_SEMAPHORE_INIT(0), .queue = tt_queue_new(0),
                            .barrier = tt_barrier_new(2) };
        struct pair p = { &s, way };
        struct strand *second = go(other, learner, &p);
        if (i % 4 == 0) until_it_waits(second, NULL);
        struct strand *first = go(one, teller, &p);
        finish(first);
        finish(second);
        tt_queue_free(s.queue);
        tt_barrier_free(s.barrier);
    }
}

/* --- the ways --- */

static void set_event(struct shared *s)
{
    tt_event_set(&s->event);
}

static int wait_event(struct shared *s, tt_time by)
{
    return tt_event_wait(&s->event, by);
}

static int select_event(struct shared *s, tt_time by)
{
    tt_value v;
    tt_case cases[] = { tt_on_get(s->queue, &v), tt_on_event(&s->event) };
    int r = tt_select(cases, 2, by);
    return r == 1 ? 0 : r;
}

static void release_semaphore(struct shared *s)
{
    CHECK_OK(tt_semaphore_release(&s->semaphore));
}

static int acquire_semaphore(struct shared *s, tt_time by)
{
    return tt_semaphore_acquire(&s->semaphore, by);
}

static void put(struct shared *s)
{
    CHECK_OK(tt_queue_put(s->queue, tt_pointer(&s->data), TT_FOREVER));
}

static int get(struct shared *s, tt_time by)
{
    tt_value v = tt_none();
    int r = tt_queue_get(s->queue, &v, by);
    if (r == 0) CHECK_EQ(*(int64_t *)tt_as_pointer(v), 42);
    return r;
}

static int select_get(struct shared *s, tt_time by)
{
    tt_value v = tt_none();
    tt_case cases[] = { tt_on_get(s->queue, &v) };
    return tt_select(cases, 1, by);
}

static void put_and_deal(struct shared *s)
{
    tt_value v;
    CHECK_OK(tt_queue_get(s->queue, &v, TT_FOREVER));
    CHECK_OK(tt_queue_task_done(s->queue));
}

static int join(struct shared *s, tt_time by)
{
    return tt_queue_join(s->queue, by);
}

static void tell_locked(struct shared *s)
{
    tt_with_lock (&s->lock) s->told = true;
}

static int look_locked(struct shared *s, tt_time by)
{
    bool told = false;
    while (!told) {
        int r = tt_lock_acquire(&s->lock, by);
        if (r < 0) return r;
        told = s->told;
        CHECK_OK(tt_lock_release(&s->lock));
        if (!told && by == TT_NOW) return -EAGAIN;
        if (!told) tt_yield();
    }
    return 0;
}

static void tell_rlocked(struct shared *s)
{
    tt_with_rlock (&s->rlock) {
        tt_with_rlock (&s->rlock) s->told = true;
    }
}

static int look_rlocked(struct shared *s, tt_time by)
{
    bool told = false;
    while (!told) {
        int r = tt_rlock_acquire(&s->rlock, by);
        if (r < 0) return r;
        told = s->told;
        CHECK_OK(tt_rlock_release(&s->rlock));
        if (!told && by == TT_NOW) return -EAGAIN;
        if (!told) tt_yield();
    }
    return 0;
}

static void tell_written(struct shared *s)
{
    tt_with_rwlock_write (&s->rwlock) s->told = true;
}

static int look_read(struct shared *s, tt_time by)
{
    bool told = false;
    while (!told) {
        int r = tt_rwlock_acquire_read(&s->rwlock, by);
        if (r < 0) return r;
        told = s->told;
        CHECK_OK(tt_rwlock_release_read(&s->rwlock));
        if (!told && by == TT_NOW) return -EAGAIN;
        if (!told) tt_yield();
    }
    return 0;
}

static void notify(struct shared *s)
{
    tt_with_lock (&s->lock) {
        s->told = true;
        CHECK_OK(tt_condition_notify(&s->condition, 1));
    }
}

static int wait_notified(struct shared *s, tt_time by)
{
    int r = 0;
    tt_with_lock (&s->lock) {
        while (r == 0 && !s->told)
            r = tt_condition_wait(&s->condition, &s->lock, by);
    }
    return r;
}

static void pass_barrier(struct shared *s)
{
    CHECK_GE(tt_barrier_wait(s->barrier, TT_FOREVER), 0);
}

static int pass_barrier_too(struct shared *s, tt_time by)
{
    int r = tt_barrier_wait(s->barrier, by);
    return r > 0 ? 0 : r;
}

static tt_value do_once(tt_view arg)
{
    ((struct shared *)tt_as_pointer(arg))->data = 42;
    return tt_none();
}

static void call_once_first(struct shared *s)
{
    s->data = 0;
    CHECK_OK(tt_once_call(&s->once, do_once, tt_pointer(s), TT_FOREVER));
}

static int look_whether_done(struct shared *s, tt_time by)
{
    (void)by;
    while (!tt_once_done(&s->once))
        tt_yield();
    return 0;
}

#define WAY(name, tell, learn)                                                                                         \
    TEST_STRANDS(name)                                                                                                 \
    {                                                                                                                  \
        static const struct way way = { tell, learn };                                                                 \
        check_way(&way, one, other);                                                                                   \
    }

WAY(set_happens_before_wait, set_event, wait_event)
WAY(set_happens_before_select, set_event, select_event)
WAY(a_release_of_a_permit_happens_before_its_acquire, release_semaphore, acquire_semaphore)
WAY(put_happens_before_get, put, get)
WAY(put_happens_before_select, put, select_get)
WAY(a_release_of_a_lock_happens_before_the_next_acquire, tell_locked, look_locked)
WAY(a_release_of_an_rlock_happens_before_the_next_acquire, tell_rlocked, look_rlocked)
WAY(a_write_happens_before_the_next_read, tell_written, look_read)
WAY(notify_happens_before_the_end_of_the_wait, notify, wait_notified)
WAY(arriving_at_a_barrier_happens_before_leaving_it, pass_barrier, pass_barrier_too)
WAY(what_is_done_once_happens_before_it_is_seen_done, call_once_first, look_whether_done)

TEST_STRANDS(task_done_happens_before_join)
{
    static const struct way way = { put_and_deal, join };
    for (int i = 0; i < ROUNDS; i++) {
        struct shared s = { .polls = i % 2, .queue = tt_queue_new(0) };
        struct pair p = { &s, &way };
        CHECK_OK(tt_queue_put(s.queue, tt_int(1), TT_NOW));
        struct strand *joiner = go(other, learner, &p);
        finish(go(one, teller, &p));
        finish(joiner);
        tt_queue_free(s.queue);
    }
}
