/* relay_alarm - a finding becomes an alarm when it has stood for the limit while its link was up
 *
 * shows: U3
 * cost: cpu 0.2
 * area: trust
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../services/relay/alarm_watch.c"

#define LIMIT 1000
#define NOON 1675339200000 /* 2023-02-02T12:00:00Z */

static finding_t s_finding(const char *peer)
{
    finding_t finding = {.kind = "missing", .node = "62.71-1", .first_seal = 3, .last_seal = 7};
    snprintf(finding.peer, sizeof finding.peer, "%s", peer);
    snprintf(finding.why, sizeof finding.why, "1 events are not here.");
    return finding;
}

/* One look, with the link to 62-1 up or not and the finding there or not. */
static bool s_look(alarm_watch_t *watch, int64_t now, bool up, bool found)
{
    finding_t finding = s_finding("62-1");
    alarm_watch_link(watch, "62-1", up, NOON + now, now);
    alarm_watch_links_end(watch, NOON + now, now);
    alarm_watch_begin(watch);
    bool due = found && alarm_watch_due(watch, &finding, now);
    alarm_watch_end(watch);
    return due;
}

static void test_limit(void **state)
{
    (void)state;
    alarm_watch_t *watch = alarm_watch_new(LIMIT);
    assert_false(s_look(watch, 100, true, true));
    assert_false(s_look(watch, 1099, true, true));
    assert_true(s_look(watch, 1100, true, true));
    assert_true(s_look(watch, 5000, true, true));
    alarm_watch_destroy(&watch);
}

/* What was over in between begins anew. */
static void test_over(void **state)
{
    (void)state;
    alarm_watch_t *watch = alarm_watch_new(LIMIT);
    assert_false(s_look(watch, 100, true, true));
    assert_false(s_look(watch, 900, true, false));
    assert_false(s_look(watch, 1200, true, true));
    assert_false(s_look(watch, 2199, true, true));
    assert_true(s_look(watch, 2200, true, true));
    alarm_watch_destroy(&watch);
}

/* The time that a link is down does not count, nor what was found before it came back. */
static void test_down(void **state)
{
    (void)state;
    alarm_watch_t *watch = alarm_watch_new(LIMIT);
    assert_false(s_look(watch, 100, true, true));
    assert_false(s_look(watch, 600, false, true));
    assert_false(s_look(watch, 90000, false, true));
    assert_false(s_look(watch, 90100, true, true));
    assert_false(s_look(watch, 91099, true, true));
    assert_true(s_look(watch, 91100, true, true));
    alarm_watch_destroy(&watch);
}

/* A link that nobody names is down; a finding that is about no link waits for none. */
static void test_unknown(void **state)
{
    (void)state;
    alarm_watch_t *watch = alarm_watch_new(LIMIT);
    finding_t elsewhere = s_finding("00-1"), nowhere = s_finding("");
    snprintf(nowhere.kind, sizeof nowhere.kind, "absent");
    alarm_watch_begin(watch);
    assert_false(alarm_watch_due(watch, &elsewhere, 100));
    assert_false(alarm_watch_due(watch, &elsewhere, 100000));
    assert_false(alarm_watch_due(watch, &nowhere, 100));
    assert_true(alarm_watch_due(watch, &nowhere, 1100));
    alarm_watch_end(watch);
    assert_false(s_look(watch, 200000, true, true));
    alarm_watch_links_end(watch, NOON, 200100); /* it is named no more */
    assert_false(s_look(watch, 200200, true, true));
    assert_false(s_look(watch, 201199, true, true));
    assert_true(s_look(watch, 201200, true, true));
    alarm_watch_destroy(&watch);
}

/* An alarm says when its link was down. */
static void test_cause(void **state)
{
    (void)state;
    alarm_watch_t *watch = alarm_watch_new(LIMIT);
    finding_t finding = s_finding("62-1"), never = s_finding("00-1");
    s_look(watch, 0, true, true);
    alarm_watch_cause(watch, &finding);
    assert_string_equal(finding.why, "1 events are not here.");
    s_look(watch, 60000, false, true);
    s_look(watch, 3600000, true, true);
    alarm_watch_cause(watch, &finding);
    assert_string_equal(finding.why, "1 events are not here. The link to 62-1 was down from "
                                     "2023-02-02T12:01:00.000Z to 2023-02-02T13:00:00.000Z.");
    alarm_watch_cause(watch, &never);
    assert_string_equal(never.why, "1 events are not here.");
    memset(finding.why, 'x', sizeof finding.why - 1);
    alarm_watch_cause(watch, &finding);
    assert_int_equal(strlen(finding.why), sizeof finding.why - 1);
    alarm_watch_destroy(&watch);
}

/* Other kinds, nodes and epochs are other findings. */
static void test_apart(void **state)
{
    (void)state;
    alarm_watch_t *watch = alarm_watch_new(LIMIT);
    finding_t one = s_finding(""), other = s_finding("");
    snprintf(other.epoch, sizeof other.epoch, "01860fda-2500-7000-8000-000000000301");
    alarm_watch_begin(watch);
    assert_false(alarm_watch_due(watch, &one, 0));
    assert_true(alarm_watch_due(watch, &one, 1000));
    assert_false(alarm_watch_due(watch, &other, 1000));
    snprintf(other.node, sizeof other.node, "62-1");
    assert_false(alarm_watch_due(watch, &other, 1500));
    alarm_watch_end(watch);
    alarm_watch_destroy(&watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit),   cmocka_unit_test(test_over),  cmocka_unit_test(test_down),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_cause), cmocka_unit_test(test_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
