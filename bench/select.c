/* select.c - a select over two cases, of which the second is ready; and a plain get beside it. */
#include <tutti/queue.h>
#include <tutti/select.h>

#include "support/bench.h"

BENCH(select_of_two, "put, and get by a select")
{
    tt_event never = TT_EVENT_INIT;
    tt_queue *q = tt_queue_new(0);
    tt_value v;
    BENCH_CHECK(q);
    bench_go();
    for (long i = 0; i < n; i++) {
        tt_case cases[] = { tt_on_event(&never), tt_on_get(q, &v) };
        BENCH_CHECK(tt_queue_put(q, tt_int(i), TT_NOW) == 0);
        BENCH_CHECK(tt_select(cases, 2, TT_FOREVER) == 1);
    }
    bench_stop(n);
    tt_queue_free(q);
}

BENCH(rival_plain_get, "put, and a plain get")
{
    tt_queue *q = tt_queue_new(0);
    tt_value v;
    BENCH_CHECK(q);
    bench_go();
    for (long i = 0; i < n; i++) {
        BENCH_CHECK(tt_queue_put(q, tt_int(i), TT_NOW) == 0);
        BENCH_CHECK(tt_queue_get(q, &v, TT_FOREVER) == 0);
    }
    bench_stop(n);
    tt_queue_free(q);
}
