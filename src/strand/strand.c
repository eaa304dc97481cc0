/* strand.c - the registry of strands: a growing table of descriptors that never shrinks.
 *
 * The first chunk is static, so a program that uses one lock maps nothing. `registry` guards the free list and
 * the making of chunks; lookups go without it: a chunk pointer is set once, and an id is compared after the load.
 * Lock order: `registry` is taken alone. */
#include "strand/strand.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/fork.h"
#include "base/log.h"
#include "base/memory.h"
#include "strand/locals.h"
#include "strand/park.h"
#include "strand/reads.h"

enum {
    FIRST_CHUNK = 32,
    CHUNK = 1024,
    CHUNKS = (1 << TT_ID_SLOT_BITS_) / CHUNK,
    EPOCHS = 256,
};

__thread struct tt_self_ tt_self_;
uint64_t tt_forks_;

static struct tt_strand_ first_chunk[FIRST_CHUNK];
static struct tt_strand_ *chunks[CHUNKS]; /* chunks[0] is first_chunk; atomic, set once */

static struct {
    tt_spin_ lock;
    struct tt_strand_ *free;
    uint32_t slots; /* atomic; made so far */
} registry;

static struct tt_strand_ *at(uint32_t slot)
{
    if (slot < FIRST_CHUNK) return &first_chunk[slot];
    struct tt_strand_ *chunk = tt_load_acquire_(&chunks[slot / CHUNK]); /* pairs with grow's release */
    return chunk ? &chunk[slot % CHUNK] : NULL;
}

/* Slots are numbered so that the first chunk stands for the whole first CHUNK: numbers go 0…31, 1024…2047, … */
static uint32_t next_slot(uint32_t slot)
{
    return slot + 1 == FIRST_CHUNK ? CHUNK : slot + 1;
}

static uint64_t make_id(const struct tt_strand_ *s)
{
    return (tt_forks_ % EPOCHS) << TT_ID_EPOCH_SHIFT_ | s->generation << TT_ID_GENERATION_SHIFT_ |
           (uint64_t)s->slot << TT_ID_SLOT_SHIFT_;
}

static uint32_t slot_of(uint64_t id)
{
    return (uint32_t)(id >> TT_ID_SLOT_SHIFT_) & ((1u << TT_ID_SLOT_BITS_) - 1);
}

/* A new slot from the table; `chunk` is memory for the next chunk when there was none before. Registry held. */
static struct tt_strand_ *new_slot(struct tt_strand_ **chunk)
{
    uint32_t slot = registry.slots;
    if (slot >= (1u << TT_ID_SLOT_BITS_)) return NULL;
    if (slot >= FIRST_CHUNK && !chunks[slot / CHUNK]) {
        if (!*chunk) return NULL;
        tt_store_release_(&chunks[slot / CHUNK], *chunk); /* pairs with at's acquire */
        *chunk = NULL;
    }
    tt_store_release_(&registry.slots, next_slot(slot));
    struct tt_strand_ *s = at(slot);
    s->slot = slot;
    return s;
}

static struct tt_strand_ *take_slot(struct tt_strand_ **chunk)
{
    tt_spin_lock_(&registry.lock);
    struct tt_strand_ *s = registry.free;
    if (s)
        registry.free = s->next;
    else
        s = new_slot(chunk);
    tt_spin_unlock_(&registry.lock);
    return s;
}

/* K19: nothing allocates under a lock; so memory for a chunk is made first and given back if it was not used. */
static struct tt_strand_ *take_slot_growing(void)
{
    struct tt_strand_ *chunk = NULL, *s = take_slot(&chunk);
    if (s || tt_load_relaxed_(&registry.slots) >= (1u << TT_ID_SLOT_BITS_)) return s;
    chunk = tt_alloc_aligned_(64, CHUNK * sizeof *chunk);
    if (!chunk) return NULL;
    memset(chunk, 0, CHUNK * sizeof *chunk);
    s = take_slot(&chunk);
    tt_free_(chunk);
    return s;
}

void tt_strand_set_name_(struct tt_strand_ *s, const char *name)
{
    uint64_t words[TT_STRAND_NAME_SIZE_ / 8] = { 0 };
    if (name) snprintf((char *)words, sizeof words, "%s", name);
    for (unsigned i = 0; i < TT_STRAND_NAME_SIZE_ / 8; i++)
        tt_store_relaxed_(&s->name[i], words[i]);
}

void tt_strand_set_task_(struct tt_strand_ *s, const char *name, const void *function)
{
    tt_store_relaxed_(&s->function, function);
    if (name || s->name[0]) tt_strand_set_name_(s, name);
}

char *tt_strand_label_(struct tt_strand_ *s, char *buf, size_t size)
{
    uint64_t words[TT_STRAND_NAME_SIZE_ / 8];
    const void *function = tt_load_relaxed_(&s->function);
    for (unsigned i = 0; i < TT_STRAND_NAME_SIZE_ / 8; i++)
        words[i] = tt_load_relaxed_(&s->name[i]);
    if (words[0] || !function)
        snprintf(buf, size, "%.*s", TT_STRAND_NAME_SIZE_ - 1, (const char *)words);
    else
        tt_name_of_(function, buf, size);
    return buf;
}

/* --- fork (K15): the child has one strand, the one that forked; the others' ids are dead --- */

static void after_fork_child(void)
{
    tt_forks_++;
    for (uint32_t slot = 0; slot < registry.slots; slot = next_slot(slot)) {
        struct tt_strand_ *s = at(slot);
        s->scope_lock = (tt_spin_){ 0 }; /* a canceller may have held it */
        if (s == tt_self_.strand) continue;
        tt_store_seq_(&s->id, 0);
        tt_and_acq_rel_(&s->wait, ~(uint64_t)TT_WAIT_STATE_); /* nobody hands anything to it any more */
    }
}

static struct tt_fork_ watch = { .lock = &registry.lock, .child = after_fork_child };

/* --- descriptors --- */

/* For reports (base/log.h). */
static const char *describe_caller(char *buf, size_t size)
{
    return tt_self_.strand ? tt_strand_describe_(tt_self_.id, buf, size) : NULL;
}

struct tt_strand_ *tt_strand_new_(const char *name)
{
    struct tt_strand_ *s = tt_fork_watch_(&watch) == 0 ? take_slot_growing() : NULL;
    if (!s) return NULL;
    tt_store_relaxed_(&tt_log_caller_, describe_caller);
    tt_strand_set_name_(s, name);
    s->generation++;
    tt_store_relaxed_(&s->scheduler, NULL);
    s->next = NULL;
    s->scope = NULL;
    s->held = 0;
    s->deputy = NULL;
    s->locals = s->owner = s->task = s->set = NULL;
    s->waits = NULL;
    tt_store_relaxed_(&s->function, NULL);
    s->spin = 0;
    tt_store_seq_(&s->id, make_id(s));
    return s;
}

static void kick(struct tt_strand_ *s, void *unused)
{
    (void)unused;
    tt_park_kick_(s);
}

/* The id dies; seq_cst against a lock's waiter, which begins its wait and then looks whether the holder lives. */
static void end_identity(struct tt_strand_ *s)
{
    char who[96];
    uint64_t id = s->id;
    int64_t held = s->held;
    if (held > 0) tt_strand_describe_(id, who, sizeof who);
    tt_reads_clear_(s);
    tt_store_seq_(&s->id, 0);
    if (held <= 0) return;
    tt_misuse_anonymous_(s, "strand %s ended holding %lld lock%s", who, (long long)held, held == 1 ? "" : "s");
    tt_strand_each_(kick, NULL);
}

void tt_strand_free_(struct tt_strand_ *s)
{
    end_identity(s);
    if (s->generation >= (1u << TT_ID_GENERATION_BITS_) - 1) return; /* used up: retired */
    tt_spin_lock_(&registry.lock);
    s->next = registry.free;
    registry.free = s;
    tt_spin_unlock_(&registry.lock);
}

bool tt_strand_renew_(struct tt_strand_ *s)
{
    if (s->generation >= (1u << TT_ID_GENERATION_BITS_) - 1) return false;
    bool current = tt_self_.strand == s;
    if (current) tt_strand_become_(NULL); /* saves `held` */
    end_identity(s);
    s->generation++;
    s->held = 0;
    tt_store_seq_(&s->id, make_id(s));
    if (current) tt_strand_become_(s);
    return true;
}

struct tt_strand_ *tt_strand_find_(uint64_t id)
{
    id &= ~(uint64_t)TT_ID_FLAGS_;
    uint32_t slot = slot_of(id);
    if (id == 0 || slot >= tt_load_acquire_(&registry.slots)) return NULL; /* pairs with new_slot */
    struct tt_strand_ *s = at(slot);
    return s && tt_load_seq_(&s->id) == id ? s : NULL;
}

void tt_strand_each_(void (*visit)(struct tt_strand_ *s, void *arg), void *arg)
{
    uint32_t end = tt_load_acquire_(&registry.slots); /* pairs with new_slot */
    for (uint32_t slot = 0; slot < end; slot = next_slot(slot)) {
        struct tt_strand_ *s = at(slot);
        if (s && tt_load_seq_(&s->id) != 0) visit(s, arg);
    }
}

const char *tt_strand_describe_(uint64_t id, char *buf, size_t size)
{
    struct tt_strand_ *s = tt_strand_find_(id);
    unsigned long long generation = id >> TT_ID_GENERATION_SHIFT_ & ((1u << TT_ID_GENERATION_BITS_) - 1);
    char label[64] = "";
    if (s) tt_strand_label_(s, label, sizeof label);
    if (label[0])
        snprintf(buf, size, "'%s' (%u.%llu)", label, slot_of(id), generation);
    else
        snprintf(buf, size, "%s%u.%llu", s ? "" : "ended ", slot_of(id), generation);
    return buf;
}

/* --- threads that tutti did not start --- */

static pthread_key_t thread_end;
static int thread_end_state; /* 0, or what pthread_key_create said, once */

/* Runs in every round of thread-specific destructors; the descriptor goes in the last, so that the
 * destructors of others may still use locks (K11). */
static void on_thread_end(void *arg)
{
    struct tt_strand_ *s = arg;
    tt_locals_clear_(s);
    if (++s->end_rounds < TT_END_ROUND_ && pthread_setspecific(thread_end, s) == 0) return;
    tt_strand_become_(NULL);
    tt_strand_free_(s);
}

static void make_key(void)
{
    thread_end_state = pthread_key_create(&thread_end, on_thread_end);
}

struct tt_strand_ *tt_strand_register_(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_key);
    if (thread_end_state != 0) return NULL;
    struct tt_strand_ *s = tt_strand_new_(NULL);
    if (!s) return NULL;
    s->end_rounds = 0;
    if (pthread_setspecific(thread_end, s) != 0) {
        tt_strand_free_(s);
        return NULL;
    }
    tt_strand_become_(s);
    return s;
}

/* --- the public calls --- */

uint64_t tt_strand_id(void)
{
    struct tt_strand_ *me = tt_strand_current_();
    return me ? me->id : 0;
}

bool tt_strand_is_coroutine(void)
{
    return tt_self_.strand && tt_self_.strand->scheduler;
}

void tt_yield(void)
{
    struct tt_strand_ *me = tt_self_.strand;
    if (me && me->scheduler)
        me->scheduler->yield(me->scheduler, me);
    else
        sched_yield();
}

int tt_sleep(tt_time by)
{
    struct tt_park_ p;
    struct tt_strand_ *me = tt_strand_current_();
    if (!me) return -ENOMEM;
    if (by == TT_NOW) {
        tt_yield();
        return 0;
    }
    tt_park_begin_(&p, me, "sleep", NULL, TT_PARK_CANCELLABLE_);
    int r = tt_park_(&p, by);
    return r == -ETIMEDOUT ? 0 : r;
}
