/* schema_verdict - prints what our validator thinks of each line of standard input
 *
 * A line is {"schema": ..., "data": ..., "documents": {NAME: ...}, "pointer": "...", "closed": true}, the
 * last three optional. The answer is a line: "valid", "invalid CODE AT", or "refused WHY" when the schema
 * does not compile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <jansson.h>

#include "check.h"
#include "schema.h"

static json_t *s_verdict(json_t *line)
{
    schema_set_t *set = schema_set_new();
    char error[512];
    problem_t problem;
    const char *name, *pointer = json_string_value(json_object_get(line, "pointer"));
    json_t *document, *verdict;
    CHECK(schema_set_add(set, "schema", json_object_get(line, "schema")));
    json_object_foreach(json_object_get(line, "documents"), name, document)
        CHECK(schema_set_add(set, name, document));
    const schema_t *schema = schema_compile(set, "schema", pointer ? pointer : "", error, sizeof error);
    schema_flags_t flags = json_is_true(json_object_get(line, "closed")) ? SCHEMA_CLOSED : SCHEMA_OPEN;
    if (!schema)
        verdict = json_pack("{s:s, s:s}", "verdict", "refused", "why", error);
    else if (schema_check(schema, json_object_get(line, "data"), flags, &problem) == ST_OK)
        verdict = json_pack("{s:s}", "verdict", "valid");
    else
        verdict = json_pack("{s:s, s:s, s:s, s:s}", "verdict", "invalid", "code", problem.code, "at",
                            problem.at, "why", problem.why);
    schema_set_destroy(&set);
    return verdict;
}

int main(void)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&text, &room, stdin)) > 0) {
        json_error_t error;
        json_t *line = json_loadb(text, (size_t)length, JSON_ALLOW_NUL, &error);
        json_t *verdict = line ? s_verdict(line)
                               : json_pack("{s:s, s:s}", "verdict", "refused", "why", "the line is not JSON");
        CHECK(verdict && json_dumpf(verdict, stdout, JSON_COMPACT) == 0);
        putchar('\n');
        json_decref(verdict);
        json_decref(line);
        fflush(stdout);
    }
    free(text);
    return 0;
}
