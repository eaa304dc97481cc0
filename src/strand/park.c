/* park.c - parking, claiming, and the 8-byte wait queue. The protocol and its invariants: park.h.
 *
 * Pairings: deliver's exchange (release) with park_over's load (acquire): what the granter did before, the
 * waiter sees. claim's CAS (acquire) with begin's store (release): the granter sees the node's strand ready.
 * begin's store and the scope's cancelled flag are a Dekker pair (both sequentially consistent): either the
 * canceller sees the wait, or the waiter sees the flag. */
#include "strand/park.h"

#include "base/clock.h"
#include "base/futex.h"
#include "base/log.h"
#include "strand/foreign.h"
#include "strand/scope.h"

enum { SPIN_MIN = 16, SPIN_MAX = 512 };

static uint64_t word_of(uint64_t epoch, uint64_t state)
{
    return epoch << TT_WAIT_EPOCH_SHIFT_ | state;
}

static bool is_open(uint64_t word, uint64_t epoch)
{
    uint64_t state = word & TT_WAIT_STATE_;
    return word >> TT_WAIT_EPOCH_SHIFT_ == epoch && (state == TT_WAIT_PENDING_ || state == TT_WAIT_SHIELDED_);
}

/* The low half of the word, which is what a thread's futex looks at. */
static uint32_t *futex_of(struct tt_strand_ *s)
{
    return (uint32_t *)(void *)&s->wait + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

void tt_park_begin_(struct tt_park_ *p, struct tt_strand_ *me, const char *kind, const void *object, unsigned flags)
{
    uint64_t state = flags & TT_PARK_CANCELLABLE_ ? TT_WAIT_PENDING_ : TT_WAIT_SHIELDED_;
    if (flags & TT_PARK_COMPETES_) state |= TT_WAIT_COMPETES_;
    me->epoch = (me->epoch + 1) & (UINT64_MAX >> TT_WAIT_EPOCH_SHIFT_);
    p->strand = me;
    p->epoch = me->epoch;
    p->cancellable = flags & TT_PARK_CANCELLABLE_;
    tt_store_relaxed_(&me->waits_kind, kind);
    tt_store_relaxed_(&me->waits_on, object);
    tt_store_seq_(&me->wait, word_of(me->epoch, state));
}

/* Moves an open wait to `state`; keeps the sleeping bit and the epoch. The word before, or 0 if it was not open. */
static uint64_t end_wait(struct tt_strand_ *s, uint64_t epoch, uint64_t state)
{
    uint64_t word = tt_load_relaxed_(&s->wait);
    while (is_open(word, epoch)) {
        uint64_t next = (word & ~(uint64_t)TT_WAIT_STATE_) | state;
        if (tt_cas_seq_(&s->wait, &word, next)) return word;
    }
    return 0;
}

/* The strand may run again. `scheduler` was read before the word said so: a thread may be gone by now. */
static void unpark(struct tt_strand_ *s, struct tt_scheduler_ *scheduler, uint64_t word_before)
{
    if (scheduler)
        scheduler->ready(scheduler, s);
    else if (word_before & TT_WAIT_SLEEPING_)
        tt_futex_wake_(futex_of(s), 1);
}

bool tt_claim_(const struct tt_waiter_ *w)
{
    return end_wait(w->strand, w->epoch, TT_WAIT_CLAIMED_) != 0;
}

void tt_deliver_(const struct tt_waiter_ *w)
{
    struct tt_strand_ *s = w->strand;
    struct tt_scheduler_ *scheduler = s->scheduler;
    uint64_t done = word_of(w->epoch, TT_WAIT_DONE_) | (uint64_t)w->index << TT_WAIT_INDEX_SHIFT_;
    uint64_t before = tt_exchange_acq_rel_(&s->wait, done); /* pairs with tt_park_over_; w is gone from here on */
    unpark(s, scheduler, before);
}

bool tt_grant_(const struct tt_waiter_ *w)
{
    if (!tt_claim_(w)) return false;
    tt_deliver_(w);
    return true;
}

void tt_park_cancel_(struct tt_strand_ *s)
{
    struct tt_scheduler_ *scheduler = s->scheduler;
    uint64_t word = tt_load_seq_(&s->wait);
    while ((word & TT_WAIT_STATE_) == TT_WAIT_PENDING_) {
        uint64_t next = (word & ~(uint64_t)TT_WAIT_STATE_) | TT_WAIT_CANCELLED_;
        if (tt_cas_seq_(&s->wait, &word, next)) {
            unpark(s, scheduler, word);
            return;
        }
    }
}

/* Nothing keeps s from ending, and its descriptor from becoming another strand's. No word comes twice, so if the swap
 * succeeds, the scheduler that was read since the word was is that of the wait. */
void tt_park_kick_(struct tt_strand_ *s)
{
    uint64_t word = tt_load_seq_(&s->wait);
    while (is_open(word, word >> TT_WAIT_EPOCH_SHIFT_) && word & TT_WAIT_COMPETES_) {
        struct tt_scheduler_ *scheduler = tt_load_relaxed_(&s->scheduler);
        if (tt_cas_seq_(&s->wait, &word, word_of(word >> TT_WAIT_EPOCH_SHIFT_, TT_WAIT_DONE_))) {
            unpark(s, scheduler, word);
            return;
        }
    }
}

bool tt_park_expire_(struct tt_strand_ *s)
{
    return end_wait(s, s->epoch, TT_WAIT_TIMEDOUT_) != 0;
}

/* A short busy wait: waking a sleeping thread costs tens of microseconds, a hand-over often comes sooner. The
 * budget doubles when it paid and halves when it did not. On one CPU the granter could not run: none. */
static void spin(struct tt_strand_ *me)
{
    if (!tt_can_spin_()) return;
    uint32_t budget = me->spin < SPIN_MIN ? SPIN_MIN : me->spin;
    for (uint32_t i = 0; i < budget; i++) {
        if (tt_park_over_(me)) {
            me->spin = budget < SPIN_MAX ? budget * 2 : SPIN_MAX;
            return;
        }
        tt_pause_();
    }
    me->spin = budget / 2;
}

/* Sleeps once, unless the wait is over. True when `by` has passed. */
static bool sleep_once(struct tt_strand_ *me, tt_time by)
{
    uint64_t word = tt_load_relaxed_(&me->wait);
    for (;;) {
        uint64_t state = word & TT_WAIT_STATE_;
        if (state == TT_WAIT_DONE_ || state >= TT_WAIT_TIMEDOUT_) return false;
        if (word & TT_WAIT_SLEEPING_) break;
        if (tt_cas_relaxed_(&me->wait, &word, word | TT_WAIT_SLEEPING_)) word |= TT_WAIT_SLEEPING_;
    }
    return tt_futex_wait_(futex_of(me), (uint32_t)word, by) == -ETIMEDOUT;
}

static void park_thread(struct tt_strand_ *me, tt_time by)
{
    spin(me);
    if (tt_park_over_(me)) return;
    if (me->waits) me->waits(me, true);
    while (!tt_park_over_(me))
        if (sleep_once(me, by)) {
            tt_park_expire_(me);
            by = TT_FOREVER; /* if it was claimed first, its granter delivers soon */
        }
    if (me->waits) me->waits(me, false);
}

static int outcome(struct tt_strand_ *me)
{
    uint64_t word = tt_load_acquire_(&me->wait); /* pairs with deliver */
    switch (word & TT_WAIT_STATE_) {
    case TT_WAIT_TIMEDOUT_: return -ETIMEDOUT;
    case TT_WAIT_CANCELLED_: return -ECANCELED;
    default: return (int)(word >> TT_WAIT_INDEX_SHIFT_ & TT_WAIT_INDEX_MAX_);
    }
}

/* K20: said once per function that waits so. */
static void check_foreign_mutexes(struct tt_strand_ *me)
{
#ifdef TT_COUNTS_MUTEXES_
    if (me->scheduler && tt_foreign_mutexes_ > 0)
        tt_misuse_(tt_load_relaxed_(&me->function), "a coroutine waits for %s while it holds %d pthread mutex%s",
                   tt_load_relaxed_(&me->waits_kind), tt_foreign_mutexes_, tt_foreign_mutexes_ == 1 ? "" : "es");
#else
    (void)me;
#endif
}

/* Waits until unparked; every wait that somebody else ended has exactly one unpark to consume. */
static void wait_for_unpark(struct tt_strand_ *me, tt_time by)
{
    if (me->scheduler)
        me->scheduler->park(me->scheduler, me, by);
    else
        park_thread(me, by);
}

int tt_park_(struct tt_park_ *p, tt_time by)
{
    struct tt_strand_ *me = p->strand;
    tt_time limit = TT_FOREVER;
    check_foreign_mutexes(me);
    bool cancelled = p->cancellable && me->scope && tt_scope_reached_(me->scope, &limit);
    if (!cancelled || !end_wait(me, p->epoch, TT_WAIT_CANCELLED_)) wait_for_unpark(me, by < limit ? by : limit);
    tt_store_relaxed_(&me->waits_on, NULL);
    int r = outcome(me);
    return r == -ETIMEDOUT && limit < by ? -ECANCELED : r;
}

bool tt_strand_can_run_(struct tt_strand_ *s)
{
    struct tt_scheduler_ *scheduler = s->scheduler;
    return !scheduler || (tt_self_.strand && tt_self_.strand->scheduler == scheduler) || scheduler->idle(scheduler);
}

/* --- the wait queue --- */

/* The low bits of the word. The age says in which process, of a line of forks, it was written: what a forked child
 * finds of another age is of strands that did not come along, be it waiters, whose stacks may be somebody else's by
 * now, or a lock that nobody will open. It counts as empty and open (K15; tests/forked.c). */
enum { LOCKED = 1, AGE_SHIFT = 1, AGES = 4, AGE = (AGES - 1) << AGE_SHIFT, LOW_BITS = LOCKED | AGE };

_Static_assert(_Alignof(struct tt_waiter_) > LOW_BITS, "the low bits of a waiter's address are free");

static uintptr_t age(void)
{
    return tt_fork_epoch_() % AGES << AGE_SHIFT;
}

static struct tt_waiter_ *head_of(void *word)
{
    return (struct tt_waiter_ *)((uintptr_t)word & ~(uintptr_t)LOW_BITS);
}

/* What the word becomes when it is locked; NULL: it is locked already. */
static void *locked(void *word)
{
    bool stale = word && ((uintptr_t)word & AGE) != age();
    if (stale) word = NULL;
    return (uintptr_t)word & LOCKED ? NULL : (void *)((uintptr_t)word | LOCKED | age());
}

void tt_waitq_lock_(void **q)
{
    unsigned round = 0;
    void *word = tt_load_relaxed_(q);
    for (;;) {
        void *mine = locked(word);
        if (mine && tt_cas_acquire_(q, &word, mine)) return; /* pairs with unlock */
        if (mine) continue;
        tt_spin_relax_(&round);
        word = tt_load_relaxed_(q);
    }
}

void tt_waitq_unlock_(void **q)
{
    struct tt_waiter_ *head = head_of(tt_load_relaxed_(q));
    void *open = head ? (void *)((uintptr_t)head | age()) : NULL;
    tt_store_release_(q, open); /* pairs with lock; the last touch of the object */
}

static void set_head(void **q, struct tt_waiter_ *w)
{
    tt_store_relaxed_(q, (void *)((uintptr_t)w | LOCKED | age()));
}

static struct tt_waiter_ *waiter_of(struct tt_list_ *l)
{
    return tt_container_(l, struct tt_waiter_, link);
}

struct tt_waiter_ *tt_waitq_first_(void **q)
{
    return head_of(tt_load_relaxed_(q));
}

struct tt_waiter_ *tt_waitq_next_(void **q, struct tt_waiter_ *w)
{
    struct tt_waiter_ *next = waiter_of(w->link.next);
    return next == head_of(tt_load_relaxed_(q)) ? NULL : next;
}

void tt_waitq_push_(void **q, struct tt_waiter_ *w)
{
    struct tt_waiter_ *head = head_of(tt_load_relaxed_(q));
    if (head)
        tt_list_push_back_(&head->link, &w->link);
    else
        set_head(q, w);
}

void tt_waitq_remove_(void **q, struct tt_waiter_ *w)
{
    if (head_of(tt_load_relaxed_(q)) == w) set_head(q, tt_waitq_next_(q, w));
    tt_list_remove_(&w->link);
}

struct tt_waiter_ *tt_waitq_claim_first_(void **q)
{
    struct tt_waiter_ *w = tt_waitq_first_(q);
    while (w && !tt_claim_(w))
        w = tt_waitq_next_(q, w);
    if (w) tt_waitq_remove_(q, w);
    return w;
}

int tt_waitq_claim_all_(void **q, struct tt_list_ *claimed)
{
    int n = 0;
    tt_list_init_(claimed);
    for (struct tt_waiter_ *w = tt_waitq_first_(q), *next; w; w = next) {
        next = tt_waitq_next_(q, w);
        if (!tt_claim_(w)) continue;
        tt_waitq_remove_(q, w);
        tt_list_push_back_(claimed, &w->link);
        n++;
    }
    return n;
}

void tt_deliver_all_(struct tt_list_ *claimed)
{
    struct tt_list_ *l;
    while ((l = tt_list_pop_front_(claimed)))
        tt_deliver_(waiter_of(l));
}
