/* C structs travel as they are, in one value; they are known by name and size. */
#include <stdio.h>
#include <tutti.h>

typedef struct reading {
    long station;
    double celsius;
} reading;

typedef struct place {
    double lat, lon;
} place;

TT_DEFINE(reading, warmer, reading, r, double, degrees)
{
    r.celsius += degrees;
    return r;
}

int main(void)
{
    tt_auto v = tt_struct(reading, .station = 7, .celsius = 20.5);
    tt_auto args = tt_args(tt_ref(v), 1.5);
    tt_auto w = warmer(tt_view_of(args));
    reading before = tt_as(reading, v), after = tt_as(reading, w);
    printf("station %ld: %.1f, now %.1f\n", before.station, before.celsius, after.celsius);

    place p;
    if (tt_get_struct(place, v, &p) == -EINVAL) printf("a %s is no place\n", tt_type_name(v));
}
/* prints:
station 7: 20.5, now 22.0
a reading is no place
*/
