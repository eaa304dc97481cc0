/* Proxies. */
#include "test.h"

#include <tutti.h>

static int dropped;
static void let_go(void *address)
{
    dropped += *(int *)address;
}
static const tt_proxy_type counter = { sizeof counter, "counter", let_go };
static const tt_proxy_type plain = { sizeof plain, "plain", NULL };

TEST(the_last_drop_lets_go_once)
{
    int one = 1;
    tt_value p = tt_proxy(&one, &counter);
    tt_value list = tt_list_of(tt_ref(p), tt_ref(p));
    tt_drop(p);
    CHECK_EQ(dropped, 0);
    tt_drop(list);
    CHECK_EQ(dropped, 1);
}

TEST(a_proxy_knows_its_type_and_address)
{
    int one = 1;
    tt_auto p = tt_proxy(&one, &plain), q = tt_proxy(&one, &plain), r = tt_proxy(&one, &counter);
    CHECK(tt_proxy_address(p, &plain) == &one);
    CHECK_NULL(tt_proxy_address(p, &counter));
    CHECK_NULL(tt_proxy_type_of(tt_int(1)));
    CHECK_STR(tt_type_name(p), "plain");
    CHECK_EQ(tt_equal(p, q), 1);
    CHECK_EQ(tt_equal(p, r), 0);
    tt_auto d = tt_dict_of(tt_ref(p), "found");
    CHECK_STR(tt_as_str(tt_dict_at(d, q)), "found");
}
