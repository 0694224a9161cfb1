/* told - what events tell of certificates and revocations: judged before such an event is taken, kept in memory, stored with the round */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "clock.h"
#include "hex.h"
#include "log.h"
#include "told.h"

#define OLD_KEY_MS (90LL * 86400 * 1000)

struct told {
    uuid_id_t *events; /* that brought the revocations, in the order of certificates_revocation_at */
    size_t count, stored;
    array_t *columns[REVOCATION_COLUMNS];
};

told_t *told_new(void)
{
    static const array_type_t types[REVOCATION_COLUMNS] = {
        ARRAY_UUID, ARRAY_TEXT,  ARRAY_UUID, ARRAY_BIGINT, ARRAY_BYTEA, ARRAY_TIMESTAMPTZ,
        ARRAY_TEXT, ARRAY_BYTEA, ARRAY_TEXT, ARRAY_BYTEA,  ARRAY_UUID};
    told_t *self = calloc(1, sizeof *self);
    CHECK(self);
    for (int i = 0; i < REVOCATION_COLUMNS; i++)
        self->columns[i] = array_new(types[i]);
    return self;
}

void told_destroy(told_t **self_p)
{
    told_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    for (int i = 0; i < REVOCATION_COLUMNS; i++)
        array_destroy(&self->columns[i]);
    free(self->events);
    free(self);
}

bool told_is(const char *type)
{
    return strcmp(type, "node_certified") == 0 || strcmp(type, "node_revoked") == 0 ||
           strcmp(type, "node_revocation_told") == 0;
}

static bool s_signed(const json_t *item, const char **ret_text, size_t *ret_length,
                     signature_t *ret_signature)
{
    const json_t *text = json_object_get(item, "text"), *signature = json_object_get(item, "signature");
    *ret_text = json_string_value(text);
    *ret_length = json_string_length(text);
    return *ret_text && json_string_length(signature) == 2 * SIGNATURE_BYTES &&
           hex_decode(json_string_value(signature), 2 * SIGNATURE_BYTES, ret_signature->bytes);
}

static status_t s_certificate(relay_t *relay, const json_t *item, problem_t *problem)
{
    const char *text;
    size_t length;
    signature_t signature;
    if (!s_signed(item, &text, &length, &signature))
        return problem_set(problem, ST_INVALID, "event.form", "data",
                           "the event tells no signed certificate");
    return certificates_add(relay->certificates, text, length, &signature, problem);
}

/* A certificate is told by its issuer; that of the node below the root by itself. Otherwise a node could tell an older one of another again. */
static status_t s_certified(relay_t *relay, const envelope_t *envelope, const json_t *data,
                            problem_t *problem)
{
    certificate_t certificate;
    const json_t *text = json_object_get(data, "text");
    status_t status = s_certificate(relay, data, problem);
    if (status != ST_OK)
        return status;
    CHECK(certificate_read(json_string_value(text), json_string_length(text), &certificate, NULL) == ST_OK);
    bool root = strcmp(certificate.issuer, ISSUER_ROOT) == 0;
    if (strcmp(envelope->source, root ? certificate.node : certificate.issuer) != 0)
        return problem_set(problem, ST_DENIED, "certificate.source", "source",
                           "the certificate is told by another node than the one that signed it");
    return ST_OK;
}

static status_t s_revoked(relay_t *relay, const envelope_t *envelope, const json_t *data, problem_t *problem)
{
    size_t index, length, before = certificates_revocation_count(relay->certificates);
    const char *text;
    signature_t signature;
    json_t *item;
    json_array_foreach(json_object_get(data, "certificates"), index, item)
    {
        status_t status = s_certificate(relay, item, problem);
        if (status != ST_OK)
            return status;
    }
    if (!s_signed(data, &text, &length, &signature))
        return problem_set(problem, ST_INVALID, "event.form", "data", "the event tells no signed revocation");
    status_t status = certificates_revoke(relay->certificates, text, length, &signature, problem);
    if (status != ST_OK || certificates_revocation_count(relay->certificates) == before)
        return status;
    told_t *self = relay->told;
    self->events = realloc(self->events, (self->count + 1) * sizeof *self->events);
    CHECK(self->events);
    self->events[self->count++] = envelope->id;
    const revocation_t *revocation = &certificates_revocation_at(relay->certificates, before)->revocation;
    log_warn(strcmp(revocation->node, relay->node) == 0 ? "own_certificate_revoked" : "node_revoked", "node",
             revocation->node, "by", revocation->issuer, "at", revocation->time, "last_seal",
             log_number(revocation->number), NULL);
    return ST_OK;
}

status_t told_take(relay_t *relay, const envelope_t *envelope, problem_t *ret_problem)
{
    if (!told_is(envelope->type))
        return ST_OK;
    json_t *data = json_loadb(envelope->data ? envelope->data : "", envelope->data_length,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    status_t status = strcmp(envelope->type, "node_certified") == 0
                          ? s_certified(relay, envelope, data, ret_problem)
                          : s_revoked(relay, envelope, data, ret_problem);
    json_decref(data);
    return status;
}

enum { ROW_TEXT, ROW_SIGNATURE, ROW_EVENT };

void told_rows(relay_t *relay, const PGresult *result)
{
    told_t *self = relay->told;
    bool first = self->count == 0;
    self->events =
        realloc(self->events, (self->count + (size_t)PQntuples(result) + 1) * sizeof *self->events);
    CHECK(self->events);
    for (int row = 0; row < PQntuples(result); row++) {
        signature_t signature;
        problem_t problem;
        size_t before = certificates_revocation_count(relay->certificates);
        const char *text = PQgetvalue(result, row, ROW_TEXT);
        if (PQgetisnull(result, row, ROW_EVENT) ||
            PQgetlength(result, row, ROW_SIGNATURE) != 2 * SIGNATURE_BYTES ||
            !hex_decode(PQgetvalue(result, row, ROW_SIGNATURE), 2 * SIGNATURE_BYTES, signature.bytes))
            continue;
        if (certificates_revoke(relay->certificates, text, strlen(text), &signature, &problem) != ST_OK) {
            log_error("revocation_refused", "code", problem.code, "why", problem.why, NULL);
            continue;
        }
        if (certificates_revocation_count(relay->certificates) > before)
            CHECK(uuid_of_text(PQgetvalue(result, row, ROW_EVENT), UUID_TEXT - 1,
                               &self->events[self->count++]));
    }
    if (first) /* else the database was away, and what came meanwhile may not be there */
        self->stored = self->count;
}

static void s_column(told_t *self, const signed_revocation_t *item, const uuid_id_t *event)
{
    const revocation_t *revocation = &item->revocation;
    int64_t time;
    CHECK(clock_parse(revocation->time, &time)); /* signed texts are read strictly */
    array_uuid(self->columns[0], revocation->certificate.bytes);
    array_text(self->columns[1], revocation->node);
    array_uuid(self->columns[2], revocation->epoch.bytes);
    array_number(self->columns[3], revocation->number);
    array_bytes(self->columns[4], revocation->hash.bytes, HASH_BYTES);
    array_instant(self->columns[5], time);
    array_text(self->columns[6], revocation->issuer);
    array_bytes(self->columns[7], revocation->key.bytes, HASH_BYTES);
    array_bytes(self->columns[8], item->text, item->length);
    array_bytes(self->columns[9], item->signature.bytes, SIGNATURE_BYTES);
    array_uuid(self->columns[10], event->bytes);
}

bool told_columns(relay_t *relay, db_parameters_t *parameters)
{
    told_t *self = relay->told;
    if (self->stored == self->count)
        return false;
    for (int i = 0; i < REVOCATION_COLUMNS; i++)
        array_clear(self->columns[i]);
    for (size_t i = self->stored; i < self->count; i++)
        s_column(self, certificates_revocation_at(relay->certificates, i), &self->events[i]);
    db_parameters_clear(parameters);
    for (int i = 0; i < REVOCATION_COLUMNS; i++)
        db_array(parameters, self->columns[i]);
    return true;
}

size_t told_count(const relay_t *relay)
{
    return relay->told->count;
}

void told_stored(relay_t *relay, size_t count)
{
    if (relay->told->stored < count)
        relay->told->stored = count;
}

static bool s_revocation_told(const relay_t *relay, const char *node, const hash_t *fingerprint,
                              problem_t *problem)
{
    const signed_revocation_t *revocation = certificates_revoked(relay->certificates, node, fingerprint);
    if (revocation)
        problem_set(problem, ST_DENIED, "node.revoked", "",
                    "the certificate of node %s was revoked by %s at %s: ask its operator for a new one",
                    node, revocation->revocation.issuer, revocation->revocation.time);
    return revocation != NULL;
}

bool told_node_revoked(const relay_t *relay, const char *node, problem_t *ret_problem)
{
    const signed_certificate_t *newest = certificates_of_node(relay->certificates, node);
    return newest && s_revocation_told(relay, node, &newest->fingerprint, ret_problem);
}

bool told_bears(const peer_t *peer, const seal_t *seal, problem_t *ret_problem)
{
    const relay_t *relay = peer->relay;
    if (peer->kind != PEER_CHILD || strcmp(seal->node, relay->node) == 0 ||
        !certificates_revoked(relay->certificates, seal->node, &seal->key))
        return true;
    const signed_certificate_t *at = certificates_find(relay->certificates, seal->node, &seal->key, NULL);
    for (; at; at = at->issuer)
        if (strcmp(at->certificate.node, peer->node) == 0)
            return true;
    problem_set(
        ret_problem, ST_DENIED, "seal.revoked", "node",
        "the key of %s was revoked, and %s, which does not stand above it, hands on a seal of it as one "
        "from before: see what the parent of %s holds",
        seal->node, peer->node, seal->node);
    return false;
}

int told_key(const relay_t *relay, const char *curve, problem_t *ret_problem)
{
    if (strcmp(curve, relay->key) == 0) /* the daemons of this node, whatever others say of it */
        return 0;
    for (size_t i = certificates_count(relay->certificates); i > 0; i--) {
        const signed_certificate_t *item = certificates_at(relay->certificates, i - 1);
        /* Of this node's own children alone, who else connects here: anybody may certify a CURVE key of others below his own, and revoke it. */
        if (strcmp(item->certificate.curve, curve) != 0 || strcmp(item->certificate.issuer, relay->node) != 0)
            continue;
        if (s_revocation_told(relay, item->certificate.node, &item->fingerprint, ret_problem))
            return -1;
        const signed_certificate_t *newest =
            certificates_of_node(relay->certificates, item->certificate.node);
        int64_t since;
        CHECK(clock_parse(newest->certificate.from, &since));
        return strcmp(newest->certificate.curve, curve) == 0 || clock_now() < since + OLD_KEY_MS;
    }
    return 0;
}
