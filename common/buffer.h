/* buffer - bytes that grow; cleared and used again, so that no message costs an allocation of its own
 *
 *   buffer_t *buffer = buffer_new();
 *   buffer_text(buffer, "{\"id\":");
 *   buffer_quoted(buffer, id);
 *   ... buffer->bytes, buffer->length
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <jansson.h>
#include <stddef.h>

typedef struct {
    char *bytes; /* always followed by a NUL that is not counted */
    size_t length, room;
} buffer_t;

buffer_t *buffer_new(void);
void buffer_destroy(buffer_t **self_p);

/* Forget what stands in it; the memory is kept, but for what goes beyond 1 MiB. */
void buffer_clear(buffer_t *self);

void buffer_text(buffer_t *self, const char *text);
void buffer_bytes(buffer_t *self, const void *bytes, size_t length);
void buffer_number(buffer_t *self, long long number);

/* A JSON string: quoted, with what JSON wants escaped. */
void buffer_quoted(buffer_t *self, const char *text);

/* A JSON value on one line without spaces, members in their order. */
void buffer_json(buffer_t *self, const json_t *value);

#endif
