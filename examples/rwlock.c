/* A readers-writer lock: many look at the table at once, one changes it alone. */
#include <stdio.h>
#include <tutti.h>

static tt_rwlock lock;
static tt_barrier *both;
static int celsius = 20;

TT_DEFINE(tt_value, read_it)
{
    tt_guard_rwlock_read(&lock);
    TT_TRY(tt_barrier_wait(both, TT_FOREVER)); /* two readers meet inside */
    return tt_int(celsius);
}

static const char *try_to_write(void)
{
    int r = tt_rwlock_acquire_write(&lock, TT_NOW);
    if (r == 0) tt_rwlock_release_write(&lock);
    return r == 0 ? "can be written" : tt_strerror(r);
}

int main(void)
{
    both = tt_barrier_new(2);
    tt_autoptr(tt_thread) t = tt_thread_new(read_it, tt_none());
    TT_MUST(tt_thread_start(t));
    tt_auto mine = read_it_c();
    tt_auto its = tt_none();
    TT_MUST(tt_thread_result(t, &its, TT_FOREVER));
    printf("both read: %ld, %ld\n", (long)tt_as_int(mine), (long)tt_as_int(its));

    tt_with_rwlock_read (&lock) printf("while I read: %s\n", try_to_write());
    tt_with_rwlock_write (&lock) celsius = 21;
    printf("free: %s, %d degrees\n", try_to_write(), celsius);
    tt_barrier_free(both);
}
/* prints:
both read: 20, 20
while I read: would wait for itself: a deadlock
free: can be written, 21 degrees
*/
