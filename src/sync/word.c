/* word.c - the lock word: who holds it, and who is queued.
 *
 *     0                     free, nobody waits: taken by one compare-and-swap, inline
 *     id                    held, nobody waits: released by one compare-and-swap, inline
 *     id | WAITERS          held, strands are queued
 *     WAITERS               free, strands are queued and one of them has been woken to compete
 *     … | DIED              a holder ended while holding; every acquire answers TT_OWNER_DIED until "repaired"
 *
 * Whatever has a flag set changes only under the queue's lock; only 0 -> id and id -> 0 happen without it. WAITERS
 * is set while the queue is not empty.
 *
 * Release wakes one waiter to compete; it keeps its place, and who comes by may take the lock first (barging), which
 * keeps the lock busy while the woken one is on its way. A waiter that is queued for HAND_OVER or longer and can run
 * now gets the lock from the releaser's hand. A coroutine whose worker is busy cannot run now: it would hold up
 * everybody; so the first waiter that can run is preferred. But not for ever: to the first of all waiters it is handed
 * after PATIENCE, whether it can run or not, or other threads might keep a coroutine of a busy worker out for good.
 *
 * A waiter's index says how it was woken: COMPETE or HANDED. A kick (the holder ended) reads as COMPETE.
 * Pairings: the releasing stores and CAS with the acquiring CAS of the next holder; for a hand-over, deliver with
 * park (park.c). A holder's id dying and a waiter beginning its wait are a Dekker pair: see recheck_holder.
 * Lock order: queue lock only; waking happens after it is released. */
#include "sync/word.h"

#include "base/spin.h"

enum { COMPETE = 0, HANDED = 1 };
enum { QUEUED = 0, WOKEN = 1 }; /* a waiter's mode */
enum {
    HAND_OVER = 1000 * 1000, /* ns */
    PATIENCE = 20 * HAND_OVER,
    SPINS = 6,
    LOOKS = 16, /* how far to look for a waiter that can run */
};

static uint64_t waiters_flag(struct tt_lock_word_ l)
{
    return tt_waitq_first_(l.waiters) ? TT_LOCK_WAITERS_ : 0;
}

/* Takes a free lock, or one whose holder is dead. -EAGAIN: it is held. Queue lock held. */
static int try_take(struct tt_lock_word_ l, uint64_t me)
{
    uint64_t word = tt_load_relaxed_(l.word);
    for (;;) {
        uint64_t owner = tt_lock_word_owner_(word), died = word & TT_LOCK_DIED_;
        if (owner && tt_strand_find_(owner)) return -EAGAIN;
        if (owner) died = TT_LOCK_DIED_;
        if (tt_cas_acquire_(l.word, &word, me | died | waiters_flag(l))) return died ? TT_OWNER_DIED : 0;
    }
}

/* Marks a held lock as waited for. False: it is free now. Queue lock held. */
static bool mark_waited(struct tt_lock_word_ l)
{
    uint64_t word = tt_load_relaxed_(l.word);
    while (tt_lock_word_owner_(word)) {
        if (word & TT_LOCK_WAITERS_) return true;
        if (tt_cas_relaxed_(l.word, &word, word | TT_LOCK_WAITERS_)) return true;
    }
    return false;
}

/* Takes it, or makes sure that the release will look at the queue, where the caller is or will be. */
static int take_or_mark(struct tt_lock_word_ l, uint64_t me)
{
    for (;;) {
        int r = try_take(l, me);
        if (r != -EAGAIN || mark_waited(l)) return r;
    }
}

/* The waiter leaves the queue; what it leaves of the flags is right again. Queue lock held. */
static void leave_queue(struct tt_lock_word_ l, struct tt_waiter_ *w)
{
    tt_waitq_remove_(l.waiters, w);
    if (tt_waitq_first_(l.waiters)) return;
    uint64_t word = tt_load_relaxed_(l.word);
    while (word & TT_LOCK_WAITERS_ && !tt_cas_release_(l.word, &word, word & ~(uint64_t)TT_LOCK_WAITERS_)) {
    }
}

/* If the holder died before our wait had begun, its kick has missed us: kick ourselves. */
static void recheck_holder(struct tt_lock_word_ l, struct tt_strand_ *me)
{
    uint64_t owner = tt_lock_word_owner_(tt_load_seq_(l.word));
    if (owner && !tt_strand_find_(owner)) tt_park_kick_(me);
}

/* One more try of a queued strand, after its wait ended with r. -EAGAIN: wait again. Queue lock held. */
static int try_again(struct tt_lock_word_ l, struct tt_waiter_ *w, int r)
{
    w->mode = QUEUED;
    int taken = take_or_mark(l, w->strand->id);
    if (taken == -EAGAIN && r == COMPETE) return -EAGAIN;
    leave_queue(l, w);
    return taken == -EAGAIN ? r : taken;
}

/* Waits once, in the place where w is queued. Queue lock held; released meanwhile. */
static int wait_once(struct tt_lock_word_ l, struct tt_waiter_ *w, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    tt_park_begin_(&p, me, l.kind, l.word, TT_PARK_COMPETES_ | (by == TT_FOREVER ? 0 : TT_PARK_CANCELLABLE_));
    w->strand = me;
    w->epoch = p.epoch;
    w->index = COMPETE;
    tt_waitq_unlock_(l.waiters);
    recheck_holder(l, me);
    int r = tt_park_(&p, by);
    tt_waitq_lock_(l.waiters);
    return r;
}

/* Queues, and competes each time it is woken, until it has the lock or the wait fails. Queue lock held. */
static int wait_in_queue(struct tt_lock_word_ l, struct tt_strand_ *me, tt_time by)
{
    struct tt_waiter_ w = { .mode = QUEUED, .since = tt_clock() };
    tt_list_init_(&w.link);
    tt_waitq_push_(l.waiters, &w);
    for (;;) {
        int r = wait_once(l, &w, me, by);
        if (r == HANDED) return tt_load_relaxed_(l.word) & TT_LOCK_DIED_ ? TT_OWNER_DIED : 0;
        r = try_again(l, &w, r);
        if (r != -EAGAIN) return r;
    }
}

/* Threads only: a lock is often free again sooner than a sleep would take. */
static bool spin_for(struct tt_lock_word_ l, struct tt_strand_ *me)
{
    if (me->scheduler || (tt_load_relaxed_(l.word) && !tt_can_spin_())) return false; /* free: no need to count CPUs */
    for (unsigned i = 0; i < SPINS; i++) {
        uint64_t word = tt_load_relaxed_(l.word);
        if (word & TT_ID_FLAGS_) return false;
        if (word == 0 && tt_cas_acquire_(l.word, &word, me->id)) return true; /* pairs with release */
        for (unsigned j = 0; j < 1u << i; j++)
            tt_pause_();
    }
    return false;
}

int tt_lock_word_acquire_(struct tt_lock_word_ l, struct tt_strand_ *me, tt_time by)
{
    int r = 0;
    if (by == TT_NOW || !spin_for(l, me)) {
        tt_waitq_lock_(l.waiters);
        r = by == TT_NOW ? try_take(l, me->id) : take_or_mark(l, me->id);
        if (r == -EAGAIN && by != TT_NOW) r = wait_in_queue(l, me, by);
        tt_waitq_unlock_(l.waiters);
    }
    if (r >= 0) tt_self_.held++;
    return r;
}

/* The first waiter that is not on its way already, claimed, or NULL. Queue lock held. */
static struct tt_waiter_ *claim_any(struct tt_lock_word_ l)
{
    for (struct tt_waiter_ *w = tt_waitq_first_(l.waiters); w; w = tt_waitq_next_(l.waiters, w)) {
        if (w->mode == WOKEN) return NULL;
        if (tt_claim_(w)) return w;
    }
    return NULL;
}

/* The first waiter, claimed, if it has been patient for long enough; else NULL. Queue lock held. */
static struct tt_waiter_ *claim_patient(struct tt_lock_word_ l, tt_time now)
{
    struct tt_waiter_ *first = tt_waitq_first_(l.waiters);
    return first && now - first->since >= PATIENCE && tt_claim_(first) ? first : NULL;
}

/* Whom to wake: the first waiter that can run now, else the first; NULL when one that can run is on its way.
 * The claim is ours. Queue lock held. */
static struct tt_waiter_ *claim_next(struct tt_lock_word_ l, bool *ret_can_run)
{
    int looks = 0;
    for (struct tt_waiter_ *w = tt_waitq_first_(l.waiters); w && looks < LOOKS; w = tt_waitq_next_(l.waiters, w)) {
        looks++;
        if (!tt_strand_can_run_(w->strand)) continue;
        if (w->mode == WOKEN) return NULL;
        if (!tt_claim_(w)) continue;
        *ret_can_run = true;
        return w;
    }
    return claim_any(l);
}

/* Opens the lock when nobody is queued: as the inline path does, with the queue lock released before, since the moment
 * it is open a next holder may take the lock apart. False: somebody is queued by now. Queue lock held; released. */
static bool open_unwaited(struct tt_lock_word_ l)
{
    uint64_t me = tt_lock_word_owner_(tt_load_relaxed_(l.word));
    tt_store_relaxed_(l.word, me);
    tt_waitq_unlock_(l.waiters);
    return tt_cas_release_(l.word, &me, 0); /* pairs with the next holder's acquire */
}

/* Opens the lock for who is queued, and wakes or hands it to one. Queue lock held; released. */
static void open_waited(struct tt_lock_word_ l)
{
    tt_time now = tt_clock();
    struct tt_waiter_ *next = claim_patient(l, now);
    bool can_take = next != NULL;
    if (!next) next = claim_next(l, &can_take);
    uint64_t owner = 0, died = tt_load_relaxed_(l.word) & TT_LOCK_DIED_;
    if (next && can_take && now - next->since >= HAND_OVER) {
        owner = next->strand->id;
        next->index = HANDED;
        tt_waitq_remove_(l.waiters, next);
    } else if (next) {
        next->mode = WOKEN;
    }
    tt_store_release_(l.word, owner | died | waiters_flag(l)); /* pairs with the next holder's acquire */
    tt_waitq_unlock_(l.waiters);
    if (next) tt_deliver_(next);
}

void tt_lock_word_release_(struct tt_lock_word_ l)
{
    tt_self_.held--;
    for (;;) {
        tt_waitq_lock_(l.waiters);
        if (tt_waitq_first_(l.waiters) || tt_load_relaxed_(l.word) & TT_LOCK_DIED_) break;
        if (open_unwaited(l)) return;
    }
    open_waited(l);
}
