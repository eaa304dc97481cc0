/* park.c - park, unpark and cancel scopes, with plain threads.
 * labels: quick */
#include <pthread.h>
#include <tutti/lock.h>
#include <tutti/scope.h>

#include "strand/park.h"
#include "test.h"

struct box {
    void *waiters;
    int result;
    uint32_t ready;
    tt_scope *scope;
};

/* Waits in the box's queue once. */
static int wait_in(struct box *b, tt_time by, unsigned flags)
{
    struct tt_park_ p;
    struct tt_waiter_ w;
    tt_waitq_lock_(&b->waiters);
    tt_park_begin_(&p, tt_strand_current_(), "box", b, flags);
    tt_waiter_init_(&w, &p, 3);
    tt_waitq_push_(&b->waiters, &w);
    tt_waitq_unlock_(&b->waiters);
    tt_store_release_(&b->ready, 1);
    int r = tt_park_(&p, by);
    if (r < 0) {
        tt_waitq_lock_(&b->waiters);
        tt_waitq_remove_(&b->waiters, &w);
        tt_waitq_unlock_(&b->waiters);
    }
    return r;
}

static void *waiter(void *arg)
{
    struct box *b = arg;
    b->result = wait_in(b, TT_FOREVER, TT_PARK_CANCELLABLE_);
    return NULL;
}

static void wait_until_ready(struct box *b)
{
    while (!tt_load_acquire_(&b->ready))
        sched_yield();
}

TEST(a_granted_wait_answers_the_index_of_its_node)
{
    struct box b = { 0 };
    pthread_t t;
    CHECK_EQ(pthread_create(&t, NULL, waiter, &b), 0);
    wait_until_ready(&b);
    tt_waitq_lock_(&b.waiters);
    struct tt_waiter_ *w = tt_waitq_claim_first_(&b.waiters);
    tt_waitq_unlock_(&b.waiters);
    CHECK(w != NULL);
    tt_deliver_(w);
    pthread_join(t, NULL);
    CHECK_EQ(b.result, 3);
    CHECK(b.waiters == NULL);
}

TEST(a_wait_times_out_not_before_its_deadline_and_leaves_the_queue)
{
    struct box b = { 0 };
    tt_time by = tt_after(0.02);
    CHECK_EQ(wait_in(&b, by, TT_PARK_CANCELLABLE_), -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
    CHECK(b.waiters == NULL);
}

static void *scoped_waiter(void *arg)
{
    struct box *b = arg;
    tt_scope s;
    CHECK_EQ(tt_scope_enter(&s, TT_FOREVER), 0);
    b->scope = &s;
    b->result = wait_in(b, TT_FOREVER, TT_PARK_CANCELLABLE_);
    CHECK_EQ(wait_in(b, TT_FOREVER, TT_PARK_CANCELLABLE_), -ECANCELED); /* level-triggered: every wait */
    CHECK(tt_cancelled());
    CHECK_EQ(tt_scope_leave(&s), -ECANCELED);
    CHECK(!tt_cancelled());
    CHECK_EQ(wait_in(b, tt_after(0.001), TT_PARK_CANCELLABLE_), -ETIMEDOUT); /* leaving ends it */
    return NULL;
}

TEST(cancelling_a_scope_ends_the_wait_in_it)
{
    struct box b = { 0 };
    pthread_t t;
    CHECK_EQ(pthread_create(&t, NULL, scoped_waiter, &b), 0);
    wait_until_ready(&b);
    tt_scope_cancel(b.scope);
    pthread_join(t, NULL);
    CHECK_EQ(b.result, -ECANCELED);
    CHECK(b.waiters == NULL);
}

TEST(a_deadline_scope_ends_a_wait_without_a_deadline_of_its_own)
{
    struct box b = { 0 };
    tt_time by = tt_after(0.02);
    int rounds = 0;
    tt_deadline_scope (by) {
        rounds++;
        CHECK_EQ(wait_in(&b, TT_FOREVER, TT_PARK_CANCELLABLE_), -ECANCELED);
        CHECK_GE(tt_clock(), by);
        CHECK_EQ(wait_in(&b, TT_FOREVER, TT_PARK_CANCELLABLE_), -ECANCELED);
        CHECK(tt_cancelled());
        tt_shield {
            rounds++;
            CHECK(!tt_cancelled());
            CHECK_EQ(wait_in(&b, tt_after(0.001), TT_PARK_CANCELLABLE_), -ETIMEDOUT);
        }
        CHECK_EQ(wait_in(&b, tt_after(10), TT_PARK_CANCELLABLE_), -ECANCELED);
    }
    CHECK_EQ(rounds, 2);
    CHECK_EQ(wait_in(&b, tt_after(0.001), TT_PARK_CANCELLABLE_), -ETIMEDOUT);
}

TEST(break_leaves_a_deadline_scope)
{
    for (int i = 0; i < 3; i++) {
        tt_deadline_scope (TT_NOW) {
            CHECK(tt_cancelled());
            break;
        }
        CHECK(!tt_cancelled());
    }
}

static tt_lock lock;
static long counter;
enum { THREADS = 4, ROUNDS = 20000 };

static void *count(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++)
        tt_with_lock (&lock) counter++;
    return NULL;
}

TEST(a_lock_excludes)
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_create(&t[i], NULL, count, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    CHECK_EQ(counter, (long)THREADS * ROUNDS);
    CHECK(!tt_lock_locked(&lock));
    CHECK_EQ(lock.word, 0);
}

static void *die_holding(void *arg)
{
    CHECK_EQ(tt_lock_acquire(arg, TT_FOREVER), 0);
    tt_sleep(tt_after(0.05));
    return NULL;
}

TEST(a_lock_whose_holder_ended_answers_owner_died_until_repaired)
{
    pthread_t t;
    tt_lock l = TT_LOCK_INIT;
    CHECK_EQ(pthread_create(&t, NULL, die_holding, &l), 0);
    while (!tt_lock_locked(&l))
        sched_yield();
    CHECK_EQ(tt_lock_acquire(&l, TT_FOREVER), TT_OWNER_DIED); /* queued before the holder ended */
    CHECK_EQ(tt_lock_acquire(&l, TT_NOW), -EDEADLK);
    CHECK_EQ(tt_lock_release(&l), 0);
    CHECK_EQ(tt_lock_acquire(&l, TT_NOW), TT_OWNER_DIED);
    CHECK_EQ(tt_lock_repaired(&l), 0);
    CHECK_EQ(tt_lock_release(&l), 0);
    CHECK_EQ(tt_lock_acquire(&l, TT_NOW), 0);
    CHECK_EQ(tt_lock_release(&l), 0);
    CHECK_EQ(tt_lock_release(&l), -EPERM);
    pthread_join(t, NULL);
}
