/* exit.h - what returning from main, or exit(), waits for (rule 9). Threads, timers and executors enter themselves.
 *
 * At exit, on the strand that called it: everything entered that is no daemon is joined, also what is entered
 * meanwhile; after 1 s one line names what is still awaited. Then daemons are cancelled and have tt_exit_grace_ in all
 * to end; after that the exit goes on and they end with the process. _exit and abort do none of this. A forked child
 * starts with an empty list. */
#ifndef TUTTI_THREAD_EXIT_H
#define TUTTI_THREAD_EXIT_H

#include "base/list.h"

#include <tutti/core.h>

#define TT_EXIT_PATIENCE_ (1 * TT_S)

/* What daemons have, in all, to end in once they are cancelled: 100 ms. Tests make it longer. */
extern tt_time tt_exit_grace_;

struct tt_at_exit_;

struct tt_at_exit_kind_ {
    /* "thread 'reader'", for the line. */
    void (*describe)(struct tt_at_exit_ *e, char *buf, size_t size);
    /* Waits until it has ended. 0; -ETIMEDOUT; anything else (-EDEADLK: the exiting strand is part of it): it is not
     * waited for any more. Not cancelled: the caller is shielded. */
    int (*join)(struct tt_at_exit_ *e, tt_time by);
    /* Asks a daemon to end; does not wait. */
    void (*cancel)(struct tt_at_exit_ *e);
    /* hold: it must outlive the look at it; called under the list's lock, so only a count. let_go: the reverse. */
    void (*hold)(struct tt_at_exit_ *e);
    void (*let_go)(struct tt_at_exit_ *e);
};

/* Embedded in the object; zero bytes: not entered. */
struct tt_at_exit_ {
    struct tt_list_ link;
    const struct tt_at_exit_kind_ *kind;
    bool daemon; /* fixed while entered */
    bool passed; /* private: exit is done with it */
    bool asked;  /* private: exit has cancelled it */
};

/* To be called before something is made that will be entered. 0, or -ENOMEM (no room for the atexit handler). */
int tt_at_exit_arm_(void);

/* Enters e, with kind and daemon set. */
void tt_at_exit_add_(struct tt_at_exit_ *e);

/* Takes it out; harmless when it is not in. Exit may still hold the object. */
void tt_at_exit_remove_(struct tt_at_exit_ *e);

#endif
