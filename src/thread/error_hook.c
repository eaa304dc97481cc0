/* error_hook.c - errors that nobody collected, and the hook that gets them. `lock` keeps hook and user together. */
#include "thread/error_hook.h"

#include <stdio.h>
#include <tutti/thread.h>

#include "base/fork.h"

static struct {
    tt_spin_ lock;
    tt_error_fn hook; /* NULL: to_stderr */
    void *user;
} set;

static void to_stderr(void *unused, const char *who, tt_view error)
{
    (void)unused;
    flockfile(stderr);
    fprintf(stderr, "Exception in %s:\n", who);
    tt_error_print(error, stderr);
    funlockfile(stderr);
}

static struct tt_fork_ around_fork = { .lock = &set.lock };

void tt_set_error_hook(tt_error_fn hook, void *user)
{
    tt_fork_watch_(&around_fork); /* without memory for it a fork at the wrong moment is all that can go wrong */
    tt_spin_lock_(&set.lock);
    set.hook = hook;
    set.user = user;
    tt_spin_unlock_(&set.lock);
}

void tt_report_error_(const char *who, tt_view error)
{
    tt_fork_watch_(&around_fork);
    tt_spin_lock_(&set.lock);
    tt_error_fn hook = set.hook;
    void *user = set.user;
    tt_spin_unlock_(&set.lock);
    (hook ? hook : to_stderr)(user, who, error);
}
