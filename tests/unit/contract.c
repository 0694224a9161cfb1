/* contract - the contracts of proto/ load, and a defect of any kind ends the start with one sentence that names file and place
 *
 * shows: law-5 law-11
 * cost: cpu 2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "contract.h"
#include "pointer.h"

#define PROTO SINERGI_SOURCE_SHARE "/proto"
#define FILE_OF_MESSAGE "scheduling/meeting_call.json"

static char folder[512];

static json_t *s_read(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", PROTO, name);
    json_t *document = json_load_file(path, 0, NULL);
    assert_non_null(document);
    return document;
}

static void s_write(const char *name, const json_t *document)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(json_dump_file(document, path, 0), 0);
}

/* A small proto/ of its own: the shared files, and one service with one message. */
static int s_setup(void **state)
{
    static const char *const files[] = {"types.json", "envelope.json", "codes.json", "contract.schema.json",
                                        FILE_OF_MESSAGE};
    (void)state;
    const char *scratch = getenv("SINERGI_SCRATCH");
    char path[600];
    snprintf(folder, sizeof folder, "%s/contract.XXXXXX", scratch ? scratch : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/scheduling", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        json_t *document = s_read(files[i]);
        s_write(files[i], document);
        json_decref(document);
    }
    return 0;
}

static int s_teardown(void **state)
{
    (void)state;
    char command[600];
    static const char *const files[] = {"types.json",    "envelope.json",
                                        "codes.json",    "contract.schema.json",
                                        FILE_OF_MESSAGE, "scheduling/other_message.json",
                                        "scheduling",    ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(command, sizeof command, "%s/%s", folder, files[i]);
        remove(command);
    }
    return 0;
}

static void s_load_fails(const char *expected)
{
    char error[1024];
    contracts_t *contracts = contracts_load(folder, error, sizeof error);
    if (contracts || !strstr(error, expected))
        fail_msg("expected '%s', got '%s'", expected, contracts ? "no defect" : error);
}

/* Put `value` (JSON; NULL: take away) at a place of the message's file, load, put the file back. */
static void s_defect(const char *parent, const char *member, const char *value, const char *expected)
{
    json_t *document = s_read(FILE_OF_MESSAGE), *object = pointer_get(document, parent);
    assert_non_null(object);
    if (value)
        json_object_set_new(object, member, json_loads(value, JSON_DECODE_ANY, NULL));
    else
        json_object_del(object, member);
    s_write(FILE_OF_MESSAGE, document);
    s_load_fails(expected);
    json_decref(document);
    document = s_read(FILE_OF_MESSAGE);
    s_write(FILE_OF_MESSAGE, document);
    json_decref(document);
}

static void test_all_load(void **state)
{
    (void)state;
    char error[1024] = "";
    contracts_t *contracts = contracts_load(PROTO, error, sizeof error);
    if (!contracts)
        fail_msg("%s", error);
    const contract_t *last = NULL;
    for (const contract_t *contract = NULL; (contract = contracts_next(contracts, contract)) != NULL;
         last = contract) {
        assert_ptr_equal(contracts_find(contracts, contract->stem), contract);
        for (contract_event_t **event = contract->events; *event; event++)
            assert_ptr_equal(contracts_event(contracts, (*event)->type), *event);
        if (last)
            assert_true(
                strcmp(last->service, contract->service) < 0 ||
                (strcmp(last->service, contract->service) == 0 && strcmp(last->stem, contract->stem) < 0));
    }
    const contract_t *call = contracts_find(contracts, "meeting_call");
    assert_int_equal(call->roles, ROLE_SECRETARIAT | ROLE_LEADER);
    assert_int_equal(call->tiers, TIER_CENTRE | TIER_PROVINCE | TIER_DISTRICT);
    assert_int_equal(call->scope, SCOPE_OWN);
    assert_null(call->personal);
    assert_true(call->events[0]->receipt);
    assert_non_null(contracts_find(contracts, "business_register")->personal);
    assert_null(contracts_find(contracts, "meeting_call2"));
    assert_null(contracts_event(contracts, "meeting_call"));
    contracts_destroy(&contracts);
}

static void test_forms(void **state)
{
    (void)state;
    s_defect("", "colour", "1", FILE_OF_MESSAGE " /colour");
    s_defect("", "kind", "\"order\"", FILE_OF_MESSAGE " /kind");
    s_defect("", "kind", "\"query\"", FILE_OF_MESSAGE " /events");
    s_defect("", "reply", NULL, FILE_OF_MESSAGE " /reply");
    s_defect("/allow", "roles", "[\"king\"]", FILE_OF_MESSAGE " /allow/roles/0");
    s_defect("/allow", "tiers", "[\"village\"]", FILE_OF_MESSAGE " /allow/tiers/0");
    s_defect("/allow", "scope", "\"all\"", FILE_OF_MESSAGE " /allow/scope");
    s_defect("/events/0", "lane", "\"fast\"", FILE_OF_MESSAGE " /events/0/lane");
    s_defect("/events/0/route", "up", "\"top\"", FILE_OF_MESSAGE " /events/0/route/up");
    s_defect("/events/0/route", "to", NULL, FILE_OF_MESSAGE " /events/0/route/to");
    s_defect("/events/0/route", "down", "\"none\"", FILE_OF_MESSAGE " /events/0/route/to");
    s_defect("/title", "id", NULL, FILE_OF_MESSAGE " /title/id");
}

static void test_schemas(void **state)
{
    (void)state;
    s_defect("/request/properties/title", "$ref", "\"types.json#/nothing\"", "leads nowhere");
    s_defect("/request/properties", "title", "{\"type\": \"string\"}", "a string without maxLength");
    s_defect("/request/properties", "title",
             "{\"type\": \"array\", \"items\": {\"$ref\": \"types.json#/line\"}}",
             "an array without maxItems");
    s_defect("/request/properties", "title", "{}", "does not say what its value is");
    s_defect("/reply/properties", "title",
             "{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"types.json#/line\"}}",
             "without maxProperties");
    s_defect("/request", "patternn", "1", "patternn");
}

static void test_pointers_codes_examples(void **state)
{
    (void)state;
    s_defect("/events/0", "subject", "\"/letter\"", "subject /letter is in neither");
    s_defect("/events/0/route", "to", "\"/regions\"", "/regions is no place");
    s_defect("/events/0/audience", "/price", "\"public\"", "/price is no place");
    s_defect("/personal", "encrypt", "[\"/nik\"]", "/nik is no place");
    s_defect("/personal", "encrypt", "[\"/title\"]", "whose fields are they");
    s_defect("", "codes", "[\"meeting.nonsense\"]", "meeting.nonsense is not in codes.json");
    s_defect("/examples", "refused", "[]", "no example of");
    s_defect("/examples/ok/0/request", "colour", "1", "/examples/ok: number 0");
    s_defect("/examples/ok/0/reply", "addressees", "-1", "/examples/ok: number 0");
    s_defect("/examples/invalid/0", "at", "\"/number\"", "number 0 is not refused at /number");
    s_defect("/examples/refused/0/request", "number", "5", "/examples/refused: number 0");
}

static void test_one_road_per_kind(void **state)
{
    (void)state;
    json_t *document = s_read(FILE_OF_MESSAGE), *event = pointer_get(document, "/events/0");
    json_object_set_new(event, "type", json_string("meeting_moved"));
    s_write("scheduling/other_message.json", document);
    char error[1024];
    contracts_t *contracts = contracts_load(folder, error, sizeof error);
    if (!contracts)
        fail_msg("%s", error);
    contracts_destroy(&contracts);
    json_object_set_new(event, "lane", json_string("normal"));
    s_write("scheduling/other_message.json", document);
    s_load_fails("another lane or route than");
    json_object_set_new(event, "type", json_string("meeting_called"));
    s_write("scheduling/other_message.json", document);
    s_load_fails("two contracts declare this event");
    json_decref(document);
    char path[600];
    snprintf(path, sizeof path, "%s/scheduling/other_message.json", folder);
    assert_int_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_load),          cmocka_unit_test(test_forms),
        cmocka_unit_test(test_schemas),           cmocka_unit_test(test_pointers_codes_examples),
        cmocka_unit_test(test_one_road_per_kind),
    };
    return cmocka_run_group_tests(tests, s_setup, s_teardown);
}
