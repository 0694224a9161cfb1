/* message_reader - plain JSON becomes a value quickly; what is not plain is left to jansson
 *
 * jansson's own reader takes each character through several calls. Nearly all that comes is plain, and this takes
 * a fifth of the time. Whatever is doubtful ends it: it need not know what is wrong.
 */
#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "limit.h"
#include "message_reader.h"

enum { DIGITS = 18 }; /* fewer than could exceed 64 bits */

typedef struct {
    const char *at, *end;
    int depth;
    size_t spaces; /* bytes between words so far */
    const char *data;
    size_t data_length;
} reader_t;

static json_t *s_value(reader_t *self);

/* The character that comes next, behind white space; NUL at the end. */
static char s_next(reader_t *self)
{
    while (self->at < self->end &&
           (*self->at == ' ' || *self->at == '\n' || *self->at == '\t' || *self->at == '\r')) {
        self->at++;
        self->spaces++;
    }
    return self->at < self->end ? *self->at : '\0';
}

static bool s_mark(reader_t *self, char mark)
{
    bool found = s_next(self) == mark;
    self->at += found;
    return found;
}

/* A string without escapes; borrowed. */
static bool s_string(reader_t *self, const char **ret_text, size_t *ret_length)
{
    if (!s_mark(self, '"'))
        return false;
    const char *at = self->at;
    while (at < self->end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    if (at == self->end || *at != '"')
        return false;
    *ret_text = self->at;
    *ret_length = (size_t)(at - self->at);
    self->at = at + 1;
    return true;
}

static json_t *s_integer(reader_t *self)
{
    bool negative = *self->at == '-';
    const char *first = self->at + negative, *at = first;
    json_int_t number = 0;
    for (; at < self->end && *at >= '0' && *at <= '9' && at - first < DIGITS; at++)
        number = number * 10 + (*at - '0');
    bool more = at < self->end && ((*at >= '0' && *at <= '9') || *at == '.' || *at == 'e' || *at == 'E');
    if (at == first || more || (*first == '0' && (at - first > 1 || negative)))
        return NULL;
    self->at = at;
    return json_integer(negative ? -number : number);
}

static json_t *s_word(reader_t *self, const char *word, json_t *value)
{
    size_t length = strlen(word);
    if ((size_t)(self->end - self->at) < length || memcmp(self->at, word, length) != 0)
        return NULL;
    self->at += length;
    return value;
}

static bool s_member(reader_t *self, json_t *object)
{
    const char *name;
    size_t length, count = json_object_size(object);
    if (!s_string(self, &name, &length) || !s_mark(self, ':'))
        return false;
    size_t spaces = self->spaces;
    s_next(self);
    const char *begin = self->at;
    json_t *value = s_value(self);
    if (!value)
        return false;
    if (self->depth == 1 && length == 4 && memcmp(name, "data", 4) == 0 && spaces == self->spaces) {
        self->data = begin;
        self->data_length = (size_t)(self->at - begin);
    }
    CHECK(json_object_setn_new_nocheck(object, name, length, value) == 0);
    return json_object_size(object) > count; /* else the name stood there already */
}

static bool s_item(reader_t *self, json_t *array)
{
    json_t *value = s_value(self);
    if (value)
        CHECK(json_array_append_new(array, value) == 0);
    return value != NULL;
}

/* An object or array, to its closing bracket. */
static json_t *s_container(reader_t *self, char closing, bool (*part)(reader_t *, json_t *))
{
    json_t *value = closing == '}' ? json_object() : json_array();
    CHECK(value);
    self->at++;
    self->depth++;
    bool good = self->depth <= LIMIT_NESTING;
    if (good && !s_mark(self, closing)) {
        do
            good = part(self, value);
        while (good && s_mark(self, ','));
        good = good && s_mark(self, closing);
    }
    self->depth--;
    if (good)
        return value;
    json_decref(value);
    return NULL;
}

static json_t *s_value(reader_t *self)
{
    const char *text;
    size_t length;
    switch (s_next(self)) {
    case '{':
        return s_container(self, '}', s_member);
    case '[':
        return s_container(self, ']', s_item);
    case '"':
        return s_string(self, &text, &length) ? json_stringn_nocheck(text, length) : NULL;
    case 't':
        return s_word(self, "true", json_true());
    case 'f':
        return s_word(self, "false", json_false());
    case 'n':
        return s_word(self, "null", json_null());
    default:
        return self->at < self->end ? s_integer(self) : NULL;
    }
}

json_t *message_read(const char *bytes, size_t length, const char **ret_data, size_t *ret_data_length)
{
    reader_t reader = {.at = bytes, .end = bytes + length};
    json_t *value = s_value(&reader);
    if (value && (s_next(&reader) != '\0' || reader.at != reader.end)) {
        json_decref(value);
        return NULL;
    }
    if (value && ret_data && reader.data) {
        *ret_data = reader.data;
        *ret_data_length = reader.data_length;
    }
    return value;
}
