/* exit.c - the list of what exit() waits for. The rules: exit.h.
 *
 * `lock` guards the list, `passed` and `armed`. It is never held while an object is joined or cancelled: `hold` keeps
 * the object meanwhile. The atexit handler is registered with the first entry (rule 13), and again by the first entry
 * after it has run, so that threads started by other exit handlers are awaited too.
 * Lock order: nothing is taken under `lock`. Tests: tests/exit.c. */
#include "thread/exit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fork.h"
#include "base/log.h"
#include "base/spin.h"
#include "strand/scope.h"
#include "thread/thread.h"
#include "worker/blocking.h"

tt_time tt_exit_grace_ = 100 * TT_MS;

enum { NAMED = 8 }; /* how many the line names; the rest is counted */

static struct {
    tt_spin_ lock;
    bool armed;         /* the handler will run */
    struct tt_list_ all; /* NULL links: empty */
} list;

/* The child has none of the threads; its handler stays registered. */
static void in_child(void)
{
    if (list.all.next)
        for (struct tt_list_ *l = list.all.next, *next; l != &list.all; l = next) {
            next = l->next;
            tt_list_init_(l);
        }
    list.all = (struct tt_list_){ 0 };
}

static struct tt_fork_ watch = { .lock = &list.lock, .child = in_child };

static struct tt_at_exit_ *entry_of(struct tt_list_ *l)
{
    return tt_container_(l, struct tt_at_exit_, link);
}

/* The n-th entry that exit is not done with, held; NULL: there are not so many. */
static struct tt_at_exit_ *look(bool daemon, unsigned n)
{
    struct tt_at_exit_ *found = NULL;
    tt_spin_lock_(&list.lock);
    for (struct tt_list_ *l = list.all.next; l && l != &list.all && !found; l = l->next) {
        struct tt_at_exit_ *e = entry_of(l);
        if (e->passed || e->daemon != daemon || n-- > 0) continue;
        e->kind->hold(e);
        found = e;
    }
    tt_spin_unlock_(&list.lock);
    return found;
}

/* A daemon that has not been asked to end yet, held; NULL: there is none. */
static struct tt_at_exit_ *next_to_ask(void)
{
    struct tt_at_exit_ *found = NULL;
    tt_spin_lock_(&list.lock);
    for (struct tt_list_ *l = list.all.next; l && l != &list.all && !found; l = l->next)
        if (entry_of(l)->daemon && !entry_of(l)->asked) found = entry_of(l);
    if (found) {
        found->asked = true;
        found->kind->hold(found);
    }
    tt_spin_unlock_(&list.lock);
    return found;
}

static void pass(struct tt_at_exit_ *e)
{
    tt_spin_lock_(&list.lock);
    e->passed = true;
    tt_spin_unlock_(&list.lock);
}

static unsigned count_awaited(void)
{
    unsigned n = 0;
    tt_spin_lock_(&list.lock);
    for (struct tt_list_ *l = list.all.next; l && l != &list.all; l = l->next)
        n += !entry_of(l)->passed && !entry_of(l)->daemon;
    tt_spin_unlock_(&list.lock);
    return n;
}

/* One line that names what is awaited. */
static void complain(void)
{
    char line[800], one[160];
    size_t used = 0;
    unsigned n = 0, all = count_awaited();
    line[0] = '\0';
    for (struct tt_at_exit_ *e; n < NAMED && (e = look(false, n)); n++) {
        e->kind->describe(e, one, sizeof one);
        e->kind->let_go(e);
        int len = snprintf(line + used, sizeof line - used, "%s%s", n ? ", " : "", one);
        if (len < 0 || (size_t)len >= sizeof line - used) break;
        used += (size_t)len;
    }
    line[used] = '\0';
    if (all > n)
        tt_log_(TT_LOG_WARNING, "exit waits for %s and %u more", line, all - n);
    else if (n)
        tt_log_(TT_LOG_WARNING, "exit waits for %s", line);
}

/* Waits for one. No memory even for this strand's descriptor: look again and again. */
static int join_one(struct tt_at_exit_ *e, tt_time by)
{
    for (;;) {
        int r = e->kind->join(e, by);
        if (r != -ENOMEM) return r;
        if (e->kind->join(e, TT_NOW) != -EAGAIN) return r;
        if (tt_clock() >= by) return -ETIMEDOUT;
        nanosleep(&(struct timespec){ .tv_nsec = TT_MS }, NULL);
    }
}

static void join_all(void)
{
    struct tt_at_exit_ *e;
    tt_time by = tt_clock() + TT_EXIT_PATIENCE_;
    while ((e = look(false, 0))) {
        int r = join_one(e, by);
        if (r != -ETIMEDOUT) pass(e);
        e->kind->let_go(e);
        if (r != -ETIMEDOUT) continue;
        complain();
        by = TT_FOREVER;
    }
}

static void end_daemons(void)
{
    struct tt_at_exit_ *e;
    while ((e = next_to_ask())) {
        e->kind->cancel(e);
        e->kind->let_go(e);
    }
    for (tt_time by = tt_clock() + tt_exit_grace_; (e = look(true, 0));) {
        join_one(e, by);
        pass(e);
        e->kind->let_go(e);
    }
}

static void disarm(void)
{
    tt_spin_lock_(&list.lock);
    list.armed = false;
    tt_spin_unlock_(&list.lock);
}

static void at_exit(void)
{
    tt_blocking_exits_();
    struct tt_strand_ *me = tt_strand_current_();
    struct tt_scope shield;
    tt_scope_init_(&shield, TT_FOREVER);
    shield.flags = TT_SCOPE_SHIELD_;
    disarm();
    tt_thread_exits_();
    if (me) tt_scope_enter_(&shield, me);
    join_all();
    end_daemons();
    tt_thread_report_all_();
    if (me) tt_scope_leave_(&shield, me);
}

static bool is_armed(void)
{
    tt_spin_lock_(&list.lock);
    bool armed = list.armed;
    tt_spin_unlock_(&list.lock);
    return armed;
}

/* Two strands that do so at once register the handler twice, which is harmless. */
int tt_at_exit_arm_(void)
{
    if (tt_fork_watch_(&watch) < 0) return -ENOMEM;
    if (is_armed()) return 0;
    if (atexit(at_exit) != 0) return -ENOMEM;
    tt_spin_lock_(&list.lock);
    list.armed = true;
    tt_spin_unlock_(&list.lock);
    return 0;
}

void tt_at_exit_add_(struct tt_at_exit_ *e)
{
    tt_spin_lock_(&list.lock);
    if (!list.all.next) tt_list_init_(&list.all);
    e->passed = e->asked = false;
    tt_list_push_back_(&list.all, &e->link);
    tt_spin_unlock_(&list.lock);
}

void tt_at_exit_remove_(struct tt_at_exit_ *e)
{
    (void)tt_fork_watch_(&watch);
    tt_spin_lock_(&list.lock);
    if (e->link.next) tt_list_remove_(&e->link);
    tt_spin_unlock_(&list.lock);
}
