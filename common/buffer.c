/* buffer - bytes that grow; cleared and used again, so that no message costs an allocation of its own */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "append.h"
#include "buffer.h"
#include "check.h"

#define ROOM_KEPT (1024 * 1024)

static void s_reserve(buffer_t *self, size_t more)
{
    size_t wanted = self->length + more + 1;
    if (wanted <= self->room)
        return;
    while (self->room < wanted)
        self->room *= 2;
    self->bytes = realloc(self->bytes, self->room);
    CHECK(self->bytes);
}

buffer_t *buffer_new(void)
{
    buffer_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->room = 1024;
    self->bytes = malloc(self->room);
    CHECK(self->bytes);
    self->bytes[0] = '\0';
    return self;
}

void buffer_destroy(buffer_t **self_p)
{
    if (!*self_p)
        return;
    free((*self_p)->bytes);
    free(*self_p);
    *self_p = NULL;
}

void buffer_clear(buffer_t *self)
{
    self->length = 0;
    if (self->room > ROOM_KEPT) {
        self->room = 1024;
        self->bytes = realloc(self->bytes, self->room);
        CHECK(self->bytes);
    }
    self->bytes[0] = '\0';
}

void buffer_bytes(buffer_t *self, const void *bytes, size_t length)
{
    if (!length)
        return;
    s_reserve(self, length);
    memcpy(self->bytes + self->length, bytes, length);
    self->length += length;
    self->bytes[self->length] = '\0';
}

void buffer_text(buffer_t *self, const char *text)
{
    buffer_bytes(self, text, strlen(text));
}

void buffer_number(buffer_t *self, long long number)
{
    char digits[20];
    buffer_bytes(self, digits, (size_t)(append_number(digits, number) - digits));
}

void buffer_quoted(buffer_t *self, const char *text)
{
    buffer_text(self, "\"");
    for (const char *at = text; *at;) {
        size_t plain = 0;
        while ((unsigned char)at[plain] >= 0x20 && at[plain] != '"' && at[plain] != '\\')
            plain++;
        buffer_bytes(self, at, plain);
        at += plain;
        if (!*at)
            break;
        char escape[8];
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)*at++);
        buffer_text(self, escape);
    }
    buffer_text(self, "\"");
}

static int s_dump(const char *bytes, size_t length, void *self)
{
    buffer_bytes(self, bytes, length);
    return 0;
}

void buffer_json(buffer_t *self, const json_t *value)
{
    CHECK(json_dump_callback(value, s_dump, self, JSON_COMPACT | JSON_ENCODE_ANY) == 0);
}
