/* spin.c - what a spinner does between two looks. */
#include "base/spin.h"

#include <sched.h>
#include <tutti/core.h>

enum { PAUSES = 64 };

void tt_spin_relax_(unsigned *round)
{
    if (++*round < PAUSES)
        tt_pause_();
    else
        sched_yield();
}

bool tt_can_spin_(void)
{
    static int cpus;
    int n = tt_load_relaxed_(&cpus);
    if (n == 0) tt_store_relaxed_(&cpus, n = tt_cpu_count());
    return n > 1;
}
