/* rwlock.c - RWLock: who reads or writes, and who is queued.
 *
 *     0                      free, nobody waits
 *     id                     that strand writes
 *     count << 3 | READERS   so many strands read; which they are, each keeps itself (strand/reads.h)
 *     … | WAITERS            strands are queued: changes only under the queue's lock
 *     … | DIED               a writer ended while writing; every acquire answers TT_OWNER_DIED until "repaired"
 *
 * Whoever comes while strands are queued is queued behind them. Whoever leaves - a holder by its release, a waiter
 * whose time is up - lets in from the front: a writer if nobody is inside, else readers up to the next writer.
 * A writer that ends kicks the waiters (index LOOK): each begins its wait anew in its old place, and lets in.
 * A waiter keeps its place in the queue until it is let in or fails; one whose wait is not open is passed over.
 * Pairings: the releasing CAS or store with the acquiring CAS; for who is let in, deliver with park. */
#include <tutti/rwlock.h>
#include <tutti/scope.h>

#include "base/fatal.h"
#include "base/log.h"
#include "strand/reads.h"
#include "sync/await.h"

_Static_assert(sizeof(tt_rwlock) == 32, "the ABI promises 32 bytes");

enum { WAITERS = 1, DIED = 2, READERS = 4, FLAGS = 7, ONE_READER = 8 };
enum { LOOK = 0, INSIDE = 1 }; /* a waiter's index */
enum { READ = 0, WRITE = 1 };  /* a waiter's mode */

static uint64_t readers_in(uint64_t word)
{
    return word & READERS ? word / ONE_READER : 0;
}

static uint64_t writer_in(uint64_t word)
{
    return word & READERS ? 0 : word & ~(uint64_t)FLAGS;
}

/* Whether one more may come in, not looking at the queue. */
static bool has_room(uint64_t word, int mode)
{
    return !writer_in(word) && (mode == READ || !readers_in(word));
}

/* The word when that one has come in. Keeps DIED. */
static uint64_t word_with(uint64_t word, int mode, uint64_t id)
{
    uint64_t died = word & DIED;
    return mode == WRITE ? id | died : (readers_in(word) + 1) * ONE_READER | READERS | died;
}

/* The word when a holder has left. Keeps the flags. */
static uint64_t word_without(uint64_t word)
{
    uint64_t n = readers_in(word), flags = word & (WAITERS | DIED);
    return n > 1 ? (n - 1) * ONE_READER | READERS | flags : flags;
}

/* --- under the queue lock --- */

/* If the writer has ended, the lock is free, and says so. */
static void bury_writer(tt_rwlock *l)
{
    uint64_t word = tt_load_relaxed_(&l->word);
    while (writer_in(word) && !tt_strand_find_(writer_in(word))) /* it may release, and only then end */
        if (tt_cas_acquire_(&l->word, &word, (word & WAITERS) | DIED)) return;
}

static void set_word(tt_rwlock *l, uint64_t word)
{
    uint64_t waited = tt_waitq_first_(&l->waiters) ? WAITERS : 0;
    tt_store_release_(&l->word, (word & ~(uint64_t)WAITERS) | waited); /* pairs with the next holder's acquire */
}

/* Lets in from the front whom there is room for, onto `claimed`. WAITERS is set, or nobody is queued. */
static void let_in(tt_rwlock *l, struct tt_list_ *claimed)
{
    uint64_t word = tt_load_acquire_(&l->word); /* pairs with every release: who is let in sees them through us */
    for (struct tt_waiter_ *w = tt_waitq_first_(&l->waiters), *after; w; w = after) {
        after = tt_waitq_next_(&l->waiters, w);
        if (!has_room(word, (int)w->mode)) break;
        if (!tt_claim_(w)) continue;
        tt_waitq_remove_(&l->waiters, w);
        w->index = INSIDE;
        tt_list_push_back_(claimed, &w->link);
        word = word_with(word, (int)w->mode, w->strand->id);
    }
    set_word(l, word);
}

/* Comes in, or sees to it that the holders look at the queue. -EAGAIN: it may not now. */
static int come_in_or_mark(tt_rwlock *l, int mode, uint64_t id, bool waits)
{
    bury_writer(l);
    uint64_t word = tt_load_relaxed_(&l->word);
    for (;;) {
        if (!(word & WAITERS) && has_room(word, mode)) {
            if (tt_cas_acquire_(&l->word, &word, word_with(word, mode, id))) /* pairs with release */
                return word & DIED ? TT_OWNER_DIED : 0;
        } else if (!waits || word & WAITERS || tt_cas_relaxed_(&l->word, &word, word | WAITERS)) {
            return -EAGAIN;
        }
    }
}

/* --- waiting --- */

/* The writer may have ended before our wait had begun: then its kick has missed us. */
static void recheck_writer(tt_rwlock *l, struct tt_strand_ *me)
{
    uint64_t writer = writer_in(tt_load_seq_(&l->word));
    if (writer && !tt_strand_find_(writer)) tt_park_kick_(me);
}

/* Waits once in its place, letting in first whom there is room for, maybe itself. Queue lock held, before and after;
 * not after INSIDE. */
static int wait_once(tt_rwlock *l, struct tt_waiter_ *w, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    struct tt_list_ claimed;
    tt_list_init_(&claimed);
    tt_park_begin_(&p, me, w->mode == WRITE ? "rwlock (write)" : "rwlock (read)", l,
                   TT_PARK_CANCELLABLE_ | TT_PARK_COMPETES_);
    w->strand = me;
    w->epoch = p.epoch;
    w->index = LOOK;
    bury_writer(l);
    let_in(l, &claimed);
    tt_waitq_unlock_(&l->waiters);
    tt_deliver_all_(&claimed);
    recheck_writer(l, me);
    int r = tt_park_(&p, by);
    if (r != INSIDE) tt_waitq_lock_(&l->waiters);
    return r;
}

/* Gives its place up; who stood behind it may come in now. Queue lock held; released. */
static void leave_queue(tt_rwlock *l, struct tt_waiter_ *w)
{
    struct tt_list_ claimed;
    tt_list_init_(&claimed);
    tt_waitq_remove_(&l->waiters, w);
    let_in(l, &claimed);
    tt_waitq_unlock_(&l->waiters);
    tt_deliver_all_(&claimed);
}

/* Queue lock held and WAITERS set; released. */
static int wait_in_queue(tt_rwlock *l, int mode, struct tt_strand_ *me, tt_time by)
{
    struct tt_waiter_ w = { .mode = (uint32_t)mode };
    tt_list_init_(&w.link);
    tt_waitq_push_(&l->waiters, &w);
    for (;;) {
        int r = wait_once(l, &w, me, by);
        if (r == INSIDE) return tt_load_relaxed_(&l->word) & DIED ? TT_OWNER_DIED : 0;
        if (r == LOOK) continue;
        leave_queue(l, &w);
        return r;
    }
}

static int acquire(tt_rwlock *l, int mode, struct tt_strand_ *me, tt_time by)
{
    uint64_t word = tt_load_relaxed_(&l->word);
    if (!(word & (WAITERS | DIED)) && has_room(word, mode) &&
        tt_cas_acquire_(&l->word, &word, word_with(word, mode, me->id))) /* pairs with release */
        return 0;
    tt_waitq_lock_(&l->waiters);
    int r = come_in_or_mark(l, mode, me->id, by != TT_NOW);
    if (r == -EAGAIN && by != TT_NOW) return wait_in_queue(l, mode, me, by);
    tt_waitq_unlock_(&l->waiters);
    return r;
}

/* --- release --- */

/* Leaves, looking at the queue. False: nobody is queued any more and nothing is wrong: leave by a compare-and-swap,
 * with the queue lock released before, since who comes next may take the lock apart. */
static bool leave_slowly(tt_rwlock *l)
{
    struct tt_list_ claimed;
    tt_list_init_(&claimed);
    tt_waitq_lock_(&l->waiters);
    uint64_t word = tt_load_relaxed_(&l->word);
    bool quick = !(word & (WAITERS | DIED)); /* in a forked child WAITERS may be set and nobody queued */
    if (!quick) {
        while (!tt_cas_acq_rel_(&l->word, &word, word_without(word))) {
        }
        let_in(l, &claimed);
    }
    tt_waitq_unlock_(&l->waiters);
    tt_deliver_all_(&claimed);
    return !quick;
}

static void release(tt_rwlock *l)
{
    tt_self_.held--;
    for (;;) {
        uint64_t word = tt_load_relaxed_(&l->word);
        if (word & (WAITERS | DIED)) {
            if (leave_slowly(l)) return;
        } else if (tt_cas_release_(&l->word, &word, word_without(word))) { /* pairs with the next holder's acquire */
            return;
        }
    }
}

/* --- the public calls --- */

static bool i_write(const tt_rwlock *l)
{
    uint64_t me = tt_self_.id;
    return me != 0 && writer_in(tt_load_relaxed_(&l->word)) == me;
}

int tt_rwlock_acquire_read(tt_rwlock *l, tt_time by)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (i_write(l)) {
        tt_misuse_(l, "rwlock wanted for reading by the strand that writes");
        return -EDEADLK;
    }
    int64_t depth = tt_reads_add_(me, l);
    if (depth < 0) return (int)depth;
    if (depth > 1) return tt_load_relaxed_(&l->word) & DIED ? TT_OWNER_DIED : 0;
    int r = acquire(l, READ, me, by);
    if (r < 0)
        tt_reads_remove_(me, l);
    else
        tt_self_.held++;
    return r;
}

int tt_rwlock_acquire_write(tt_rwlock *l, tt_time by)
{
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (i_write(l) || tt_reads_depth_(me, l) > 0) {
        tt_misuse_(l, "rwlock wanted for writing by a strand that %s", i_write(l) ? "writes" : "reads");
        return -EDEADLK;
    }
    int r = acquire(l, WRITE, me, by);
    if (r >= 0) tt_self_.held++;
    return r;
}

int tt_rwlock_release_read(tt_rwlock *l)
{
    struct tt_strand_ *me = tt_self_.strand;
    int64_t depth = me ? tt_reads_remove_(me, l) : -EPERM;
    if (depth < 0) tt_misuse_(l, "rwlock released by a strand that does not read");
    if (depth == 0) release(l);
    return depth < 0 ? -EPERM : 0;
}

int tt_rwlock_release_write(tt_rwlock *l)
{
    if (!i_write(l)) {
        tt_misuse_(l, "rwlock released by a strand that does not write");
        return -EPERM;
    }
    release(l);
    return 0;
}

int tt_rwlock_repaired(tt_rwlock *l)
{
    if (!i_write(l)) {
        tt_misuse_(l, "rwlock marked as repaired by a strand that does not write");
        return -EPERM;
    }
    tt_waitq_lock_(&l->waiters);
    tt_store_relaxed_(&l->word, tt_load_relaxed_(&l->word) & ~(uint64_t)DIED);
    tt_waitq_unlock_(&l->waiters);
    return 0;
}

int64_t tt_rwlock_readers(const tt_rwlock *l)
{
    return (int64_t)readers_in(tt_load_relaxed_(&l->word));
}

bool tt_rwlock_written(const tt_rwlock *l)
{
    return writer_in(tt_load_relaxed_(&l->word)) != 0;
}

bool tt_rwlock_read_held(const tt_rwlock *l)
{
    return tt_self_.strand && tt_reads_depth_(tt_self_.strand, l) > 0;
}

bool tt_rwlock_write_held(const tt_rwlock *l)
{
    return i_write(l);
}

/* --- the block forms --- */

static tt_rwlock *enter(tt_rwlock *l, int (*take)(tt_rwlock *l, tt_time by), const char *form)
{
    char name[128];
    int r = take(l, TT_NOW);
    if (r == -EAGAIN)
        tt_shield {
            r = take(l, TT_FOREVER);
        }
    if (r == TT_OWNER_DIED) tt_misuse_(l, "rwlock entered whose writer ended without releasing it");
    if (r < 0) tt_fatal_("%s on %s: %s", form, tt_name_of_(l, name, sizeof name), tt_strerror(r));
    return l;
}

tt_rwlock *tt_rwlock_read_entered_(tt_rwlock *l)
{
    return enter(l, tt_rwlock_acquire_read, "tt_with_rwlock_read");
}

tt_rwlock *tt_rwlock_write_entered_(tt_rwlock *l)
{
    return enter(l, tt_rwlock_acquire_write, "tt_with_rwlock_write");
}
