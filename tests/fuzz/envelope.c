/* envelope - any bytes are judged as a request and as an event of another node, by the envelope and by the contract that they name
 *
 * shows: law-5 law-11 F1
 * cost: cpu 20
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "contract.h"
#include "log.h"
#include "message.h"

static contracts_t *contracts;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_load(void)
{
    char error[512];
    contracts = contracts_load(SINERGI_SOURCE_SHARE "/proto", error, sizeof error);
    if (!contracts)
        fatal("%s", error);
}

/* A refusal always says where, by a stable code, and in one line. */
static void s_check(const schema_t *schema, const json_t *value, unsigned flags)
{
    problem_t problems[SCHEMA_PROBLEMS];
    size_t count = schema && value ? schema_check_all(schema, value, flags, problems, SCHEMA_PROBLEMS) : 0;
    CHECK(count <= SCHEMA_PROBLEMS);
    for (size_t i = 0; i < count; i++)
        CHECK(strncmp(problems[i].code, "schema.", 7) == 0 && problems[i].why[0] &&
              !strchr(problems[i].why, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = NULL;
    if (!contracts)
        s_load();
    if (message_parse((const char *)data, size, &json, NULL) != ST_OK)
        return 0;
    s_check(contracts_envelope(contracts, "request"), json, SCHEMA_CLOSED);
    s_check(contracts_envelope(contracts, "event"), json, SCHEMA_OPEN);
    const char *type = json_string_value(json_object_get(json, "type"));
    const json_t *body = json_object_get(json, "data");
    const contract_t *contract = type ? contracts_find(contracts, type) : NULL;
    const contract_event_t *event = type ? contracts_event(contracts, type) : NULL;
    if (contract)
        s_check(contract->request, body, SCHEMA_CLOSED);
    if (event)
        s_check(event->data, body, SCHEMA_OPEN);
    json_decref(json);
    return 0;
}
