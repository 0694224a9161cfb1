/* renewal - this node's word for its children's next keys, and for certificates that have expired: asked of the own registry, message node_certify
 *
 * What is due stands in the database, so nothing is kept here: a request that got lost is made again, with the same bytes and the same id. A node that
 * has announced its next keys is certified at once; one whose certificate has expired when it is in contact, with the keys it has.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hex.h"
#include "json_pool.h"
#include "log.h"
#include "peer.h"
#include "renewal.h"

#define LOOK_MS 1000
#define SILENCE_MS 10000 /* without a reply the request is sent over a new connection */
#define AHEAD_MS                                                                                             \
    (24 * 60 * 60 *                                                                                          \
     INT64_C(1000)) /* a child's clock may be so far ahead; a certificate that begins later is not given */

struct renewal {
    relay_t *relay;
    zsock_t *registry; /* NULL while nothing is due */
    int64_t looked_at, sent_at;
    bool asking;
    uuid_id_t
        asked; /* what the last request was about: the next look begins behind it, so that one that is refused holds up no other */
    char complained[64]; /* code that was logged last */
    db_parameters_t *parameters;
};

renewal_t *renewal_new(relay_t *relay)
{
    renewal_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->parameters = db_parameters_new();
    return self;
}

static void s_close(renewal_t *self)
{
    if (self->registry)
        zloop_reader_end(self->relay->loop, self->registry);
    zsock_destroy(&self->registry);
    self->sent_at = 0;
}

void renewal_destroy(renewal_t **self_p)
{
    renewal_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    s_close(self);
    db_parameters_destroy(&self->parameters);
    free(self);
}

void renewal_prepare(const relay_t *relay)
{
    relay_prepare(relay, relay->reader, "renewals_due", "text,timestamptz");
}

static int s_on_reply(zloop_t *loop, zsock_t *reader, void *argument)
{
    (void)loop;
    renewal_t *self = argument;
    zmsg_t *message = zmsg_recv(reader);
    zframe_t *last = message ? zmsg_last(message) : NULL;
    json_t *reply = last ? json_loadb((const char *)zframe_data(last), zframe_size(last), 0, NULL) : NULL;
    const char *status = json_string_value(json_object_get(reply, "status"));
    json_t *data = json_object_get(reply, "data");
    const char *code = json_string_value(json_object_get(data, "code")),
               *why = json_string_value(json_object_get(data, "why"));
    self->sent_at = 0;
    if (status && strcmp(status, "ok") == 0) {
        log_info("child_certified", "node", json_string_value(json_object_get(data, "node")), NULL);
        self->complained[0] = '\0';
    } else if (code && strcmp(code, self->complained) != 0) {
        log_error("child_not_certified", "code", code, "why", why ? why : "", NULL);
        snprintf(self->complained, sizeof self->complained, "%s", code);
    }
    json_decref(reply);
    zmsg_destroy(&message);
    return 0;
}

static void s_open(renewal_t *self)
{
    char endpoint[NODE_DIR_TEXT + 64];
    if (self->registry)
        return;
    self->registry = zsock_new(ZMQ_DEALER);
    CHECK(self->registry);
    zcert_apply(serve_cert(self->relay->serve), self->registry);
    zsock_set_curve_serverkey(self->registry, self->relay->key);
    zsock_set_linger(self->registry, 0);
    node_config_ipc_endpoint(serve_node(self->relay->serve), "registry", endpoint, sizeof endpoint);
    zsock_connect(self->registry, "%s", endpoint);
    zloop_reader(self->relay->loop, self->registry, s_on_reply, self);
}

static void s_send(renewal_t *self, const certificate_t *certificate)
{
    relay_t *relay = self->relay;
    char text[CERTIFICATE_TEXT], signed_text[2 * SIGNATURE_BYTES + 1], id[UUID_TEXT];
    signature_t signature;
    size_t length = certificate_write(certificate, text);
    signed_sign(text, length, &relay->signing, &signature);
    hex_text(signature.bytes, SIGNATURE_BYTES, signed_text);
    uuid_text(&certificate->certificate, id);
    json_t *request = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "specversion", "1.0", "id", id,
                                "source", "relay", "type", "node_certify", "region", relay->region, "data",
                                "text", text, "signature", signed_text);
    char *json = json_text(request, JSON_COMPACT);
    CHECK(json);
    s_open(self);
    zmq_send(zsock_resolve(self->registry), "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(zsock_resolve(self->registry), json, strlen(json), ZMQ_DONTWAIT);
    self->sent_at = clock_monotonic();
    free(json);
    json_decref(request);
}

static bool s_in_contact(const relay_t *relay, const char *node)
{
    for (const peer_t *peer = peers_first(relay->peers); peer; peer = peer->next)
        if (peer->kind == PEER_CHILD && peer->connected && strcmp(peer->node, node) == 0 &&
            clock_monotonic() - peer->heard < relay->link_timeout)
            return true;
    return false;
}

enum { ROW_NODE, ROW_CURVE, ROW_SIGNING, ROW_SEALING, ROW_REPLACES, ROW_ID, ROW_FROM };

/* The next certificate of a row. False if the one it follows is not known here (yet), or is not this node's word. */
static bool s_next(const relay_t *relay, const PGresult *result, int row, certificate_t *ret_certificate)
{
    hash_t replaced;
    uuid_id_t cause;
    int64_t from;
    const char *hash = PQgetvalue(result, row, ROW_REPLACES), *id = PQgetvalue(result, row, ROW_ID);
    if (!hash_of_text(hash, strlen(hash), &replaced) || !uuid_of_text(id, strlen(id), &cause) ||
        !clock_parse(PQgetvalue(result, row, ROW_FROM), &from) || from > clock_now() + AHEAD_MS)
        return false;
    const signed_certificate_t *old = certificates_by_hash(relay->certificates, &replaced);
    if (!old || strcmp(old->certificate.issuer, relay->node) != 0 ||
        strcmp(old->certificate.node, PQgetvalue(result, row, ROW_NODE)) != 0)
        return false;
    *ret_certificate = certificate_after(old, &cause, from);
    ret_certificate->key = signing_fingerprint(relay->signing.public_key);
    if (PQgetisnull(result, row, ROW_CURVE))
        return s_in_contact(relay, old->certificate.node);
    snprintf(ret_certificate->curve, sizeof ret_certificate->curve, "%s", PQgetvalue(result, row, ROW_CURVE));
    return hex_decode(PQgetvalue(result, row, ROW_SIGNING), 2 * KEY_BYTES, ret_certificate->signing) &&
           hex_decode(PQgetvalue(result, row, ROW_SEALING), 2 * KEY_BYTES, ret_certificate->sealing);
}

/* The row behind that of the last request, or the first. */
static int s_begin(const renewal_t *self, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        uuid_id_t id;
        const char *text = PQgetvalue(result, row, ROW_ID);
        if (uuid_of_text(text, strlen(text), &id) &&
            memcmp(id.bytes, self->asked.bytes, sizeof id.bytes) == 0)
            return row + 1;
    }
    return 0;
}

/* One at a time: what is left is found again by the next look. */
static void s_due(void *argument, const PGresult *result)
{
    renewal_t *self = argument;
    self->asking = false;
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK)
        return;
    int count = PQntuples(result), begin = s_begin(self, result);
    for (int i = 0; i < count; i++) {
        certificate_t next;
        int row = (begin + i) % count;
        if (s_next(self->relay, result, row, &next)) {
            const char *id = PQgetvalue(result, row, ROW_ID);
            uuid_of_text(id, strlen(id), &self->asked);
            s_send(self, &next);
            return;
        }
    }
    if (count == 0)
        s_close(self);
}

void renewal_tick(renewal_t *self)
{
    relay_t *relay = self->relay;
    int64_t now = clock_monotonic();
    if (self->sent_at && now - self->sent_at > SILENCE_MS)
        s_close(self);
    if (self->asking || self->sent_at || now - self->looked_at < LOOK_MS || !relay->leading ||
        !db_ready(relay->reader))
        return;
    char text[CLOCK_TEXT];
    clock_text(clock_now(), text);
    self->looked_at = now;
    self->asking = true;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, relay->node);
    db_text(self->parameters, text);
    db_run(relay->reader, "renewals_due", self->parameters, s_due, self);
    db_sync(relay->reader);
}
