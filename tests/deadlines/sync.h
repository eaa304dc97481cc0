/* sync.h - rows of the deadline table: locks, events, queues and all that strands meet at.
 *
 * no wait: tt_condition_wait - C++: an overload of the two rows below
 * no wait: tt_condition_wait_for - C++: an overload of the two rows below
 * no wait: tt_on_deadline - makes a case; its wait is tt_select */
#include <tutti/barrier.h>
#include <tutti/condition.h>
#include <tutti/event.h>
#include <tutti/lock.h>
#include <tutti/once.h>
#include <tutti/queue.h>
#include <tutti/rlock.h>
#include <tutti/rwlock.h>
#include <tutti/select.h>
#include <tutti/semaphore.h>

#define NEW(type) ((type *)calloc(1, sizeof(type)))

/* --- Lock, RLock, RWLock: held by the test's thread until the grant --- */

static void *make_lock(void)
{
    tt_lock *l = NEW(tt_lock);
    CHECK_OK(tt_lock_acquire(l, TT_FOREVER));
    return l;
}

static int call_lock(void *l, tt_time by)
{
    int r = tt_lock_acquire(l, by);
    if (r == 0) CHECK_OK(tt_lock_release(l));
    return r;
}

static void grant_lock(void *l)
{
    CHECK_OK(tt_lock_release(l));
}

static void unmake_lock(void *l)
{
    if (tt_lock_held(l)) CHECK_OK(tt_lock_release(l));
    CHECK_EQ(((tt_lock *)l)->word, 0);
    CHECK_NULL(((tt_lock *)l)->waiters);
    free(l);
}

DEADLINE_ROW(tt_lock_acquire, .make = make_lock, .call = call_lock, .grant = grant_lock, .unmake = unmake_lock,
             .flags = UNBOUNDED_STAYS)

static void *make_rlock(void)
{
    tt_rlock *l = NEW(tt_rlock);
    CHECK_OK(tt_rlock_acquire(l, TT_FOREVER));
    return l;
}

static int call_rlock(void *l, tt_time by)
{
    int r = tt_rlock_acquire(l, by);
    if (r == 0) CHECK_OK(tt_rlock_release(l));
    return r;
}

static void grant_rlock(void *l)
{
    CHECK_OK(tt_rlock_release(l));
}

static void unmake_rlock(void *l)
{
    if (tt_rlock_held(l)) CHECK_OK(tt_rlock_release(l));
    CHECK_EQ(((tt_rlock *)l)->word, 0);
    CHECK_NULL(((tt_rlock *)l)->waiters);
    free(l);
}

DEADLINE_ROW(tt_rlock_acquire, .make = make_rlock, .call = call_rlock, .grant = grant_rlock, .unmake = unmake_rlock,
             .flags = UNBOUNDED_STAYS)

static void *make_written(void)
{
    tt_rwlock *l = NEW(tt_rwlock);
    CHECK_OK(tt_rwlock_acquire_write(l, TT_FOREVER));
    return l;
}

static void *make_read(void)
{
    tt_rwlock *l = NEW(tt_rwlock);
    CHECK_OK(tt_rwlock_acquire_read(l, TT_FOREVER));
    return l;
}

static int call_read(void *l, tt_time by)
{
    int r = tt_rwlock_acquire_read(l, by);
    if (r == 0) CHECK_OK(tt_rwlock_release_read(l));
    return r;
}

static int call_write(void *l, tt_time by)
{
    int r = tt_rwlock_acquire_write(l, by);
    if (r == 0) CHECK_OK(tt_rwlock_release_write(l));
    return r;
}

static void grant_rwlock(void *l)
{
    CHECK_OK(tt_rwlock_write_held(l) ? tt_rwlock_release_write(l) : tt_rwlock_release_read(l));
}

static void unmake_rwlock(void *l)
{
    if (tt_rwlock_write_held(l) || tt_rwlock_read_held(l)) grant_rwlock(l);
    CHECK_EQ(((tt_rwlock *)l)->word, 0);
    CHECK_NULL(((tt_rwlock *)l)->waiters);
    free(l);
}

DEADLINE_ROW(tt_rwlock_acquire_read, .make = make_written, .call = call_read, .grant = grant_rwlock,
             .unmake = unmake_rwlock)
DEADLINE_ROW(tt_rwlock_acquire_write, .make = make_read, .call = call_write, .grant = grant_rwlock,
             .unmake = unmake_rwlock)

/* --- Semaphore, Event --- */

static void *make_semaphore(void)
{
    tt_semaphore *s = NEW(tt_semaphore);
    CHECK_OK(tt_semaphore_init(s, 0));
    return s;
}

static int call_semaphore(void *s, tt_time by)
{
    return tt_semaphore_acquire(s, by);
}

static void grant_semaphore(void *s)
{
    CHECK_OK(tt_semaphore_release(s));
}

static void unmake_semaphore(void *s)
{
    CHECK_NULL(((tt_semaphore *)s)->waiters);
    CHECK_LE(tt_semaphore_value(s), 1);
    free(s);
}

DEADLINE_ROW(tt_semaphore_acquire, .make = make_semaphore, .call = call_semaphore, .grant = grant_semaphore,
             .unmake = unmake_semaphore)

static void *make_event(void)
{
    return NEW(tt_event);
}

static int call_event(void *e, tt_time by)
{
    return tt_event_wait(e, by);
}

static void grant_event(void *e)
{
    tt_event_set(e);
}

static void unmake_event(void *e)
{
    CHECK_NULL(((tt_event *)e)->waiters);
    free(e);
}

DEADLINE_ROW(tt_event_wait, .make = make_event, .call = call_event, .grant = grant_event, .unmake = unmake_event)

static int call_select(void *e, tt_time by)
{
    tt_case cases[] = { tt_on_event(e), tt_on_deadline(tt_after(3600)) };
    return tt_select(cases, 2, by);
}

DEADLINE_ROW(tt_select, .make = make_event, .call = call_select, .grant = grant_event, .unmake = unmake_event)

/* --- Condition --- */

struct monitor {
    tt_lock lock;
    tt_rlock rlock;
    tt_condition condition;
    bool deep; /* over the rlock, held twice */
    bool happened;
};

static void *make_monitor(void)
{
    return NEW(struct monitor);
}

static void *make_deep_monitor(void)
{
    struct monitor *m = NEW(struct monitor);
    m->deep = true;
    return m;
}

static void enter_monitor(struct monitor *m)
{
    if (!m->deep) CHECK_OK(tt_lock_acquire(&m->lock, TT_FOREVER));
    for (int i = 0; i < 2 && m->deep; i++)
        CHECK_OK(tt_rlock_acquire(&m->rlock, TT_FOREVER));
}

static void leave_monitor(struct monitor *m)
{
    if (!m->deep) CHECK_OK(tt_lock_release(&m->lock));
    for (int i = 0; i < 2 && m->deep; i++)
        CHECK_OK(tt_rlock_release(&m->rlock));
}

static int call_condition(void *arg, tt_time by)
{
    struct monitor *m = arg;
    enter_monitor(m);
    int r = m->deep ? tt_condition_wait(&m->condition, &m->rlock, by) : tt_condition_wait(&m->condition, &m->lock, by);
    leave_monitor(m);
    return r;
}

static tt_value has_happened(tt_view arg)
{
    return tt_bool(((struct monitor *)tt_as_pointer(arg))->happened);
}

static int call_condition_for(void *arg, tt_time by)
{
    struct monitor *m = arg;
    enter_monitor(m);
    int r = m->deep ? tt_condition_wait_for(&m->condition, &m->rlock, has_happened, tt_pointer(m), by)
                    : tt_condition_wait_for(&m->condition, &m->lock, has_happened, tt_pointer(m), by);
    leave_monitor(m);
    return r;
}

static void grant_condition(void *arg)
{
    struct monitor *m = arg;
    enter_monitor(m);
    m->happened = true;
    CHECK_OK(tt_condition_notify(&m->condition, 1));
    leave_monitor(m);
}

static void unmake_monitor(void *arg)
{
    struct monitor *m = arg;
    CHECK_NULL(m->condition.waiters);
    CHECK_EQ(m->lock.word, 0);
    CHECK_EQ(m->rlock.word, 0);
    free(m);
}

DEADLINE_ROW(tt_condition_wait_with_lock, .make = make_monitor, .call = call_condition, .grant = grant_condition,
             .unmake = unmake_monitor, .flags = NEEDS_WAITER)
DEADLINE_ROW(tt_condition_wait_with_rlock, .make = make_deep_monitor, .call = call_condition,
             .grant = grant_condition, .unmake = unmake_monitor, .flags = NEEDS_WAITER)
DEADLINE_ROW(tt_condition_wait_for_with_lock, .make = make_monitor, .call = call_condition_for,
             .grant = grant_condition, .unmake = unmake_monitor)
DEADLINE_ROW(tt_condition_wait_for_with_rlock, .make = make_deep_monitor, .call = call_condition_for,
             .grant = grant_condition, .unmake = unmake_monitor)

/* --- Barrier: of two, the second is the test's thread --- */

static void *make_barrier(void)
{
    return tt_barrier_new(2);
}

static int call_barrier(void *b, tt_time by)
{
    int r = tt_barrier_wait(b, by);
    return r > 0 ? 0 : r;
}

static void grant_barrier(void *b)
{
    int r = tt_barrier_wait(b, TT_NOW);
    CHECK(r == 1 || r == -ECONNABORTED || r == -EAGAIN); /* the latter two when a cancel was first */
}

static void mend_barrier(void *b)
{
    tt_barrier_reset(b);
}

static void unmake_barrier(void *b)
{
    CHECK_EQ(tt_barrier_n_waiting(b), 0);
    tt_barrier_free(b);
}

DEADLINE_ROW(tt_barrier_wait, .make = make_barrier, .call = call_barrier, .grant = grant_barrier,
             .mend = mend_barrier, .unmake = unmake_barrier, .flags = NEEDS_WAITER)

/* --- Once: a thread of its own is at it until the grant --- */

struct once_run {
    tt_once once;
    pthread_t runner;
    int running, go_on; /* atomic */
};

static tt_value run_once(tt_view arg)
{
    struct once_run *o = tt_as_pointer(arg);
    tt_store_release_(&o->running, 1);
    while (!tt_load_acquire_(&o->go_on))
        sched_yield();
    return tt_none();
}

static void *once_thread(void *arg)
{
    struct once_run *o = arg;
    CHECK_OK(tt_once_call(&o->once, run_once, tt_pointer(o), TT_FOREVER));
    return NULL;
}

static void *make_once(void)
{
    struct once_run *o = NEW(struct once_run);
    CHECK_EQ(pthread_create(&o->runner, NULL, once_thread, o), 0);
    until_at_least(&o->running, 1);
    return o;
}

static int call_once_(void *arg, tt_time by)
{
    struct once_run *o = arg;
    return tt_once_call(&o->once, run_once, tt_pointer(o), by);
}

static void grant_once(void *arg)
{
    struct once_run *o = arg;
    tt_store_release_(&o->go_on, 1);
    while (!tt_once_done(&o->once))
        sched_yield();
}

static void unmake_once(void *arg)
{
    struct once_run *o = arg;
    grant_once(o);
    pthread_join(o->runner, NULL);
    free(o);
}

DEADLINE_ROW(tt_once_call, .make = make_once, .call = call_once_, .grant = grant_once, .unmake = unmake_once)

/* --- Queue --- */

static void *make_empty_queue(void)
{
    return tt_queue_new(1);
}

static void *make_full_queue(void)
{
    tt_queue *q = tt_queue_new(1);
    CHECK_OK(tt_queue_put(q, tt_int(1), TT_NOW));
    return q;
}

static int call_get(void *q, tt_time by)
{
    tt_value v = tt_int(-1);
    int r = tt_queue_get(q, &v, by);
    CHECK_EQ(tt_as_int(v), r == 0 ? 7 : -1);
    return r;
}

static int call_get_many(void *q, tt_time by)
{
    tt_value v[3] = { tt_int(-1) };
    int64_t n = tt_queue_get_many(q, v, 3, by);
    CHECK_EQ(tt_as_int(v[0]), n == 1 ? 7 : -1);
    return n == 1 ? 0 : (int)n;
}

static int call_put(void *q, tt_time by)
{
    return tt_queue_put(q, tt_int(2), by);
}

static int call_put_many(void *q, tt_time by)
{
    tt_value v = tt_int(2);
    int64_t n = tt_queue_put_many(q, &v, 1, by);
    return n == 1 ? 0 : (int)n;
}

static int call_join(void *q, tt_time by)
{
    return tt_queue_join(q, by);
}

static void grant_item(void *q)
{
    CHECK_OK(tt_queue_put(q, tt_int(7), TT_NOW));
}

static void grant_room(void *q)
{
    tt_value v;
    CHECK_OK(tt_queue_get(q, &v, TT_NOW));
}

static void grant_done(void *q)
{
    CHECK_OK(tt_queue_task_done(q));
}

static void unmake_queue(void *q)
{
    CHECK_LE(tt_queue_size(q), 1);
    tt_queue_free(q);
}

DEADLINE_ROW(tt_queue_get, .make = make_empty_queue, .call = call_get, .grant = grant_item, .unmake = unmake_queue)
DEADLINE_ROW(tt_queue_get_many, .make = make_empty_queue, .call = call_get_many, .grant = grant_item,
             .unmake = unmake_queue)
DEADLINE_ROW(tt_queue_put, .make = make_full_queue, .call = call_put, .grant = grant_room, .unmake = unmake_queue)
DEADLINE_ROW(tt_queue_put_many, .make = make_full_queue, .call = call_put_many, .grant = grant_room,
             .unmake = unmake_queue)
DEADLINE_ROW(tt_queue_join, .make = make_full_queue, .call = call_join, .grant = grant_done, .unmake = unmake_queue)
