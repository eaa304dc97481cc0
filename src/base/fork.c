/* fork.c - see fork.h. An entry's `state`, and `handlers`, go NO -> BUSY -> YES, or back to NO when there is no memory.
 * `forking` is held from before to after, so two forks do not mix, and `snapshot` is what `before` was called for: an
 * entry made meanwhile is left alone. Tests: tests/fork.c. */
#include "base/fork.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/spin.h"

enum { NO, BUSY, YES };

static struct tt_fork_ *entries; /* atomic */
static uint32_t handlers;        /* atomic */
static tt_spin_ forking;
static struct tt_fork_ *snapshot; /* under `forking` */

static void before(void)
{
    tt_spin_lock_(&forking);
    snapshot = tt_load_acquire_(&entries); /* pairs with push */
    for (struct tt_fork_ *f = snapshot; f; f = f->next)
        f->before();
}

static void after(void)
{
    for (struct tt_fork_ *f = snapshot; f; f = f->next)
        f->after();
    tt_spin_unlock_(&forking);
}

static void child(void)
{
    for (struct tt_fork_ *f = snapshot; f; f = f->next)
        f->child();
    tt_spin_unlock_(&forking);
}

static void push(struct tt_fork_ *f)
{
    f->next = tt_load_relaxed_(&entries);
    while (!tt_cas_release_(&entries, &f->next, f)) { /* pairs with before */
    }
}

/* True: the caller shall do it, then say how it went. False: it is done. */
static bool claim(uint32_t *state)
{
    unsigned round = 0;
    for (uint32_t is = NO; !tt_cas_acquire_(state, &is, BUSY); is = NO) { /* pairs with settle */
        if (is == YES) return false;
        tt_spin_relax_(&round);
    }
    return true;
}

static int settle(uint32_t *state, int r)
{
    tt_store_release_(state, r == 0 ? YES : NO); /* pairs with claim */
    return r;
}

static int handle(void)
{
    if (tt_load_acquire_(&handlers) == YES || !claim(&handlers)) return 0;
    return settle(&handlers, pthread_atfork(before, after, child) == 0 ? 0 : -ENOMEM);
}

int tt_fork_watch_(struct tt_fork_ *f)
{
    if (tt_load_acquire_(&f->state) == YES || !claim(&f->state)) return 0;
    int r = handle();
    if (r == 0) push(f);
    return settle(&f->state, r);
}
