/* relay_window - the newest leaves in memory: bounded by bytes and by leaves, oldest out first
 *
 * shows: M8 law-11
 * cost: cpu 0.5
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

#include "../../services/relay/entry.c"
#include "../../services/relay/event_route.c"
#include "../../services/relay/window.c"

static entry_t *s_new_entry(int64_t leaf, size_t length)
{
    static char bytes[100000];
    memset(bytes, 'x', sizeof bytes);
    uuid_id_t id = uuid_make(1675303200000);
    entry_t *entry =
        entry_new(&id, LANE_NORMAL, "business_registered", "62.71-1", "62.71", "root none", bytes, length);
    assert_non_null(entry);
    entry->leaf = leaf;
    return entry;
}

static void s_add_entry(window_t *window, int64_t leaf, size_t length)
{
    entry_t *entry = s_new_entry(leaf, length);
    window_add(window, &entry);
    assert_null(entry);
}

static void test_bytes(void **state)
{
    (void)state;
    window_t *window = window_new(7, 100000);
    assert_int_equal(window_first(window), 8);
    assert_int_equal(window_head(window), 7);
    for (int64_t leaf = 8; leaf <= 107; leaf++) {
        s_add_entry(window, leaf, 5000);
        assert_true(window_bytes(window) <= 100000);
        assert_int_equal(window_head(window), leaf);
        assert_int_equal(window_at(window, window_first(window))->leaf, window_first(window));
        assert_int_equal(window_at(window, leaf)->leaf, leaf);
    }
    assert_true(window_first(window) > 80);
    s_add_entry(window, 108, 100000); /* alone it is larger than all: it stands alone */
    assert_int_equal(window_first(window), 108);
    window_reset(window, 500);
    assert_int_equal(window_bytes(window), 0);
    assert_int_equal(window_first(window), 501);
    s_add_entry(window, 501, 10);
    window_destroy(&window);
    assert_null(window);
}

static void test_leaves(void **state)
{
    (void)state;
    window_t *window = window_new(0, SIZE_MAX);
    for (int64_t leaf = 1; leaf <= WINDOW_LEAVES + 10; leaf++)
        s_add_entry(window, leaf, 1);
    assert_int_equal(window_first(window), 11);
    assert_int_equal(window_at(window, WINDOW_LEAVES + 10)->leaf, WINDOW_LEAVES + 10);
    window_destroy(&window);
}

/* Seals are shared by the entries under them and go with the last. */
static void test_seals(void **state)
{
    (void)state;
    seal_t seal = {.number = 1};
    signature_t signature = {{0}};
    sealed_t *sealed = sealed_new(&seal, "text", 4, &signature);
    window_t *window = window_new(0, SIZE_MAX);
    for (int64_t leaf = 1; leaf <= 3; leaf++) {
        entry_t *entry = s_new_entry(leaf, 1);
        entry->seal = sealed_share(sealed);
        window_add(window, &entry);
    }
    assert_int_equal(sealed->references, 4);
    window_reset(window, 3);
    assert_int_equal(sealed->references, 1);
    sealed_release(&sealed);
    window_destroy(&window);
    uuid_id_t id = uuid_make(0);
    assert_null(entry_new(&id, LANE_BULK, "t", "62.71-1", "62.71", "sideways none", "{}", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bytes), cmocka_unit_test(test_leaves),
                                       cmocka_unit_test(test_seals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
