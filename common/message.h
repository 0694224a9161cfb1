/* message - bytes from outside become JSON, or a problem that says at which byte they are wrong
 *
 * Stricter than RFC 8259: one object, no member twice, valid UTF-8, no U+0000, integers within 64 bits,
 * at most LIMIT_FRAME_BYTES long and LIMIT_NESTING deep. Depth is measured before anything recurses.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <jansson.h>

#include "status.h"

/* Parse one message. On ST_OK *ret_json is a new reference to an object, which the caller owns. Otherwise the
   status is ST_INVALID, *ret_json is untouched and the problem (may be NULL) has one of the codes
   message.too_large, message.too_deep, message.not_utf8, message.null_character, message.not_json,
   message.duplicate_key, message.number_too_large, message.not_object; `why` names the byte (counted from 0),
   never what stands there. */
status_t message_parse(const char *bytes, size_t length, json_t **ret_json, problem_t *problem);

/* The same, and where in the bytes the value of the member `data` stands, if it stands there as
   json_dumps(JSON_COMPACT) would write it; otherwise *ret_data and its length are untouched. */
status_t message_parse_data(const char *bytes, size_t length, json_t **ret_json, const char **ret_data,
                            size_t *ret_data_length, problem_t *problem);

/* JSON that PostgreSQL wrote; owned by the caller. NULL if it is none. */
json_t *message_of_database(const char *bytes, size_t length);

#endif
