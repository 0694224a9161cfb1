/* relay_snapshot - which transactions a numbering has taken, when it includes itself or is cut
 *
 * shows: M1 law-3
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

#include "../../services/relay/snapshot.c"

static snapshot_t s_parsed(const char *text)
{
    snapshot_t snapshot = {0};
    assert_true(snapshot_parse(text, &snapshot));
    return snapshot;
}

static void s_is(snapshot_t *snapshot, const char *text)
{
    char *written = snapshot_text(snapshot);
    assert_string_equal(written, text);
    free(written);
    snapshot_clear(snapshot);
}

static void test_text(void **state)
{
    (void)state;
    static const char *const good[] = {"1:1:", "10:20:", "10:20:10", "10:20:10,14,19",
                                       "4294967296:4294967400:4294967300"};
    static const char *const bad[] = {
        "",        "1",           "1:",          "1:1",       "2:1:",    "10:20:20",
        "10:20:9", "10:20:11,11", "10:20:12,11", "10:20:11,", "10:20:x", "-1:2:"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snapshot_t snapshot = s_parsed(good[i]);
        s_is(&snapshot, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snapshot_t snapshot;
        assert_false(snapshot_parse(bad[i], &snapshot));
    }
}

static void test_sees(void **state)
{
    (void)state;
    snapshot_t snapshot = s_parsed("10:20:10,14");
    assert_true(snapshot_sees(&snapshot, 9));
    assert_false(snapshot_sees(&snapshot, 10));
    assert_true(snapshot_sees(&snapshot, 11));
    assert_false(snapshot_sees(&snapshot, 14));
    assert_false(snapshot_sees(&snapshot, 20));
    snapshot_clear(&snapshot);
}

/* A round that has taken events in commits with its own snapshot: its own transaction is seen, those between are not. */
static void test_include(void **state)
{
    (void)state;
    snapshot_t snapshot = s_parsed("10:20:10,14");
    snapshot_include(&snapshot, 22);
    s_is(&snapshot, "10:23:10,14,20,21");
    snapshot = s_parsed("10:20:10,14");
    snapshot_include(&snapshot, 20);
    s_is(&snapshot, "10:21:10,14");
    snapshot = s_parsed("10:20:10,14");
    snapshot_include(&snapshot, 14);
    s_is(&snapshot, "10:20:10");
    snapshot = s_parsed("10:20:10,14");
    snapshot_include(&snapshot, 15);
    s_is(&snapshot, "10:20:10,14");
}

static void test_cut(void **state)
{
    (void)state;
    snapshot_t snapshot = s_parsed("10:20:10,14,19");
    snapshot_cut(&snapshot, 16);
    s_is(&snapshot, "10:17:10,14");
    snapshot = s_parsed("10:20:10,14");
    snapshot_cut(&snapshot, UINT64_MAX);
    s_is(&snapshot, "10:20:10,14");
    snapshot = s_parsed("100:200:");
    snapshot_cut(&snapshot, 49);
    s_is(&snapshot, "50:50:");
}

/* Whatever the order, what one snapshot sees and the next sees besides is taken once: all small histories. */
static void test_exact(void **state)
{
    (void)state;
    for (unsigned running = 0; running < 1024; running++) {
        char text[64] = "1:11:";
        size_t length = strlen(text);
        for (unsigned x = 1; x <= 10; x++)
            if (running & 1u << (x - 1))
                length += (size_t)snprintf(text + length, sizeof text - length, "%s%u",
                                           text[length - 1] == ':' ? "" : ",", x);
        snapshot_t snapshot = s_parsed(text);
        for (unsigned own = 1; own <= 13; own++) {
            char number[8];
            snprintf(number, sizeof number, "%u", own);
            char *kept = snapshot_kept(text, number, UINT64_MAX);
            snapshot_t after = s_parsed(kept);
            for (unsigned x = 0; x <= 14; x++)
                assert_int_equal(snapshot_sees(&after, x), x == own || snapshot_sees(&snapshot, x));
            snapshot_clear(&after);
            free(kept);
        }
        snapshot_clear(&snapshot);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_sees),
                                       cmocka_unit_test(test_include), cmocka_unit_test(test_cut),
                                       cmocka_unit_test(test_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
