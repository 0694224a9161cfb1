/* schema - any JSON is a schema or refused, and any value is valid or has problems that name places of it
 *
 * shows: law-11 I5
 * cost: cpu 20
 */
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "check.h"
#include "message.h"
#include "pointer.h"
#include "schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_check(const schema_t *schema, const json_t *value, schema_flags_t flags)
{
    problem_t problems[SCHEMA_PROBLEMS], first;
    size_t count = schema_check_all(schema, value, flags, problems, SCHEMA_PROBLEMS);
    CHECK(count <= SCHEMA_PROBLEMS);
    CHECK((schema_check(schema, value, flags, &first) == ST_OK) == (count == 0));
    CHECK(schema_check(schema, value, flags, NULL) == (count == 0 ? ST_OK : ST_INVALID));
    for (size_t i = 0; i < count; i++)
        CHECK(problems[i].status == ST_INVALID && problems[i].code[0] && problems[i].why[0]);
}

/* {"schema": ..., "data": ...} */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = NULL;
    if (size > 4096 || message_parse((const char *)data, size, &json, NULL) != ST_OK)
        return 0;
    json_t *document = json_object_get(json, "schema"), *value = json_object_get(json, "data");
    char error[512] = "";
    schema_set_t *set = schema_set_new();
    const schema_t *schema = NULL;
    if (document && value) {
        CHECK(schema_set_add(set, "it", document));
        schema = schema_compile(set, "it", "", error, sizeof error);
        CHECK(!schema == (error[0] != '\0'));
    }
    if (schema) {
        s_check(schema, value, SCHEMA_OPEN);
        s_check(schema, value, SCHEMA_CLOSED);
    }
    schema_set_destroy(&set);
    json_decref(json);
    return 0;
}
