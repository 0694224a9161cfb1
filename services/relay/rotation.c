/* rotation - this node's own next keys: taken into use when their certificate has come, the old ones kept a while and wiped
 *
 *   DIR/keys/next/   made by `sinergi node rotate`, announced under the old signing key (message node_rotate)
 *   DIR/keys/old/    the CURVE key that was replaced, as long as a child may not know the new one
 *
 * Taking them into use is: the chain with the new certificate behind the old one, the signing key, node.json, and last the CURVE key, which every daemon of
 * the node watches. Each step may be done a second time, so a power cut in between does no harm. The old signing key is wiped at once: its seals stand.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "key_file.h"
#include "log.h"
#include "peer.h"
#include "rotation.h"
#include "uplink.h"

#define TICK_MS 300
#define ASK_MS 2000
#define FAILED_MS 5000

struct rotation {
    relay_t *relay;
    door_t *door;
    int64_t looked_at, asked_at; /* clock_monotonic */
    bool asking, no_door;
    const signed_certificate_t
        *in_file;         /* the own one that ends DIR/certificates/chain.txt; NULL: not looked at yet */
    char old[CURVE_TEXT]; /* the key at the second port */
    db_parameters_t *parameters;
};

rotation_t *rotation_new(relay_t *relay)
{
    rotation_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->parameters = db_parameters_new();
    return self;
}

void rotation_destroy(rotation_t **self_p)
{
    rotation_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    door_close(&self->door);
    db_parameters_destroy(&self->parameters);
    free(self);
}

void rotation_prepare(const relay_t *relay)
{
    relay_prepare(relay, relay->reader, "old_key_add", "text,uuid,timestamptz");
    relay_prepare(relay, relay->reader, "old_key_done", "text,text,timestamptz");
}

static void s_path(const rotation_t *self, const char *name, char ret_path[KEY_FILE_PATH])
{
    snprintf(ret_path, KEY_FILE_PATH, "%s/keys/%s", self->relay->dir, name);
}

/* What could not be done is looked at again a while later. */
static void s_failed(rotation_t *self, const char *event, const problem_t *problem)
{
    self->looked_at = clock_monotonic() + FAILED_MS;
    log_error(event, "code", problem->code, "why", problem->why, "next",
              "it is tried again every few seconds: make room on its disk, or the file writable", NULL);
}

static bool s_there(const rotation_t *self, const char *name)
{
    char path[KEY_FILE_PATH];
    s_path(self, name, path);
    return access(path, R_OK) == 0;
}

/* The own certificate of the next keys, once it is known here; where one of the two is not rotated, or its file has taken its place already, the file in use
 * counts. NULL if there is nothing to do. */
static const signed_certificate_t *s_certified(const rotation_t *self)
{
    const relay_t *relay = self->relay;
    curve_key_t curve;
    signing_key_t signing;
    char path[KEY_FILE_PATH];
    bool next_curve = s_there(self, "next/curve.json"), next_signing = s_there(self, "next/signing.json");
    const signed_certificate_t *newest = certificates_of_node(relay->certificates, relay->node);
    if (!newest || (!next_curve && !next_signing))
        return NULL;
    s_path(self, next_curve ? "next/curve.json" : "curve.json", path);
    if (curve_key_load(path, &curve, NULL) != ST_OK)
        return NULL;
    bool same = strcmp(newest->certificate.curve, curve.public_key) == 0;
    keys_wipe(&curve, sizeof curve);
    s_path(self, next_signing ? "next/signing.json" : "signing.json", path);
    if (!same || signing_key_load(path, &signing, NULL) != ST_OK)
        return NULL;
    same = memcmp(newest->certificate.signing, signing.public_key, KEY_BYTES) == 0;
    keys_wipe(&signing, sizeof signing);
    return same ? newest : NULL;
}

static void s_added(void *argument, const PGresult *result)
{
    const rotation_t *self = argument;
    if (result && PQresultStatus(result) != PGRES_COMMAND_OK)
        log_error("old_key_not_noted", "key", self->old, "code", db_sqlstate(result), "next",
                  "it stays bound; the next start of the relay notes it", NULL);
}

/* Noted with the leaf of the event that told the certificate: who has acknowledged it knows the new key. At every start with an old key, so that no end of the
 * daemon comes between the key and its row. */
static void s_note_old(rotation_t *self)
{
    char now[CLOCK_TEXT], id[UUID_TEXT] = "";
    const signed_certificate_t *certificate =
        certificates_of_node(self->relay->certificates, self->relay->node);
    if (!certificate)
        return;
    clock_text(clock_now(), now);
    uuid_text(&certificate->certificate.certificate, id);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->old);
    db_text(self->parameters, id);
    db_text(self->parameters, now);
    db_run(self->relay->reader, "old_key_add", self->parameters, s_added, self);
    db_sync(self->relay->reader);
}

static status_t s_use(rotation_t *self, const signed_certificate_t *certificate, problem_t *problem)
{
    const relay_t *relay = self->relay;
    char next[KEY_FILE_PATH], used[KEY_FILE_PATH], old[KEY_FILE_PATH];
    status_t status = key_file_chain(relay->dir, certificate, relay->certificates, &relay->signing, problem);
    s_path(self, "next/signing.json", next);
    s_path(self, "signing.json", used);
    if (status == ST_OK && access(next, F_OK) == 0)
        status = key_file_replace(next, used, problem);
    s_path(self, "next/curve.json", next);
    s_path(self, "curve.json", used);
    s_path(self, "old/curve.json", old);
    if (status != ST_OK || access(next, F_OK) != 0)
        return status;
    status = key_file_copy(used, old, problem);
    if (status == ST_OK)
        status = key_file_node(relay->dir, "server", NULL, certificate->certificate.curve, problem);
    return status == ST_OK ? key_file_replace(next, used, problem) : status;
}

/* Next keys that are certified are taken into use, and the daemons begin anew with them. */
static void s_look(rotation_t *self)
{
    relay_t *relay = self->relay;
    const signed_certificate_t *certificate = s_certified(self);
    if (!certificate)
        return;
    char id[UUID_TEXT];
    problem_t problem;
    uuid_text(&certificate->certificate.certificate, id);
    if (s_use(self, certificate, &problem) != ST_OK) {
        s_failed(self, "rotation_failed", &problem);
        return;
    }
    log_info("keys_rotated", "certificate", id, NULL);
    serve_restart(relay->serve);
}

static void s_open_door(rotation_t *self)
{
    char path[KEY_FILE_PATH], endpoint[256];
    curve_key_t old;
    problem_t problem;
    s_path(self, "old/curve.json", path);
    if (self->door || self->no_door || access(path, F_OK) != 0)
        return;
    if (curve_key_load(path, &old, &problem) != ST_OK) {
        self->no_door = true;
        log_error("old_key_not_bound", "code", problem.code, "why", problem.why, "next",
                  "mend the file and start the relay anew: until then children that have not learnt the new "
                  "key wait",
                  NULL);
        return;
    }
    const node_config_t *node = serve_node(self->relay->serve);
    snprintf(endpoint, sizeof endpoint, "tcp://%s:%ld", node->listen,
             node_config_port(node, "relay", 0) + DOOR_PORT);
    snprintf(self->old, sizeof self->old, "%s", old.public_key);
    self->door = door_open(self->relay, endpoint, &old);
    self->no_door = !self->door;
    keys_wipe(&old, sizeof old);
    s_note_old(self);
}

/* A row: every child has acknowledged the new key, or the 90 days are over. */
static void s_done(void *argument, const PGresult *result)
{
    rotation_t *self = argument;
    char path[KEY_FILE_PATH];
    self->asking = false;
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) == 0)
        return;
    s_path(self, "old/curve.json", path);
    peers_door_closed(self->relay->peers, self->door);
    door_close(&self->door);
    key_file_wipe(path);
    log_info("old_key_retired", "key", self->old, NULL);
}

static void s_ask(rotation_t *self, int64_t now)
{
    const relay_t *relay = self->relay;
    if (self->asking || !self->old[0] || !s_there(self, "old/curve.json") || now - self->asked_at < ASK_MS ||
        !db_ready(relay->reader))
        return;
    char text[CLOCK_TEXT];
    clock_text(clock_now(), text);
    self->asking = true;
    self->asked_at = now;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, relay->node);
    db_text(self->parameters, self->old);
    db_text(self->parameters, text);
    db_run(relay->reader, "old_key_done", self->parameters, s_done, self);
    db_sync(relay->reader);
}

/* The parent's newest certificate names another key than the uplink goes by: it is told by an event of the tree, and node.json keeps it. */
static void s_parent(rotation_t *self)
{
    problem_t problem;
    const relay_t *relay = self->relay;
    const signed_certificate_t *parent = certificates_of_node(relay->certificates, relay->parent);
    if (!parent || !relay->uplink ||
        certificates_revoked(relay->certificates, relay->parent, &parent->fingerprint) ||
        strcmp(uplink_server(relay->uplink), parent->certificate.curve) == 0)
        return;
    if (key_file_node(relay->dir, "parent", "curve", parent->certificate.curve, &problem) != ST_OK) {
        s_failed(self, "parent_key_not_kept", &problem);
        return;
    }
    log_info("parent_key_changed", "node", relay->parent, "key", parent->certificate.curve, NULL);
    uplink_start(relay->uplink, parent->certificate.curve);
}

/* Renewed with the keys it has: the file of the chain follows. */
static void s_renewed(rotation_t *self)
{
    const relay_t *relay = self->relay;
    const signed_certificate_t *newest = certificates_of_node(relay->certificates, relay->node);
    hash_t in_use = signing_fingerprint(relay->signing.public_key);
    if (!newest || newest == self->in_file || strcmp(newest->certificate.curve, relay->key) != 0 ||
        !hash_same(&newest->fingerprint, &in_use))
        return;
    problem_t problem;
    if (key_file_chain(relay->dir, newest, relay->certificates, &relay->signing, &problem) == ST_OK)
        self->in_file = newest;
    else
        s_failed(self, "chain_not_written", &problem);
}

void rotation_tick(rotation_t *self)
{
    int64_t now = clock_monotonic();
    if (now - self->looked_at < TICK_MS || !self->relay->leading || !db_ready(self->relay->reader))
        return;
    self->looked_at = now;
    s_parent(self);
    s_open_door(self);
    s_ask(self, now);
    s_renewed(self);
    s_look(self);
}
