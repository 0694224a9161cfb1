/* message - bytes from outside become JSON, or a problem that says at which byte they are wrong */
#include <stdbool.h>
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "limit.h"
#include "message.h"
#include "message_reader.h"

static status_t s_refuse(problem_t *problem, const char *code, size_t byte, const char *what)
{
    return problem_set(problem, ST_INVALID, code, "", "%s at byte %zu", what, byte);
}

/* Bytes of the UTF-8 character that begins at `bytes` (RFC 3629: shortest form, no surrogates, at most
   U+10FFFF), or 0. */
static size_t s_character(const unsigned char *bytes, size_t left)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80)
        return 1;
    size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < size)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    bool too_long = (lead == 0xe0 && bytes[1] < 0xa0) || (lead == 0xf0 && bytes[1] < 0x90);
    bool surrogate = lead == 0xed && bytes[1] > 0x9f;
    bool too_high = lead == 0xf4 && bytes[1] > 0x8f;
    return too_long || surrogate || too_high ? 0 : size;
}

/* Within a string: nothing to look at. */
static bool s_is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* What the parser would find too late or by recursing: depth, encoding and U+0000. One pass, no memory. */
static status_t s_scan(const char *text, size_t length, problem_t *problem)
{
    const unsigned char *bytes = (const unsigned char *)text;
    bool string = false;
    size_t depth = 0;
    for (size_t i = 0, size; i < length; i += size) {
        while (string && i < length && s_is_plain(bytes[i]))
            i++;
        if (i == length)
            break;
        size = s_character(bytes + i, length - i);
        if (size == 0)
            return s_refuse(problem, "message.not_utf8", i, "no valid UTF-8");
        if (bytes[i] == 0)
            return s_refuse(problem, "message.null_character", i, "U+0000");
        if (string && bytes[i] == '\\') {
            if (length - i >= 6 && memcmp(text + i, "\\u0000", 6) == 0)
                return s_refuse(problem, "message.null_character", i, "U+0000");
            if (i + 1 < length && bytes[i + 1] < 0x80)
                size = 2;
        } else if (bytes[i] == '"') {
            string = !string;
        } else if (!string && (bytes[i] == '{' || bytes[i] == '[')) {
            if (++depth > LIMIT_NESTING)
                return s_refuse(problem, "message.too_deep", i, "more nesting than allowed");
        } else if (!string && depth > 0 && (bytes[i] == '}' || bytes[i] == ']')) {
            depth--;
        }
    }
    return ST_OK;
}

static status_t s_parser_problem(const json_error_t *error, problem_t *problem)
{
    size_t byte = error->position > 0 ? (size_t)error->position : 0;
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return s_refuse(problem, "message.duplicate_key", byte,
                        "a member name used twice in one object, the second ending");
    case json_error_numeric_overflow:
        return s_refuse(problem, "message.number_too_large", byte,
                        "a number larger than 64 bits hold, ending");
    case json_error_invalid_utf8:
        return s_refuse(problem, "message.not_utf8", byte, "no valid UTF-8");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return s_refuse(problem, "message.null_character", byte, "U+0000");
    case json_error_stack_overflow:
        return s_refuse(problem, "message.too_deep", byte, "more nesting than allowed");
    case json_error_end_of_input_expected:
        return s_refuse(problem, "message.not_json", byte, "something follows the JSON text, found");
    default:
        return s_refuse(problem, "message.not_json", byte, "no valid JSON");
    }
}

static status_t s_parse(const char *bytes, size_t length, json_t **ret_json, problem_t *problem)
{
    json_error_t error;
    json_t *json =
        json_loadb(length > 0 ? bytes : "", length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!json) {
        /* No memory for 256 KiB: like the message layer below us, the process ends and is started again. */
        CHECK(json_error_code(&error) != json_error_out_of_memory);
        return s_parser_problem(&error, problem);
    }
    *ret_json = json;
    return ST_OK;
}

status_t message_parse_data(const char *bytes, size_t length, json_t **ret_json, const char **ret_data,
                            size_t *ret_data_length, problem_t *problem)
{
    CHECK((bytes || length == 0) && ret_json);
    if (length > LIMIT_FRAME_BYTES)
        return problem_set(problem, ST_INVALID, "message.too_large", "", "%zu bytes, %d are allowed", length,
                           LIMIT_FRAME_BYTES);
    status_t status = s_scan(bytes, length, problem);
    if (status != ST_OK)
        return status;
    json_t *json = message_read(bytes, length, ret_data, ret_data_length);
    status = json ? ST_OK : s_parse(bytes, length, &json, problem);
    if (status != ST_OK)
        return status;
    if (!json_is_object(json)) {
        json_decref(json);
        return problem_set(problem, ST_INVALID, "message.not_object", "",
                           "the text is JSON but not an object");
    }
    *ret_json = json;
    return ST_OK;
}

status_t message_parse(const char *bytes, size_t length, json_t **ret_json, problem_t *problem)
{
    return message_parse_data(bytes, length, ret_json, NULL, NULL, problem);
}

json_t *message_of_database(const char *bytes, size_t length)
{
    json_t *json = message_read(bytes, length, NULL, NULL);
    return json ? json : json_loadb(bytes, length, JSON_DECODE_ANY, NULL);
}
