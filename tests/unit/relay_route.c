/* relay_route - how far an event travels: the routes of the protocol, up to the parent and down to each child
 *
 * shows: law-5
 * cost: cpu 0.2
 * area: spine relay
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../services/relay/event_route.c"

static bool s_goes_up(const char *text, bool own)
{
    event_route_t route;
    assert_true(event_route_parse(text, &route));
    return event_route_goes_up(&route, own);
}

static bool s_goes_down(const char *text, const char *region, bool own, const char *child)
{
    event_route_t route;
    char *regions[] = {(char *)child, NULL};
    assert_true(event_route_parse(text, &route));
    return event_route_goes_down(&route, region, own, regions);
}

static void test_words(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "root",
                                      "root ",
                                      " none",
                                      "up none",
                                      "root  none",
                                      "root none ",
                                      "root sideways",
                                      "root addressed:",
                                      "root addressed:62.71,",
                                      "root addressed:6271",
                                      "none addressed:62, 64"};
    event_route_t route;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(event_route_parse(bad[i], &route));
    assert_true(event_route_parse("none addressed:62.71,64", &route));
    assert_string_equal(route.addressed, "62.71,64");
    assert_true(event_route_parse("parent addressed", &route));
    assert_string_equal(route.addressed, "");
}

static void test_up(void **state)
{
    (void)state;
    assert_true(s_goes_up("root none", true));
    assert_true(s_goes_up("root none", false));
    assert_true(s_goes_up("parent none", true));
    assert_false(s_goes_up("parent none", false)); /* its origin's parent has it already */
    assert_false(s_goes_up("none subtree", true));
}

static void test_down(void **state)
{
    (void)state;
    assert_false(s_goes_down("root none", "62", true, "62.71"));
    assert_true(s_goes_down("none children", "00", true, "62"));
    assert_false(s_goes_down("none children", "00", false, "62.71"));
    /* To all below the event's region: not to its neighbours. */
    assert_true(s_goes_down("none subtree", "00", false, "62.71"));
    assert_true(s_goes_down("none subtree", "62", true, "62.71"));
    assert_false(s_goes_down("root subtree", "62.71", false, "62.72"));
    assert_false(s_goes_down("root subtree", "62.71", false, "64"));
    /* The event's region lies below the child: nodes below it are meant. */
    assert_true(s_goes_down("none subtree", "62.71", true, "62"));
}

static void test_addressed(void **state)
{
    (void)state;
    assert_true(s_goes_down("none addressed:62.71", "00", true, "62"));
    assert_true(s_goes_down("none addressed:64.72,62.71", "00", false, "62.71"));
    assert_true(s_goes_down("none addressed:62", "00", true, "62"));
    assert_false(s_goes_down("none addressed:62", "00", true, "62.71")); /* the province's own node has it */
    assert_false(s_goes_down("none addressed:64.72", "00", true, "62"));
    assert_false(s_goes_down("none addressed:00", "00", true, "62"));
    assert_false(s_goes_down("none addressed", "00", true, "62"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_up),
                                       cmocka_unit_test(test_down), cmocka_unit_test(test_addressed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
