/* thread.h - the thread object, for the floor's own files. Its life and locks: thread.c. */
#ifndef TUTTI_THREAD_THREAD_H
#define TUTTI_THREAD_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <tutti/thread.h>

#include "strand/scope.h"
#include "thread/exit.h"
#include "thread/latch.h"

enum { TT_STACK_SIZE_MIN_ = 32 << 10 }; /* the least a thread may ask for, as in Python */

enum tt_thread_kind_ {
    TT_THREAD_MADE_,    /* by tt_thread_new */
    TT_THREAD_ADOPTED_, /* foreign: it asked for its tt_thread_current */
    TT_THREAD_MAIN_,
};

/* t->state */
enum {
    TT_THREAD_IS_NEW_,
    TT_THREAD_IS_STARTING_, /* start is at work; may go back to NEW */
    TT_THREAD_IS_RUNNING_, /* or ended: see `ended` */
};

/* t->gate: a lock for `os` and the name, held over system calls, and at the end the word that the thread is gone. */
enum {
    TT_GATE_OPEN_,
    TT_GATE_SHUT_,
    TT_GATE_GONE_, /* joined or detached: `os` means nothing any more */
};

struct tt_thread_name_ {
    struct tt_thread_name_ *older;
    char text[];
};

struct tt_thread {
    uint32_t refs;  /* atomic: handles, one of the running thread, one of each look by exit */
    uint32_t state; /* atomic */
    uint32_t gate;  /* atomic; a futex */
    int32_t native; /* atomic; a futex for who waits for the first value */
    struct tt_latch_ ended;
    enum tt_thread_kind_ kind;
    bool internal;   /* the library's own: in no list, takes no signals */
    bool daemon;     /* fixed from start on */
    bool returned;   /* the thread's own; false at its end: pthread_exit */
    bool lost;       /* it did not come along through fork */
    unsigned rounds; /* of thread-specific destructors seen; the thread's own */
    tt_fn run;
    void *(*run_c)(void *arg); /* instead of run */
    tt_value arg;              /* the thread's own once it runs */
    tt_value result;           /* written before `ended`; by pthread_exit of run_c: at the gate, before GONE */
    uint32_t collected;        /* atomic; somebody has the result, or it has been reported */
    size_t stack_size;
    const sigset_t *signals;   /* that it starts with blocked; NULL: the starter's; looked at in start */
    uint64_t ident;                  /* atomic */
    pthread_t os;                    /* set by the thread itself, at the gate */
    struct tt_strand_ *strand;       /* the thread's own */
    struct tt_scope scope;           /* cancelled by anybody who holds a reference */
    const char *name;                /* atomic; one of names; changed at the gate */
    struct tt_thread_name_ *names;   /* all it ever had, so that a lent one stays valid; at the gate */
    struct tt_list_ link;            /* among the living, then among the failed; the registry's lock */
    struct tt_at_exit_ exit;
};

/* One reference less; the last one frees it. */
void tt_thread_unref_(struct tt_thread *t);
static inline void tt_thread_hold_(struct tt_thread *t)
{
    tt_add_relaxed_(&t->refs, 1);
}

/* The gate. enter: false, and it is not held, when the thread is gone. */
bool tt_thread_enter_gate_(struct tt_thread *t);
void tt_thread_leave_gate_(struct tt_thread *t, uint32_t to);

/* Waits until it has ended, without questions: 0, -EAGAIN, -ETIMEDOUT, -ECANCELED, -ENOMEM. */
int tt_thread_await_(struct tt_thread *t, tt_time by);

/* Once it has ended: waits until the system's thread is gone too. Another thread only; a moment. */
void tt_thread_reap_(struct tt_thread *t);

/* The last steps of a thread: an adopted one, the main thread, or one of ours; on that thread. */
void tt_thread_end_(struct tt_thread *t);

/* The same for one that is run by the calling thread, since the system has none to give. False: it is not new. */
bool tt_thread_run_here_(struct tt_thread *t);

/* Whether its stack size is one that can be asked for. */
static inline bool tt_thread_stack_can_be_(const struct tt_thread *t)
{
    return t->stack_size == 0 || (t->stack_size >= TT_STACK_SIZE_MIN_ && t->stack_size <= SIZE_MAX / 2);
}

static inline bool tt_thread_has_started_(const struct tt_thread *t)
{
    return tt_load_acquire_(&t->state) == TT_THREAD_IS_RUNNING_; /* pairs with start */
}

/* "thread 'name'". */
void tt_thread_describe_(struct tt_thread *t, char *buf, size_t size);

/* Reports the error that is its result, unless somebody has collected it. Result must be final. */
void tt_thread_report_(struct tt_thread *t);

/* Names it, with a copy. 0, -ENOMEM. At the gate, or while t is not shared. */
int tt_thread_put_name_(struct tt_thread *t, const char *name);

/* ---- the registry: registry.c ---- */

/* The calling thread's object, or NULL when it has none (yet). */
struct tt_thread *tt_thread_self_(void);
void tt_thread_become_(struct tt_thread *t);

/* The thread-specific key whose destructor ends a thread, and the fork handlers. 0, -ENOMEM, -EAGAIN. */
int tt_thread_ready_(void);

/* Lets the end of the calling thread end t, however it comes. False: no memory for that. */
bool tt_thread_at_end_(struct tt_thread *t);

void tt_registry_add_(struct tt_thread *t);
/* Out of the living; with an error as its result into the failed, for the report at exit. */
void tt_registry_end_(struct tt_thread *t);
void tt_registry_cancel_(struct tt_thread *t); /* its start failed */
void tt_registry_forget_(struct tt_thread *t); /* its object goes */

/* At exit: the calling thread and the main thread count as ended; then, when all is over: reports errors left. */
void tt_thread_exits_(void);
void tt_thread_report_all_(void);

#endif
