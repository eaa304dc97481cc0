/* fork_sync.c - in a forked child the parent's other strands are gone: nothing is handed to one of them (K15). */
#include <sys/wait.h>
#include <tutti/condition.h>
#include <tutti/queue.h>
#include <tutti/rwlock.h>
#include <tutti/semaphore.h>
#include <unistd.h>

#include "strands.h"

struct shared {
    tt_semaphore semaphore;
    tt_lock lock, other;
    tt_condition condition;
    tt_rwlock rwlock;
    tt_queue *empty, *full;
    tt_value item;
};

static void acquire_permit(void *arg)
{
    CHECK_OK(tt_semaphore_acquire(&((struct shared *)arg)->semaphore, TT_FOREVER));
}

static void get_item(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(tt_queue_get(s->empty, &s->item, TT_FOREVER));
}

static void put_item(void *arg)
{
    CHECK_OK(tt_queue_put(((struct shared *)arg)->full, tt_int(2), TT_FOREVER));
}

static void take_lock(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(tt_lock_acquire(&s->lock, TT_FOREVER));
    CHECK_OK(tt_lock_release(&s->lock));
}

static void wait_notified(void *arg)
{
    struct shared *s = arg;
    tt_with_lock (&s->other) CHECK_OK(tt_condition_wait(&s->condition, &s->other, TT_FOREVER));
}

static void take_rwlock(void *arg)
{
    struct shared *s = arg;
    tt_with_rwlock_write (&s->rwlock) {
    }
}

/* In the child: what is released is there for the one strand that is left. */
static int child(struct shared *s)
{
    tt_value v;
    if (tt_semaphore_release(&s->semaphore) != 0) return 1;
    if (tt_semaphore_acquire(&s->semaphore, TT_NOW) != 0) return 2;
    if (tt_queue_put(s->empty, tt_int(7), TT_NOW) != 0) return 3;
    if (tt_queue_get(s->empty, &v, TT_NOW) != 0 || tt_as_int(v) != 7) return 4;
    if (tt_queue_get(s->full, &v, TT_NOW) != 0 || tt_as_int(v) != 1) return 5;
    if (tt_queue_put(s->full, tt_int(3), TT_NOW) != 0) return 6;
    if (tt_lock_release(&s->lock) != 0) return 7; /* the forking strand keeps what it holds */
    if (tt_lock_acquire(&s->lock, TT_NOW) != 0) return 11;
    if (tt_lock_acquire(&s->other, TT_NOW) != 0) return 8;
    if (tt_condition_notify_all(&s->condition) != 0) return 9;
    if (tt_rwlock_release_read(&s->rwlock) != 0 || tt_rwlock_acquire_write(&s->rwlock, tt_after(5)) != 0) return 10;
    return 0;
}

TEST_STRANDS(nothing_is_handed_to_a_strand_that_is_gone)
{
    void (*bodies[])(void *) = { acquire_permit, get_item, put_item, take_lock, wait_notified, take_rwlock };
    struct shared s = { .semaphore = TT_SEMAPHORE_INIT(0), .empty = tt_queue_new(0), .full = tt_queue_new(1) };
    const void *objects[] = { &s.semaphore, s.empty, s.full, &s.lock, &s.condition, &s.rwlock };
    struct strand *waiters[6];
    int status;
    CHECK_OK(tt_queue_put(s.full, tt_int(1), TT_NOW));
    CHECK_OK(tt_lock_acquire(&s.lock, TT_FOREVER));
    CHECK_OK(tt_rwlock_acquire_read(&s.rwlock, TT_FOREVER));
    for (int i = 0; i < 6; i++)
        until_it_waits(waiters[i] = go(i % 2 ? other : one, bodies[i], &s), objects[i]);
    usleep(5000); /* nobody is inside a queue's lock any more */
    pid_t pid = fork();
    if (pid == 0) _exit(child(&s));
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
    CHECK_OK(tt_semaphore_release(&s.semaphore)); /* the parent's own still wait, and get theirs */
    CHECK_OK(tt_queue_put(s.empty, tt_int(7), TT_NOW));
    CHECK_OK(tt_queue_get(s.full, &s.item, TT_NOW));
    CHECK_OK(tt_lock_release(&s.lock));
    tt_with_lock (&s.other) CHECK_OK(tt_condition_notify(&s.condition, 1));
    CHECK_OK(tt_rwlock_release_read(&s.rwlock));
    finish_all(waiters, 6);
    tt_queue_free(s.empty);
    tt_queue_free(s.full);
}
