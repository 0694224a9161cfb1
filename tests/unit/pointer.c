/* pointer - a JSON pointer names one place; `*` in a pattern names every item of an array
 *
 * shows: law-5
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "pointer.h"

/* The document of RFC 6901, section 5, with its answers. */
static void test_of_the_rfc(void **state)
{
    static const struct {
        const char *pointer, *value;
    } cases[] = {
        {"/foo", "[\"bar\",\"baz\"]"},
        {"/foo/0", "\"bar\""},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/e^f", "3"},
        {"/g|h", "4"},
        {"/i\\j", "5"},
        {"/k\"l", "6"},
        {"/ ", "7"},
        {"/m~0n", "8"},
    };
    static const char *const nothing[] = {
        "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/x", "/foo/0/x",         "foo",
        "/a~b",   "/m~",    "/m~2n",   "/foo/",   "/*",     "/foo/999999999999"};
    (void)state;
    json_t *root = json_loads("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
                              "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}",
                              0, NULL);
    assert_ptr_equal(pointer_get(root, ""), root);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = json_loads(cases[i].value, JSON_DECODE_ANY, NULL);
        assert_true(json_equal(pointer_get(root, cases[i].pointer), value));
        json_decref(value);
    }
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        assert_null(pointer_get(root, nothing[i]));
    json_decref(root);
}

typedef struct {
    char places[512];
    int calls, stop_at;
} seen_t;

static int s_replace(void *arg, json_t *parent, const char *key, size_t index, json_t *value, const char *at)
{
    seen_t *seen = arg;
    assert_non_null(value);
    assert_true(!key || index == 0);
    size_t used = strlen(seen->places);
    snprintf(seen->places + used, sizeof seen->places - used, "%s ", at);
    if (key)
        json_object_set_new(parent, key, json_string("hidden"));
    else if (parent)
        json_array_set_new(parent, index, json_string("hidden"));
    return ++seen->calls == seen->stop_at ? 7 : 0;
}

static void s_visits(const char *text, const char *pattern, const char *places, const char *after)
{
    seen_t seen = {.places = ""};
    json_t *root = json_loads(text, 0, NULL), *expected = json_loads(after, 0, NULL);
    assert_int_equal(pointer_each(root, pattern, s_replace, &seen), 0);
    assert_string_equal(seen.places, places);
    assert_true(json_equal(root, expected));
    json_decref(expected);
    json_decref(root);
}

static void test_each(void **state)
{
    (void)state;
    s_visits("{\"c\":[{\"p\":1},{\"q\":2},{\"p\":3}],\"o\":{\"n\":4}}", "/c/*/p", "/c/0/p /c/2/p ",
             "{\"c\":[{\"p\":\"hidden\"},{\"q\":2},{\"p\":\"hidden\"}],\"o\":{\"n\":4}}");
    s_visits("{\"o\":{\"n\":4}}", "/o/n", "/o/n ", "{\"o\":{\"n\":\"hidden\"}}");
    s_visits("{\"m\":[[1,2],[3]]}", "/m/*/*", "/m/0/0 /m/0/1 /m/1/0 ",
             "{\"m\":[[\"hidden\",\"hidden\"],[\"hidden\"]]}");
    s_visits("{\"m\":[1,2]}", "/m/1", "/m/1 ", "{\"m\":[1,\"hidden\"]}");
    s_visits("{\"*\":{\"a/b\":1}}", "/*/a~1b", "/*/a~1b ", "{\"*\":{\"a/b\":\"hidden\"}}");
    s_visits("{\"m\":1}", "/m/*", "", "{\"m\":1}");
    s_visits("{\"m\":[1,2]}", "/m/x", "", "{\"m\":[1,2]}");
    s_visits("{\"m\":1}", "m", "", "{\"m\":1}");
    s_visits("{\"m\":1}", "/m~", "", "{\"m\":1}");
    s_visits("{\"m\":1}", "/x/*/y", "", "{\"m\":1}");
    s_visits("{\"m\":1}", "", " ", "{\"m\":1}");
}

/* Longer than any member name of ours: not found, and nothing is written beyond a buffer. */
static void test_a_long_name(void **state)
{
    (void)state;
    char pointer[400] = "/";
    memset(pointer + 1, 'n', 300);
    json_t *root = json_pack("{s:i}", pointer + 1, 1);
    assert_null(pointer_get(root, pointer));
    seen_t seen = {.places = ""};
    assert_int_equal(pointer_each(root, pointer, s_replace, &seen), 0);
    assert_int_equal(seen.calls, 0);
    json_decref(root);
}

static void test_a_visit_stops_the_walk(void **state)
{
    (void)state;
    seen_t seen = {.places = "", .stop_at = 2};
    json_t *root = json_loads("{\"c\":[1,2,3]}", 0, NULL);
    assert_int_equal(pointer_each(root, "/c/*", s_replace, &seen), 7);
    assert_string_equal(seen.places, "/c/0 /c/1 ");
    json_decref(root);
}

static void test_append(void **state)
{
    char at[8] = "";
    (void)state;
    assert_int_equal(pointer_append(at, sizeof at, "a/~"), 0);
    assert_string_equal(at, "/a~1~0");
    assert_int_equal(pointer_append(at, sizeof at, "b"), -1);
    assert_string_equal(at, "/a~1~0");
    assert_int_equal(pointer_append(at, sizeof at, ""), 0);
    assert_string_equal(at, "/a~1~0/");
    assert_int_equal(pointer_append(at, sizeof at, ""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_the_rfc),  cmocka_unit_test(test_each),
        cmocka_unit_test(test_a_long_name), cmocka_unit_test(test_a_visit_stops_the_walk),
        cmocka_unit_test(test_append),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
