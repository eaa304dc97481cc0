/* strand.h - the descriptor of a strand, and the registry of all of them.
 *
 * Descriptors are type-stable: a slot of the table, once made, is mapped for ever and only ever holds a
 * descriptor (K4), so a late wake or a stale pointer hits live memory. An id names one strand for ever:
 *
 *     63        56 55                    26 25          3 2 1 0
 *     [fork epoch][ generation of the slot ][    slot    ][flags]
 *
 * The flag bits are always 0 in an id; lock words keep their own there. A slot whose generations are used up
 * is retired. After fork the child's other slots are dead ids.
 *
 * Lock order: an object's wait queue, then a strand's scope_lock; the registry's lock is taken alone. */
#ifndef TUTTI_STRAND_STRAND_H
#define TUTTI_STRAND_STRAND_H

#include <limits.h>
#include <tutti/scope.h>
#include <tutti/strand.h>

#include "base/heap.h"
#include "base/spin.h"
#include "strand/context.h"
#include "strand/stack.h"

enum {
    TT_ID_FLAGS_ = 7,
    TT_ID_SLOT_SHIFT_ = 3,
    TT_ID_SLOT_BITS_ = 23,
    TT_ID_GENERATION_SHIFT_ = 26,
    TT_ID_GENERATION_BITS_ = 30,
    TT_ID_EPOCH_SHIFT_ = 56,
    TT_STRAND_NAME_SIZE_ = 32,
};

/* The last round of thread-specific destructors, in which a thread's strand ends. ThreadSanitizer's own end of a thread
 * needs the very last one for itself. */
#ifdef TT_TSAN_
enum { TT_END_ROUND_ = PTHREAD_DESTRUCTOR_ITERATIONS - 1 };
#else
enum { TT_END_ROUND_ = PTHREAD_DESTRUCTOR_ITERATIONS };
#endif

/* What runs coroutines, as the strand floor sees it; the worker floor implements it. */
struct tt_scheduler_ {
    /* The strand's wait is over: it shall run again. Called once per wait, by the one who ended it, from any
     * thread; touches only the ready queue or the inbox (K5). */
    void (*ready)(struct tt_scheduler_ *self, struct tt_strand_ *strand);
    /* Called by the running coroutine: runs others until its wait is over, or `by`. */
    void (*park)(struct tt_scheduler_ *self, struct tt_strand_ *strand, tt_time by);
    /* Called by the running coroutine: to the back of the ready queue. */
    void (*yield)(struct tt_scheduler_ *self, struct tt_strand_ *strand);
    /* Whether a strand made ready now would run at once. */
    bool (*idle)(struct tt_scheduler_ *self);
};

struct tt_reads_;

/* A read lock that the strand shares, and how often it took it; lock is NULL: none. */
struct tt_read_ {
    const void *lock;
    uint64_t depth;
};

struct tt_strand_ {
    uint64_t id;                     /* atomic; 0: this slot is free */
    uint64_t wait;                   /* atomic; the wait word, see park.h (K1) */
    uint64_t payload[2];             /* what the granter of a wait hands over (K3) */
    struct tt_scheduler_ *scheduler; /* NULL: an OS thread */
    struct tt_strand_ *next;         /* in a ready queue, an inbox or the free list; guarded by that */
    struct tt_heap_node_ timer;      /* the worker's own */
    struct tt_scope *scope;          /* innermost; written by the strand under scope_lock */
    tt_spin_ scope_lock;
    struct tt_strand_ *deputy; /* the coroutine for which the thread drives a loop, or NULL; guarded by scope_lock */
    uint32_t slot;
    uint64_t generation;      /* of the slot */
    uint64_t epoch;           /* of the wait word; the strand's own */
    uint32_t spin;            /* how many pauses to try before sleeping; the strand's own */
    uint32_t end_rounds;      /* thread-specific destructor rounds seen */
    int64_t held;             /* tt_self_.held while switched out */
    struct tt_read_ read;     /* see reads.h; the strand's own */
    struct tt_reads_ *reads;  /* more of them, or NULL */
    void *locals;             /* tt_local values; the strand's own */
    void *job;                /* coroutines: what to run when entered between two tasks; the worker's own */
    void *owner;              /* the thread object it belongs to, or NULL; the strand's own */
    void *set;                /* the set of workers an exclusive thread belongs to, or NULL; the strand's own */
    void (*waits)(struct tt_strand_ *, bool begins); /* called around a thread's sleep, or NULL; the strand's own */
    void *task;               /* the future whose task runs, or NULL; the strand's own */
    const void *waits_on;     /* atomic; the object it waits for, for reports; NULL: none */
    const char *waits_kind;   /* atomic; what kind of object that is, a literal */
    const void *function;     /* atomic; what it runs, for reports, or NULL */
    struct tt_context_ context; /* coroutines */
    struct tt_stack_ stack;     /* coroutines */
    uint64_t name[TT_STRAND_NAME_SIZE_ / 8]; /* atomic words: a report may read it while it changes */
} __attribute__((aligned(64)));

/* The calling strand; registers a thread that tutti did not start. NULL: no memory. */
struct tt_strand_ *tt_strand_register_(void);
static inline struct tt_strand_ *tt_strand_current_(void)
{
    struct tt_strand_ *s = tt_self_.strand;
    return __builtin_expect(s != NULL, 1) ? s : tt_strand_register_();
}

/* A descriptor with a new id, not running anywhere; NULL: no memory. */
struct tt_strand_ *tt_strand_new_(const char *name);

/* Ends the strand's id. Locks it still held are reported by its name, and who waits for them is woken to find
 * the holder dead. The descriptor may be used again at once. */
void tt_strand_free_(struct tt_strand_ *s);

/* A new identity in place, for the next task on the same stack: as free and new. False: no more generations. */
bool tt_strand_renew_(struct tt_strand_ *s);

/* Makes s the calling thread's strand (NULL: none), and the one before it no longer. */
static inline void tt_strand_become_(struct tt_strand_ *s)
{
    if (tt_self_.strand) tt_self_.strand->held = tt_self_.held;
    tt_self_.strand = s;
    tt_self_.id = s ? s->id : 0;
    tt_self_.held = s ? s->held : 0;
}

/* The living strand of that id (flag bits are ignored), or NULL when it has ended. It may end any time after. */
struct tt_strand_ *tt_strand_find_(uint64_t id);

/* How many forks lie between this process and the one that loaded the library; changes only in a new child. */
extern uint64_t tt_forks_;
static inline uint64_t tt_fork_epoch_(void)
{
    return tt_load_relaxed_(&tt_forks_);
}

/* Calls visit for every living strand; any may end meanwhile. For dumps and the finder. */
void tt_strand_each_(void (*visit)(struct tt_strand_ *s, void *arg), void *arg);

/* "'name' (slot.generation)" of a strand id, also of a dead one. Returns buf. */
const char *tt_strand_describe_(uint64_t id, char *buf, size_t size);

/* Sets the name (cut to fit; NULL: none), by the strand itself. */
void tt_strand_set_name_(struct tt_strand_ *s, const char *name);

/* What it runs now: a name, or NULL and a function whose symbol serves as one. By the strand itself; a few stores. */
void tt_strand_set_task_(struct tt_strand_ *s, const char *name, const void *function);

/* Its name, or that of its function; "" when it has neither. From any thread. Returns buf. */
char *tt_strand_label_(struct tt_strand_ *s, char *buf, size_t size);

#endif
