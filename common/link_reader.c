/* link_reader - reading the members of one JSON object until the first that is wrong */
#include <string.h>

#include "check.h"
#include "json_pool.h"
#include "link_reader.h"
#include "message.h"

void link_reader_open(link_reader_t *self, const char *bytes, size_t length, problem_t *problem)
{
    *self = (link_reader_t){NULL, problem, ST_OK};
    self->status = message_parse(bytes, length, &self->json, problem);
}

status_t link_reader_close(link_reader_t *self, json_t *root)
{
    json_decref(root);
    return self->status;
}

void link_reader_refuse(link_reader_t *self, const char *member, const char *rule)
{
    if (self->status != ST_OK)
        return;
    char at[128];
    snprintf(at, sizeof at, "/%s", member);
    self->status = problem_set(self->problem, ST_INVALID, "link.malformed", at, "%s %s", member, rule);
}

bool link_is_word(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!((text[i] >= 'a' && text[i] <= 'z') || text[i] == '_' || (text[i] >= '0' && text[i] <= '9')))
            return false;
    return length > 0 && text[0] >= 'a';
}

bool link_is_visible(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return length > 0;
}

bool link_is_uuid(const char *text, size_t length)
{
    uuid_id_t id;
    return uuid_of_text(text, length, &id);
}

bool link_is_hash(const char *text, size_t length)
{
    hash_t hash;
    return hash_of_text(text, length, &hash);
}

void link_read_text(link_reader_t *self, const char *member, link_form_fn *form, bool empty, char *ret_text,
                    size_t size)
{
    const json_t *value = self->status == ST_OK ? json_object_get(self->json, member) : NULL;
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    if (!text || length >= size || !(form(text, length) || (empty && length == 0)))
        link_reader_refuse(self, member, "is missing or has not its form");
    else
        memcpy(ret_text, text, length + 1);
}

void link_read_number(link_reader_t *self, const char *member, int64_t least, int64_t most,
                      int64_t *ret_number)
{
    const json_t *value = self->status == ST_OK ? json_object_get(self->json, member) : NULL;
    int64_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < least || number > most)
        link_reader_refuse(self, member, "is no integer in its bounds");
    else
        *ret_number = number;
}

void link_read_flag(link_reader_t *self, const char *member, bool *ret_flag)
{
    const json_t *value = self->status == ST_OK ? json_object_get(self->json, member) : NULL;
    if (!json_is_boolean(value))
        link_reader_refuse(self, member, "is neither true nor false");
    else
        *ret_flag = json_is_true(value);
}

void link_read_clock(link_reader_t *self, const char *member, int64_t *ret_instant)
{
    const char *text = self->status == ST_OK ? json_string_value(json_object_get(self->json, member)) : NULL;
    int64_t instant;
    if (!text || !clock_parse(text, &instant))
        link_reader_refuse(self, member, "is no instant");
    else
        *ret_instant = instant;
}

void link_read_lane(link_reader_t *self, const char *member, lane_t *ret_lane)
{
    const char *text = self->status == ST_OK ? json_string_value(json_object_get(self->json, member)) : NULL;
    if (!text || !lane_of_word(text, ret_lane))
        link_reader_refuse(self, member, "is no lane");
}

char *link_json_text(json_t *json)
{
    CHECK(json);
    char *text = json_text(json, JSON_COMPACT);
    CHECK(text);
    json_decref(json);
    return text;
}

json_t *link_json_clock(int64_t instant)
{
    char text[CLOCK_TEXT];
    clock_text(instant, text);
    return json_string(text);
}
