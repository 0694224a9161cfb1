/* envelope - what is read of an event without its data: strict about what is needed, blind to the rest
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

#include "envelope.h"

#define EVENT(more)                                                                                          \
    "{\"specversion\":\"1.0\",\"id\":\"0186104f-9300-7001-8001-000000000001\",\"source\":\"62.71-1\","       \
    "\"type\":\"activity_proposed\","                                                                        \
    "\"time\":\"2023-02-02T02:00:00.000Z\",\"region\":\"62.71\",\"subject\":\"activity/"                     \
    "0186104f-9300-7001-8001-000000000002\",\"version\":12,"                                                 \
    "\"lane\":\"normal\",\"route\":\"root none\"" more "}"

static status_t s_envelope(const char *text, envelope_t *envelope, problem_t *problem)
{
    char *copy = strdup(text); /* exactly as long: a sanitizer sees a step beyond */
    size_t length = strlen(text);
    char *exact = malloc(length ? length : 1);
    memcpy(exact, copy, length);
    status_t status = envelope_read(exact, length, envelope, problem);
    free(exact);
    free(copy);
    return status;
}

static void test_members(void **state)
{
    (void)state;
    envelope_t envelope;
    problem_t problem;
    assert_int_equal(
        s_envelope(
            EVENT(",\"refs\":\"business/1 "
                  "product/"
                  "2\",\"later\":{\"a\":[1,\"}\",{}]},\"cause\":\"0186104f-9300-7001-8001-000000000003\","
                  "\"data\":{\"id\":\"no\",\"text\":\"\\\\\\\"}{\",\"deep\":[[[1]]]}"),
            &envelope, &problem),
        ST_OK);
    assert_string_equal(envelope.type, "activity_proposed");
    assert_string_equal(envelope.source, "62.71-1");
    assert_string_equal(envelope.refs, "business/1 product/2");
    assert_int_equal(envelope.version, 12);
    assert_int_equal(envelope.lane, LANE_NORMAL);
    assert_true(envelope.has_cause);
    assert_false(envelope.has_principal);
    assert_false(envelope.behalf);
    assert_int_equal(s_envelope(EVENT(""), &envelope, &problem), ST_OK);
    assert_string_equal(envelope.refs, "");
    assert_false(envelope.has_cause);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *at;
    } cases[] = {
        {"", ""},
        {"{}", "id"},
        {"[]", ""},
        {"{", ""},
        {"{\"id\"}", ""},
        {"{\"id\":\"", ""},
        {"{\"a\\", ""},
        {EVENT(",\"id\":\"0186104f-9300-7001-8001-000000000001\""), "id"}, /* twice */
        {EVENT(",\"cause\":\"no\""), "cause"},
        {EVENT(",\"principal\":7"), "principal"},
        {EVENT(",\"person\":7"), "person"},
        {EVENT(",\"refs\":\"\""), "refs"},
        {EVENT(",\"refs\":\"a\\u0020b\""), "refs"},
        {EVENT(",\"\\u0072egion\":\"00\""), ""},
        {EVENT(",\"new\\/one\":1"), ""},
        {EVENT(",\"data\":{\"a\":1"), ""},
        {EVENT(",\"data\":[[[["), ""},
        {EVENT("") "{}", ""},
        {" " EVENT(""), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        envelope_t envelope;
        problem_t problem;
        assert_int_equal(s_envelope(cases[i].text, &envelope, &problem), ST_INVALID);
        assert_string_equal(problem.code, "event.form");
        assert_string_equal(problem.at, cases[i].at);
    }
}

/* Every beginning of an event is refused, and none is read beyond. */
static void test_beginnings(void **state)
{
    (void)state;
    const char *whole = EVENT(",\"data\":{\"a\":\"\\\\\"}");
    for (size_t length = 0; length < strlen(whole); length++) {
        char part[1024];
        envelope_t envelope;
        memcpy(part, whole, length);
        part[length] = '\0';
        assert_int_equal(s_envelope(part, &envelope, NULL), ST_INVALID);
    }
}

/* Each member that must be there, taken away. */
static void test_missing(void **state)
{
    static const char *const needed[] = {"id",      "source",  "type", "time", "region",
                                         "subject", "version", "lane", "route"};
    (void)state;
    for (size_t member = 0; member < sizeof needed / sizeof needed[0]; member++) {
        char text[1024], key[32];
        snprintf(text, sizeof text, "%s", EVENT(""));
        snprintf(key, sizeof key, "\"%s\":", needed[member]);
        char *at = strstr(text, key);
        assert_non_null(at);
        at[1] = 'X';
        envelope_t envelope;
        problem_t problem;
        assert_int_equal(s_envelope(text, &envelope, &problem), ST_INVALID);
        assert_string_equal(problem.at, needed[member]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_members), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_beginnings), cmocka_unit_test(test_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
