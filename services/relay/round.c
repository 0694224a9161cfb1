/* round - the two halves of a numbering round that send statements; only numbering.c uses it */
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "check.h"
#include "log.h"
#include "round.h"
#include "told.h"

static const array_type_t s_leaf_types[LEAF_COLUMNS] = {ARRAY_BIGINT, ARRAY_UUID, ARRAY_TEXT,
                                                        ARRAY_TEXT,   ARRAY_TEXT, ARRAY_BYTEA};

round_t *round_new(relay_t *relay)
{
    round_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->parameters = db_parameters_new();
    for (int i = 0; i < LEAF_COLUMNS; i++)
        self->leaves[i] = array_new(s_leaf_types[i]);
    seal_columns_new(self->seals);
    link_columns_new(self->link);
    event_columns_new(self->event);
    return self;
}

void round_clear(round_t *self)
{
    while (self->count > 0)
        entry_destroy(&self->entries[--self->count]);
    self->unproven = false;
}

void round_destroy(round_t **self_p)
{
    round_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    round_clear(self);
    free(self->entries);
    db_parameters_destroy(&self->parameters);
    columns_destroy(self->leaves, LEAF_COLUMNS);
    columns_destroy(self->seals, SEAL_COLUMNS);
    columns_destroy(self->link, LINK_COLUMNS);
    columns_destroy(self->event, EVENT_COLUMNS);
    free(self);
}

void round_add(round_t *self, entry_t **entry_p)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 1024;
        self->entries = realloc(self->entries, self->room * sizeof(entry_t *));
        CHECK(self->entries);
    }
    self->entries[self->count++] = *entry_p;
    *entry_p = NULL;
}

void round_prepare(const relay_t *relay)
{
    static const char *const statements[][2] = {
        {"number", "pg_snapshot,xid8,bigint"},
        {"number_all", "bigint"},
        {"number_cut", "pg_snapshot,bigint"},
        {"leaf_add", "bigint[],uuid[],text[],text[],text[],bytea[]"},
        {"seal_add", "text[],uuid[],bigint[],bigint[],integer[],bytea[],bigint[],bigint[],bytea[],bytea[],"
                     "timestamptz[],bytea[],text[],bytea[]"},
        {"seal_take", "text[],uuid[],bigint[],bigint[],integer[],bytea[],bigint[],bigint[],bytea[],bytea[],"
                      "timestamptz[],bytea[],text[],bytea[],text,timestamptz"},
        {"certificate_add", "uuid[],text[],text[],text[],bytea[],bytea[],timestamptz[],timestamptz[],bytea[],"
                            "text[],bytea[],bytea[],text[],bytea[]"},
        {"revocation_add",
         "uuid[],text[],uuid[],bigint[],bytea[],timestamptz[],text[],bytea[],text[],bytea[],uuid[]"},
        {"event_take", "uuid[],text[],text[],text[],text[],bigint[],text[],text[],text[],uuid[],uuid[],"
                       "timestamptz[],json[],uuid[],text[],uuid[],bigint[],integer[],bytea[]"},
        {"parked_add", "text[],text[],bigint[],uuid[],text[],text[],text[],text[],bytea[],timestamptz"},
        {"link_set", "text[],text[],text[],text[],bigint[],bigint[],text[],timestamptz"},
        {"rejected_add", "uuid,text,text,text,text,text,timestamptz"},
        {"head_set", "bigint,bigint,text,bigint,bigint,pg_snapshot"},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        relay_prepare(relay, relay->db, statements[i][0], statements[i][1]);
}

/* Run a statement whose parameters are these columns and, if there is one, a last text. */
static void s_run(round_t *self, const char *statement, array_t **columns, int count, db_result_fn *handler,
                  void *argument)
{
    db_parameters_clear(self->parameters);
    for (int i = 0; i < count; i++)
        db_array(self->parameters, columns[i]);
    db_run(self->relay->db, statement, self->parameters, handler, argument);
}

static void s_run_now(round_t *self, const char *statement, array_t **columns, int count, const char *peer,
                      db_result_fn *handler, void *argument)
{
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    for (int i = 0; i < count; i++)
        db_array(self->parameters, columns[i]);
    if (peer)
        db_text(self->parameters, peer);
    db_text(self->parameters, now);
    db_run(self->relay->db, statement, self->parameters, handler, argument);
}

/* One event of an intake that has to be taken event by event. */
static void s_take_single(round_t *self, intake_t *intake, db_result_fn *taken)
{
    const entry_t *entry = intake->entries[intake->single];
    envelope_t envelope;
    CHECK(envelope_read(entry->bytes, entry->length, &envelope, NULL) == ST_OK);
    columns_clear(self->event, EVENT_COLUMNS);
    event_columns(&envelope, entry, self->event);
    s_run(self, "event_take", self->event, EVENT_COLUMNS, taken, intake);
}

void round_take(round_t *self, intake_t *intake, const round_handlers_t *handlers)
{
    db_result_fn *step = handlers->step;
    void *argument = handlers->argument;
    if (array_count(intake->certificates[0]) > 0)
        s_run(self, "certificate_add", intake->certificates, CERTIFICATE_COLUMNS, step, argument);
    if (array_count(intake->seals[0]) > 0)
        s_run_now(self, "seal_take", intake->seals, SEAL_COLUMNS, intake->peer, handlers->contradicted,
                  argument);
    if (intake->alone && intake->single < intake->count) {
        s_take_single(self, intake, handlers->taken);
        return;
    }
    if (!intake->alone && intake->count > 0)
        s_run(self, "event_take", intake->events, EVENT_COLUMNS, handlers->taken, intake);
    if (array_count(intake->parked[0]) > 0)
        s_run_now(self, "parked_add", intake->parked, PARKED_COLUMNS, NULL, step, argument);
    columns_clear(self->link, LINK_COLUMNS);
    intake_cursor(intake, self->link);
    s_run_now(self, "link_set", self->link, LINK_COLUMNS, NULL, step, argument);
}

/* May this role write this event? A sentence if not. Receipts and their like (folder journal) are anybody's; events of other nodes the relay's alone. */
static const char *s_forbidden(const relay_t *relay, const char *writer, const char *type, const char *source)
{
    bool relays = strcmp(writer, "relay") == 0;
    if (strcmp(source, relay->node) != 0)
        return relays ? NULL : "only the relay writes events of other nodes";
    const contract_event_t *event = contracts_event(relay->contracts, type);
    if (!event)
        return "no contract declares this type";
    if (strcmp(event->service, writer) != 0 && strcmp(event->service, "journal") != 0)
        return "the contract gives this type to another daemon";
    return NULL;
}

enum { ROW_ID = 2, ROW_WRITER, ROW_TYPE, ROW_SOURCE, ROW_REGION, ROW_LANE, ROW_ROUTE, ROW_BODY };

static void s_reject(round_t *self, const PGresult *result, int row, const char *why, db_result_fn *step,
                     void *argument)
{
    char now[CLOCK_TEXT];
    const char *id = PQgetvalue(result, row, ROW_ID), *writer = PQgetvalue(result, row, ROW_WRITER),
               *type = PQgetvalue(result, row, ROW_TYPE);
    log_error("event_not_numbered", "id", id, "writer", writer, "type", type, "why", why, NULL);
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, id);
    db_text(self->parameters, writer);
    db_text(self->parameters, type);
    db_text(self->parameters, PQgetvalue(result, row, ROW_SOURCE));
    db_text(self->parameters, "event.writer");
    db_text(self->parameters, why);
    db_text(self->parameters, now);
    db_run(self->relay->db, "rejected_add", self->parameters, step, argument);
}

static entry_t *s_entry(const PGresult *result, int row)
{
    uuid_id_t id;
    lane_t lane;
    if (!uuid_of_text(PQgetvalue(result, row, ROW_ID), (size_t)PQgetlength(result, row, ROW_ID), &id) ||
        !lane_of_word(PQgetvalue(result, row, ROW_LANE), &lane))
        return NULL;
    return entry_new(&id, lane, PQgetvalue(result, row, ROW_TYPE), PQgetvalue(result, row, ROW_SOURCE),
                     PQgetvalue(result, row, ROW_REGION), PQgetvalue(result, row, ROW_ROUTE),
                     PQgetvalue(result, row, ROW_BODY), (size_t)PQgetlength(result, row, ROW_BODY));
}

/* What this node's own registry tells has been judged there. */
static void s_told(round_t *self, const entry_t *entry)
{
    static envelope_t envelope;
    problem_t problem;
    if (told_is(entry->type) && envelope_read(entry->bytes, entry->length, &envelope, &problem) == ST_OK &&
        told_take(self->relay, &envelope, &problem) != ST_OK)
        log_error("told_refused", "type", entry->type, "code", problem.code, "why", problem.why, NULL);
}

void round_rows(round_t *self, const PGresult *result, db_result_fn *step, void *argument)
{
    for (int row = 0; row < PQntuples(result); row++) {
        if (PQgetisnull(result, row, ROW_ID))
            continue;
        const char *source = PQgetvalue(result, row, ROW_SOURCE);
        const char *why = s_forbidden(self->relay, PQgetvalue(result, row, ROW_WRITER),
                                      PQgetvalue(result, row, ROW_TYPE), source);
        entry_t *entry = why ? NULL : s_entry(result, row);
        if (!entry) {
            s_reject(self, result, row,
                     why ? why : "its source, region or route has not the form it must have", step, argument);
            continue;
        }
        self->unproven |= strcmp(source, self->relay->node) != 0;
        s_told(self, entry);
        round_add(self, &entry);
    }
}

static void s_leaves(round_t *self)
{
    columns_clear(self->leaves, LEAF_COLUMNS);
    for (size_t i = 0; i < self->count; i++) {
        const entry_t *entry = self->entries[i];
        array_number(self->leaves[0], entry->leaf);
        array_uuid(self->leaves[1], entry->id.bytes);
        array_text(self->leaves[2], lane_word(entry->lane));
        array_text(self->leaves[3], entry->route_text);
        array_text(self->leaves[4], entry->via[0] ? entry->via : NULL);
        array_bytes(self->leaves[5], entry->hash.bytes, HASH_BYTES);
    }
}

/* Certificates and revocations that this node has learnt since the last round. */
static void s_store_told(round_t *self, db_result_fn *step, void *argument)
{
    relay_t *relay = self->relay;
    self->certificates = certificates_count(relay->certificates);
    self->revocations = told_count(relay);
    if (relay->certificates_stored < self->certificates) {
        intake_t *intake = intake_new(relay->node, LANE_URGENT, "", 0);
        chain_columns(relay->certificates, relay->certificates_stored, intake, self->parameters);
        db_run(relay->db, "certificate_add", self->parameters, step, argument);
        intake_destroy(&intake);
    }
    if (told_columns(relay, self->parameters))
        db_run(relay->db, "revocation_add", self->parameters, step, argument);
}

void round_stored(const round_t *self)
{
    if (self->relay->certificates_stored < self->certificates)
        self->relay->certificates_stored = self->certificates;
    told_stored(self->relay, self->revocations);
}

void round_seal(round_t *self, const char *snapshot, db_result_fn *step, void *argument)
{
    self->head = self->relay->head;
    s_store_told(self, step, argument);
    if (self->count > 0) {
        sealed_t *const *seals;
        size_t count =
            sealing_run(self->relay->sealing, &self->head, self->entries, self->count, clock_now(), &seals);
        s_leaves(self);
        s_run(self, "leaf_add", self->leaves, LEAF_COLUMNS, step, argument);
        columns_clear(self->seals, SEAL_COLUMNS);
        for (size_t i = 0; i < count; i++)
            sealed_columns(seals[i], self->seals);
        s_run(self, "seal_add", self->seals, SEAL_COLUMNS, step, argument);
    }
    char hash[HASH_TEXT];
    hash_text(&self->head.hash, hash);
    db_parameters_clear(self->parameters);
    db_number(self->parameters, self->head.leaf);
    db_number(self->parameters, self->head.seal);
    db_text(self->parameters, hash);
    db_number(self->parameters, self->head.up);
    db_number(self->parameters, self->head.down);
    db_text(self->parameters, snapshot);
    db_run(self->relay->db, "head_set", self->parameters, step, argument);
}
