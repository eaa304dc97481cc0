/* The public clock. */
#include "test.h"

#include <math.h>

#include <tutti/core.h>

TEST(the_clock_never_goes_back)
{
    tt_time last = tt_clock();
    for (int i = 0; i < 100000; i++) {
        tt_time now = tt_clock();
        CHECK_GE(now, last);
        last = now;
    }
}

TEST(after_counts_from_now)
{
    tt_time before = tt_clock(), then = tt_after(0.5);
    CHECK_GE(then, before + 500 * TT_MS);
    CHECK_LE(then, tt_clock() + 500 * TT_MS);
}

TEST(after_of_nonsense_is_past_but_never_a_poll)
{
    const double past[] = { -1, -INFINITY, NAN, 0 };
    for (size_t i = 0; i < sizeof past / sizeof *past; i++) {
        CHECK_NE(tt_after(past[i]), TT_NOW);
        CHECK_LE(tt_after(past[i]), tt_clock());
    }
}

TEST(after_of_more_than_the_clock_holds_is_forever)
{
    CHECK_EQ(tt_after(INFINITY), TT_FOREVER);
    CHECK_EQ(tt_after(1e300), TT_FOREVER);
    CHECK_EQ(tt_after(1e10), TT_FOREVER);
}
