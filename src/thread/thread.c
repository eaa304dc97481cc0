/* thread.c - the thread object: making, naming, counting. Python: threading.Thread.
 *
 *     NEW --start--> STARTING --> RUNNING --the function returned, or pthread_exit--> `ended` is open
 *      ^----failed-------'
 *
 * run.c starts and ends it, join.c waits for it, registry.c knows all of them.
 *
 * References: each handle, the running thread (from start to its last step), and exit while it looks. The last one
 * frees the object: a thread that frees itself detaches, others wait the moment until the system's thread is gone.
 * The gate guards what names the system's thread: `os` is valid only at it, before GONE.
 * Lock order: nothing is taken under the gate, the latch, or the registry's lock.
 * Tests: tests/thread.c. */
#include "thread/thread.h"

#include <stdio.h>
#include <string.h>
#include <tutti/task.h>

#include "base/clock.h"
#include "base/futex.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/thread.h"
#include "thread/error_hook.h"
#include "value/object.h"

static size_t default_stack_size; /* atomic */
static uint32_t count_of_names;   /* atomic; for "Thread-N" */

/* ---- the gate ---- */

bool tt_thread_enter_gate_(struct tt_thread *t)
{
    for (uint32_t is = TT_GATE_OPEN_; !tt_cas_acquire_(&t->gate, &is, TT_GATE_SHUT_); is = TT_GATE_OPEN_) {
        if (is == TT_GATE_GONE_) {
            (void)tt_load_acquire_(&t->gate); /* pairs with leave: what the one who let it go wrote */
            return false;
        }
        tt_futex_wait_(&t->gate, TT_GATE_SHUT_, TT_FOREVER);
    }
    return true;
}

void tt_thread_leave_gate_(struct tt_thread *t, uint32_t to)
{
    tt_store_release_(&t->gate, to); /* pairs with enter */
    tt_futex_wake_(&t->gate, INT32_MAX);
}

/* ---- making ---- */

static struct tt_thread_name_ *find_name(const struct tt_thread *t, const char *name)
{
    struct tt_thread_name_ *n = t->names;
    while (n && strcmp(n->text, name) != 0)
        n = n->older;
    return n;
}

int tt_thread_put_name_(struct tt_thread *t, const char *name)
{
    struct tt_thread_name_ *n = find_name(t, name);
    if (!n) {
        size_t size = strlen(name) + 1;
        n = tt_alloc_(sizeof *n + size);
        if (!n) return -ENOMEM;
        memcpy(n->text, name, size);
        n->older = t->names;
        t->names = n;
    }
    tt_store_release_(&t->name, n->text); /* pairs with tt_thread_name */
    return 0;
}

/* "Thread-1 (count)", as Python does, if the function has a name. */
static int put_default_name(struct tt_thread *t, tt_fn run)
{
    char text[128];
    unsigned n = tt_add_relaxed_(&count_of_names, 1) + 1;
    const char *function = run ? tt_task_name(run) : NULL;
    if (function)
        snprintf(text, sizeof text, "Thread-%u (%.100s)", n, function);
    else
        snprintf(text, sizeof text, "Thread-%u", n);
    return tt_thread_put_name_(t, text);
}

static bool inherits_daemon(void)
{
    struct tt_thread *me = tt_thread_self_();
    return me && me->kind == TT_THREAD_MADE_ && me->daemon;
}

static void apply(struct tt_thread *t, const tt_thread_options *o)
{
    t->daemon = o->daemon ? o->daemon > 0 : inherits_daemon();
    t->stack_size = o->stack_size ? o->stack_size : tt_thread_stack_size();
}

static void free_names(struct tt_thread *t)
{
    for (struct tt_thread_name_ *n = t->names, *older; n; n = older) {
        older = n->older;
        tt_free_(n);
    }
}

static bool read_options(tt_thread_options *o, const tt_thread_options *given)
{
    if (tt_options_read_(o, sizeof *o, given)) return true;
    tt_misuse_(given, "tt_thread_options without .size");
    return false;
}

static struct tt_thread *make(tt_fn run, const tt_thread_options *given)
{
    tt_thread_options o;
    if (!read_options(&o, given)) return NULL;
    struct tt_thread *t = tt_calloc_(1, sizeof *t);
    if (!t) return NULL;
    t->refs = 1;
    t->kind = TT_THREAD_MADE_;
    tt_scope_init_(&t->scope, TT_FOREVER);
    apply(t, &o);
    if ((o.name ? tt_thread_put_name_(t, o.name) : put_default_name(t, run)) == 0) {
        t->run = run;
        return t;
    }
    tt_free_(t);
    return NULL;
}

tt_thread *tt_thread_new_with(tt_fn run, tt_value arg, const tt_thread_options *options)
{
    bool whole = !tt_is_no_memory_(tt_view_of(arg)) && tt_seal_(arg) == 0;
    struct tt_thread *t = whole ? make(run, options) : NULL;
    if (!t) {
        tt_drop(arg);
        return NULL;
    }
    t->arg = arg;
    return t;
}

tt_thread *tt_thread_new_c_with(void *(*run)(void *), void *arg, const tt_thread_options *options)
{
    struct tt_thread *t = make(NULL, options);
    if (!t) return NULL;
    t->run_c = run;
    t->arg = tt_pointer(arg);
    return t;
}

/* ---- references ---- */

static void release_os(struct tt_thread *t)
{
    if (t->kind != TT_THREAD_MADE_ || tt_load_acquire_(&t->state) == TT_THREAD_IS_NEW_) return; /* pairs with start */
    if (tt_thread_self_() == t)
        pthread_detach(pthread_self());
    else
        tt_thread_reap_(t);
}

void tt_thread_unref_(struct tt_thread *t)
{
    if (t->kind == TT_THREAD_MAIN_ || tt_sub_acq_rel_(&t->refs, 1) != 1) return;
    release_os(t);
    tt_registry_forget_(t);
    tt_thread_report_(t);
    tt_drop(t->arg);
    tt_drop(t->result);
    free_names(t);
    tt_free_(t);
}

void tt_thread_free(tt_thread *t)
{
    if (t) tt_thread_unref_(t);
}

tt_thread *tt_thread_ref(tt_thread *t)
{
    tt_thread_hold_(t);
    return t;
}

/* ---- what is known of it ---- */

static tt_thread_state state_of_running(struct tt_thread *t)
{
    struct tt_strand_ *s = tt_strand_find_(tt_load_relaxed_(&t->ident));
    return s && !tt_park_over_(s) ? TT_THREAD_WAITING : TT_THREAD_RUNNING;
}

tt_thread_state tt_thread_state_of(tt_thread *t)
{
    if (tt_latch_is_open_(&t->ended)) return TT_THREAD_ENDED;
    return tt_load_relaxed_(&t->state) == TT_THREAD_IS_NEW_ ? TT_THREAD_NEW : state_of_running(t);
}

bool tt_thread_is_alive(tt_thread *t)
{
    return tt_load_relaxed_(&t->state) != TT_THREAD_IS_NEW_ && !tt_latch_is_open_(&t->ended);
}

const char *tt_thread_name(tt_thread *t)
{
    return tt_load_acquire_(&t->name); /* pairs with put_name */
}

/* The strand of another thread may have ended: its name is for reports only, and the slot is never unmapped. */
static void rename_everywhere(struct tt_thread *t, const char *name)
{
    if (tt_load_acquire_(&t->native) == 0) return; /* it will do it itself when it starts */
    tt_thread_rename_(t->os, name);
}

int tt_thread_set_name(tt_thread *t, const char *name)
{
    if (!name) return -EINVAL;
    bool inside = tt_thread_enter_gate_(t);
    int r = tt_thread_put_name_(t, name);
    if (inside && r == 0) rename_everywhere(t, name);
    struct tt_strand_ *me = tt_self_.strand;
    if (r == 0 && me && !me->scheduler && tt_thread_self_() == t) tt_strand_set_name_(me, name);
    if (inside) tt_thread_leave_gate_(t, TT_GATE_OPEN_);
    return r;
}

bool tt_thread_daemon(tt_thread *t)
{
    return tt_load_relaxed_(&t->daemon);
}

int tt_thread_set_daemon(tt_thread *t, bool daemon)
{
    if (tt_load_acquire_(&t->state) != TT_THREAD_IS_NEW_) {
        tt_misuse_(t, "thread made a daemon, or none, after its start");
        return -EINVAL;
    }
    tt_store_relaxed_(&t->daemon, daemon);
    return 0;
}

uint64_t tt_thread_ident(tt_thread *t)
{
    return tt_load_relaxed_(&t->ident);
}

int tt_thread_native_id(tt_thread *t)
{
    int32_t id;
    while ((id = tt_load_acquire_(&t->native)) == 0 && tt_thread_is_alive(t)) /* pairs with introduce */
        tt_futex_wait_((uint32_t *)(void *)&t->native, 0, tt_clock() + TT_MS);
    return id;
}

int tt_thread_cancel(tt_thread *t)
{
    if (t->kind != TT_THREAD_MADE_) {
        tt_misuse_(t, "cancel of a thread that was not made by tt_thread_new");
        return -EINVAL;
    }
    tt_scope_cancel(&t->scope);
    return 0;
}

int tt_thread_set_stack_size(size_t bytes)
{
    if (bytes != 0 && (bytes < TT_STACK_SIZE_MIN_ || bytes > SIZE_MAX / 2)) return -EINVAL;
    tt_store_relaxed_(&default_stack_size, bytes);
    return 0;
}

size_t tt_thread_stack_size(void)
{
    return tt_load_relaxed_(&default_stack_size);
}

/* ---- reports ---- */

void tt_thread_describe_(struct tt_thread *t, char *buf, size_t size)
{
    snprintf(buf, size, "thread '%s'", tt_thread_name(t));
}

/* To be cancelled, and to pass that on, is what was asked of it: all that daemons can do at exit. */
static bool ended_as_asked(const struct tt_thread *t)
{
    return tt_error_code(t->result) == -ECANCELED && tt_scope_cancelled(&t->scope);
}

void tt_thread_report_(struct tt_thread *t)
{
    char who[160];
    if (!tt_is_error(t->result)) return;
    if (tt_exchange_acq_rel_(&t->collected, 1)) return; /* once: pairs with itself and with result */
    if (ended_as_asked(t)) return;
    tt_thread_describe_(t, who, sizeof who);
    tt_report_error_(who, tt_view_of(t->result));
}
