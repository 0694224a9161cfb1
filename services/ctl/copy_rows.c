/* copy_rows - rows of a query as PostgreSQL's binary COPY */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "copy_rows.h"
#include "log.h"

#define UNIX_OF_POSTGRES_MS 946684800000LL /* 2000-01-01 */
enum { SIGNATURE_LENGTH = 11, FIXED_HEADER = 19 };

struct copy_rows {
    PGconn *connection;
    char *row; /* libpq's, of the row at hand */
    bool begun;
};

copy_rows_t *copy_rows_new(PGconn *connection, const char *query)
{
    copy_rows_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->connection = connection;
    size_t size = strlen(query) + 64;
    char *copy = malloc(size);
    CHECK(copy);
    snprintf(copy, size, "COPY (%s) TO STDOUT (FORMAT binary)", query);
    PGresult *result = PQexec(connection, copy);
    if (PQresultStatus(result) != PGRES_COPY_OUT)
        fatal("the journal cannot be read: %s", PQerrorMessage(connection));
    PQclear(result);
    free(copy);
    return self;
}

void copy_rows_destroy(copy_rows_t **self_p)
{
    PQfreemem((*self_p)->row);
    free(*self_p);
    *self_p = NULL;
}

static uint64_t s_integer(const char *bytes, size_t length)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++)
        number = number << 8 | (uint8_t)bytes[i];
    return number;
}

/* After the last row the command's own answer is still to be taken. */
static bool s_end(copy_rows_t *self)
{
    for (PGresult *result; (result = PQgetResult(self->connection)) != NULL; PQclear(result))
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fatal("the journal cannot be read: %s", PQerrorMessage(self->connection));
    return false;
}

bool copy_rows_next(copy_rows_t *self, copy_value_t *ret_values, int count)
{
    PQfreemem(self->row);
    self->row = NULL;
    int length = PQgetCopyData(self->connection, &self->row, 0);
    if (length < 0)
        return s_end(self);
    const char *at = self->row, *end = self->row + length;
    if (!self->begun) {
        CHECK(length >= FIXED_HEADER && memcmp(at, "PGCOPY\n\377\r\n\0", SIGNATURE_LENGTH) == 0);
        at += FIXED_HEADER + s_integer(at + 15, 4);
        self->begun = true;
    }
    CHECK(end - at >= 2);
    int columns = (int16_t)s_integer(at, 2);
    at += 2;
    if (columns == -1)
        return copy_rows_next(self, ret_values, count); /* the trailer; the end comes behind it */
    CHECK(columns == count);
    for (int i = 0; i < count; i++) {
        CHECK(end - at >= 4);
        ret_values[i].length = (int32_t)s_integer(at, 4);
        ret_values[i].bytes = at += 4;
        at += ret_values[i].length > 0 ? ret_values[i].length : 0;
        CHECK(at <= end);
    }
    return true;
}

bool copy_is_null(const copy_value_t *value)
{
    return value->length < 0;
}

int64_t copy_number(const copy_value_t *value)
{
    return value->length == 4   ? (int32_t)s_integer(value->bytes, 4)
           : value->length == 8 ? (int64_t)s_integer(value->bytes, 8)
                                : 0;
}

int64_t copy_instant(const copy_value_t *value)
{
    int64_t microseconds = copy_number(value);
    return microseconds % 1000 ? INT64_MIN : microseconds / 1000 + UNIX_OF_POSTGRES_MS;
}

bool copy_hash(const copy_value_t *value, hash_t *ret_hash)
{
    if (value->length != HASH_BYTES)
        return false;
    memcpy(ret_hash->bytes, value->bytes, HASH_BYTES);
    return true;
}

bool copy_uuid(const copy_value_t *value, uuid_id_t *ret_uuid)
{
    if (value->length != (int)sizeof ret_uuid->bytes)
        return false;
    memcpy(ret_uuid->bytes, value->bytes, sizeof ret_uuid->bytes);
    return true;
}

bool copy_is(const copy_value_t *value, const char *text)
{
    return value->length >= 0 && (size_t)value->length == strlen(text) &&
           memcmp(value->bytes, text, (size_t)value->length) == 0;
}

const char *copy_text(const copy_value_t *value, char *to, size_t size)
{
    snprintf(to, size, "%.*s", value->length < 0 ? 0 : value->length, value->length < 0 ? "" : value->bytes);
    return to;
}
