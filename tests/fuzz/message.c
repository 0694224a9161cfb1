/* message - any bytes either become an object that can be written and read again, or are refused
 *
 * shows: law-11
 * cost: cpu 20
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "limit.h"
#include "message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = NULL, *again = NULL;
    problem_t problem = {.status = ST_OK};
    const char *slice = NULL;
    size_t slice_length = 0;
    if (message_parse_data((const char *)data, size, &json, &slice, &slice_length, &problem) != ST_OK) {
        CHECK(!json && problem.status == ST_INVALID && problem.code[0] && problem.why[0]);
        return 0;
    }
    json_t *known = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_equal(json, known));
    json_decref(known);
    char *text = slice ? json_dumps(json_object_get(json, "data"), JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    CHECK(!slice || (text && strlen(text) == slice_length && memcmp(text, slice, slice_length) == 0));
    free(text);
    text = json_dumps(json, JSON_COMPACT);
    CHECK(text);
    /* Numbers may be written longer than they were sent. */
    if (strlen(text) <= LIMIT_FRAME_BYTES)
        CHECK(message_parse(text, strlen(text), &again, &problem) == ST_OK && json_equal(json, again));
    json_decref(again);
    json_decref(json);
    free(text);
    return 0;
}
