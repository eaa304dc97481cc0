/* rwlock.c - RWLock. */
#include <signal.h>
#include <tutti/rwlock.h>

#include "base/memory.h"
#include "strands.h"

struct shared {
    tt_rwlock lock;
    bool writes;
    int in;      /* atomic: who is or was inside */
    int go_on;   /* atomic */
    int result;
    tt_time by;
    int64_t a, b; /* plain: guarded */
    int readers, most; /* atomic */
};

static int acquire(struct shared *s, bool writes, tt_time by)
{
    return writes ? tt_rwlock_acquire_write(&s->lock, by) : tt_rwlock_acquire_read(&s->lock, by);
}

static int release(struct shared *s, bool writes)
{
    return writes ? tt_rwlock_release_write(&s->lock) : tt_rwlock_release_read(&s->lock);
}

static void hold(void *arg)
{
    struct shared *s = arg;
    s->result = acquire(s, s->writes, s->by);
    if (s->result < 0) return;
    tt_add_acq_rel_(&s->in, 1);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
    CHECK_OK(release(s, s->writes));
}

/* The same lock under another set of flags. */
struct holder {
    struct shared *shared;
    bool writes;
    int in;    /* atomic */
    int go_on; /* atomic */
    int result;
    tt_time by;
    struct strand *strand;
};

static void hold_for(void *arg)
{
    struct holder *h = arg;
    int r = acquire(h->shared, h->writes, h->by);
    h->result = r;
    if (r < 0) return;
    tt_store_release_(&h->in, 1);
    while (!tt_load_acquire_(&h->go_on))
        tt_yield();
    CHECK_OK(release(h->shared, h->writes));
}

static struct holder holder(struct shared *s, bool writes)
{
    return (struct holder){ .shared = s, .writes = writes, .by = TT_FOREVER };
}

static void let_go(struct holder *h)
{
    tt_store_release_(&h->go_on, 1);
    finish(h->strand);
}

TEST(many_read_or_one_writes)
{
    struct shared s = { 0 };
    CHECK_OK(tt_rwlock_acquire_read(&s.lock, TT_NOW));
    CHECK_EQ(tt_rwlock_readers(&s.lock), 1);
    CHECK(tt_rwlock_read_held(&s.lock));
    CHECK(!tt_rwlock_written(&s.lock));
    CHECK_OK(tt_rwlock_release_read(&s.lock));
    CHECK_OK(tt_rwlock_acquire_write(&s.lock, TT_NOW));
    CHECK_EQ(tt_rwlock_readers(&s.lock), 0);
    CHECK(tt_rwlock_write_held(&s.lock));
    CHECK(tt_rwlock_written(&s.lock));
    CHECK_OK(tt_rwlock_release_write(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

TEST(misuse_is_answered_and_changes_nothing)
{
    struct shared s = { 0 };
    CHECK_EQ(tt_rwlock_release_read(&s.lock), -EPERM);
    CHECK_EQ(tt_rwlock_release_write(&s.lock), -EPERM);
    CHECK_EQ(tt_rwlock_repaired(&s.lock), -EPERM);
    CHECK_OK(tt_rwlock_acquire_read(&s.lock, TT_NOW));
    CHECK_EQ(tt_rwlock_acquire_write(&s.lock, TT_FOREVER), -EDEADLK); /* no upgrade */
    CHECK_EQ(tt_rwlock_release_write(&s.lock), -EPERM);
    CHECK_OK(tt_rwlock_release_read(&s.lock));
    CHECK_OK(tt_rwlock_acquire_write(&s.lock, TT_NOW));
    CHECK_EQ(tt_rwlock_acquire_write(&s.lock, TT_FOREVER), -EDEADLK);
    CHECK_EQ(tt_rwlock_acquire_read(&s.lock, TT_FOREVER), -EDEADLK);
    CHECK_EQ(tt_rwlock_release_read(&s.lock), -EPERM);
    CHECK_OK(tt_rwlock_release_write(&s.lock));
    CHECK_EQ(s.lock.word, 0);
}

TEST(a_strand_may_read_several_and_each_several_times)
{
    tt_rwlock l[12] = { TT_RWLOCK_INIT };
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 12; i++)
            CHECK_OK(tt_rwlock_acquire_read(&l[i], TT_FOREVER));
    for (int i = 0; i < 12; i++)
        CHECK_EQ(tt_rwlock_readers(&l[i]), 1);
    for (int i = 0; i < 12; i++) {
        CHECK_OK(tt_rwlock_release_read(&l[i]));
        CHECK(tt_rwlock_read_held(&l[i]));
        CHECK_OK(tt_rwlock_release_read(&l[i]));
        CHECK_EQ(tt_rwlock_release_read(&l[i]), -EPERM);
        CHECK_EQ(l[i].word, 0);
    }
}

TEST(without_memory_for_its_table_a_read_is_refused)
{
    tt_rwlock l[2] = { TT_RWLOCK_INIT };
    CHECK_OK(tt_rwlock_acquire_read(&l[0], TT_FOREVER));
    tt_memory_fail_after_(1);
    CHECK_EQ(tt_rwlock_acquire_read(&l[1], TT_FOREVER), -ENOMEM);
    CHECK_EQ(l[1].word, 0);
    CHECK_OK(tt_rwlock_acquire_read(&l[1], TT_FOREVER));
    CHECK_OK(tt_rwlock_release_read(&l[0]));
    CHECK_OK(tt_rwlock_release_read(&l[1]));
}

static void try_against_writer(void *arg)
{
    struct shared *s = arg;
    for (int writes = 0; writes < 2; writes++) {
        CHECK_EQ(acquire(s, writes, TT_NOW), -EAGAIN);
        CHECK_EQ(acquire(s, writes, tt_after(-1)), -ETIMEDOUT);
        tt_time by = tt_after(0.01);
        CHECK_EQ(acquire(s, writes, by), -ETIMEDOUT);
        CHECK_GE(tt_clock(), by);
        CHECK_EQ(release(s, writes), -EPERM);
    }
}

static void try_against_reader(void *arg)
{
    struct shared *s = arg;
    CHECK_EQ(acquire(s, true, TT_NOW), -EAGAIN);
    CHECK_EQ(acquire(s, true, tt_after(0.01)), -ETIMEDOUT);
    CHECK_OK(acquire(s, false, TT_NOW));
    CHECK_EQ(tt_rwlock_readers(&s->lock), 2);
    CHECK_OK(release(s, false));
    CHECK_EQ(release(s, false), -EPERM); /* another's hold is not ours to release */
}

TEST_STRANDS(writers_keep_all_out_and_readers_keep_writers_out)
{
    struct shared s = { 0 };
    CHECK_OK(acquire(&s, true, TT_FOREVER));
    finish(go(one, try_against_writer, &s));
    CHECK_OK(release(&s, true));
    CHECK_OK(acquire(&s, false, TT_FOREVER));
    finish(go(other, try_against_reader, &s));
    CHECK_EQ(tt_rwlock_readers(&s.lock), 1);
    CHECK_OK(release(&s, false));
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

TEST_STRANDS(who_waits_is_let_in_in_order_and_readers_together)
{
    /* inside: a reader; queued: writer, reader, reader, writer */
    struct shared s = { 0 };
    bool writes[] = { false, true, false, false, true };
    struct holder h[5];
    for (int i = 0; i < 5; i++) {
        h[i] = holder(&s, writes[i]);
        h[i].strand = go(i % 2 ? other : one, hold_for, &h[i]);
        if (i == 0)
            until_at_least(&h[0].in, 1);
        else
            until_it_waits(h[i].strand, &s.lock);
    }
    CHECK_EQ(tt_rwlock_acquire_read(&s.lock, TT_NOW), -EAGAIN); /* nobody overtakes */
    let_go(&h[0]);
    until_at_least(&h[1].in, 1);
    CHECK_EQ(h[2].in, 0);
    let_go(&h[1]);
    until_at_least(&h[2].in, 1);
    until_at_least(&h[3].in, 1);
    CHECK_EQ(h[4].in, 0);
    let_go(&h[2]);
    CHECK_EQ(h[4].in, 0);
    let_go(&h[3]);
    until_at_least(&h[4].in, 1);
    let_go(&h[4]);
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

static void read_twice_around_a_writer(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(acquire(s, false, TT_FOREVER));
    tt_store_release_(&s->in, 1);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
    CHECK_OK(acquire(s, false, TT_FOREVER)); /* does not queue behind the writer that waits for us */
    CHECK_OK(release(s, false));
    CHECK_OK(release(s, false));
}

TEST_STRANDS(a_reader_may_read_again_while_a_writer_waits)
{
    struct shared s = { 0 };
    struct strand *reader = go(one, read_twice_around_a_writer, &s);
    until_at_least(&s.in, 1);
    struct holder w = holder(&s, true);
    w.strand = go(other, hold_for, &w);
    until_it_waits(w.strand, &s.lock);
    tt_store_release_(&s.go_on, 1);
    finish(reader);
    let_go(&w);
    CHECK_OK(w.result);
    CHECK_EQ(s.lock.word, 0);
}

TEST_STRANDS(when_a_writer_gives_up_the_readers_behind_it_come_in)
{
    for (int by_timeout = 0; by_timeout < 2; by_timeout++) {
        struct shared s = { 0 };
        struct holder h[3] = { holder(&s, false), holder(&s, true), holder(&s, false) };
        h[0].strand = go(one, hold_for, &h[0]);
        until_at_least(&h[0].in, 1);
        if (by_timeout) h[1].by = tt_after(0.05);
        h[1].strand = go(other, hold_for, &h[1]);
        until_it_waits(h[1].strand, &s.lock);
        h[2].strand = go(one, hold_for, &h[2]);
        until_it_waits(h[2].strand, &s.lock);
        if (!by_timeout) cancel(h[1].strand);
        until_at_least(&h[2].in, 1);
        finish(h[1].strand);
        CHECK_EQ(h[1].result, by_timeout ? -ETIMEDOUT : -ECANCELED);
        let_go(&h[0]);
        let_go(&h[2]);
        CHECK_EQ(s.lock.word, 0);
    }
}

static void read_often(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 1000; i++)
        tt_with_rwlock_read (&s->lock) {
            int now = tt_add_acq_rel_(&s->readers, 1) + 1, most = tt_load_relaxed_(&s->most);
            while (now > most && !tt_cas_acq_rel_(&s->most, &most, now)) {
            }
            if (i % 8 == 0) tt_yield();
            CHECK_EQ(s->a, s->b);
            tt_sub_acq_rel_(&s->readers, 1);
        }
}

static void write_often(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 500; i++)
        tt_with_rwlock_write (&s->lock) {
            CHECK_EQ(tt_load_acquire_(&s->readers), 0);
            s->a++;
            if (i % 8 == 0) tt_yield();
            s->b++;
        }
}

TEST_STRANDS(readers_never_see_half_a_write)
{
    struct shared s = { 0 };
    struct strand *all[] = { go(one, read_often, &s), go(other, read_often, &s), go(one, write_often, &s),
                             go(other, write_often, &s) };
    finish_all(all, 4);
    CHECK_EQ(s.a, 1000);
    CHECK_EQ(s.b, 1000);
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

static void take_with_deadlines(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < 500; i++) {
        bool writes = i % 3 == 0;
        int r = acquire(s, writes, tt_clock() + 20 * TT_US);
        CHECK(r == 0 || r == -ETIMEDOUT);
        if (r < 0) continue;
        if (writes) s->a++;
        if (i % 8 == 0) tt_yield();
        if (writes) s->b++;
        CHECK_EQ(s->a, s->b);
        CHECK_OK(release(s, writes));
    }
}

TEST_STRANDS(deadlines_that_race_releases_leave_it_open)
{
    struct shared s = { 0 };
    struct strand *all[] = { go(one, take_with_deadlines, &s), go(other, take_with_deadlines, &s),
                             go(one, read_often, &s), go(other, write_often, &s) };
    finish_all(all, 4);
    CHECK_EQ(s.a, s.b);
    CHECK_EQ(s.lock.word, 0);
    CHECK_NULL(s.lock.waiters);
}

static void die_writing(void *arg)
{
    CHECK_OK(acquire(arg, true, TT_FOREVER));
}

TEST_STRANDS(who_comes_after_a_dead_writer_is_told)
{
    struct shared s = { 0 };
    finish(go(one, die_writing, &s));
    CHECK_EQ(acquire(&s, false, TT_FOREVER), TT_OWNER_DIED);
    CHECK_EQ(acquire(&s, false, TT_FOREVER), TT_OWNER_DIED);
    CHECK_OK(release(&s, false));
    CHECK_EQ(tt_rwlock_repaired(&s.lock), -EPERM);
    CHECK_OK(release(&s, false));
    CHECK_EQ(acquire(&s, true, TT_NOW), TT_OWNER_DIED);
    CHECK_OK(tt_rwlock_repaired(&s.lock));
    CHECK_OK(release(&s, true));
    CHECK_OK(acquire(&s, true, TT_NOW));
    CHECK_OK(release(&s, true));
    CHECK_EQ(s.lock.word, 0);
}

static void die_writing_later(void *arg)
{
    struct shared *s = arg;
    CHECK_OK(acquire(s, true, TT_FOREVER));
    tt_store_release_(&s->in, 1);
    while (!tt_load_acquire_(&s->go_on))
        tt_yield();
}

TEST_STRANDS(who_waits_for_a_writer_that_dies_is_let_in_and_told)
{
    for (int order = 0; order < 2; order++) {
        struct shared s = { 0 };
        struct holder h[4];
        struct strand *dies = go(one, die_writing_later, &s);
        until_at_least(&s.in, 1);
        for (int i = 0; i < 4; i++) {
            h[i] = holder(&s, order ? i == 0 : i == 3);
            until_it_waits(h[i].strand = go(i % 2 ? other : one, hold_for, &h[i]), &s.lock);
        }
        tt_store_release_(&s.go_on, 1);
        finish(dies);
        for (int i = 0; i < 4; i++)
            tt_store_release_(&h[i].go_on, 1);
        for (int i = 0; i < 4; i++) {
            finish(h[i].strand);
            CHECK_EQ(h[i].result, TT_OWNER_DIED);
        }
        CHECK_EQ(acquire(&s, true, TT_NOW), TT_OWNER_DIED);
        CHECK_OK(tt_rwlock_repaired(&s.lock));
        CHECK_OK(release(&s, true));
        CHECK_EQ(s.lock.word, 0);
        CHECK_NULL(s.lock.waiters);
    }
}

static void die_reading(void *arg)
{
    CHECK_OK(acquire(arg, false, TT_FOREVER));
}

static void try_to_release(void *arg)
{
    CHECK_EQ(release(arg, false), -EPERM);
}

TEST_STRANDS(a_dead_reader_s_hold_is_nobody_s)
{
    struct shared s = { 0 };
    finish(go(one, die_reading, &s));
    finish(go(one, try_to_release, &s));
    CHECK_EQ(tt_rwlock_readers(&s.lock), 1);
}

struct handed {
    struct relay relay;
    uint32_t freed; /* atomic: how many */
};

static void read_and_let_go(void *arg)
{
    struct handed *h = arg;
    for (int i = 0; relay_goes_on(&h->relay, i); i++) {
        tt_rwlock *l = calloc(1, sizeof *l);
        CHECK_OK(i % 2 ? tt_rwlock_acquire_read(l, TT_FOREVER) : tt_rwlock_acquire_write(l, TT_FOREVER));
        relay_give(&h->relay, l);
        if (i % 4 == 0) tt_yield();
        CHECK_OK(i % 2 ? tt_rwlock_release_read(l) : tt_rwlock_release_write(l));
        while (tt_load_acquire_(&h->freed) <= (uint32_t)i)
            tt_yield();
    }
}

static void write_and_free(void *arg)
{
    struct handed *h = arg;
    tt_rwlock *l;
    while ((l = relay_take(&h->relay))) {
        CHECK_OK(tt_rwlock_acquire_write(l, TT_FOREVER));
        CHECK_OK(tt_rwlock_release_write(l));
        memset(l, 0x5a, sizeof *l);
        free(l);
        tt_add_acq_rel_(&h->freed, 1);
    }
}

TEST_STRANDS(the_next_holder_may_take_it_apart)
{
    struct handed h = { .relay.rounds = 1000 };
    struct strand *holder = go(one, read_and_let_go, &h);
    finish(go(other, write_and_free, &h));
    finish(holder);
}

static void enter_cancelled(void *arg)
{
    struct shared *s = arg;
    tt_with_rwlock_read (&s->lock) s->result = 1;
    tt_guard_rwlock_write(&s->lock);
    s->result++;
}

TEST_STRANDS(a_with_body_is_not_skipped_by_a_cancel)
{
    struct shared s = { 0 };
    CHECK_OK(acquire(&s, true, TT_FOREVER));
    struct strand *waiter = go(one, enter_cancelled, &s);
    until_it_waits(waiter, &s.lock);
    cancel(waiter);
    CHECK_OK(release(&s, true));
    finish(waiter);
    CHECK_EQ(s.result, 2);
    CHECK_EQ(s.lock.word, 0);
}

TEST_SIGNAL(entering_an_upgrade_is_fatal, SIGABRT)
{
    tt_rwlock l = TT_RWLOCK_INIT;
    tt_with_rwlock_read (&l) {
        tt_with_rwlock_write (&l) CHECK(false);
    }
}

static void hold_and_check(void *arg)
{
    hold(arg);
}

TEST_STRANDS(a_bounded_wait_that_succeeds_answers_zero)
{
    struct shared s = { .by = tt_after(60), .go_on = 1 };
    CHECK_OK(acquire(&s, true, TT_FOREVER));
    struct strand *waiter = go(one, hold_and_check, &s);
    until_it_waits(waiter, &s.lock);
    CHECK_OK(release(&s, true));
    finish(waiter);
    CHECK_OK(s.result);
}
