/* strand.h - rows of the deadline table: <tutti/strand.h>, <tutti/scope.h>, <tutti/blocking.h>.
 *
 * no wait: tt_scope_enter - opens a scope, which lasts until then */
#include <tutti/blocking.h>
#include <unistd.h>

static void *make_nothing(void)
{
    return NULL;
}

static void unmake_nothing(void *nothing)
{
    (void)nothing;
}

static int call_sleep(void *nothing, tt_time by)
{
    (void)nothing;
    return tt_sleep(by);
}

DEADLINE_ROW(tt_sleep, .make = make_nothing, .call = call_sleep, .unmake = unmake_nothing, .flags = TIME_IS_SUCCESS)

/* --- a foreign blocking call: it goes on when its caller has given up --- */

struct foreign {
    int go_on, running; /* atomic */
};

static void *make_foreign(void)
{
    return calloc(1, sizeof(struct foreign));
}

static tt_value block(tt_view arg)
{
    struct foreign *f = tt_as_pointer(arg);
    tt_add_acq_rel_(&f->running, 1);
    while (!tt_load_acquire_(&f->go_on))
        usleep(100);
    tt_sub_acq_rel_(&f->running, 1);
    return tt_int(7);
}

static int call_foreign(void *f, tt_time by)
{
    tt_value v = tt_int(-1);
    int r = tt_blocking(block, tt_pointer(f), &v, by);
    CHECK_EQ(tt_as_int(v), r == 0 ? 7 : -1);
    return r;
}

static void grant_foreign(void *arg)
{
    struct foreign *f = arg;
    tt_store_release_(&f->go_on, 1);
}

static void unmake_foreign(void *arg)
{
    struct foreign *f = arg;
    grant_foreign(f);
    while (tt_load_acquire_(&f->running))
        sched_yield();
    usleep(1000);
    test_allow(0, 8, 16); /* the watchdog; helper threads, which end after some seconds */
    free(f);
}

DEADLINE_ROW(tt_blocking, .make = make_foreign, .call = call_foreign, .grant = grant_foreign, .unmake = unmake_foreign,
             .flags = NEEDS_WAITER | COROUTINES_ONLY)
