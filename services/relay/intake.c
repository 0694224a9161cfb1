/* intake - one batch of a neighbour, checked and ready for the transaction that takes it */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "intake.h"

static const array_type_t s_event_types[EVENT_COLUMNS] = {
    ARRAY_UUID, ARRAY_TEXT, ARRAY_TEXT,   ARRAY_TEXT,    ARRAY_TEXT,        ARRAY_BIGINT, ARRAY_TEXT,
    ARRAY_TEXT, ARRAY_TEXT, ARRAY_UUID,   ARRAY_UUID,    ARRAY_TIMESTAMPTZ, ARRAY_JSON,   ARRAY_UUID,
    ARRAY_TEXT, ARRAY_UUID, ARRAY_BIGINT, ARRAY_INTEGER, ARRAY_BYTEA};
static const array_type_t s_seal_types[SEAL_COLUMNS] = {
    ARRAY_TEXT,   ARRAY_UUID,  ARRAY_BIGINT, ARRAY_BIGINT,      ARRAY_INTEGER, ARRAY_BYTEA, ARRAY_BIGINT,
    ARRAY_BIGINT, ARRAY_BYTEA, ARRAY_BYTEA,  ARRAY_TIMESTAMPTZ, ARRAY_BYTEA,   ARRAY_TEXT,  ARRAY_BYTEA};
static const array_type_t s_certificate_types[CERTIFICATE_COLUMNS] = {
    ARRAY_UUID,        ARRAY_TEXT,  ARRAY_TEXT, ARRAY_TEXT,  ARRAY_BYTEA, ARRAY_BYTEA, ARRAY_TIMESTAMPTZ,
    ARRAY_TIMESTAMPTZ, ARRAY_BYTEA, ARRAY_TEXT, ARRAY_BYTEA, ARRAY_BYTEA, ARRAY_TEXT,  ARRAY_BYTEA};
static const array_type_t s_parked_types[PARKED_COLUMNS] = {ARRAY_TEXT, ARRAY_TEXT, ARRAY_BIGINT,
                                                            ARRAY_UUID, ARRAY_TEXT, ARRAY_TEXT,
                                                            ARRAY_TEXT, ARRAY_TEXT, ARRAY_BYTEA};
static const array_type_t s_link_types[LINK_COLUMNS] = {ARRAY_TEXT,   ARRAY_TEXT,   ARRAY_TEXT, ARRAY_TEXT,
                                                        ARRAY_BIGINT, ARRAY_BIGINT, ARRAY_TEXT};

static void s_new(array_t **columns, const array_type_t *types, size_t count)
{
    for (size_t i = 0; i < count; i++)
        columns[i] = array_new(types[i]);
}

void columns_clear(array_t **columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        array_clear(columns[i]);
}

void columns_destroy(array_t **columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        array_destroy(&columns[i]);
}

void seal_columns_new(array_t *columns[SEAL_COLUMNS])
{
    s_new(columns, s_seal_types, SEAL_COLUMNS);
}

void event_columns_new(array_t *columns[EVENT_COLUMNS])
{
    s_new(columns, s_event_types, EVENT_COLUMNS);
}

void link_columns_new(array_t *columns[LINK_COLUMNS])
{
    s_new(columns, s_link_types, LINK_COLUMNS);
}

static void s_instant(array_t *column, const char *text)
{
    int64_t instant;
    CHECK(clock_parse(text, &instant)); /* signed texts are read strictly */
    array_instant(column, instant);
}

void sealed_columns(const sealed_t *sealed, array_t *columns[SEAL_COLUMNS])
{
    const seal_t *seal = &sealed->seal;
    array_text(columns[0], seal->node);
    array_uuid(columns[1], seal->epoch.bytes);
    array_number(columns[2], seal->number);
    array_number(columns[3], seal->first);
    array_number(columns[4], seal->count);
    array_bytes(columns[5], seal->root.bytes, HASH_BYTES);
    array_number(columns[6], seal->up);
    array_number(columns[7], seal->down);
    array_bytes(columns[8], seal->previous.bytes, HASH_BYTES);
    array_bytes(columns[9], seal->key.bytes, HASH_BYTES);
    s_instant(columns[10], seal->time);
    array_bytes(columns[11], sealed->hash.bytes, HASH_BYTES);
    array_bytes(columns[12], sealed->text, sealed->length);
    array_bytes(columns[13], sealed->signature.bytes, SIGNATURE_BYTES);
}

void event_columns(const envelope_t *envelope, const entry_t *entry, array_t *columns[EVENT_COLUMNS])
{
    array_uuid(columns[0], envelope->id.bytes);
    array_text(columns[1], envelope->type);
    array_text(columns[2], envelope->source);
    array_text(columns[3], envelope->region);
    array_text(columns[4], envelope->subject);
    array_number(columns[5], envelope->version);
    array_text(columns[6], envelope->refs[0] ? envelope->refs : NULL);
    array_text(columns[7], lane_word(envelope->lane));
    array_text(columns[8], envelope->route);
    array_uuid(columns[9], envelope->has_principal ? envelope->principal.bytes : NULL);
    array_uuid(columns[10], envelope->has_cause ? envelope->cause.bytes : NULL);
    array_instant(columns[11], envelope->time);
    array_bytes(columns[12], entry->bytes, entry->length);
    array_uuid(columns[13], entry->id.bytes);
    array_text(columns[14], entry->seal->seal.node);
    array_uuid(columns[15], entry->seal->seal.epoch.bytes);
    array_number(columns[16], entry->seal->seal.number);
    array_number(columns[17], entry->index);
    array_bytes(columns[18], entry->path, entry->path_length * HASH_BYTES);
}

intake_t *intake_new(const char *peer, lane_t lane, const char *epoch, int64_t upto)
{
    intake_t *self = calloc(1, sizeof *self);
    CHECK(self && strlen(peer) < sizeof self->peer && strlen(epoch) < sizeof self->epoch);
    memcpy(self->peer, peer, strlen(peer) + 1);
    memcpy(self->epoch, epoch, strlen(epoch) + 1);
    self->lane = lane;
    self->upto = upto;
    event_columns_new(self->events);
    seal_columns_new(self->seals);
    s_new(self->certificates, s_certificate_types, CERTIFICATE_COLUMNS);
    s_new(self->parked, s_parked_types, PARKED_COLUMNS);
    return self;
}

void intake_destroy(intake_t **self_p)
{
    intake_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        entry_destroy(&self->entries[i]);
    sealed_release(&self->newest);
    free(self->entries);
    free(self->leaves);
    free(self->fresh);
    columns_destroy(self->events, EVENT_COLUMNS);
    columns_destroy(self->seals, SEAL_COLUMNS);
    columns_destroy(self->certificates, CERTIFICATE_COLUMNS);
    columns_destroy(self->parked, PARKED_COLUMNS);
    free(self);
}

void intake_append(intake_t **list, intake_t *intake)
{
    while (*list)
        list = &(*list)->next;
    *list = intake;
}

void intake_answer(intake_t *self, bool committed)
{
    self->next = NULL;
    self->done(self->argument, self, committed);
    intake_destroy(&self);
}

void intake_answer_all(intake_t **list, bool committed)
{
    while (*list) {
        intake_t *intake = *list;
        *list = intake->next;
        intake_answer(intake, committed);
    }
}

void intake_event(intake_t *self, entry_t **entry_p, const envelope_t *envelope, int64_t leaf)
{
    entry_t *entry = *entry_p;
    *entry_p = NULL;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 16;
        self->entries = realloc(self->entries, self->room * sizeof(entry_t *));
        self->leaves = realloc(self->leaves, self->room * sizeof *self->leaves);
        self->fresh = realloc(self->fresh, self->room * sizeof *self->fresh);
        CHECK(self->entries && self->leaves && self->fresh);
    }
    self->leaves[self->count] = leaf;
    self->fresh[self->count] = false;
    self->entries[self->count++] = entry;
    self->bytes += entry->length;
    event_columns(envelope, entry, self->events);
}

void intake_seal(intake_t *self, const sealed_t *sealed)
{
    sealed_columns(sealed, self->seals);
}

void intake_certificate(intake_t *self, const signed_certificate_t *signed_certificate)
{
    const certificate_t *certificate = &signed_certificate->certificate;
    array_t **columns = self->certificates;
    char regions[CERTIFICATE_REGIONS * REGION_TEXT], *at = regions;
    for (size_t i = 0; i < certificate->region_count; i++)
        at += snprintf(at, REGION_TEXT + 1, "%s%s", i ? " " : "", certificate->regions[i]);
    array_uuid(columns[0], certificate->certificate.bytes);
    array_text(columns[1], certificate->node);
    array_text(columns[2], regions);
    array_text(columns[3], certificate->curve);
    array_bytes(columns[4], certificate->signing, KEY_BYTES);
    array_bytes(columns[5], certificate->sealing, KEY_BYTES);
    s_instant(columns[6], certificate->from);
    s_instant(columns[7], certificate->to);
    array_bytes(columns[8], certificate->replaces.bytes, HASH_BYTES);
    array_text(columns[9], certificate->issuer);
    array_bytes(columns[10], certificate->key.bytes, HASH_BYTES);
    array_bytes(columns[11], signed_certificate->fingerprint.bytes, HASH_BYTES);
    array_bytes(columns[12], signed_certificate->text, signed_certificate->length);
    array_bytes(columns[13], signed_certificate->signature.bytes, SIGNATURE_BYTES);
}

void intake_park(intake_t *self, int64_t leaf, const uuid_id_t *id, const char *type, const char *source,
                 const problem_t *why, const void *bytes, size_t length)
{
    array_text(self->parked[0], self->peer);
    array_text(self->parked[1], self->epoch);
    array_number(self->parked[2], leaf);
    array_uuid(self->parked[3], id ? id->bytes : NULL);
    array_text(self->parked[4], type ? type : "");
    array_text(self->parked[5], source ? source : "");
    array_text(self->parked[6], why->code);
    array_text(self->parked[7], why->why);
    array_bytes(self->parked[8], bytes, length);
}

void intake_cursor(const intake_t *self, array_t *columns[LINK_COLUMNS])
{
    char hash[HASH_TEXT] = "";
    if (self->newest)
        hash_text(&self->newest->hash, hash);
    array_text(columns[0], self->peer);
    array_text(columns[1], "from");
    array_text(columns[2], lane_word(self->lane));
    array_text(columns[3], self->epoch);
    array_number(columns[4], self->upto);
    array_number(columns[5], self->newest ? self->newest->seal.number : 0);
    array_text(columns[6], hash);
}

bool intake_agrees(const batch_header_t *header, const link_batch_t *batch)
{
    char epoch[UUID_TEXT];
    uuid_text(&header->epoch, epoch);
    return strcmp(header->lane, lane_word(batch->lane)) == 0 && strcmp(epoch, batch->epoch) == 0 &&
           header->after == batch->after && header->upto == batch->upto;
}
