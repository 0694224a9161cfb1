/* schema - what the public suite does not show: names of documents, closed requests, and what a problem tells
 *
 * shows: F1 I5 law-5 law-11
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
#include <jansson.h>

#include "schema.h"

static json_t *s_json(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
    if (!json)
        fail_msg("%s: %s", text, error.text);
    return json;
}

static void s_add(schema_set_t *set, const char *name, const char *text)
{
    json_t *document = s_json(text);
    assert_true(schema_set_add(set, name, document));
    json_decref(document);
}

static const schema_t *s_compiled(schema_set_t *set, const char *document, const char *pointer)
{
    char error[512] = "";
    const schema_t *schema = schema_compile(set, document, pointer, error, sizeof error);
    if (!schema)
        fail_msg("%s", error);
    return schema;
}

/* Check one value against one schema and compare the first problem; code NULL: it is valid. */
static void s_problem(const char *schema_text, const char *value_text, schema_flags_t flags, const char *code,
                      const char *at)
{
    schema_set_t *set = schema_set_new();
    s_add(set, "it", schema_text);
    json_t *value = s_json(value_text);
    problem_t problem;
    memset(&problem, code ? 'x' : 0, sizeof problem); /* what stood there before does not show through */
    status_t status = schema_check(s_compiled(set, "it", ""), value, flags, &problem);
    assert_int_equal(status, code ? ST_INVALID : ST_OK);
    assert_int_equal(problem.status, status);
    assert_string_equal(problem.code, code ? code : "");
    assert_string_equal(problem.at, at);
    assert_null(strstr(problem.why, "secret"));
    if (code && *at)
        assert_memory_equal(problem.why, at, strlen(at));
    assert_int_equal(schema_check(s_compiled(set, "it", ""), value, flags, NULL), status);
    json_decref(value);
    schema_set_destroy(&set);
    assert_null(set);
}

static void test_a_problem_names_place_and_rule(void **state)
{
    static const struct {
        const char *schema, *value, *code, *at;
    } cases[] = {
        {"{\"type\":\"object\"}", "\"secret\"", "schema.type", ""},
        {"{\"properties\":{\"a\":{\"const\":1}}}", "{\"a\":\"secret\"}", "schema.const", "/a"},
        {"{\"items\":{\"enum\":[1,2]}}", "[1,\"secret\"]", "schema.enum", "/1"},
        {"{\"properties\":{\"a/b\":{\"items\":{\"required\":[\"~\"]}}}}", "{\"a/b\":[{\"~\":1},{}]}",
         "schema.required", "/a~1b/1/~0"},
        {"{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":\"secret\"}", "schema.dependentRequired", "/b"},
        {"{\"maximum\":1}", "2", "schema.maximum", ""},
        {"{\"minimum\":1}", "0.5", "schema.minimum", ""},
        {"{\"exclusiveMaximum\":1}", "1.0", "schema.exclusiveMaximum", ""},
        {"{\"exclusiveMinimum\":1}", "1", "schema.exclusiveMinimum", ""},
        {"{\"multipleOf\":100}", "150", "schema.multipleOf", ""},
        {"{\"maxLength\":5}", "\"secret\"", "schema.maxLength", ""},
        {"{\"minLength\":7}", "\"secret\"", "schema.minLength", ""},
        {"{\"pattern\":\"^x\"}", "\"secret\"", "schema.pattern", ""},
        {"{\"format\":\"uuid\"}", "\"secret\"", "schema.format", ""},
        {"{\"maxItems\":1}", "[1,2]", "schema.maxItems", ""},
        {"{\"minItems\":1}", "[]", "schema.minItems", ""},
        {"{\"uniqueItems\":true}", "[\"secret\",\"secret\"]", "schema.uniqueItems", ""},
        {"{\"contains\":{\"type\":\"null\"}}", "[\"secret\"]", "schema.contains", ""},
        {"{\"contains\":{\"type\":\"null\"},\"minContains\":2}", "[null]", "schema.minContains", ""},
        {"{\"contains\":{\"type\":\"null\"},\"maxContains\":1}", "[null,null]", "schema.maxContains", ""},
        {"{\"maxProperties\":1}", "{\"a\":1,\"b\":2}", "schema.maxProperties", ""},
        {"{\"minProperties\":1}", "{}", "schema.minProperties", ""},
        {"{\"additionalProperties\":false}", "{\"unknown\":1}", "schema.additionalProperties", "/unknown"},
        {"{\"additionalProperties\":false}", "{\"secret 3201\":1}", "schema.additionalProperties", ""},
        {"{\"additionalProperties\":{\"type\":\"null\"}}", "{\"62.71\":1}", "schema.type", "/62.71"},
        {"{\"propertyNames\":{\"maxLength\":2}}", "{\"abc\":1}", "schema.propertyNames", "/abc"},
        {"{\"patternProperties\":{\"^x\":{\"type\":\"null\"}}}", "{\"xy\":1}", "schema.type", "/xy"},
        {"{\"prefixItems\":[true,{\"type\":\"null\"}]}", "[1,2]", "schema.type", "/1"},
        {"{\"items\":false}", "[1]", "schema.false", "/0"},
        {"{\"allOf\":[{\"items\":{\"type\":\"null\"}}]}", "[1]", "schema.type", "/0"},
        {"{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\"}]}", "\"secret\"", "schema.anyOf", ""},
        {"{\"oneOf\":[{\"type\":\"string\"},{\"minLength\":1}]}", "\"secret\"", "schema.oneOf", ""},
        {"{\"not\":{\"type\":\"string\"}}", "\"secret\"", "schema.not", ""},
        {"{\"if\":{\"type\":\"string\"},\"then\":{\"maxLength\":1}}", "\"secret\"", "schema.maxLength", ""},
        {"{\"if\":{\"type\":\"string\"},\"else\":{\"type\":\"null\"}}", "1", "schema.type", ""},
        {"{\"if\":{\"type\":\"string\"},\"else\":{\"type\":\"null\"}}", "\"secret\"", NULL, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        s_problem(cases[i].schema, cases[i].value, SCHEMA_OPEN, cases[i].code, cases[i].at);
}

static void test_a_long_place_is_cut_behind_a_name(void **state)
{
    char name[121], schema[600], value[600], at[256];
    (void)state;
    memset(name, 'n', 120);
    name[120] = '\0';
    snprintf(schema, sizeof schema, "{\"additionalProperties\":{\"$ref\":\"#\"},\"type\":\"object\"}");
    snprintf(value, sizeof value, "{\"%s\":{\"%s\":{\"%s\":1}}}", name, name, name);
    snprintf(at, sizeof at, "/%s/%s", name, name);
    s_problem(schema, value, SCHEMA_OPEN, "schema.type", at);
}

static void test_closed(void **state)
{
    static const char *const both = "{\"properties\":{\"a\":true},\"allOf\":[{\"$ref\":\"#/$defs/b\"}],"
                                    "\"$defs\":{\"b\":{\"properties\":{\"b\":true}}}}";
    static const char *const chosen =
        "{\"properties\":{\"kind\":true},\"if\":{\"properties\":{\"kind\":{\"const\":1}}},"
        "\"then\":{\"properties\":{\"one\":true},\"required\":[\"one\"]}}";
    static const char *const inside = "{\"properties\":{\"o\":{\"properties\":{}}}}";
    static const char *const free_map = "{\"properties\":{\"o\":{\"type\":\"object\"}}}";
    static const struct {
        const char *schema, *value, *open, *closed, *at;
    } cases[] = {
        {both, "{\"a\":1,\"b\":2}", NULL, NULL, ""},
        {both, "{\"a\":1,\"c\":2}", NULL, "schema.additionalProperties", "/c"},
        {chosen, "{\"kind\":1,\"one\":2}", NULL, NULL, ""},
        {chosen, "{\"kind\":1}", "schema.required", "schema.required", "/one"},
        {chosen, "{\"kind\":2,\"two\":2}", NULL, "schema.additionalProperties", "/two"},
        {inside, "{\"o\":{\"x\":1}}", NULL, "schema.additionalProperties", "/o/x"},
        {free_map, "{\"o\":{\"x\":1}}", NULL, NULL, ""},
        {"{\"type\":\"object\"}", "{\"x\":1}", NULL, NULL, ""},
        {"{\"properties\":{\"a\":true},\"additionalProperties\":true}", "{\"x\":1}", NULL, NULL, ""},
        {"{\"properties\":{\"a\":true},\"patternProperties\":{\"^x\":true}}", "{\"xy\":1}", NULL, NULL, ""},
        {"{\"properties\":{\"a\":true},\"anyOf\":[{\"properties\":{\"b\":true}}]}", "{\"a\":1,\"b\":1}", NULL,
         NULL, ""},
        {"{\"properties\":{\"a\":true},\"allOf\":[{\"patternProperties\":{\"^x\":true}}]}", "{\"xy\":1}",
         NULL, NULL, ""},
        {"{\"properties\":{\"a\":true},\"not\":{\"properties\":{\"b\":{\"const\":1}},\"required\":[\"b\"]}}",
         "{\"b\":2}", NULL, "schema.additionalProperties", "/b"},
        {"{\"items\":{\"properties\":{\"a\":true}}}", "[{\"x\":1}]", NULL, "schema.additionalProperties",
         "/0/x"},
        {"{\"properties\":{\"a\":true},\"not\":{\"properties\":{\"b\":false}}}", "{\"a\":1}", "schema.not",
         "schema.not", ""},
        {"{\"properties\":{\"a\":true},\"oneOf\":[{\"properties\":{\"b\":true},\"additionalProperties\":"
         "false},"
         "{\"required\":[\"a\"]}]}",
         "{\"a\":1,\"c\":2}", NULL, "schema.additionalProperties", "/c"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        s_problem(cases[i].schema, cases[i].value, SCHEMA_OPEN, cases[i].open,
                  cases[i].open ? cases[i].at : "");
        s_problem(cases[i].schema, cases[i].value, SCHEMA_CLOSED, cases[i].closed, cases[i].at);
    }
}

static void test_documents_refer_to_each_other(void **state)
{
    (void)state;
    schema_set_t *set = schema_set_new();
    s_add(set, "types.json",
          "{\"line\":{\"type\":\"string\",\"maxLength\":4},"
          "\"tree\":{\"properties\":{\"below\":{\"items\":{\"$ref\":\"#/tree\"}},"
          "\"name\":{\"$ref\":\"#/line\"}}},\"not read\":{\"unknown keyword\":1}}");
    s_add(set, "one.json",
          "{\"kind\":\"command\",\"request\":{\"properties\":{\"a\":{\"$ref\":\"types.json#/line\"},"
          "\"t\":{\"$ref\":\"types.json#/tree\"}}}}");
    s_add(set, "whole.json", "{\"$ref\":\"number.json\"}");
    s_add(set, "number.json", "{\"type\":\"number\"}");
    json_t *twice = s_json("{}");
    assert_false(schema_set_add(set, "one.json", twice));
    json_decref(twice);
    const schema_t *schema = s_compiled(set, "one.json", "/request");
    assert_ptr_equal(s_compiled(set, "one.json", "/request"), schema);
    json_t *value = s_json("{\"a\":\"abcd\",\"t\":{\"below\":[{},{\"below\":[{\"name\":\"secret\"}]}]}}");
    problem_t problem;
    assert_int_equal(schema_check(schema, value, SCHEMA_CLOSED, &problem), ST_INVALID);
    assert_string_equal(problem.at, "/t/below/1/below/0/name");
    assert_string_equal(problem.why, "/t/below/1/below/0/name has more than 4 characters");
    assert_int_equal(schema_check(s_compiled(set, "whole.json", ""), value, SCHEMA_OPEN, NULL), ST_INVALID);
    json_decref(value);
    schema_set_destroy(&set);
}

static void test_up_to_16_problems(void **state)
{
    enum { ITEMS = 20 };
    problem_t problems[SCHEMA_PROBLEMS];
    (void)state;
    schema_set_t *set = schema_set_new();
    s_add(set, "it",
          "{\"required\":[\"x\"],\"properties\":{\"a\":{\"items\":{\"type\":\"null\"},"
          "\"not\":{\"type\":\"array\"}}}}");
    const schema_t *schema = s_compiled(set, "it", "");
    json_t *value = s_json("{\"a\":[1,null,2]}");
    assert_int_equal(schema_check_all(schema, value, SCHEMA_OPEN, problems, SCHEMA_PROBLEMS), 4);
    assert_string_equal(problems[0].at, "/x");
    assert_string_equal(problems[1].at, "/a/0");
    assert_string_equal(problems[2].at, "/a/2");
    assert_string_equal(problems[3].code, "schema.not");
    for (size_t i = 0; i < ITEMS; i++)
        json_array_append_new(json_object_get(value, "a"), json_true());
    assert_int_equal(schema_check_all(schema, value, SCHEMA_OPEN, problems, SCHEMA_PROBLEMS),
                     SCHEMA_PROBLEMS);
    json_decref(value);
    value = s_json("{\"x\":1}");
    assert_int_equal(schema_check_all(schema, value, SCHEMA_OPEN, problems, SCHEMA_PROBLEMS), 0);
    assert_int_equal(schema_check_all(schema, value, SCHEMA_CLOSED, problems, SCHEMA_PROBLEMS), 1);
    json_decref(value);
    schema_set_destroy(&set);
}

static void test_what_does_not_compile(void **state)
{
    /* schema, what the error must say */
    static const char *const cases[][2] = {
        {"1", "it#: "},
        {"{\"propertes\":{}}", "it#: propertes"},
        {"{\"properties\":{\"a/b\":{\"maxlength\":1}}}", "it#/properties/a~1b: maxlength"},
        {"{\"$defs\":{\"x\":{\"unknown\":1}}}", "it#/$defs/x: unknown"},
        {"{\"$id\":\"x\"}", "it#: $id"},
        {"{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}", "it#: $schema"},
        {"{\"$ref\":\"#/$defs/x\"}", "it#: $ref #/$defs/x"},
        {"{\"$ref\":\"other.json#/x\"}", "it#: $ref other.json#/x"},
        {"{\"$ref\":\"#anchor\"}", "it#: $ref #anchor"},
        {"{\"$ref\":\"#/%zz\"}", "it#: $ref #/%zz"},
        {"{\"$ref\":\"#/%00\"}", "it#: $ref #/%00"},
        {"{\"$ref\":1}", "it#: $ref"},
        {"{\"$ref\":\"#\"}", "it#: $ref leads back"},
        {"{\"items\":{\"anyOf\":[true,{\"$ref\":\"#/items\"}]}}", "it#/items: $ref leads back"},
        {"{\"not\":{\"if\":{\"$ref\":\"#\"},\"then\":true}}", "$ref leads back"},
        {"{\"type\":\"text\"}", "it#: type"},
        {"{\"type\":[\"string\",\"text\"]}", "it#: type"},
        {"{\"type\":[\"text\",\"string\"]}", "it#: type"},
        {"{\"type\":[]}", "it#: type"},
        {"{\"enum\":[]}", "it#: enum"},
        {"{\"maxLength\":-1}", "it#: maxLength"},
        {"{\"maxLength\":1.5}", "it#: maxLength"},
        {"{\"maxLength\":1e300}", "it#: maxLength"},
        {"{\"minimum\":\"1\"}", "it#: minimum"},
        {"{\"multipleOf\":0}", "it#: multipleOf"},
        {"{\"pattern\":\"(\"}", "it#: pattern ("},
        {"{\"patternProperties\":{\"(\":true}}", "it#: pattern ("},
        {"{\"format\":\"email\"}", "it#: format"},
        {"{\"uniqueItems\":1}", "it#: uniqueItems"},
        {"{\"required\":\"a\"}", "it#: required"},
        {"{\"required\":[1]}", "it#: required"},
        {"{\"dependentRequired\":{\"a\":\"b\"}}", "it#: dependentRequired"},
        {"{\"properties\":[]}", "it#: properties"},
        {"{\"allOf\":[]}", "it#: allOf"},
        {"{\"allOf\":{}}", "it#: allOf"},
        {"{\"items\":[true]}", "it#/items: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char error[512] = "";
        schema_set_t *set = schema_set_new();
        s_add(set, "it", cases[i][0]);
        assert_null(schema_compile(set, "it", "", error, sizeof error));
        if (!strstr(error, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], error);
        error[0] = '\0';
        assert_null(schema_compile(set, "it", "", error, sizeof error));
        assert_non_null(strstr(error, cases[i][1]));
        schema_set_destroy(&set);
    }
}

/* Whole numbers beyond 2^53 are told apart, also from doubles. */
static void test_large_numbers(void **state)
{
    (void)state;
    s_problem("{\"maximum\":9007199254740992}", "9007199254740993", SCHEMA_OPEN, "schema.maximum", "");
    s_problem("{\"maximum\":9007199254740992.0}", "9007199254740993", SCHEMA_OPEN, "schema.maximum", "");
    s_problem("{\"maximum\":1e30}", "9223372036854775807", SCHEMA_OPEN, NULL, "");
    s_problem("{\"minimum\":9223372036854775807}", "1e30", SCHEMA_OPEN, NULL, "");
    s_problem("{\"minimum\":-9223372036854775808}", "-1e30", SCHEMA_OPEN, "schema.minimum", "");
    s_problem("{\"exclusiveMaximum\":9223372036854775808.0}", "9223372036854775807", SCHEMA_OPEN, NULL, "");
    s_problem("{\"const\":9007199254740993}", "9007199254740992.0", SCHEMA_OPEN, "schema.const", "");
    s_problem("{\"type\":\"integer\"}", "1e300", SCHEMA_OPEN, NULL, "");
    s_problem("{\"type\":\"integer\"}", "-0.5", SCHEMA_OPEN, "schema.type", "");
    s_problem("{\"multipleOf\":7}", "-9223372036854775808", SCHEMA_OPEN, "schema.multipleOf", "");
}

static void test_formats(void **state)
{
    /* format, what has it, what has not; the public suite has many more */
    static const char *const cases[][3] = {
        {"date", "2024-02-29", "2023-02-29"},
        {"date", "2000-02-29", "1900-02-29"},
        {"date", "2023-12-31", "2023-12-32"},
        {"date", "2023-01-01", "2023-1-01"},
        {"date-time", "2023-02-02T02:00:00.000Z", "2023-02-02T02:00:00.Z"},
        {"date-time", "2023-02-02t02:00:00z", "2023-02-02 02:00:00Z"},
        {"date-time", "2023-02-02T23:59:59+23:59", "2023-02-02T23:59:59+24:00"},
        {"date-time", "2023-02-02T00:00:00-00:59", "2023-02-02T00:00:00-00:60"},
        {"date-time", "2016-12-31T23:59:60Z", "2016-12-31T22:59:60Z"},
        {"date-time", "2017-01-01T06:59:60+07:00", "2017-01-01T06:59:60+08:00"},
        {"date-time", "2023-02-02T23:59:59Z", "2023-02-02T24:00:00Z"},
        {"uuid", "0190b6a4-7c1e-7abc-8def-0123456789aB", "0190b6a4-7c1e-7abc-8def-0123456789ag"},
        {"uuid", "00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char schema[64], value[64];
        snprintf(schema, sizeof schema, "{\"format\":\"%s\"}", cases[i][0]);
        snprintf(value, sizeof value, "\"%s\"", cases[i][1]);
        s_problem(schema, value, SCHEMA_OPEN, NULL, "");
        snprintf(value, sizeof value, "\"%s\"", cases[i][2]);
        s_problem(schema, value, SCHEMA_OPEN, "schema.format", "");
    }
}

static void test_many_items_are_not_compared(void **state)
{
    (void)state;
    schema_set_t *set = schema_set_new();
    s_add(set, "it", "{\"uniqueItems\":true}");
    json_t *value = json_array();
    for (int i = 0; i < 1024; i++)
        json_array_append_new(value, json_integer(i));
    assert_int_equal(schema_check(s_compiled(set, "it", ""), value, SCHEMA_OPEN, NULL), ST_OK);
    json_array_append_new(value, json_integer(1024));
    assert_int_equal(schema_check(s_compiled(set, "it", ""), value, SCHEMA_OPEN, NULL), ST_INVALID);
    json_decref(value);
    schema_set_destroy(&set);
}

/* schema.md lists exactly the keywords of the table in the code, in its order, and the code of each refusal.
 */
static void test_the_page_is_the_table(void **state)
{
    (void)state;
    FILE *page = fopen(SINERGI_SOURCE_SHARE "/common/schema.md", "r");
    assert_non_null(page);
    char line[1024], keyword[64], code[64];
    size_t index = 0;
    bool annotations = false, annotation;
    while (fgets(line, sizeof line, page)) {
        annotations = annotations || strstr(line, "| annotation |");
        if (sscanf(line, "| `%63[^`]`", keyword) != 1)
            continue;
        const char *known = schema_keyword(index++, &annotation);
        assert_non_null(known);
        assert_string_equal(keyword, known);
        assert_int_equal(annotation, annotations);
        if (sscanf(line, "| `%*[^`]` | `schema.%63[^`]`", code) == 1)
            assert_string_equal(code, keyword);
    }
    fclose(page);
    assert_int_equal(index, 43);
    assert_null(schema_keyword(index, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_problem_names_place_and_rule),
        cmocka_unit_test(test_a_long_place_is_cut_behind_a_name),
        cmocka_unit_test(test_closed),
        cmocka_unit_test(test_documents_refer_to_each_other),
        cmocka_unit_test(test_up_to_16_problems),
        cmocka_unit_test(test_what_does_not_compile),
        cmocka_unit_test(test_large_numbers),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_many_items_are_not_compared),
        cmocka_unit_test(test_the_page_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
