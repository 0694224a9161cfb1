/* message - every way in which bytes can fail to be a message has its own code, and depth never recurses
 *
 * shows: law-11 I5
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "append.h"
#include "limit.h"
#include "message.h"
#include "message_reader.h"

static void s_refused(const char *text, size_t length, const char *code)
{
    json_t *untouched = json_null(), *json = untouched;
    problem_t problem;
    /* A copy of exactly this length, so that a sanitizer sees every byte read too far. */
    char *bytes = malloc(length ? length : 1);
    memcpy(bytes, text, length);
    assert_int_equal(message_parse(bytes, length, &json, &problem), ST_INVALID);
    assert_string_equal(problem.code, code);
    assert_string_equal(problem.at, "");
    assert_int_equal(problem.status, ST_INVALID);
    assert_null(strstr(problem.why, "secret"));
    assert_ptr_equal(json, untouched);
    assert_int_equal(message_parse(bytes, length, &json, NULL), ST_INVALID);
    free(bytes);
}

static void test_each_defect_has_its_code(void **state)
{
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"", "message.not_json"},
        {" ", "message.not_json"},
        {"{", "message.not_json"},
        {"{\"secret\":1,}", "message.not_json"},
        {"{\"a\":1} {}", "message.not_json"},
        {"{\"a\":1}x", "message.not_json"},
        {"{'a':1}", "message.not_json"},
        {"{\"a\":NaN}", "message.not_json"},
        {"{\"a\":01}", "message.not_json"},
        {"{\"a\":\"secret\n\"}", "message.not_json"},
        {"{\"a\":\"\\", "message.not_json"},
        {"{\"a\":\"\\ud800\"}", "message.not_json"},
        {"\xef\xbb\xbf{}", "message.not_json"},
        {"]]]]{}", "message.not_json"},
        {"[]", "message.not_object"},
        {"\"secret\"", "message.not_object"},
        {"1", "message.not_object"},
        {"null", "message.not_object"},
        {"{\"secret\":1,\"secret\":1}", "message.duplicate_key"},
        {"{\"a\":[{\"b\":1,\"\\u0062\":2}]}", "message.duplicate_key"},
        {"{\"a\":\"\\u0000\"}", "message.null_character"},
        {"{\"\\u0000\":1}", "message.null_character"},
        {"{\"a\":9223372036854775808}", "message.number_too_large"},
        {"{\"a\":-9223372036854775809}", "message.number_too_large"},
        {"{\"a\":1e999}", "message.number_too_large"},
        {"{\"a\":\"\xff\"}", "message.not_utf8"},
        {"{\"a\":\"\xc0\x80\"}", "message.not_utf8"},         /* U+0000, too long */
        {"{\"a\":\"\xe0\x80\x80\"}", "message.not_utf8"},     /* the same in three */
        {"{\"a\":\"\xed\xa0\x80\"}", "message.not_utf8"},     /* a surrogate */
        {"{\"a\":\"\xf4\x90\x80\x80\"}", "message.not_utf8"}, /* beyond U+10FFFF */
        {"{\"a\":\"\xe2\x82", "message.not_utf8"},            /* cut short */
        {"{\"a\":\"\\\xff\"}", "message.not_utf8"},           /* behind a backslash */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        s_refused(cases[i].text, strlen(cases[i].text), cases[i].code);
    s_refused("{\"a\":\0 1}", 9, "message.null_character");
    s_refused("{}\0", 3, "message.null_character");
}

static void test_what_is_allowed(void **state)
{
    static const char *const texts[] = {
        "{}",
        " {\"a\" : [1, 2.5, -0, true, null]}\r\n\t",
        "{\"a\":9223372036854775807,\"b\":-9223372036854775808}",
        "{\"a\":\"\xf0\x9f\x90\xb2 \xc3\xa9 \\ud83d\\udc32 \\\\u0000 \\\" [[[ \"}",
        "{\"\":{\"\":1}}",
        /* the first and last characters of each length, and those beside the surrogates */
        "{\"\xc2\x80\xdf\xbf\":1,\"\xe0\xa0\x80\xef\xbf\xbf\":2,\"\xed\x9f\xbf\xee\x80\x80\":3}",
        "{\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\":1}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *json = NULL;
        problem_t problem = {.why = ""};
        assert_int_equal(message_parse(texts[i], strlen(texts[i]), &json, &problem), ST_OK);
        assert_true(json_is_object(json));
        json_decref(json);
    }
}

/* An object that holds `depth - 1` arrays, one in another. */
static char *s_nested(size_t depth, size_t *ret_length)
{
    char *text = malloc(2 * depth + 8);
    size_t length = 0;
    memcpy(text, "{\"a\":", 5);
    length = 5;
    memset(text + length, '[', depth - 1);
    length += depth - 1;
    memset(text + length, ']', depth - 1);
    length += depth - 1;
    text[length++] = '}';
    *ret_length = length;
    return text;
}

static void test_depth(void **state)
{
    static const size_t too_deep[] = {LIMIT_NESTING + 1, 1000, 100000};
    (void)state;
    size_t length;
    json_t *json = NULL;
    char *text = s_nested(LIMIT_NESTING, &length);
    assert_int_equal(message_parse(text, length, &json, NULL), ST_OK);
    json_decref(json);
    free(text);
    for (size_t i = 0; i < sizeof too_deep / sizeof too_deep[0]; i++) {
        text = s_nested(too_deep[i], &length);
        s_refused(text, length, "message.too_deep");
        free(text);
    }
    text = malloc(100000);
    memset(text, '{', 100000);
    s_refused(text, 100000, "message.too_deep");
    free(text);
}

/* Only what is open at once counts. */
static void test_many_side_by_side(void **state)
{
    (void)state;
    char text[4096], *to = append_text(text, "{\"a\":[");
    for (int i = 0; i < 500; i++)
        to = append_text(to, i % 2 ? "[]," : "{},");
    *append_text(to, "1]}") = '\0';
    json_t *json = NULL;
    assert_int_equal(message_parse(text, strlen(text), &json, NULL), ST_OK);
    json_decref(json);
}

static void test_size(void **state)
{
    (void)state;
    char *text = malloc(LIMIT_FRAME_BYTES + 1);
    memset(text, ' ', LIMIT_FRAME_BYTES + 1);
    memcpy(text, "{}", 2);
    json_t *json = NULL;
    assert_int_equal(message_parse(text, LIMIT_FRAME_BYTES, &json, NULL), ST_OK);
    json_decref(json);
    s_refused(text, LIMIT_FRAME_BYTES + 1, "message.too_large");
    free(text);
}

static void test_the_byte_is_named(void **state)
{
    problem_t problem;
    json_t *json = NULL;
    (void)state;
    message_parse("{\"ab\":\"\xff\"}", 10, &json, &problem);
    assert_non_null(strstr(problem.why, "byte 7"));
    message_parse("{\"ab\":\"x\\u0000\"}", 16, &json, &problem);
    assert_non_null(strstr(problem.why, "byte 8"));
    message_parse("{\"ab\":1}!", 9, &json, &problem);
    assert_non_null(strstr(problem.why, "byte 9"));
}

/* What is read quickly is what jansson reads; what is not plain, or wrong, is left to it. */
static void test_the_quick_reader_agrees(void **state)
{
    static const struct {
        const char *text;
        bool plain;
    } cases[] = {
        {"{\"a\":1,\"b\":[true,false,null,\"x\",{},[]],\"c\":{\"d\":-12}}", true},
        {" {\"a\" : [ 1 , 2 ] }\n", true},
        {"{\"\xc3\xa9\":\"\xf0\x9f\x90\xb2\"}", true},
        {"{\"a\":999999999999999999,\"b\":-999999999999999999}", true},
        {"[]", true},
        {"{\"a\":1000000000000000000}", false},
        {"{\"a\":1.5}", false},
        {"{\"a\":1e2}", false},
        {"{\"a\":-0}", false},
        {"{\"a\":00}", false},
        {"{\"a\":-}", false},
        {"{\"a\":\"\\n\"}", false},
        {"{\"a\":\"\n\"}", false},
        {"{\"a\":1,\"a\":1}", false},
        {"{\"a\":1,}", false},
        {"{\"a\" 1}", false},
        {"{\"a\":[1,]}", false},
        {"{\"a\":[1}", false},
        {"{\"a\":tru}", false},
        {"{\"a\":truex}", false},
        {"{\"a\":1} x", false},
        {"{\"a\":\"", false},
        {"{\"a\":", false},
        {"{", false},
        {"", false},
        {"{,}", false},
        {"{1:1}", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = strlen(cases[i].text);
        char *bytes = malloc(length ? length : 1);
        memcpy(bytes, cases[i].text, length);
        json_t *json = message_read(bytes, length, NULL, NULL);
        json_t *known = json_loadb(cases[i].text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
        assert_int_equal(json != NULL, cases[i].plain);
        assert_true(!json || json_equal(json, known));
        json_decref(json);
        json_decref(known);
        free(bytes);
    }
}

/* The slice is given only where it is what would be written. */
static void test_where_the_data_stands(void **state)
{
    static const struct {
        const char *text, *data;
    } cases[] = {
        {"{\"id\":\"1\",\"data\":{\"a\":[1,\"x y\"]},\"z\":{\"data\":2}}", "{\"a\":[1,\"x y\"]}"},
        {"{ \"data\":{} }", "{}"},
        {"{\"data\": {}}", NULL},
        {"{\"data\":{\"a\": 1}}", NULL},
        {"{\"data\":{\"a\":1\n}}", NULL},
        {"{\"data\":{\"a\":\"\\u0041\"}}", NULL},
        {"{\"x\":{\"data\":{}}}", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *json = NULL;
        const char *data = NULL;
        size_t length = 0;
        assert_int_equal(
            message_parse_data(cases[i].text, strlen(cases[i].text), &json, &data, &length, NULL), ST_OK);
        assert_int_equal(data != NULL, cases[i].data != NULL);
        if (data) {
            assert_int_equal(length, strlen(cases[i].data));
            assert_memory_equal(data, cases[i].data, length);
        }
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_defect_has_its_code),
        cmocka_unit_test(test_what_is_allowed),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_the_byte_is_named),
        cmocka_unit_test(test_many_side_by_side),
        cmocka_unit_test(test_the_quick_reader_agrees),
        cmocka_unit_test(test_where_the_data_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
