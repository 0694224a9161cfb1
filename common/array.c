/* array - a PostgreSQL array parameter in binary form, built row by row without escaping
 *
 * The form is that of array_recv: dimensions, a flag for NULLs, the elements' type, length and lower bound,
 * then each element as length and bytes.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"

/* PostgreSQL's OIDs of the element types: fixed for ever in its catalogue (pg_type.dat). */
static const uint32_t oids[] = {
    [ARRAY_TEXT] = 25,  [ARRAY_UUID] = 2950, [ARRAY_BIGINT] = 20,  [ARRAY_INTEGER] = 23,
    [ARRAY_BYTEA] = 17, [ARRAY_JSON] = 114,  [ARRAY_JSONB] = 3802, [ARRAY_TIMESTAMPTZ] = 1184};

enum { HEADER = 20, ELEMENT_MOST = 1 << 30 };   /* PostgreSQL takes no value of a gigabyte */
#define POSTGRES_EPOCH_MS INT64_C(946684800000) /* 2000-01-01 */

struct array {
    array_type_t type;
    char *data;
    size_t used, room, count;
    bool nulls;
};

array_t *array_new(array_type_t type)
{
    array_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->type = type;
    self->room = 4096;
    self->data = malloc(self->room);
    CHECK(self->data);
    array_clear(self);
    return self;
}

void array_destroy(array_t **self_p)
{
    if (!*self_p)
        return;
    free((*self_p)->data);
    free(*self_p);
    *self_p = NULL;
}

void array_clear(array_t *self)
{
    self->used = HEADER;
    self->count = 0;
    self->nulls = false;
}

static char *s_grow(array_t *self, size_t more)
{
    while (self->used + more > self->room) {
        self->room *= 2;
        self->data = realloc(self->data, self->room);
        CHECK(self->data);
    }
    char *at = self->data + self->used;
    self->used += more;
    return at;
}

static void s_put32(char *at, uint32_t number)
{
    number = htonl(number);
    memcpy(at, &number, sizeof number);
}

static void s_element(array_t *self, const char *prefix, size_t prefix_length, const void *bytes,
                      size_t length)
{
    CHECK(length < ELEMENT_MOST);
    char *at = s_grow(self, 4 + prefix_length + length);
    s_put32(at, (uint32_t)(prefix_length + length));
    memcpy(at + 4, prefix, prefix_length);
    memcpy(at + 4 + prefix_length, bytes, length);
    self->count++;
}

void array_null(array_t *self)
{
    s_put32(s_grow(self, 4), UINT32_MAX);
    self->nulls = true;
    self->count++;
}

void array_text(array_t *self, const char *text)
{
    array_bytes(self, text, text ? strlen(text) : 0);
}

void array_bytes(array_t *self, const void *bytes, size_t length)
{
    CHECK(self->type == ARRAY_TEXT || self->type == ARRAY_BYTEA || self->type == ARRAY_JSON ||
          self->type == ARRAY_JSONB);
    if (!bytes)
        array_null(self);
    else /* jsonb_recv: a version byte first */
        s_element(self, "\1", self->type == ARRAY_JSONB, bytes, length);
}

void array_uuid(array_t *self, const uint8_t *bytes16)
{
    CHECK(self->type == ARRAY_UUID);
    if (!bytes16)
        array_null(self);
    else
        s_element(self, "", 0, bytes16, 16);
}

void array_number(array_t *self, int64_t number)
{
    CHECK(self->type == ARRAY_BIGINT || self->type == ARRAY_INTEGER);
    if (self->type == ARRAY_BIGINT) {
        uint64_t big = htobe64((uint64_t)number);
        s_element(self, "", 0, &big, sizeof big);
    } else {
        CHECK(number >= INT32_MIN && number <= INT32_MAX);
        uint32_t small = htonl((uint32_t)number);
        s_element(self, "", 0, &small, sizeof small);
    }
}

void array_instant(array_t *self, int64_t milliseconds)
{
    CHECK(self->type == ARRAY_TIMESTAMPTZ);
    int64_t distance;
    if (__builtin_sub_overflow(milliseconds, POSTGRES_EPOCH_MS, &distance) ||
        __builtin_mul_overflow(distance, 1000, &distance))
        distance = INT64_MAX - 1; /* beyond the last timestamptz: PostgreSQL refuses it */
    uint64_t microseconds = htobe64((uint64_t)distance);
    s_element(self, "", 0, &microseconds, sizeof microseconds);
}

size_t array_count(const array_t *self)
{
    return self->count;
}

const char *array_data(array_t *self, size_t *ret_length)
{
    s_put32(self->data, self->count > 0); /* dimensions: none for an empty array */
    s_put32(self->data + 4, self->nulls);
    s_put32(self->data + 8, oids[self->type]);
    s_put32(self->data + 12, (uint32_t)self->count);
    s_put32(self->data + 16, 1);
    *ret_length = self->count > 0 ? self->used : 12;
    return self->data;
}
