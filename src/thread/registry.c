/* registry.c - all threads: who is calling, who is alive, who failed; how the system says that one ends; fork.
 *
 * `registry.lock` guards both lists and the count. A thread is in `alive` from start to its end, then in `failed` if
 * its result is an error, until its object is freed: what exit reports. Nothing is taken under it.
 * The main thread's object is static, and alive without having asked. After a fork the forking thread is the main
 * one, if it has an object. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/memory.h"
#include "base/thread.h"
#include "strand/locals.h"
#include "thread/thread.h"

static struct tt_thread first_thread;

static struct {
    tt_spin_ lock;
    struct tt_list_ alive, failed;
    size_t count;           /* of alive */
    struct tt_thread *main; /* changes only in a forked child */
} registry = {
    .alive = { &first_thread.link, &first_thread.link },
    .failed = { &registry.failed, &registry.failed },
    .count = 1,
    .main = &first_thread,
};

static struct tt_thread first_thread = {
    .refs = 1,
    .state = TT_THREAD_IS_RUNNING_,
    .kind = TT_THREAD_MAIN_,
    .name = "MainThread",
    .link = { &registry.alive, &registry.alive },
};

static __thread struct tt_thread *self __attribute__((tls_model("initial-exec")));

struct tt_thread *tt_thread_self_(void)
{
    return self;
}

void tt_thread_become_(struct tt_thread *t)
{
    self = t;
}

static struct tt_thread *thread_of(struct tt_list_ *l)
{
    return tt_container_(l, struct tt_thread, link);
}

/* ---- the lists ---- */

void tt_registry_add_(struct tt_thread *t)
{
    if (t->internal) return;
    tt_spin_lock_(&registry.lock);
    tt_list_push_back_(&registry.alive, &t->link);
    registry.count++;
    tt_spin_unlock_(&registry.lock);
}

void tt_registry_end_(struct tt_thread *t)
{
    if (t->internal) return;
    tt_spin_lock_(&registry.lock);
    tt_list_remove_(&t->link);
    registry.count--;
    if (tt_is_error(t->result)) tt_list_push_back_(&registry.failed, &t->link);
    tt_spin_unlock_(&registry.lock);
}

void tt_registry_cancel_(struct tt_thread *t)
{
    if (t->internal) return;
    tt_spin_lock_(&registry.lock);
    tt_list_remove_(&t->link);
    registry.count--;
    tt_spin_unlock_(&registry.lock);
}

void tt_registry_forget_(struct tt_thread *t)
{
    if (!t->link.next) return; /* never started: it was in no list */
    tt_spin_lock_(&registry.lock);
    tt_list_remove_(&t->link);
    tt_spin_unlock_(&registry.lock);
}

size_t tt_thread_enumerate(tt_thread **ret, size_t max)
{
    size_t n = 0;
    (void)tt_thread_ready_(); /* for the fork handlers */
    tt_spin_lock_(&registry.lock);
    size_t all = registry.count;
    for (struct tt_list_ *l = registry.alive.next; l != &registry.alive && n < max; l = l->next) {
        tt_thread_hold_(thread_of(l));
        ret[n++] = thread_of(l);
    }
    tt_spin_unlock_(&registry.lock);
    return all;
}

size_t tt_thread_active_count(void)
{
    return tt_thread_enumerate(NULL, 0);
}

/* ---- the end of a thread, as the system tells it ---- */

static pthread_key_t end_key;
static int end_key_state; /* what pthread_key_create said, once */

/* Called in every round of destructors; the thread ends in the last one it gets. */
static void on_end(void *arg)
{
    struct tt_thread *t = arg;
    if (t->kind == TT_THREAD_MADE_) tt_locals_clear_(t->strand);
    if (++t->rounds < TT_END_ROUND_ && pthread_setspecific(end_key, t) == 0) return;
    tt_thread_end_(t);
}

bool tt_thread_at_end_(struct tt_thread *t)
{
    return pthread_setspecific(end_key, t) == 0;
}

/* ---- fork ---- */

/* It did not come along: it has ended, and whoever waits for it is not here either. */
static void lose(struct tt_thread *t)
{
    t->lost = true;
    t->gate = TT_GATE_GONE_;
    t->state = TT_THREAD_IS_RUNNING_; /* it may have been on its way */
    t->ended = (struct tt_latch_){ .open = 1 };
    tt_list_init_(&t->link);
}

/* Errors from before the fork are the parent's to report. */
static void forget_failed(void)
{
    for (struct tt_list_ *l; (l = tt_list_pop_front_(&registry.failed));)
        thread_of(l)->collected = 1;
}

static void in_child(void)
{
    struct tt_list_ others;
    struct tt_thread *me = self ? self : registry.main;
    tt_list_init_(&others);
    tt_list_splice_(&others, &registry.alive);
    tt_list_remove_(&me->link);
    forget_failed();
    for (struct tt_list_ *l = others.next, *next; l != &others; l = next) {
        next = l->next;
        lose(thread_of(l));
        if (thread_of(l)->kind != TT_THREAD_MAIN_) thread_of(l)->refs--; /* the running thread's */
    }
    tt_list_push_back_(&registry.alive, &me->link);
    registry.count = 1;
    registry.main = me;
    me->native = tt_thread_number_();
}

static void make_key(void)
{
    end_key_state = -pthread_key_create(&end_key, on_end);
}

int tt_thread_ready_(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static struct tt_fork_ watch = { .lock = &registry.lock, .child = in_child };
    pthread_once(&once, make_key);
    return end_key_state < 0 ? end_key_state : tt_fork_watch_(&watch);
}

/* ---- who is calling ---- */

/* Fills in what only the thread itself can say, and sees to its end. */
static bool adopt(struct tt_thread *t)
{
    t->os = pthread_self();
    if (!tt_strand_is_coroutine()) tt_store_relaxed_(&t->ident, tt_strand_id());
    tt_store_release_(&t->native, tt_thread_number_()); /* pairs with native_id, set_name */
    if (tt_thread_ready_() < 0 || !tt_thread_at_end_(t)) return false;
    tt_thread_become_(t);
    return true;
}

static struct tt_thread *new_adopted(void)
{
    static uint32_t count; /* atomic */
    char name[32];
    struct tt_thread *t = tt_calloc_(1, sizeof *t);
    if (!t) return NULL;
    t->refs = 1;
    t->kind = TT_THREAD_ADOPTED_;
    t->state = TT_THREAD_IS_RUNNING_;
    t->daemon = true;
    t->gate = TT_GATE_OPEN_;
    snprintf(name, sizeof name, "Dummy-%u", tt_add_relaxed_(&count, 1) + 1);
    if (tt_thread_put_name_(t, name) == 0 && adopt(t)) return t;
    tt_thread_unref_(t);
    return NULL;
}

static bool is_main(void)
{
    return tt_thread_number_() == getpid();
}

tt_thread *tt_thread_current(void)
{
    if (self) return self;
    if (is_main() && registry.main == &first_thread) {
        if (!adopt(&first_thread)) tt_thread_become_(&first_thread);
        return &first_thread;
    }
    struct tt_thread *t = new_adopted();
    if (t) tt_registry_add_(t);
    return t;
}

tt_thread *tt_thread_main(void)
{
    return registry.main;
}

/* ---- exit ---- */

/* It runs nothing but exit handlers from now on; who joins it shall not wait for ever. */
static void counts_as_ended(struct tt_thread *t)
{
    if (tt_latch_is_open_(&t->ended)) return;
    if (tt_thread_enter_gate_(t)) tt_thread_leave_gate_(t, TT_GATE_GONE_);
    tt_registry_end_(t);
    tt_latch_open_(&t->ended);
    tt_at_exit_remove_(&t->exit);
}

void tt_thread_exits_(void)
{
    counts_as_ended(registry.main);
    if (self) counts_as_ended(self);
}

/* One more reference, unless the last one has gone and the object is on its way out. */
static bool try_hold(struct tt_thread *t)
{
    uint32_t refs = tt_load_relaxed_(&t->refs);
    while (refs)
        if (tt_cas_relaxed_(&t->refs, &refs, refs + 1)) return true;
    return false;
}

/* A failed thread whose error nobody has collected, held; or NULL. */
static struct tt_thread *next_failed(void)
{
    struct tt_thread *found = NULL;
    tt_spin_lock_(&registry.lock);
    for (struct tt_list_ *l = registry.failed.next; l != &registry.failed && !found; l = l->next)
        if (!tt_load_relaxed_(&thread_of(l)->collected) && try_hold(thread_of(l))) found = thread_of(l);
    tt_spin_unlock_(&registry.lock);
    return found;
}

void tt_thread_report_all_(void)
{
    for (struct tt_thread *t; (t = next_failed());) {
        tt_thread_report_(t);
        tt_thread_unref_(t);
    }
}
