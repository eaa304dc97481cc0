/* deadlines.h - the frame of the deadline table: every public function that takes a tt_time has a row, and each row is
 * run as a thread and as a coroutine through all scenarios. tests/check_deadlines.py fails when a row is missing.
 *
 * To add a row: in tests/deadlines/AREA.h (a new file is included by tests/deadlines.c) write
 *
 *     static void *make_x(void) { … }                     an object of which the call has to wait
 *     static int call_x(void *x, tt_time by) { … }        the call: 0 for any success, else its code
 *     static void grant_x(void *x) { … }                  lets one call succeed: one that waits, or the next
 *     static void unmake_x(void *x) { … }
 *     DEADLINE_ROW(tt_x_wait, .make = make_x, .call = call_x, .grant = grant_x, .unmake = unmake_x)
 *
 * make, grant and unmake run in the test's thread. A function that takes a tt_time and does not wait is excused by a
 * line in a comment:   no wait: tt_name - why.
 */
#ifndef TUTTI_TESTS_DEADLINES_H
#define TUTTI_TESTS_DEADLINES_H

#include "strand/park.h"
#include "strands.h"

/* What is different about a row. */
enum {
    NEEDS_WAITER = 1,    /* grant works only while the call waits: there is no "ready" before (a notify) */
    UNBOUNDED_STAYS = 2, /* with TT_FOREVER it is no cancellation point */
    TIME_IS_SUCCESS = 4, /* it waits for the time itself (a sleep); no grant */
    COROUTINES_ONLY = 8, /* a thread's call does not look at the time; it is not run as one */
};

struct row {
    const char *name;
    void *(*make)(void);
    int (*call)(void *object, tt_time by);
    void (*grant)(void *object);
    void (*mend)(void *object); /* after a failed call: makes the object as new; NULL: nothing is broken */
    void (*unmake)(void *object);
    unsigned flags;
};

enum around { PLAIN, IN_CANCELLED_SCOPE, SHIELDED };

struct attempt {
    const struct row *row;
    void *object;
    tt_time by;
    enum around around;
    int result;
    struct strand *strand;
};

static inline void call_in_scope(struct attempt *a)
{
    tt_scope s;
    CHECK_OK(tt_scope_enter(&s, TT_FOREVER));
    tt_scope_cancel(&s);
    if (a->around == IN_CANCELLED_SCOPE) a->result = a->row->call(a->object, a->by);
    if (a->around == SHIELDED)
        tt_shield {
            a->result = a->row->call(a->object, a->by);
        }
    CHECK_EQ(tt_scope_leave(&s), -ECANCELED);
}

static inline void do_attempt(void *arg)
{
    struct attempt *a = arg;
    if (a->around == PLAIN)
        a->result = a->row->call(a->object, a->by);
    else
        call_in_scope(a);
}

static inline void begin(struct attempt *a, const struct row *row, void *object, enum kind kind, tt_time by,
                         enum around around)
{
    *a = (struct attempt){ .row = row, .object = object, .by = by, .around = around, .result = 1 };
    a->strand = go(kind, do_attempt, a);
}

static inline bool is_waiting(struct strand *s)
{
    uint64_t state = tt_load_acquire_(&s->self->wait) & TT_WAIT_STATE_;
    return state == TT_WAIT_PENDING_ || state == TT_WAIT_SHIELDED_;
}

static inline void begin_and_wait(struct attempt *a, const struct row *row, void *object, enum kind kind, tt_time by,
                                  enum around around)
{
    begin(a, row, object, kind, by, around);
    until_it_waits(a->strand, NULL);
    while (!is_waiting(a->strand) && !tt_load_acquire_(&a->strand->ended))
        sched_yield();
    CHECK_EQ(tt_load_acquire_(&a->strand->ended), 0);
}

static inline int end(struct attempt *a)
{
    finish(a->strand);
    if (a->result != 0 && a->row->mend) a->row->mend(a->object);
    return a->result;
}

static inline int attempt(const struct row *row, void *object, enum kind kind, tt_time by, enum around around)
{
    struct attempt a;
    begin(&a, row, object, kind, by, around);
    return end(&a);
}

/* The object is in order: it lets one call succeed that is granted. */
static inline void check_usable(const struct row *row, void *object, enum kind kind)
{
    struct attempt a;
    if (row->flags & TIME_IS_SUCCESS) {
        CHECK_OK(attempt(row, object, kind, tt_after(0.001), PLAIN));
    } else if (row->flags & NEEDS_WAITER) {
        begin_and_wait(&a, row, object, kind, TT_FOREVER, PLAIN);
        row->grant(object);
        CHECK_OK(end(&a));
    } else {
        row->grant(object);
        CHECK_OK(attempt(row, object, kind, TT_FOREVER, PLAIN));
    }
}

/* A deadline with which the call can be cancelled. */
static inline tt_time far(const struct row *row)
{
    return row->flags & UNBOUNDED_STAYS ? tt_after(60) : TT_FOREVER;
}

/* --- the scenarios --- */

static inline void run_ready(const struct row *row, enum kind kind)
{
    const tt_time by[] = { TT_FOREVER, TT_NOW, tt_after(-1), tt_after(60) };
    for (int i = 0; i < 4; i++) {
        void *object = row->make();
        if (row->flags & (TIME_IS_SUCCESS | NEEDS_WAITER)) {
            check_usable(row, object, kind);
        } else {
            row->grant(object);
            CHECK_OK(attempt(row, object, kind, by[i], PLAIN)); /* success beats a time that is up */
        }
        row->unmake(object);
    }
}

static inline void run_deadline(const struct row *row, enum kind kind)
{
    bool sleeps = row->flags & TIME_IS_SUCCESS;
    void *object = row->make();
    CHECK_EQ(attempt(row, object, kind, TT_NOW, PLAIN), sleeps ? 0 : -EAGAIN);
    CHECK_EQ(attempt(row, object, kind, tt_after(-1), PLAIN), sleeps ? 0 : -ETIMEDOUT);
    tt_time by = tt_after(0.005);
    CHECK_EQ(attempt(row, object, kind, by, PLAIN), sleeps ? 0 : -ETIMEDOUT);
    CHECK_GE(tt_clock(), by);
    check_usable(row, object, kind);
    row->unmake(object);
}

static inline void run_cancelled_before(const struct row *row, enum kind kind)
{
    void *object = row->make();
    CHECK_EQ(attempt(row, object, kind, far(row), IN_CANCELLED_SCOPE), -ECANCELED);
    CHECK_EQ(attempt(row, object, kind, TT_NOW, IN_CANCELLED_SCOPE), row->flags & TIME_IS_SUCCESS ? 0 : -EAGAIN);
    if (row->flags & UNBOUNDED_STAYS) {
        struct attempt a;
        begin_and_wait(&a, row, object, kind, TT_FOREVER, IN_CANCELLED_SCOPE);
        row->grant(object);
        CHECK_OK(end(&a));
    } else if (!(row->flags & (NEEDS_WAITER | TIME_IS_SUCCESS))) {
        row->grant(object);
        CHECK_OK(attempt(row, object, kind, TT_FOREVER, IN_CANCELLED_SCOPE)); /* it need not wait */
    }
    row->unmake(object);
}

static inline void run_cancelled_during(const struct row *row, enum kind kind)
{
    struct attempt a;
    void *object = row->make();
    begin_and_wait(&a, row, object, kind, far(row), PLAIN);
    cancel(a.strand);
    CHECK_EQ(end(&a), -ECANCELED);
    check_usable(row, object, kind);
    row->unmake(object);
    if (!(row->flags & UNBOUNDED_STAYS)) return;
    object = row->make();
    begin_and_wait(&a, row, object, kind, TT_FOREVER, PLAIN);
    cancel(a.strand);
    row->grant(object);
    CHECK_OK(end(&a));
    row->unmake(object);
}

static inline void *cancel_it(void *arg)
{
    cancel(arg);
    return NULL;
}

/* What the cancelled call did not get is there for the next. */
static inline void check_not_lost(const struct row *row, void *object)
{
    if (!(row->flags & (NEEDS_WAITER | TIME_IS_SUCCESS))) CHECK_OK(row->call(object, TT_NOW));
}

static inline void run_cancel_racing_the_wake(const struct row *row, enum kind kind)
{
    for (int i = 0; i < 60; i++) {
        struct attempt a;
        pthread_t canceller;
        void *object = row->make();
        tt_time by = row->flags & TIME_IS_SUCCESS ? tt_after(0.0003) : far(row);
        begin(&a, row, object, kind, by, PLAIN);
        until_it_waits(a.strand, NULL);
        while (i % 3 && !is_waiting(a.strand) && !tt_load_acquire_(&a.strand->ended))
            sched_yield();
        CHECK_EQ(pthread_create(&canceller, NULL, cancel_it, a.strand), 0);
        for (int spin = 0; spin < i * 20; spin++)
            tt_pause_();
        if (row->grant) row->grant(object);
        pthread_join(canceller, NULL);
        int r = end(&a);
        CHECK(r == 0 || r == -ECANCELED);
        if (r < 0) check_not_lost(row, object);
        row->unmake(object);
    }
}

static inline void run_shielded(const struct row *row, enum kind kind)
{
    struct attempt a;
    void *object = row->make();
    bool sleeps = row->flags & TIME_IS_SUCCESS;
    CHECK_EQ(attempt(row, object, kind, tt_after(0.005), SHIELDED), sleeps ? 0 : -ETIMEDOUT);
    begin_and_wait(&a, row, object, kind, sleeps ? tt_after(1) : TT_FOREVER, SHIELDED);
    cancel(a.strand);
    if (!sleeps) {
        for (int i = 0; i < 20; i++)
            sched_yield();
        CHECK_EQ(tt_load_acquire_(&a.strand->ended), 0);
        row->grant(object);
    }
    CHECK_OK(end(&a));
    row->unmake(object);
}

#define DEADLINE_SCENARIO_(function, scenario)                                                                         \
    TEST(function##_##scenario##_as_thread)                                                                            \
    {                                                                                                                  \
        if (!(row_##function.flags & COROUTINES_ONLY)) run_##scenario(&row_##function, THREAD);                        \
    }                                                                                                                  \
    TEST(function##_##scenario##_as_coroutine) { run_##scenario(&row_##function, COROUTINE); }

#define DEADLINE_ROW(function, ...)                                                                                    \
    static const struct row row_##function = { .name = #function, __VA_ARGS__ };                                       \
    DEADLINE_SCENARIO_(function, ready)                                                                                \
    DEADLINE_SCENARIO_(function, deadline)                                                                             \
    DEADLINE_SCENARIO_(function, cancelled_before)                                                                     \
    DEADLINE_SCENARIO_(function, cancelled_during)                                                                     \
    DEADLINE_SCENARIO_(function, cancel_racing_the_wake)                                                               \
    DEADLINE_SCENARIO_(function, shielded)

#endif
