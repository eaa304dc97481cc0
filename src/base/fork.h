/* fork.h - what must happen around a host's fork(). One pthread_atfork for the whole library, registered with the first
 * user (rule 13). vfork, posix_spawn and _Fork run none of it. */
#ifndef TUTTI_BASE_FORK_H
#define TUTTI_BASE_FORK_H

#include <stdint.h>

#include "base/spin.h"

/* A static object of the module that needs it; before, after and child run on the forking thread. Each may be NULL. */
struct tt_fork_ {
    tt_spin_ *lock;       /* taken around before, fork, and after or child, so that the child finds things in order */
    void (*before)(void);
    void (*after)(void);  /* in the parent */
    void (*child)(void);  /* in the child: forgets what did not come along */
    struct tt_fork_ *next; /* private */
    uint32_t state;        /* private; atomic */
};

/* Enters f, once: later calls do nothing. 0, or -ENOMEM. The locks are taken one after the other, in no particular
 * order: none of them may be held while another is waited for. */
int tt_fork_watch_(struct tt_fork_ *f);

#endif
