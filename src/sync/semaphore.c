/* semaphore.c - Semaphore: a counter, and who waits for it.
 *
 *     word >= 0     word + 1 permits, nobody waits        changed by compare-and-swap, without the lock
 *     word == -1    no permit, nobody waits               "
 *     word == -2    no permit, strands are queued         changed under the queue lock only
 *
 * So who waits is never overtaken: while the word is -2 every release goes to the queue and hands its permits over.
 * Permits that are left when the queue is empty are published under the queue lock; whoever takes one of those looks
 * whether that lock is still held before it goes on, since it may take the semaphore apart (await.h).
 * Pairings: the releasing CAS or store with the acquiring CAS; handed over: deliver with park. */
#include <tutti/scope.h>
#include <tutti/semaphore.h>

#include "base/fatal.h"
#include "base/log.h"
#include "sync/await.h"

_Static_assert(sizeof(tt_semaphore) == 24, "the ABI promises 24 bytes");

enum { WAITED = -2, NO_PERMIT = -1 };

int tt_semaphore_init(tt_semaphore *s, int n)
{
    if (n < 0) return -EINVAL;
    *s = (tt_semaphore)TT_SEMAPHORE_INIT(n);
    return 0;
}

int tt_bounded_semaphore_init(tt_semaphore *s, int n)
{
    if (n < 0) return -EINVAL;
    *s = (tt_semaphore)TT_BOUNDED_SEMAPHORE_INIT(n);
    return 0;
}

void tt_semaphore_settle_(tt_semaphore *s)
{
    tt_waitq_settle_(&s->waiters);
}

/* Takes a permit: 0. Else -EAGAIN, and if the caller is going to wait, the word says so. Queue lock held. */
static int take_or_mark(tt_semaphore *s, bool waits)
{
    int64_t n = tt_load_relaxed_(&s->word);
    for (;;) {
        if (n >= 0 && tt_cas_acquire_(&s->word, &n, n - 1)) return 0; /* pairs with release */
        if (n < 0 && !waits) return -EAGAIN;
        if (n == WAITED || (n == NO_PERMIT && tt_cas_relaxed_(&s->word, &n, WAITED))) return -EAGAIN;
    }
}

/* After a waiter has left the queue: if it was the last, the word says so. Queue lock held. */
static void unmark(tt_semaphore *s)
{
    if (tt_load_relaxed_(&s->word) == WAITED && !tt_waitq_first_(&s->waiters)) tt_store_relaxed_(&s->word, NO_PERMIT);
}

int tt_semaphore_wait_(tt_semaphore *s, tt_time by)
{
    struct tt_await_ a;
    struct tt_strand_ *me = NULL;
    if (by != TT_NOW && !(me = tt_strand_current_())) return -ENOMEM;
    tt_waitq_lock_(&s->waiters);
    int r = take_or_mark(s, by != TT_NOW);
    if (r < 0 && by != TT_NOW) {
        r = tt_await_turn_(&a, &s->waiters, me, "semaphore", s, by);
        if (r >= 0) return 0;
        unmark(s);
    }
    tt_waitq_unlock_(&s->waiters);
    return r;
}

/* Whether n more than the `permits` there are would be allowed. */
static int check_bound(const tt_semaphore *s, int64_t permits, int n)
{
    if (s->bound && permits + n >= (int64_t)s->bound) return -EINVAL;
    return permits + n > INT_MAX ? -EOVERFLOW : 0;
}

/* Hands permits to those who wait; what is left is kept. -EAGAIN: nobody waits by now. */
static int release_to_waiters(tt_semaphore *s, int n)
{
    struct tt_list_ claimed;
    tt_list_init_(&claimed);
    tt_waitq_lock_(&s->waiters);
    int r = tt_load_relaxed_(&s->word) == WAITED ? check_bound(s, 0, n) : -EAGAIN;
    if (r == 0) {
        int64_t left = n - tt_waitq_claim_some_(&s->waiters, n, &claimed);
        if (!tt_waitq_first_(&s->waiters)) tt_store_release_(&s->word, NO_PERMIT + left); /* pairs with acquire */
    }
    tt_waitq_unlock_(&s->waiters);
    tt_deliver_all_(&claimed);
    return r;
}

/* 0, a refusal, or -EAGAIN: the word has changed. */
static int try_release(tt_semaphore *s, int n)
{
    int64_t word = tt_load_relaxed_(&s->word);
    if (word == WAITED) return release_to_waiters(s, n);
    int r = check_bound(s, word + 1, n);
    if (r < 0) return r;
    return tt_cas_release_(&s->word, &word, word + n) ? 0 : -EAGAIN; /* pairs with acquire */
}

/* Inlined, so that the place in the report is the user's. */
static inline __attribute__((always_inline)) int refuse(const tt_semaphore *s, int r, int n)
{
    if (r == -EINVAL && n < 1)
        tt_misuse_(s, "semaphore released by %d: at least 1 is needed", n);
    else if (r == -EINVAL)
        tt_misuse_(s, "bounded semaphore released beyond the %llu permits it began with",
                   (unsigned long long)(s->bound - 1));
    else
        tt_misuse_(s, "semaphore released beyond INT_MAX permits");
    return r;
}

int tt_semaphore_release_n(tt_semaphore *s, int n)
{
    int r = -EINVAL;
    if (n >= 1)
        while ((r = try_release(s, n)) == -EAGAIN) {
        }
    return r == 0 ? 0 : refuse(s, r, n);
}

void tt_semaphore_enter_(tt_semaphore *s)
{
    char name[128];
    int r = tt_semaphore_acquire(s, TT_NOW);
    if (r == 0) return;
    tt_shield {
        r = tt_semaphore_acquire(s, TT_FOREVER);
    }
    if (r < 0) tt_fatal_("tt_with_semaphore on %s: %s", tt_name_of_(s, name, sizeof name), tt_strerror(r));
}
