/* journal - an event's bytes are those of the protocol, and an entry that breaks its contract gets no row
 *
 * shows: law-5 U5
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "journal.h"

#define ID "0186108e-0000-7000-8000-000000000001"
#define CAUSE "0186108e-0000-7000-8000-000000000002"
#define PERSON "0185ebcd-a100-7000-8000-000000620102"
#define ACTIVITY "01860fda-2500-7000-8000-000062710101"
#define BODY                                                                                                 \
    "{\"activity\":\"" ACTIVITY                                                                              \
    "\",\"day\":\"2023-07-13\",\"takings\":[],\"visitors\":7,\"note\":\"a \\\"b\\\"\"}"

typedef struct {
    contracts_t *contracts;
    journal_rows_t *rows;
    json_t *body;
} fixture_t;

static int s_setup(void **state)
{
    static fixture_t fixture;
    char error[512] = "";
    fixture.contracts = contracts_load(SINERGI_SOURCE_SHARE "/proto", error, sizeof error);
    if (!fixture.contracts)
        fail_msg("%s", error);
    fixture.rows = journal_rows_new();
    fixture.body = json_loads(BODY, 0, NULL);
    *state = &fixture;
    return 0;
}

static int s_teardown(void **state)
{
    fixture_t *fixture = *state;
    journal_rows_destroy(&fixture->rows);
    contracts_destroy(&fixture->contracts);
    json_decref(fixture->body);
    return 0;
}

static journal_origin_t s_origin(const fixture_t *fixture, const char *service)
{
    return (journal_origin_t){.node = "62.71-1",
                              .service = service,
                              .now = INT64_C(1675303200123),
                              .region = "62.71",
                              .principal = PERSON,
                              .person = PERSON,
                              .key = "aa",
                              .cause = CAUSE,
                              .request = "bb",
                              .body = fixture->body,
                              .body_bytes = BODY,
                              .body_length = strlen(BODY)};
}

static status_t s_event(fixture_t *fixture, const journal_origin_t *origin, const char *entry_text,
                        journal_event_t *event, problem_t *problem)
{
    uuid_id_t id;
    assert_true(uuid_of_text(ID, strlen(ID), &id));
    json_t *entry = json_loads(entry_text, 0, NULL);
    assert_non_null(entry);
    status_t status =
        journal_rows_event(fixture->rows, origin, fixture->contracts, entry, &id, event, problem);
    json_decref(entry);
    return status;
}

static void test_bytes(void **state)
{
    fixture_t *fixture = *state;
    journal_origin_t origin = s_origin(fixture, "scheduling");
    journal_event_t event;
    journal_rows_clear(fixture->rows);
    const char *entry = "{\"type\":\"activity_day_recorded\",\"subject\":\"activity_day/" ID
                        "\",\"version\":3,\"refs\":[\"activity/" ACTIVITY "\"]}";
    assert_int_equal(s_event(fixture, &origin, entry, &event, NULL), ST_OK);
    assert_string_equal(
        event.bytes,
        "{\"specversion\":\"1.0\",\"id\":\"" ID
        "\",\"source\":\"62.71-1\",\"type\":\"activity_day_recorded\",\"time\":\"2023-02-02T02:00:00.123Z\","
        "\"region\":\"62.71\",\"subject\":\"activity_day/" ID "\",\"version\":3,\"refs\":\"activity/" ACTIVITY
        "\",\"lane\":\"normal\","
        "\"route\":\"root none\",\"principal\":\"" PERSON "\",\"person\":\"" PERSON
        "\",\"key\":\"aa\",\"cause\":\"" CAUSE "\","
        "\"request\":\"bb\",\"data\":" BODY "}");
    assert_int_equal(strlen(event.bytes), event.length);
    assert_int_equal(journal_rows_count(fixture->rows), 1);
    assert_int_equal(journal_rows_bytes(fixture->rows), event.length);
}

static void test_addressed_receipt_and_doubt(void **state)
{
    fixture_t *fixture = *state;
    journal_origin_t origin = {
        .node = "00-1", .service = "scheduling", .now = 0, .region = "00", .doubt = true};
    journal_event_t event;
    const char *data =
        "\"data\":{\"number\":\"1\",\"title\":\"a\",\"text\":\"b\",\"issuers\":[{\"organisation\":\"" PERSON
        "\",\"name\":\"c\"}],"
        "\"addressees\":[\"11\",\"62\"],\"due_at\":\"2023-03-31T17:00:00Z\"}}";
    char entry[1024];
    snprintf(entry, sizeof entry,
             "{\"type\":\"directive_issued\",\"subject\":\"directive/" ID "\",\"version\":1,%s", data);
    assert_int_equal(s_event(fixture, &origin, entry, &event, NULL), ST_OK);
    assert_string_equal(event.route, "root addressed:11,62");
    assert_non_null(strstr(event.bytes, "\"receipt\":\"applied\",\"doubt\":true,\"data\":{"));
    assert_null(strstr(event.bytes, "\"principal\""));
    assert_null(strstr(event.bytes, "\"refs\""));
    snprintf(entry, sizeof entry,
             "{\"type\":\"directive_issued\",\"subject\":\"directive/" ID
             "\",\"version\":1,\"to\":[\"62.71\"],\"region\":\"62\",%s",
             data);
    assert_int_equal(s_event(fixture, &origin, entry, &event, NULL), ST_OK);
    assert_string_equal(event.route, "root addressed:62.71");
    assert_non_null(strstr(event.bytes, "\"region\":\"62\""));
}

static void test_bad_entries(void **state)
{
    static const struct {
        const char *service, *entry, *code;
    } cases[] = {
        {"scheduling", "{}", "event.unknown_type"},
        {"scheduling", "{\"type\":\"nothing_happened\"}", "event.unknown_type"},
        {"reporting", "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":1}",
         "event.other_writer"},
        {"scheduling", "{\"type\":\"activity_day_recorded\",\"subject\":\"a\",\"version\":1}",
         "event.bad_subject"},
        {"scheduling", "{\"type\":\"activity_day_recorded\",\"subject\":\"a/b c\",\"version\":1}",
         "event.bad_subject"},
        {"scheduling", "{\"type\":\"activity_day_recorded\",\"subject\":\"a/\\\"\",\"version\":1}",
         "event.bad_subject"},
        {"scheduling", "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":0}",
         "event.bad_version"},
        {"scheduling", "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":\"1\"}",
         "event.bad_version"},
        {"scheduling",
         "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":1,\"region\":\"6271\"}",
         "event.bad_region"},
        {"scheduling", "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":1,\"data\":{}}",
         "event.bad_data"},
        {"scheduling",
         "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":1,\"refs\":\"b/1\"}",
         "event.bad_refs"},
        {"scheduling",
         "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":1,\"refs\":[\"b/1 c/2\"]}",
         "event.bad_refs"},
        {"registry",
         "{\"type\":\"receipt_given\",\"subject\":\"a/1\",\"version\":1,\"data\":{\"event\":\"" ID
         "\",\"type\":\"directive_issued\",\"result\":\"applied\"}}",
         "event.bad_to"},
        {"registry",
         "{\"type\":\"receipt_given\",\"subject\":\"a/1\",\"version\":1,\"to\":[\"Kalteng\"],"
         "\"data\":{\"event\":\"" ID "\",\"type\":\"directive_issued\",\"result\":\"applied\"}}",
         "event.bad_to"},
    };
    fixture_t *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        journal_origin_t origin = s_origin(fixture, cases[i].service);
        problem_t problem;
        journal_rows_clear(fixture->rows);
        assert_int_equal(s_event(fixture, &origin, cases[i].entry, NULL, &problem), ST_BROKEN);
        assert_string_equal(problem.code, cases[i].code);
        assert_int_equal(journal_rows_count(fixture->rows), 0);
    }
}

static void test_without_body(void **state)
{
    fixture_t *fixture = *state;
    journal_origin_t origin = s_origin(fixture, "scheduling");
    problem_t problem;
    origin.body = NULL;
    assert_int_equal(s_event(fixture, &origin,
                             "{\"type\":\"activity_day_recorded\",\"subject\":\"a/1\",\"version\":1}", NULL,
                             &problem),
                     ST_BROKEN);
    assert_string_equal(problem.code, "event.no_data");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_addressed_receipt_and_doubt),
        cmocka_unit_test(test_bad_entries),
        cmocka_unit_test(test_without_body),
    };
    return cmocka_run_group_tests(tests, s_setup, s_teardown);
}
