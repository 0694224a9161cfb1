/* array - a PostgreSQL array parameter in binary form, built row by row without escaping
 *
 *   array_t *ids = array_new(ARRAY_UUID);
 *   array_uuid(ids, event_id);  ...
 *   db_array(parameters, ids);            -- $n of: INSERT ... SELECT * FROM unnest($1::uuid[], $2::json[])
 */
#ifndef ARRAY_H
#define ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ARRAY_TEXT,
    ARRAY_UUID,
    ARRAY_BIGINT,
    ARRAY_INTEGER,
    ARRAY_BYTEA,
    ARRAY_JSON,
    ARRAY_JSONB,
    ARRAY_TIMESTAMPTZ
} array_type_t;
typedef struct array array_t;

array_t *array_new(array_type_t type);
void array_destroy(array_t **self_p);
void array_clear(array_t *self); /* keeps the memory */

/* Append one element; it must be of the array's type. A NULL pointer is SQL's NULL. Bytes are copied. What the
 * type does not take (no UTF-8, no JSON) is refused by PostgreSQL with a data error. */
void array_null(array_t *self);                                    /* any type */
void array_text(array_t *self, const char *text);                  /* TEXT JSON JSONB */
void array_bytes(array_t *self, const void *bytes, size_t length); /* TEXT BYTEA JSON JSONB */
void array_uuid(array_t *self, const uint8_t *bytes16);
void array_number(array_t *self, int64_t number);        /* BIGINT; INTEGER within 32 bits */
void array_instant(array_t *self, int64_t milliseconds); /* TIMESTAMPTZ, since 1970 */

size_t array_count(const array_t *self);

/* The whole parameter in PostgreSQL's binary form; borrowed until the next call on the array. */
const char *array_data(array_t *self, size_t *ret_length);

#endif
