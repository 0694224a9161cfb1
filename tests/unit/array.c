/* array - the bytes of PostgreSQL's array form, element by element (unit/db sends them to a server)
 *
 * shows: law-8 law-11
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "array.h"
#include "child.h"

static void s_is(array_t *array, const char *expected, size_t expected_length)
{
    size_t length;
    const char *data = array_data(array, &length);
    assert_int_equal(length, expected_length);
    assert_memory_equal(data, expected, length);
    array_destroy(&array);
    assert_null(array);
}
#define IS(array, bytes) s_is(array, bytes, sizeof bytes - 1)

/* dimensions, NULLs, type, length, lower bound */
#define HEADER(nulls, oid, count) "\0\0\0\1\0\0\0" nulls "\0\0" oid "\0\0\0" count "\0\0\0\1"

static void test_empty_array_has_no_dimension(void **state)
{
    (void)state;
    IS(array_new(ARRAY_TEXT), "\0\0\0\0\0\0\0\0\0\0\0\x19");
}

static void test_bytes_of_each_type(void **state)
{
    (void)state;
    static const uint8_t id[] = "0123456789abcdef";
    array_t *array = array_new(ARRAY_TEXT);
    array_text(array, "ab");
    array_text(array, NULL);
    array_text(array, "");
    array_bytes(array, "cde", 1);
    IS(array, HEADER("\1", "\0\x19", "\4") "\0\0\0\2ab\xff\xff\xff\xff\0\0\0\0\0\0\0\1c");
    array = array_new(ARRAY_JSONB);
    array_text(array, "{}");
    IS(array, HEADER("\0", "\x0e\xda", "\1") "\0\0\0\3\1{}");
    array = array_new(ARRAY_UUID);
    array_uuid(array, id);
    array_uuid(array, NULL);
    IS(array, HEADER("\1", "\x0b\x86", "\2") "\0\0\0\x10"
                                             "0123456789abcdef\xff\xff\xff\xff");
    array = array_new(ARRAY_BIGINT);
    array_number(array, -2);
    IS(array, HEADER("\0", "\0\x14", "\1") "\0\0\0\x8\xff\xff\xff\xff\xff\xff\xff\xfe");
    array = array_new(ARRAY_INTEGER);
    array_number(array, 258);
    array_null(array);
    IS(array, HEADER("\1", "\0\x17", "\2") "\0\0\0\4\0\0\1\2\xff\xff\xff\xff");
    array = array_new(ARRAY_TIMESTAMPTZ);
    array_instant(array, INT64_C(946684800001));
    array_instant(array, INT64_MAX);
    array_instant(array, INT64_MIN);
    IS(array, HEADER("\0", "\x4\xa0", "\3") "\0\0\0\x8\0\0\0\0\0\0\x3\xe8"
                                            "\0\0\0\x8\x7f\xff\xff\xff\xff\xff\xff\xfe"
                                            "\0\0\0\x8\x7f\xff\xff\xff\xff\xff\xff\xfe");
}

static void test_cleared_array_is_as_new(void **state)
{
    (void)state;
    array_t *array = array_new(ARRAY_BYTEA);
    static char large[100000];
    for (int i = 0; i < 10; i++)
        array_bytes(array, large, sizeof large);
    array_null(array);
    assert_int_equal(array_count(array), 11);
    array_clear(array);
    assert_int_equal(array_count(array), 0);
    array_bytes(array, "\0\1", 2);
    IS(array, HEADER("\0", "\0\x11", "\1") "\0\0\0\2\0\1");
}

static void s_text_into_numbers(void *argument)
{
    (void)argument;
    array_text(array_new(ARRAY_BIGINT), "1");
}

static void s_large_integer(void *argument)
{
    (void)argument;
    array_number(array_new(ARRAY_INTEGER), INT64_C(1) << 31);
}

static void test_wrong_type_is_a_bug(void **state)
{
    (void)state;
    char text[512];
    assert_int_equal(child_run(s_text_into_numbers, NULL, text, sizeof text), 128 + 6);
    assert_int_equal(child_run(s_large_integer, NULL, text, sizeof text), 128 + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_array_has_no_dimension), cmocka_unit_test(test_bytes_of_each_type),
        cmocka_unit_test(test_cleared_array_is_as_new), cmocka_unit_test(test_wrong_type_is_a_bug)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
