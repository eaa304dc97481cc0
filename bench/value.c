/* value.c - the one value type: what immediates, references and drops cost. */
#include <stdlib.h>
#include <tutti.h>

#include "support/bench.h"

BENCH(int_made_and_read, "an int made and read")
{
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_value v = tt_int(i);
        BENCH_USE(v.word);
        BENCH_USE(tt_as_int(v));
    }
    bench_stop(n);
}

BENCH(ref_and_drop, "a reference to a str taken and dropped")
{
    tt_auto s = tt_str("shared");
    bench_go();
    for (long i = 0; i < n; i++) tt_drop(tt_ref(s));
    bench_stop(n);
}

BENCH(ref_and_drop_of_int, "the same of an int")
{
    tt_value v = tt_int(7);
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_USE(v.word);
        tt_drop(tt_ref(v));
    }
    bench_stop(n);
}

BENCH(rival_atomic_add_and_sub, "two atomic additions: what a reference has to cost")
{
    static long refs;
    bench_go();
    for (long i = 0; i < n; i++) {
        __atomic_fetch_add(&refs, 1, __ATOMIC_RELAXED);
        __atomic_fetch_sub(&refs, 1, __ATOMIC_ACQ_REL);
    }
    bench_stop(n);
}
