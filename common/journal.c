/* journal - an event's exact bytes (proto/README.md section 2), and the rows that append events
 *
 * Codes, ids and regions have no character that JSON escapes; they are checked before they are written plain.
 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "clock.h"
#include "journal.h"
#include "limit.h"
#include "pointer.h"
#include "region.h"

enum { ID, TYPE, SOURCE, REGION, SUBJECT, VERSION, REFS, LANE, ROUTE, PRINCIPAL, CAUSE, TIME, BODY, COLUMNS };

static const array_type_t types[COLUMNS] = {
    [ID] = ARRAY_UUID,      [TYPE] = ARRAY_TEXT,      [SOURCE] = ARRAY_TEXT, [REGION] = ARRAY_TEXT,
    [SUBJECT] = ARRAY_TEXT, [VERSION] = ARRAY_BIGINT, [REFS] = ARRAY_TEXT,   [LANE] = ARRAY_TEXT,
    [ROUTE] = ARRAY_TEXT,   [PRINCIPAL] = ARRAY_UUID, [CAUSE] = ARRAY_UUID,  [TIME] = ARRAY_TIMESTAMPTZ,
    [BODY] = ARRAY_JSON};

struct journal_rows {
    array_t *columns[COLUMNS];
    size_t bytes_in_all;
    buffer_t *bytes, *route, *refs;
};

journal_rows_t *journal_rows_new(void)
{
    journal_rows_t *self = calloc(1, sizeof *self);
    CHECK(self);
    for (int column = 0; column < COLUMNS; column++)
        self->columns[column] = array_new(types[column]);
    self->bytes = buffer_new();
    self->route = buffer_new();
    self->refs = buffer_new();
    return self;
}

void journal_rows_destroy(journal_rows_t **self_p)
{
    journal_rows_t *self = *self_p;
    if (!self)
        return;
    for (int column = 0; column < COLUMNS; column++)
        array_destroy(&self->columns[column]);
    buffer_destroy(&self->bytes);
    buffer_destroy(&self->route);
    buffer_destroy(&self->refs);
    free(self);
    *self_p = NULL;
}

void journal_rows_clear(journal_rows_t *self)
{
    for (int column = 0; column < COLUMNS; column++)
        array_clear(self->columns[column]);
    self->bytes_in_all = 0;
}

size_t journal_rows_count(const journal_rows_t *self)
{
    return array_count(self->columns[ID]);
}

size_t journal_rows_bytes(const journal_rows_t *self)
{
    return self->bytes_in_all;
}

void journal_rows_parameters(journal_rows_t *self, db_parameters_t *parameters)
{
    for (int column = 0; column < COLUMNS; column++)
        db_array(parameters, self->columns[column]);
}

/* A subject is kind/UUID or kind/code: printable, and nothing in it that JSON escapes or that separates. */
static bool s_subject_is(const char *text)
{
    if (!text)
        return false;
    size_t length = strlen(text);
    const char *slash = strchr(text, '/');
    if (length >= JOURNAL_SUBJECT_TEXT || !slash || slash == text || !slash[1])
        return false;
    for (const char *at = text; *at; at++)
        if (*at <= ' ' || *at == '"' || *at == '\\' || *at == 0x7f)
            return false;
    return true;
}

static status_t s_bad(problem_t *problem, const char *code, const char *type, const char *why)
{
    return problem_set(problem, ST_BROKEN, code, "", "event %s: %s", type ? type : "without a type", why);
}

/* The subjects that must exist first, separated by one space; "" if there are none. What is done on behalf needs its grant. */
static bool s_refs(buffer_t *refs, const journal_origin_t *origin, const json_t *list)
{
    buffer_clear(refs);
    if (origin->behalf && *origin->behalf) {
        buffer_text(refs, "grant/");
        buffer_text(refs, origin->behalf);
    }
    if (!list || json_is_null(list))
        return true;
    size_t index;
    json_t *value;
    json_array_foreach(list, index, value)
    {
        const char *subject = json_string_value(value);
        if (!s_subject_is(subject))
            return false;
        if (refs->length)
            buffer_text(refs, " ");
        buffer_text(refs, subject);
    }
    return json_is_array(list) && refs->length < LIMIT_REFS_BYTES;
}

static bool s_holds(const json_t *list, const char *text)
{
    size_t index;
    json_t *value;
    json_array_foreach(list, index, value)
    {
        if (strcmp(json_string_value(value), text) == 0)
            return true;
    }
    return false;
}

/* "up down", and the addressed regions behind it. An act on behalf of a region goes down to the node that serves it, however far its contract lets it go. */
static bool s_route(buffer_t *route, const journal_origin_t *origin, const contract_event_t *contract,
                    const json_t *entry, json_t *data)
{
    bool behalf = origin->behalf && *origin->behalf;
    buffer_clear(route);
    buffer_text(route, contract->up);
    buffer_text(route, " ");
    if (behalf && strcmp(contract->down, "none") == 0) {
        buffer_text(route, "addressed:");
        buffer_text(route, origin->region);
        return true;
    }
    buffer_text(route, contract->down);
    if (strcmp(contract->down, "addressed") != 0)
        return true;
    const json_t *list = json_object_get(entry, "to");
    if (!list && contract->to)
        list = pointer_get(data, contract->to);
    if (!json_is_array(list) || json_array_size(list) > LIMIT_ADDRESSEES)
        return false;
    size_t index;
    json_t *value;
    json_array_foreach(list, index, value)
    {
        if (!json_is_string(value) || !region_is(json_string_value(value), json_string_length(value)))
            return false;
        buffer_text(route, index ? "," : ":");
        buffer_text(route, json_string_value(value));
    }
    if (behalf && json_array_size(list) < LIMIT_ADDRESSEES && !s_holds(list, origin->region)) {
        buffer_text(route, json_array_size(list) ? "," : ":");
        buffer_text(route, origin->region);
    }
    return true;
}

static void s_member(buffer_t *to, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    buffer_text(to, ",\"");
    buffer_text(to, name);
    buffer_text(to, "\":\"");
    buffer_text(to, text);
    buffer_text(to, "\"");
}

static void s_head(journal_rows_t *self, const journal_origin_t *origin, const journal_event_t *event)
{
    char id[UUID_TEXT], time[CLOCK_TEXT];
    uuid_text(&event->id, id);
    clock_text(origin->now, time);
    buffer_t *to = self->bytes;
    buffer_clear(to);
    buffer_text(to, "{\"specversion\":\"1.0\"");
    s_member(to, "id", id);
    s_member(to, "source", origin->node);
    s_member(to, "type", event->contract->type);
    s_member(to, "time", time);
    s_member(to, "region", event->region);
    s_member(to, "subject", event->subject);
    buffer_text(to, ",\"version\":");
    buffer_number(to, event->version);
    s_member(to, "refs", event->refs);
    s_member(to, "lane", event->contract->lane);
    s_member(to, "route", event->route);
}

static void s_compose(journal_rows_t *self, const journal_origin_t *origin, const json_t *data,
                      journal_event_t *event)
{
    s_head(self, origin, event);
    buffer_t *to = self->bytes;
    s_member(to, "principal", origin->principal);
    s_member(to, "person", origin->person);
    s_member(to, "organisation", origin->organisation);
    s_member(to, "behalf", origin->behalf);
    s_member(to, "key", origin->key);
    s_member(to, "cause", origin->cause);
    s_member(to, "request", origin->request);
    if (event->contract->receipt)
        s_member(to, "receipt", "applied");
    if (origin->doubt)
        buffer_text(to, ",\"doubt\":true");
    buffer_text(to, ",\"data\":");
    if (data == origin->body && origin->body_bytes)
        buffer_bytes(to, origin->body_bytes, origin->body_length);
    else
        buffer_json(to, data);
    buffer_text(to, "}");
    event->bytes = to->bytes;
    event->length = to->length;
}

static void s_row(journal_rows_t *self, const journal_origin_t *origin, const journal_event_t *event)
{
    array_t **columns = self->columns;
    uuid_id_t uuid;
    array_uuid(columns[ID], event->id.bytes);
    array_text(columns[TYPE], event->contract->type);
    array_text(columns[SOURCE], origin->node);
    array_text(columns[REGION], event->region);
    array_text(columns[SUBJECT], event->subject);
    array_number(columns[VERSION], event->version);
    array_text(columns[REFS], *event->refs ? event->refs : NULL);
    array_text(columns[LANE], event->contract->lane);
    array_text(columns[ROUTE], event->route);
    bool known = origin->principal && uuid_of_text(origin->principal, strlen(origin->principal), &uuid);
    array_uuid(columns[PRINCIPAL], known ? uuid.bytes : NULL);
    known = origin->cause && uuid_of_text(origin->cause, strlen(origin->cause), &uuid);
    array_uuid(columns[CAUSE], known ? uuid.bytes : NULL);
    array_instant(columns[TIME], origin->now);
    array_bytes(columns[BODY], event->bytes, event->length);
    self->bytes_in_all += event->length;
}

/* Type, writer, subject, version and region of an entry. */
static status_t s_entry(const journal_origin_t *origin, const contracts_t *contracts, const json_t *entry,
                        journal_event_t *event, problem_t *problem)
{
    const char *type = json_string_value(json_object_get(entry, "type"));
    event->contract = type ? contracts_event(contracts, type) : NULL;
    if (!event->contract)
        return s_bad(problem, "event.unknown_type", NULL, "no contract declares its type");
    if (strcmp(event->contract->service, origin->service) != 0 &&
        strcmp(event->contract->service, "journal") != 0)
        return s_bad(problem, "event.other_writer", type, "another service writes it");
    event->subject = json_string_value(json_object_get(entry, "subject"));
    if (!s_subject_is(event->subject))
        return s_bad(problem, "event.bad_subject", type, "its subject is not kind/id");
    event->version = json_integer_value(json_object_get(entry, "version"));
    if (event->version < 1)
        return s_bad(problem, "event.bad_version", type, "its version is not 1 or more");
    const json_t *region = json_object_get(entry, "region");
    event->region = region && !json_is_null(region) ? json_string_value(region) : origin->region;
    if (!event->region || !region_is(event->region, strlen(event->region)))
        return s_bad(problem, "event.bad_region", type, "its region is not a code");
    return ST_OK;
}

bool journal_origin_bytes_do(const journal_origin_t *self, const contract_event_t *event)
{
    return self->body_bytes && event->data == self->checked && !event->to;
}

/* What the event says: the entry's data, or the body it came from; NULL: the body's bytes will do. Borrowed. */
static status_t s_data(const journal_origin_t *origin, const json_t *entry, const journal_event_t *event,
                       json_t **ret_data, problem_t *problem)
{
    json_t *data = json_object_get(entry, "data");
    if (!data || json_is_null(data))
        data = (json_t *)origin->body;
    if (!data && journal_origin_bytes_do(origin, event->contract)) {
        *ret_data = NULL;
        return ST_OK;
    }
    if (!data)
        return s_bad(problem, "event.no_data", event->contract->type, "it has no data");
    problem_t found;
    bool checked = data == origin->body && event->contract->data == origin->checked;
    if (!checked && schema_check(event->contract->data, data, SCHEMA_OPEN, &found) != ST_OK)
        return problem_set(problem, ST_BROKEN, "event.bad_data", found.at, "event %s: %s",
                           event->contract->type, found.why);
    *ret_data = data;
    return ST_OK;
}

status_t journal_rows_event(journal_rows_t *self, const journal_origin_t *origin,
                            const contracts_t *contracts, const json_t *entry, const uuid_id_t *id,
                            journal_event_t *ret_event, problem_t *ret_problem)
{
    journal_event_t event = {.id = *id};
    json_t *data = NULL;
    status_t status = s_entry(origin, contracts, entry, &event, ret_problem);
    if (status == ST_OK)
        status = s_data(origin, entry, &event, &data, ret_problem);
    if (status != ST_OK)
        return status;
    const char *type = event.contract->type;
    if (!s_refs(self->refs, origin, json_object_get(entry, "refs")))
        return s_bad(ret_problem, "event.bad_refs", type, "its refs are no list of subjects");
    if (!s_route(self->route, origin, event.contract, entry, data))
        return s_bad(ret_problem, "event.bad_to", type, "it is not said to which regions it goes");
    event.refs = self->refs->bytes;
    event.route = self->route->bytes;
    s_compose(self, origin, data, &event);
    if (event.length > LIMIT_FRAME_BYTES)
        return s_bad(ret_problem, "event.too_large", type, "it is larger than a frame may be");
    s_row(self, origin, &event);
    if (ret_event)
        *ret_event = event;
    return ST_OK;
}
