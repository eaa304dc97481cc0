/* fork.c - see fork.h. An entry's `state`, and `handlers`, go NO -> BUSY -> YES, or back to NO when there is no memory.
 * `forking` is held from before to after, so two forks do not mix, and `snapshot` is what `before` was called for: an
 * entry made meanwhile is left alone.
 *
 * BUSY carries the process id of whoever is at it: a fork may take place meanwhile, and then the child's copy says BUSY
 * of a thread that it does not have. The child does it again; so entering an entry or the handlers twice does no harm.
 * Tests: tests/stack.c (a_child_forked_in_the_thick_of_it_can_make_stacks), tests/fork.c. */
#include "base/fork.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>
#if defined(__has_include)
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define HAVE_SINGLE_THREADED 1
#endif
#endif

enum { NO, BUSY, YES };

static struct tt_fork_ *entries; /* atomic */
static uint32_t handlers;        /* atomic */
static tt_spin_ forking;
static struct tt_fork_ *snapshot; /* under `forking` */
static __thread int depth;        /* of handlers: a child may have entered them a second time */

static void before(void)
{
    if (depth++ > 0) return;
    tt_spin_lock_(&forking);
    snapshot = tt_load_acquire_(&entries); /* pairs with push */
    for (struct tt_fork_ *f = snapshot; f; f = f->next) {
        if (f->lock) tt_spin_lock_(f->lock);
        if (f->before) f->before();
    }
}

static void after(void)
{
    if (--depth > 0) return;
    for (struct tt_fork_ *f = snapshot; f; f = f->next) {
        if (f->after) f->after();
        if (f->lock) tt_spin_unlock_(f->lock);
    }
    tt_spin_unlock_(&forking);
}

static void child(void)
{
    if (--depth > 0) return;
    for (struct tt_fork_ *f = snapshot; f; f = f->next) {
        if (f->child) f->child();
        if (f->lock) tt_spin_unlock_(f->lock);
    }
    tt_spin_unlock_(&forking);
}

static void push(struct tt_fork_ *f)
{
    struct tt_fork_ *head = tt_load_acquire_(&entries); /* pairs with push */
    for (struct tt_fork_ *e = head; e; e = e->next)
        if (e == f) return; /* by a thread that did not come along into this process */
    f->next = head;
    while (!tt_cas_release_(&entries, &f->next, f)) { /* pairs with before and push */
    }
}

/* With one thread nobody forks meanwhile, and a system call is saved: a program's first lock shall make none. */
static uint32_t busy_mark(void)
{
#ifdef HAVE_SINGLE_THREADED
    if (__libc_single_threaded) return BUSY;
#endif
    return (uint32_t)getpid() << 2 | BUSY;
}

/* True: the caller shall do it, then say how it went. False: it is done. Waits for a thread of this process only. */
static bool claim(uint32_t *state)
{
    unsigned round = 0;
    uint32_t busy = busy_mark(), is = NO;
    while (!tt_cas_acquire_(state, &is, busy)) { /* pairs with settle */
        if (is == YES) return false;
        if (is != busy) continue; /* NO again, or left so by the parent's thread */
        tt_spin_relax_(&round);
        is = NO;
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
