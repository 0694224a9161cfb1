/* client - one connection of `sinergi` to a daemon: CURVE, time-outs, and a sentence when nobody answers */
#include <czmq.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ctl.h"
#include "keys.h"
#include "log.h"
#include "node.h"
#include "uuid.h"

#define REFUSED_SENTENCE                                                                                     \
    "node %s does not know this key (%s), or it is revoked: an admin enrols it by principal_enrol"
enum { RETRY_MS = 100 };    /* before the same request is sent again after "retry" */
enum { ATTEMPT_MS = 5000 }; /* after this long without an answer a new socket is opened */

struct client {
    node_config_t *node;
    char daemon[32];
    char endpoint[256];
    char key[41], secret[41];
    zsock_t *socket;
    zactor_t *monitor;
};

static client_t *open_now; /* a command talks to one daemon at a time */

static void s_keys(client_t *self, const char *dir, const char *name)
{
    char path[1024];
    if (!name || strcmp(name, "node") == 0) {
        snprintf(path, sizeof path, "%s/keys/curve.json", dir);
    } else if (strchr(name, '/')) {
        snprintf(path, sizeof path, "%s", name);
    } else {
        snprintf(path, sizeof path, "%s/principals/%s.json", dir, name);
    }
    if (access(path, R_OK) != 0)
        fatal("no keys at %s: `sinergi principal new` makes a principal's", path);
    json_t *document = json_read(path);
    const char *key = json_string_value(json_object_get(document, "key"));
    if (!key)
        key = json_string_value(json_object_get(document, "public"));
    const char *secret = json_string_value(json_object_get(document, "secret"));
    if (!key || !secret || strlen(key) != 40 || strlen(secret) != 40)
        fatal("%s holds no key pair", path);
    memcpy(self->key, key, 41);
    memcpy(self->secret, secret, 41);
    json_decref(document);
}

client_t *client_new(const char *dir, const char *daemon, const char *name)
{
    client_t *self = calloc(1, sizeof *self);
    if (!self)
        fatal("out of memory");
    zsys_handler_set(NULL);
    self->node = node_config_of_folder(dir);
    snprintf(self->daemon, sizeof self->daemon, "%s", daemon);
    node_config_client_endpoint(self->node, daemon, self->endpoint, sizeof self->endpoint);
    s_keys(self, dir, name);
    return self;
}

static void s_close(client_t *self)
{
    zactor_destroy(&self->monitor);
    zsock_destroy(&self->socket);
    if (open_now == self)
        open_now = NULL;
}

/* An exit in the middle (fatal) must not leave the monitor to czmq's own end, which aborts on it. */
static void s_close_at_exit(void)
{
    if (open_now)
        s_close(open_now);
}

void client_destroy(client_t **self_p)
{
    if (!*self_p)
        return;
    s_close(*self_p);
    node_config_destroy(&(*self_p)->node);
    sodium_memzero((*self_p)->secret, sizeof(*self_p)->secret);
    free(*self_p);
    *self_p = NULL;
}

void client_open(client_t *self)
{
    static bool registered;
    s_close(self);
    self->socket = zsock_new(ZMQ_DEALER);
    if (!registered)
        registered = atexit(s_close_at_exit) == 0;
    open_now = self;
    zsock_set_curve_serverkey(self->socket, self->node->server);
    zsock_set_curve_publickey(self->socket, self->key);
    zsock_set_curve_secretkey(self->socket, self->secret);
    zsock_set_linger(self->socket, 0);
    self->monitor = zactor_new(zmonitor, self->socket);
    zstr_sendx(self->monitor, "LISTEN", "HANDSHAKE_FAILED_AUTH", "HANDSHAKE_FAILED_PROTOCOL", NULL);
    zstr_send(self->monitor, "START");
    zsock_wait(self->monitor);
    if (zsock_connect(self->socket, "%s", self->endpoint) != 0)
        fatal("%s is no endpoint", self->endpoint);
}

/* One answer within the time: what it is in frames after the empty one, or NULL. *ret_refused: the key was
 * refused at the handshake. */
static zmsg_t *s_receive(client_t *self, int64_t until, bool *ret_refused)
{
    zpoller_t *poller = zpoller_new(self->socket, self->monitor, NULL);
    zmsg_t *message = NULL;
    for (int64_t left; !message && !*ret_refused && (left = until - clock_monotonic()) > 0;) {
        void *which = zpoller_wait(poller, (int)left);
        if (which == self->monitor)
            *ret_refused = true;
        else if (which == self->socket)
            message = zmsg_recv(self->socket);
    }
    zpoller_destroy(&poller);
    if (message)
        zframe_destroy(&(zframe_t *){zmsg_pop(message)});
    return message;
}

static json_t *s_reply_of(zmsg_t **message_p, const char *id)
{
    zframe_t *frame = zmsg_last(*message_p);
    json_t *reply = frame ? json_loadb((char *)zframe_data(frame), zframe_size(frame), 0, NULL) : NULL;
    zmsg_destroy(message_p);
    const char *about = json_string_value(json_object_get(reply, "requestid"));
    if (about && (strcmp(about, id) == 0 || !*about))
        return reply;
    json_decref(reply);
    return NULL;
}

/* "retry" means that nothing was done and the same id is welcome again. */
static bool s_is_retry(const json_t *reply)
{
    const char *status = json_string_value(json_object_get(reply, "status"));
    return status && strcmp(status, "retry") == 0;
}

/* The request once, over a socket of its own; the reply, or NULL if none comes by `until`. */
static json_t *s_attempt(client_t *self, const char *text, const char *id, int64_t until, bool *ret_refused)
{
    json_t *reply = NULL;
    client_open(self);
    zstr_sendm(self->socket, "");
    zstr_send(self->socket, text);
    while (!reply && !*ret_refused && clock_monotonic() < until) {
        zmsg_t *message = s_receive(self, until, ret_refused);
        reply = message ? s_reply_of(&message, id) : NULL;
    }
    return reply;
}

json_t *client_request(client_t *self, const json_t *request, int seconds, char *ret_why, size_t size)
{
    const char *id = json_string_value(json_object_get(request, "id"));
    char *text = json_dumps(request, JSON_COMPACT);
    int64_t end = clock_monotonic() + seconds * 1000LL;
    json_t *reply = NULL;
    bool refused = false;
    while ((!reply || s_is_retry(reply)) && !refused && clock_monotonic() < end) {
        int64_t until = clock_monotonic() + ATTEMPT_MS;
        if (reply)
            zclock_sleep(RETRY_MS);
        json_t *next = s_attempt(self, text, id, until < end ? until : end, &refused);
        if (next) {
            json_decref(reply);
            reply = next;
        }
    }
    if (refused && !reply)
        snprintf(ret_why, size, REFUSED_SENTENCE, self->node->name, self->key);
    else if (!reply)
        snprintf(ret_why, size,
                 "%s of node %s at %s does not answer: is it up? `deploy/node status DIR` tells",
                 self->daemon, self->node->name, self->endpoint);
    free(text);
    return reply;
}

zsock_t *client_socket(client_t *self)
{
    return self->socket;
}

zmsg_t *client_receive(client_t *self, int milliseconds)
{
    bool refused = false;
    zpoller_t *poller = zpoller_new(self->socket, self->monitor, NULL);
    void *which = zpoller_wait(poller, milliseconds);
    zmsg_t *message = which == self->socket ? zmsg_recv(self->socket) : NULL;
    refused = which == self->monitor;
    zpoller_destroy(&poller);
    if (refused)
        fatal(REFUSED_SENTENCE, self->node->name, self->key);
    return message;
}

bool client_ping(client_t *self, int milliseconds, json_t **ret_pong)
{
    bool refused = false, answered = false;
    int64_t until = clock_monotonic() + milliseconds;
    client_open(self);
    zstr_sendm(self->socket, "");
    zstr_sendm(self->socket, "PING");
    zstr_send(self->socket, "{}");
    zmsg_t *message = s_receive(self, until, &refused);
    char *word = message ? zmsg_popstr(message) : NULL;
    if (word && strcmp(word, "PONG") == 0) {
        zframe_t *frame = zmsg_first(message);
        json_t *pong = frame ? json_loadb((char *)zframe_data(frame), zframe_size(frame), 0, NULL) : NULL;
        answered = pong != NULL;
        if (ret_pong && pong)
            *ret_pong = json_incref(pong);
        json_decref(pong);
    }
    free(word);
    zmsg_destroy(&message);
    return answered;
}

json_t *request_new(const char *type, const char *region, json_t *data)
{
    node_config_t *node = node_config_of_folder(getenv("SINERGI_DIR"));
    clock_open(getenv("SINERGI_DIR"), node->drill);
    char id[UUID_TEXT];
    uuid_id_t uuid = uuid_make(clock_now());
    uuid_text(&uuid, id);
    json_t *request =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "specversion", "1.0", "id", id, "source", "sinergi",
                  "type", type, "region", region ? region : node->region, "data", data);
    node_config_destroy(&node);
    return request;
}

int reply_exit_code(const json_t *reply)
{
    static const int codes[ST_COUNT] = {
        [ST_OK] = EXIT_OK,           [ST_INVALID] = EXIT_INVALID,   [ST_DENIED] = EXIT_DENIED,
        [ST_MISSING] = EXIT_MISSING, [ST_CONFLICT] = EXIT_CONFLICT, [ST_RETRY] = EXIT_RETRY,
        [ST_BROKEN] = EXIT_BROKEN};
    return codes[status_of_word(json_string_value(json_object_get(reply, "status")))];
}

json_t *relay_status_of(const char *dir)
{
    char why[512];
    client_t *client = client_new(dir, "relay", NULL);
    json_t *request = request_new("relay_status", NULL, json_object());
    json_t *reply = client_request(client, request, 5, why, sizeof why);
    json_t *data = json_incref(json_object_get(reply, "data"));
    json_decref(reply);
    json_decref(request);
    client_destroy(&client);
    return data;
}
