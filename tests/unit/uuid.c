/* uuid - ids rise, say their time, follow from a cause for ever, and are read strictly
 *
 * shows: M3 law-2
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "uuid.h"

#define NOW INT64_C(1675303200000)

static bool s_above(const uuid_id_t *self, const uuid_id_t *other)
{
    return memcmp(self, other, sizeof *self) > 0;
}

static void test_ids_rise(void **state)
{
    (void)state;
    uuid_id_t last = uuid_make(NOW);
    for (int i = 0; i < 100000; i++) {
        uuid_id_t id =
            uuid_make(NOW + i / 10000 - i % 3); /* 10,000 in a millisecond, and a clock that trembles */
        assert_true(s_above(&id, &last));
        last = id;
    }
    assert_in_range(uuid_time_ms(&last), NOW, NOW + 60);
}

static void test_time_and_marks(void **state)
{
    (void)state;
    uuid_id_t id = uuid_make(NOW + 86400000);
    char text[UUID_TEXT];
    uuid_text(&id, text);
    assert_int_equal(uuid_time_ms(&id), NOW + 86400000);
    assert_int_equal(strlen(text), 36);
    assert_int_equal(text[14], '7');
    assert_non_null(strchr("89ab", text[19]));
    id = uuid_make(NOW); /* a clock that was set back by a day is believed */
    assert_int_equal(uuid_time_ms(&id), NOW);
    id = uuid_make(-5);
    assert_int_equal(uuid_time_ms(&id), 0);
    id = uuid_make(INT64_MAX);
    assert_int_equal(uuid_time_ms(&id), (INT64_C(1) << 48) - 1);
}

static void test_derived(void **state)
{
    (void)state;
    uuid_id_t cause, id;
    char text[UUID_TEXT];
    assert_true(uuid_of_text("01860fda-2500-7000-8000-0000000000ee", 36, &cause));
    id = uuid_derive(&cause, "receipt 62.71-1");
    uuid_text(&id, text);
    /* computed by hashlib */
    assert_string_equal(text, "01860fda-2500-764f-a54b-fc36749fb92b");
    uuid_id_t other = uuid_derive(&cause, "receipt 62.72-1");
    assert_memory_not_equal(&id, &other, sizeof id);
    assert_int_equal(uuid_time_ms(&other), uuid_time_ms(&cause));
}

static void test_strict_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"01860fda-2500-7000-8000-0000000000eE",
                                      "01860fda-2500-7000-8000-0000000000e",
                                      "01860fda-2500-7000-8000-0000000000eee",
                                      "01860fda25007000-8000-0000000000ee--",
                                      "{1860fda-2500-7000-8000-0000000000e}",
                                      "g1860fda-2500-7000-8000-0000000000ee",
                                      ""};
    uuid_id_t id = {{0}}, zero = {{0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(uuid_of_text(bad[i], strlen(bad[i]), &id));
    assert_memory_equal(&id, &zero, sizeof id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ids_rise), cmocka_unit_test(test_time_and_marks),
                                       cmocka_unit_test(test_derived), cmocka_unit_test(test_strict_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
