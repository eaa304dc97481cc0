/* select.c - waiting for the first of several: n nodes, one wait (K1).
 *
 * Each round first lets every case try, in order; then it begins one wait and enlists the cases in order. A case that
 * can happen by now claims the wait itself. So whoever makes a case happen has won the one word, and no other case of
 * this select can. After the wait all nodes but the granted one are withdrawn, each under its object's lock.
 * A deadline case has no object: it shortens the wait, and the next round finds it due. */
#include "base/clock.h"
#include "sync/waitable.h"

_Static_assert(sizeof(tt_case) == 152, "the ABI promises 152 bytes");

static int attempt_at(struct tt_case *c)
{
    return tt_clock() >= c->by_ ? 0 : -EAGAIN;
}

static void nothing(struct tt_case *c, struct tt_waiter_ *w)
{
    (void)c;
    (void)w;
}

static int not_granted(struct tt_case *c, struct tt_waiter_ *w)
{
    (void)c;
    (void)w;
    return -EAGAIN;
}

static const struct tt_case_ops_ deadline_ops = { attempt_at, nothing, nothing, not_granted, NULL };

tt_case tt_on_deadline(tt_time at)
{
    tt_case c = tt_case_make_(&deadline_ops, NULL);
    c.by_ = at;
    return c;
}

static struct tt_waiter_ *node_of(struct tt_case *c)
{
    return (struct tt_waiter_ *)(void *)c->node_;
}

/* The first case that can happen now happens: its index, or -EAGAIN. */
static int attempt_all(tt_case *cases, int n)
{
    for (int i = 0; i < n; i++) {
        int r = cases[i].ops_->attempt(&cases[i]);
        if (r == -EAGAIN) continue;
        cases[i].result = r;
        return i;
    }
    return -EAGAIN;
}

/* By when the wait must end: `by`, or the first deadline case. */
static tt_time first_deadline(const tt_case *cases, int n, tt_time by)
{
    for (int i = 0; i < n; i++)
        if (cases[i].by_ < by) by = cases[i].by_;
    return by;
}

static bool is_decided(const struct tt_park_ *p)
{
    uint64_t state = tt_load_relaxed_(&p->strand->wait) & TT_WAIT_STATE_;
    return state != TT_WAIT_PENDING_ && state != TT_WAIT_SHIELDED_;
}

/* One wait with a node in every object. The index of the granted node, or the failure of the wait. */
static int wait_once(tt_case *cases, int n, struct tt_strand_ *me, tt_time by)
{
    struct tt_park_ p;
    int listed = 0;
    tt_park_begin_(&p, me, "select", cases, TT_PARK_CANCELLABLE_);
    for (; listed < n && !is_decided(&p); listed++) {
        tt_waiter_init_(node_of(&cases[listed]), &p, (uint32_t)listed);
        cases[listed].ops_->enlist(&cases[listed], node_of(&cases[listed]));
    }
    int r = tt_park_(&p, by);
    for (int i = 0; i < listed; i++)
        if (i != r) cases[i].ops_->withdraw(&cases[i], node_of(&cases[i]));
    return r;
}

/* The granted case takes over what it was given. Its index, or -EAGAIN. */
static int finish(tt_case *cases, int i)
{
    int r = cases[i].ops_->finish(&cases[i], node_of(&cases[i]));
    if (r == -EAGAIN) return -EAGAIN;
    cases[i].result = r;
    return i;
}

static int choose(tt_case *cases, int n, tt_time by)
{
    struct tt_strand_ *me = NULL;
    bool late = false;
    for (;;) {
        int r = attempt_all(cases, n);
        if (r != -EAGAIN || by == TT_NOW) return r;
        if (late) return -ETIMEDOUT;
        if (!me && !(me = tt_strand_current_())) return -ENOMEM;
        tt_time limit = first_deadline(cases, n, by);
        r = wait_once(cases, n, me, limit);
        if (r >= 0) r = finish(cases, r);
        if (r >= 0 || r == -ECANCELED) return r;
        late = r == -ETIMEDOUT && limit == by;
    }
}

int tt_select(tt_case *cases, size_t n, tt_time by)
{
    int r = n == 0 || n > TT_WAIT_INDEX_MAX_ ? -EINVAL : choose(cases, (int)n, by);
    for (size_t i = 0; i < n; i++)
        if (cases[i].ops_->dispose) cases[i].ops_->dispose(&cases[i]);
    return r;
}
