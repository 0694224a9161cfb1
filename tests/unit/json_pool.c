/* json_pool - values live side by side, pieces are used again, and what exceeds the region is still there
 *
 * shows: law-11 O1
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "json_pool.h"

enum { VALUES = 120000 }; /* with their members more than the region holds */

static json_t *s_value(int i)
{
    char text[300];
    memset(text, 'a' + i % 26, sizeof text);
    text[i % (int)sizeof text] = '\0';
    return json_pack("{s:s, s:i, s:[i]}", "text", text, "number", i, "list", i);
}

static void s_values(json_t **values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = s_value(i);
    for (int i = 0; i < count; i += 7) {
        json_t *same = s_value(i);
        assert_true(json_equal(values[i], same));
        json_decref(same);
    }
    for (int i = 0; i < count; i++)
        json_decref(values[i]);
}

static void test_values_live_side_by_side(void **state)
{
    json_t **values = calloc(VALUES, sizeof *values), *earlier = s_value(5);
    (void)state;
    json_pool_use();
    json_decref(earlier); /* malloc's */
    s_values(values, VALUES / 100);
    s_values(values, VALUES);
    s_values(values, VALUES);
    free(values);
}

static void test_text_is_the_callers(void **state)
{
    json_t *value = s_value(3);
    (void)state;
    char *text = json_text(value, JSON_COMPACT);
    assert_string_equal(text, "{\"text\":\"ddd\",\"number\":3,\"list\":[3]}");
    free(text);
    text = json_text(value, JSON_INDENT(2));
    assert_non_null(strstr(text, "\n  \"number\": 3"));
    free(text);
    assert_null(json_text(json_object_get(value, "number"), JSON_COMPACT));
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_live_side_by_side),
        cmocka_unit_test(test_text_is_the_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
