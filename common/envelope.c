/* envelope - the members of an event's bytes that carrying and following need, found without building a tree of the rest */
#include <stdint.h>
#include <string.h>

#include "envelope.h"

/* A member's value as it stands in the bytes; of a string what is between its quotes. */
typedef struct {
    const char *text;
    size_t length;
    bool string;
} value_t;

/* What ends a run of a string's characters, and what means something between values: all else is passed over at once. */
enum { IN_STRING = 1, BETWEEN = 2 };
static const uint8_t s_stops[256] = {['"'] = IN_STRING | BETWEEN,
                                     ['\\'] = IN_STRING,
                                     ['{'] = BETWEEN,
                                     ['}'] = BETWEEN,
                                     ['['] = BETWEEN,
                                     [']'] = BETWEEN,
                                     [','] = BETWEEN};

static const char *s_run(const char *at, const char *end, uint8_t stop)
{
    while (at < end && !(s_stops[(uint8_t)*at] & stop))
        at++;
    return at;
}

static const char *s_skip_string(const char *at, const char *end)
{
    while ((at = s_run(at, end, IN_STRING)) < end && *at != '"')
        at += 2;
    return at < end ? at + 1 : NULL;
}

/* The end of the value at `at`: a string, what is between brackets, or a bare word. NULL if it has none. */
static const char *s_skip_value(const char *at, const char *end)
{
    if (at < end && *at == '"')
        return s_skip_string(at + 1, end);
    int depth = 0;
    while (at && at < end) {
        if (*at == '"') {
            at = s_skip_string(at + 1, end);
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}'))
            return at;
        if (*at == '{' || *at == '[')
            depth++;
        if (*at == '}' || *at == ']')
            depth--;
        at = s_run(at + 1, end, BETWEEN);
    }
    return NULL;
}

static bool s_copy(const value_t *value, char *to, size_t size)
{
    if (!value->string || value->length == 0 || value->length >= size ||
        memchr(value->text, '\\', value->length) || memchr(value->text, '\0', value->length))
        return false;
    memcpy(to, value->text, value->length);
    to[value->length] = '\0';
    return true;
}

static bool s_number(const value_t *value, int64_t *ret_number)
{
    if (value->string || value->length == 0 || value->length > 18)
        return false;
    int64_t number = 0;
    for (size_t i = 0; i < value->length; i++) {
        if (value->text[i] < '0' || value->text[i] > '9')
            return false;
        number = number * 10 + (value->text[i] - '0');
    }
    *ret_number = number;
    return number >= 1;
}

static bool s_uuid(const value_t *value, uuid_id_t *ret_uuid)
{
    return value->string && uuid_of_text(value->text, value->length, ret_uuid);
}

enum {
    M_ID,
    M_SOURCE,
    M_TYPE,
    M_TIME,
    M_REGION,
    M_SUBJECT,
    M_VERSION,
    M_LANE,
    M_ROUTE,
    M_REFS,
    M_PRINCIPAL,
    M_PERSON,
    M_CAUSE,
    M_BEHALF,
    M_RECEIPT,
    M_DATA,
    MEMBERS
};
#define NEEDED ((1u << M_REFS) - 1)

static const char *const s_members[MEMBERS] = {"id",      "source", "type",    "time", "region",    "subject",
                                               "version", "lane",   "route",   "refs", "principal", "person",
                                               "cause",   "behalf", "receipt", "data"};

static bool s_take(int member, const value_t *value, envelope_t *envelope)
{
    char text[CLOCK_TEXT];
    switch (member) {
    case M_ID:
        return s_uuid(value, &envelope->id) && envelope->id.bytes[6] >> 4 == 7;
    case M_SOURCE:
        return s_copy(value, envelope->source, sizeof envelope->source) &&
               node_name_is(envelope->source, value->length);
    case M_TYPE:
        return s_copy(value, envelope->type, sizeof envelope->type);
    case M_TIME:
        return s_copy(value, text, sizeof text) && clock_parse(text, &envelope->time);
    case M_REGION:
        return s_copy(value, envelope->region, sizeof envelope->region) &&
               region_is(envelope->region, value->length);
    case M_SUBJECT:
        return s_copy(value, envelope->subject, sizeof envelope->subject);
    case M_VERSION:
        return s_number(value, &envelope->version);
    case M_LANE:
        return s_copy(value, text, sizeof text) && lane_of_word(text, &envelope->lane);
    case M_ROUTE:
        return s_copy(value, envelope->route, sizeof envelope->route);
    case M_REFS:
        return s_copy(value, envelope->refs, sizeof envelope->refs);
    case M_PRINCIPAL:
        return envelope->has_principal = s_uuid(value, &envelope->principal);
    case M_PERSON:
        return envelope->has_person = s_uuid(value, &envelope->person);
    case M_CAUSE:
        return envelope->has_cause = s_uuid(value, &envelope->cause);
    case M_RECEIPT:
        return envelope->receipt = true;
    case M_DATA:
        envelope->data = value->text - value->string;
        envelope->data_length = value->length + 2u * value->string;
        return true;
    default:
        return envelope->behalf = s_uuid(value, &envelope->grant);
    }
}

static int s_member(const char *name, size_t length)
{
    int member = 0;
    while (member < MEMBERS &&
           (strlen(s_members[member]) != length || memcmp(s_members[member], name, length) != 0))
        member++;
    return member;
}

static status_t s_invalid(problem_t *problem, const char *member)
{
    return problem_set(problem, ST_INVALID, "event.form", member,
                       "the event's member %s is missing or has not the form it must have", member);
}

status_t envelope_read(const char *bytes, size_t length, envelope_t *ret_envelope, problem_t *problem)
{
    const char *at = bytes + 1, *end = bytes + length;
    unsigned found = 0;
    ret_envelope->refs[0] = '\0';
    ret_envelope->has_principal = ret_envelope->has_person = ret_envelope->has_cause = false;
    ret_envelope->behalf = ret_envelope->receipt = false;
    ret_envelope->data = NULL;
    ret_envelope->data_length = 0;
    if (length < 2 || bytes[0] != '{' || end[-1] != '}')
        return s_invalid(problem, "");
    while (at < end && *at == '"') {
        const char *name = at + 1, *name_end = s_skip_string(name, end);
        if (!name_end || name_end >= end || *name_end != ':')
            return s_invalid(problem, "");
        /* "\u0072egion" is a second region to the database, which keeps the last of two, and would be none here. */
        if (memchr(name, '\\', (size_t)(name_end - name)))
            return s_invalid(problem, "");
        value_t value = {name_end + 1, 0, name_end[1] == '"'};
        const char *value_end = s_skip_value(value.text, end);
        if (!value_end || value_end >= end || (*value_end != ',' && *value_end != '}'))
            return s_invalid(problem, "");
        value.length = (size_t)(value_end - value.text);
        if (value.string) {
            value.text++;
            value.length -= 2;
        }
        int member = s_member(name, (size_t)(name_end - 1 - name));
        if (member < MEMBERS && (found & 1u << member || !s_take(member, &value, ret_envelope)))
            return s_invalid(problem, s_members[member]);
        found |= member < MEMBERS ? 1u << member : 0;
        at = value_end + 1;
    }
    for (int member = 0; member < M_REFS; member++)
        if (!(found & 1u << member))
            return s_invalid(problem, s_members[member]);
    return at == end ? ST_OK : s_invalid(problem, "");
}
