/* serve_batch_end - what a transaction appends: events, stored replies, refusals; and the stored replies that are found */
#include <string.h>

#include "serve_batch.h"
#include "check.h"
#include "clock.h"
#include "hex.h"
#include "log.h"
#include "message.h"

enum { PRINCIPAL, ID, DIGEST, TYPE, REGION, BODY };

static const array_type_t reply_types[BATCH_REPLY_COLUMNS] = {
    [PRINCIPAL] = ARRAY_UUID, [ID] = ARRAY_UUID,     [DIGEST] = ARRAY_BYTEA,
    [TYPE] = ARRAY_TEXT,      [REGION] = ARRAY_TEXT, [BODY] = ARRAY_JSON};

void batch_end_new(batch_t *self)
{
    self->events = journal_rows_new();
    self->asked_principals = array_new(ARRAY_UUID);
    self->asked_ids = array_new(ARRAY_UUID);
    self->bodies = array_new(ARRAY_JSONB);
    self->regions = array_new(ARRAY_TEXT);
    self->contexts = array_new(ARRAY_JSONB);
    for (int column = 0; column < BATCH_REPLY_COLUMNS; column++)
        self->replies[column] = array_new(reply_types[column]);
}

void batch_end_destroy(batch_t *self)
{
    journal_rows_destroy(&self->events);
    array_destroy(&self->asked_principals);
    array_destroy(&self->asked_ids);
    array_destroy(&self->bodies);
    array_destroy(&self->regions);
    array_destroy(&self->contexts);
    for (int column = 0; column < BATCH_REPLY_COLUMNS; column++)
        array_destroy(&self->replies[column]);
}

void batch_end_prepare(batch_t *self)
{
    db_t *db = self->serve->db;
    db_prepare(db, "begin", "BEGIN", "");
    db_prepare(db, "commit", "COMMIT", "");
    db_prepare(db, "journal_append", JOURNAL_APPEND, JOURNAL_APPEND_TYPES);
    /* OFFSET 0 keeps it one look into one partition's index per id, however few rows the planner expects */
    db_prepare(
        db, "replies_stored",
        "SELECT asked.place, stored.digest, stored.body FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY"
        " AS asked (principal, id, place) CROSS JOIN LATERAL (SELECT reply.digest, reply.body FROM "
        "journal.reply"
        " WHERE reply.id = asked.id AND reply.principal = asked.principal OFFSET 0) AS stored",
        "uuid[],uuid[]");
    db_prepare(
        db, "replies_add",
        "INSERT INTO journal.reply (principal, id, digest, type, region, body)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::json[])",
        "uuid[],uuid[],bytea[],text[],text[],json[]");
}

void batch_end_clear(batch_t *self)
{
    journal_rows_clear(self->events);
    array_clear(self->asked_principals);
    array_clear(self->asked_ids);
    for (int column = 0; column < BATCH_REPLY_COLUMNS; column++)
        array_clear(self->replies[column]);
}

static void s_origin(const batch_t *self, const call_t *call, const char *request, journal_origin_t *origin)
{
    const principal_t *principal = &call->principal;
    *origin = (journal_origin_t){
        .node = self->serve->node->name,
        .service = self->serve->service->name,
        .now = call->now,
        .doubt = clock_doubt(),
        .region = call->region,
        .principal = call->known ? principal->principal : NULL,
        .person = call->known ? principal->person : NULL,
        .organisation = call->known ? principal->organisation : NULL,
        .behalf = call->behalf,
        .key = call->known ? principal->fingerprint : NULL,
        .cause = call->requestid,
        .request = request,
        .body = call->body,
        .checked = call->contract->personal ? NULL : call->contract->request,
        .body_bytes = call->body_bytes->bytes,
        .body_length = call->body_bytes->length,
    };
}

/* Ids are of the node's clock, after the ids of what caused them; a timer's follow from subject and due time. */
static uuid_id_t s_event_id(const call_t *call, const json_t *entry)
{
    if (!*call->due)
        return uuid_make(call->now);
    char text[JOURNAL_SUBJECT_TEXT + 128];
    snprintf(text, sizeof text, "%s %s", json_string_value(json_object_get(entry, "type")),
             json_string_value(json_object_get(entry, "subject")));
    return uuid_derive(&call->id, text);
}

/* The body's values were freed, and this event of it needs them: they are read again. */
static void s_body(const batch_t *self, call_t *call, const json_t *entry, journal_origin_t *origin)
{
    const char *type = json_string_value(json_object_get(entry, "type"));
    const contract_event_t *event = type ? contracts_event(self->serve->contracts, type) : NULL;
    if (call->body || !event || journal_origin_bytes_do(origin, event))
        return;
    call->json = message_of_database(call->body_bytes->bytes, call->body_bytes->length);
    origin->body = call->body = call->json;
}

/* A subject has one writer, the node that holds it: else its versions would fork while a link is down. On behalf of a region that another node serves a
   subject is begun here, and its next version is made there. */
static bool s_begins(call_t *call, const json_t *events)
{
    size_t index;
    json_t *entry;
    json_array_foreach(events, index, entry)
    {
        if (!call->abroad || json_integer_value(json_object_get(entry, "version")) == 1)
            continue;
        call->data = NULL;
        call_refuse(call, ST_CONFLICT, "behalf.held_elsewhere", "/region",
                    "the region's own node holds what would change: on its behalf only new records are made");
        return false;
    }
    return true;
}

static bool s_events(batch_t *self, call_t *call)
{
    journal_origin_t origin;
    char digest[HASH_TEXT];
    problem_t problem;
    size_t index;
    json_t *entry;
    json_t *events = json_object_get(call->outcome, "events");
    if (!json_array_size(events))
        return true;
    if (!s_begins(call, events))
        return false;
    hash_text(&call->digest, digest);
    s_origin(self, call, *call->due ? NULL : digest, &origin);
    json_array_foreach(events, index, entry)
    {
        s_body(self, call, entry, &origin);
        uuid_id_t id = s_event_id(call, entry);
        if (journal_rows_event(self->events, &origin, self->serve->contracts, entry, &id, NULL, &problem) !=
            ST_OK) {
            call->data = NULL;
            call_refuse_problem(call, &problem);
            log_error("broken", "type", call->type, "id", call->requestid, "code", problem.code, "at",
                      problem.at, "why", problem.why, NULL);
            return false;
        }
    }
    return true;
}

static void s_reply_row(batch_t *self, const call_t *call)
{
    uuid_id_t principal = {{0}};
    CHECK(uuid_of_text(call->principal.principal, strlen(call->principal.principal), &principal));
    array_uuid(self->replies[PRINCIPAL], principal.bytes);
    array_uuid(self->replies[ID], call->id.bytes);
    array_bytes(self->replies[DIGEST], call->digest.bytes, HASH_BYTES);
    array_text(self->replies[TYPE], call->type);
    array_text(self->replies[REGION], call->region);
    array_bytes(self->replies[BODY], call->reply->bytes, call->reply->length);
}

/* The stored reply is made: what is added now is in the bytes that leave, and nowhere else. */
static bool s_reveal(batch_t *self, call_t *call)
{
    if (!call->route || !call->route->reveal || self->kind != BATCH_RUN)
        return true;
    if (call->route->reveal(self->serve, call) != ST_OK) {
        call->data = NULL;
        return false;
    }
    if (!answer_checks(call))
        return false;
    answer_compose(self->serve, call);
    return true;
}

static bool s_ok(batch_t *self, call_t *call)
{
    if (call->route && call->route->after)
        call->route->after(self->serve, call);
    if (!answer_checks(call) || !s_events(self, call))
        return false;
    answer_compose(self->serve, call);
    if (self->kind == BATCH_RUN && !*call->due)
        s_reply_row(self, call);
    return s_reveal(self, call);
}

bool batch_compose(batch_t *self)
{
    for (size_t i = 0; i < self->call_count; i++) {
        call_t *call = self->calls[i];
        if (!call->decided && call->status == ST_OK) {
            if (!s_ok(self, call))
                return false;
            continue;
        }
        answer_compose(self->serve, call);
        if (self->kind == BATCH_RUN)
            refusals_call(self->serve->refusals, call);
    }
    return true;
}

size_t batch_append(batch_t *self, db_result_fn *handler)
{
    db_t *db = self->serve->db;
    size_t sent = 1;
    if (journal_rows_count(self->events)) {
        db_parameters_clear(self->parameters);
        journal_rows_parameters(self->events, self->parameters);
        db_run(db, "journal_append", self->parameters, handler, self);
        sent++;
    }
    if (array_count(self->replies[ID])) {
        db_parameters_clear(self->parameters);
        for (int column = 0; column < BATCH_REPLY_COLUMNS; column++)
            db_array(self->parameters, self->replies[column]);
        db_run(db, "replies_add", self->parameters, handler, self);
        sent++;
    }
    db_parameters_clear(self->parameters);
    if (refusals_parameters(self->serve->refusals, self->parameters)) {
        db_run(db, "refusals_add", self->parameters, handler, self);
        sent++;
    }
    db_run(db, "commit", NULL, handler, self);
    db_sync(db);
    return sent;
}

static void s_stored(call_t *call, const char *digest, const char *body, size_t length)
{
    char own[HASH_TEXT];
    hash_text(&call->digest, own);
    if (strcmp(digest, own) != 0) {
        call_refuse(call, ST_CONFLICT, "message.id_reused", "/id",
                    "this id was used for another request: make a new one");
        return;
    }
    buffer_clear(call->reply);
    buffer_bytes(call->reply, body, length);
    call->status = ST_OK;
    call->stored = true;
}

void batch_stored(batch_t *self, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        size_t place = (size_t)strtoull(PQgetvalue(result, row, 0), NULL, 10);
        CHECK(place >= 1 && place <= self->asked_count);
        const char *digest = PQgetvalue(result, row, 1); /* \x and hexadecimal */
        s_stored(self->asked[place - 1], digest + 2, PQgetvalue(result, row, 2),
                 (size_t)PQgetlength(result, row, 2));
        self->found++;
    }
}
