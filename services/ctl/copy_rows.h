/* copy_rows - rows of a query as PostgreSQL's binary COPY: streamed, one at a time, without a text of any number
 *
 *   copy_rows_t *rows = copy_rows_new(connection, "SELECT leaf, hash FROM audit.leaf ORDER BY leaf");
 *   copy_value_t values[2];
 *   while (copy_rows_next(rows, values, 2)) ...
 *   copy_rows_destroy(&rows);
 */
#ifndef COPY_ROWS_H
#define COPY_ROWS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "uuid.h"

/* A value as it came, borrowed until the next row; not ended by NUL. */
typedef struct {
    const char *bytes;
    int length; /* -1: NULL */
} copy_value_t;

typedef struct copy_rows copy_rows_t;

/* Exits with PostgreSQL's sentence on a query that fails, here and while rows come. */
copy_rows_t *copy_rows_new(PGconn *connection, const char *query);
void copy_rows_destroy(copy_rows_t **self_p);

/* The next row of exactly `count` columns; false at the end. */
bool copy_rows_next(copy_rows_t *self, copy_value_t *ret_values, int count);

bool copy_is_null(const copy_value_t *value);

/* Of an integer or bigint. */
int64_t copy_number(const copy_value_t *value);

/* Of a timestamptz: milliseconds since 1970; INT64_MIN if it has parts of a millisecond. */
int64_t copy_instant(const copy_value_t *value);

/* Of a bytea of 32 bytes, a uuid; false for anything else. */
bool copy_hash(const copy_value_t *value, hash_t *ret_hash);
bool copy_uuid(const copy_value_t *value, uuid_id_t *ret_uuid);

/* Is it this text? NULL is none. */
bool copy_is(const copy_value_t *value, const char *text);

/* As a text in `to`, cut to its size; NULL is "". */
const char *copy_text(const copy_value_t *value, char *to, size_t size);

#endif
