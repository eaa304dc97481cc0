/* spin.c - what a spinner does between two looks. */
#include "base/spin.h"

#include <sched.h>

enum { PAUSES = 64 };

void tt_spin_relax_(unsigned *round)
{
    if (++*round < PAUSES)
        tt_pause_();
    else
        sched_yield();
}
