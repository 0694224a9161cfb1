/* serve_gate - the daemon's ROUTER: messages in, replies out, a nudge to the relay
 *
 * Who sent a message is what the ZAP answerer said of its key (User-Id); a reply goes to the connection that asked. No routing id is set by us and
 * no connection is handed over, so a client that chooses another's routing id is refused by ZeroMQ and gets nothing of the other.
 */
#include <string.h>

#include "check.h"
#include "clock.h"
#include "limit.h"
#include "log.h"
#include "serve_private.h"

enum {
    HELD_MOST =
        2 * LIMIT_BATCH_MESSAGES, /* requests read and not yet answered; the rest waits at its sender */
    PARTS = 8,                    /* frames of one message that are looked at */
    HANDSHAKE_MS = 10000,
    HIGH_WATER = 2000,
    NUDGE_MS = 3,
    FIRST_THREAD = 1, /* mask: the I/O thread that never waits for a name server */
};

struct gate {
    serve_t *serve;
    zsock_t *router, *nudger;
    bool reading;
    int64_t nudged; /* us, serve_clock: when the relay was last told that there are new events */
    int timer;      /* of a nudge that waits; -1: none */
};

gate_t *gate_new(serve_t *serve)
{
    gate_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->timer = -1;
    return self;
}

void gate_destroy(gate_t **self_p)
{
    gate_t *self = *self_p;
    if (!self)
        return;
    gate_close(self);
    if (self->timer >= 0)
        zloop_timer_end(self->serve->loop, self->timer);
    zsock_destroy(&self->router);
    zsock_destroy(&self->nudger);
    free(self);
    *self_p = NULL;
}

static bool s_full(const gate_t *self)
{
    return batch_waiting(self->serve->batch) + queries_waiting(self->serve->queries) >= HELD_MOST;
}

/* Frames of one message; what is beyond PARTS is dropped, but counted. The routing id is parts[0]. */
static int s_receive(void *socket, zmq_msg_t parts[PARTS])
{
    int count = 0;
    for (bool more = true; more; count++) {
        zmq_msg_t spare, *part = count < PARTS ? &parts[count] : &spare;
        zmq_msg_init(part);
        if (zmq_msg_recv(part, socket, count ? 0 : ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(part);
            return count;
        }
        more = zmq_msg_more(part);
        if (count >= PARTS)
            zmq_msg_close(&spare);
    }
    return count;
}

static void s_close_parts(zmq_msg_t parts[PARTS], int count)
{
    for (int i = 0; i < count && i < PARTS; i++)
        zmq_msg_close(&parts[i]);
}

static const char *s_key(zmq_msg_t *part)
{
    const char *key = zmq_msg_gets(part, "User-Id");
    return key ? key : "";
}

/* Several frames: the relay's protocol. Takes nothing. */
static void s_frames(gate_t *self, zmq_msg_t parts[PARTS], int count)
{
    serve_t *serve = self->serve;
    zframe_t *identity = zframe_new(zmq_msg_data(&parts[0]), zmq_msg_size(&parts[0]));
    zmsg_t *rest = zmsg_new();
    for (int i = 2; i < count; i++)
        zmsg_addmem(rest, zmq_msg_data(&parts[i]), zmq_msg_size(&parts[i]));
    serve->service->frames(serve, s_key(&parts[2]), identity, rest);
    zframe_destroy(&identity);
    zmsg_destroy(&rest);
}

/* Is the daemon there? `sinergi status` asks so, without a clock; a PING with one is part of a link. */
static bool s_is_question(zmq_msg_t parts[PARTS], int count)
{
    return count == 4 && zmq_msg_size(&parts[2]) == 4 && memcmp(zmq_msg_data(&parts[2]), "PING", 4) == 0 &&
           zmq_msg_size(&parts[3]) == 2 && memcmp(zmq_msg_data(&parts[3]), "{}", 2) == 0;
}

static void s_pong(gate_t *self, zmq_msg_t *routing)
{
    void *socket = zsock_resolve(self->router);
    char *pong = serve_pong(self->serve);
    if (zmq_msg_send(routing, socket, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0) {
        zmq_send(socket, "", 0, ZMQ_SNDMORE);
        zmq_send(socket, "PONG", 4, ZMQ_SNDMORE);
        zmq_send(socket, pong, strlen(pong), 0);
    }
    free(pong);
}

static call_t *s_call(zmq_msg_t *routing, zmq_msg_t *frame)
{
    call_t *call = call_new();
    zmq_msg_init(&call->routing);
    zmq_msg_init(&call->frame);
    zmq_msg_move(&call->routing, routing);
    snprintf(call->key, sizeof call->key, "%s", s_key(frame));
    zmq_msg_move(&call->frame, frame);
    call->open = true;
    call->now = clock_now();
    call->arrived = serve_clock();
    return call;
}

/* A request: judged at once, then queued; a refused one goes with the commands, since its row needs a transaction. */
static size_t s_request(gate_t *self, zmq_msg_t *routing, zmq_msg_t *frame, bool framed)
{
    serve_t *serve = self->serve;
    size_t bytes = zmq_msg_size(frame);
    call_t *call = s_call(routing, frame);
    admit(serve, call, framed);
    if (!call->decided && call->contract->kind == KIND_QUERY)
        queries_add(serve->queries, call);
    else
        batch_add(serve->batch, call);
    return bytes;
}

/* One message; gives its bytes, 0 if there was none. */
static size_t s_message(gate_t *self)
{
    zmq_msg_t parts[PARTS];
    serve_t *serve = self->serve;
    int count = s_receive(zsock_resolve(self->router), parts);
    size_t bytes = 1;
    if (count == 0)
        return 0;
    bool delimited = count >= 2 && zmq_msg_size(&parts[1]) == 0;
    if (delimited && count == 2) {
        if (serve->service->nudge)
            serve->service->nudge(serve);
    } else if (delimited && s_is_question(parts, count)) {
        s_pong(self, &parts[0]);
    } else if (delimited && count > 3 && count <= PARTS && serve->service->frames) {
        s_frames(self, parts, count);
    } else if (count >= 2) {
        int frame = delimited ? 2 : 1;
        bytes += s_request(self, &parts[0], &parts[frame], delimited && count == 3);
    }
    s_close_parts(parts, count);
    return bytes;
}

static int s_on_message(zloop_t *loop, zsock_t *socket, void *argument)
{
    (void)loop, (void)socket;
    gate_t *self = argument;
    size_t bytes = 0, last = 1;
    for (int i = 0; i < LIMIT_BATCH_MESSAGES && bytes < LIMIT_BATCH_BYTES && last && !s_full(self); i++)
        bytes += last = s_message(self);
    serve_go_on(self->serve);
    if (s_full(self) && self->reading) {
        zloop_reader_end(self->serve->loop, self->router);
        self->reading = false;
    }
    return 0;
}

static void s_bind(gate_t *self, const char *endpoint)
{
    if (zsock_bind(self->router, "%s", endpoint) >= 0)
        return;
    const char *why = zmq_strerror(zmq_errno());
    zap_destroy(&self->serve->zap); /* sockets that are left open at an exit are complained of */
    zsock_destroy(&self->router);
    fatal("%s cannot be bound: %s", endpoint, why);
}

static void s_bind_all(gate_t *self)
{
    serve_t *serve = self->serve;
    char endpoint[NODE_DIR_TEXT + 96];
    snprintf(endpoint, sizeof endpoint, "tcp://%s:%ld", serve->node->listen,
             node_config_port(serve->node, serve->service->name, serve->process));
    s_bind(self, endpoint);
    snprintf(endpoint, sizeof endpoint, "%s/run", serve->node->dir);
    if (mkdir(endpoint, 0700) != 0 && errno != EEXIST)
        fatal("%s cannot be made: %s", endpoint, strerror(errno));
    node_config_ipc_endpoint(serve->node, serve->service->name, endpoint, sizeof endpoint);
    if (serve->process)
        snprintf(endpoint + strlen(endpoint), sizeof endpoint - strlen(endpoint), ".%d", serve->process);
    s_bind(self, endpoint);
}

/* A message a little above the limit is let through so that it is answered; a much larger one ends the connection. */
static void s_limits(zsock_t *router)
{
    zsock_set_maxmsgsize(router, LIMIT_FRAME_BYTES + 64 * 1024);
    zsock_set_rcvhwm(router, HIGH_WATER);
    zsock_set_sndhwm(router, HIGH_WATER);
    zsock_set_handshake_ivl(router, HANDSHAKE_MS);
    zsock_set_heartbeat_ivl(router, 30000);
    zsock_set_heartbeat_timeout(router, 60000);
    zsock_set_tcp_keepalive(router, 1);
    zsock_set_backlog(router, 1024);
    zsock_set_linger(router, 1000);
    zsock_set_router_handover(router, 0);
}

static void s_nudger(gate_t *self)
{
    char endpoint[NODE_DIR_TEXT + 96];
    if (strcmp(self->serve->service->name, "relay") == 0)
        return;
    node_config_ipc_endpoint(self->serve->node, "relay", endpoint, sizeof endpoint);
    self->nudger = zsock_new(ZMQ_DEALER);
    zcert_apply(self->serve->cert, self->nudger);
    zsock_set_curve_serverkey(self->nudger, self->serve->key.public_key);
    zsock_set_sndhwm(self->nudger, 2);
    zsock_set_linger(self->nudger, 0);
    zsock_set_reconnect_ivl(self->nudger, 100);
    zsock_set_reconnect_ivl_max(self->nudger, 1000);
    CHECK(zsock_connect(self->nudger, "%s", endpoint) == 0);
}

void gate_open(gate_t *self)
{
    self->router = zsock_new(ZMQ_ROUTER);
    CHECK(self->router);
    zcert_apply(self->serve->cert, self->router);
    zsock_set_affinity(self->router, FIRST_THREAD);
    zsock_set_curve_server(self->router, 1);
    zsock_set_zap_domain(self->router, "sinergi");
    s_limits(self->router);
    s_bind_all(self);
    s_nudger(self);
    gate_more(self);
}

void gate_close(gate_t *self)
{
    if (self->reading)
        zloop_reader_end(self->serve->loop, self->router);
    self->reading = false;
}

void gate_more(gate_t *self)
{
    if (self->reading || !self->router || self->serve->stopping || s_full(self))
        return;
    CHECK(zloop_reader(self->serve->loop, self->router, s_on_message, self) == 0);
    zloop_reader_set_tolerant(self->serve->loop, self->router);
    self->reading = true;
}

static void s_log(const call_t *call)
{
    log_info("request", "type", *call->type ? call->type : NULL, "id",
             *call->requestid ? call->requestid : NULL, "principal",
             call->known ? call->principal.principal : NULL, "region", *call->region ? call->region : NULL,
             "status", status_word(call->status), "code",
             call->status == ST_OK ? NULL : call->problems[0].code, "repeat", call->stored ? "yes" : NULL,
             "us", log_number(serve_clock() - call->arrived), NULL);
}

void gate_reply(gate_t *self, call_t **call_p)
{
    call_t *call = *call_p;
    void *socket = self->router ? zsock_resolve(self->router) : NULL;
    s_log(call);
    if (socket && call->open && zmq_msg_send(&call->routing, socket, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0) {
        zmq_send(socket, "", 0, ZMQ_SNDMORE);
        zmq_send(socket, call->reply->bytes, call->reply->length, 0);
    }
    call_free(call_p);
}

bool gate_send(gate_t *self, zframe_t *identity, zmsg_t **message_p)
{
    zmsg_pushmem(*message_p, "", 0);
    zmsg_pushmem(*message_p, zframe_data(identity), zframe_size(identity));
    bool sent = self->router && zmsg_send(message_p, self->router) == 0;
    zmsg_destroy(message_p);
    return sent;
}

static void s_nudge(gate_t *self)
{
    self->nudged = serve_clock();
    zmq_send(zsock_resolve(self->nudger), "", 0, ZMQ_DONTWAIT);
}

static int s_on_nudge(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    gate_t *self = argument;
    self->timer = -1;
    s_nudge(self);
    return 0;
}

/* Under load a few milliseconds' events are one nudge, and so one round of the relay with one commit; when it is quiet none waits. */
void gate_nudge(gate_t *self)
{
    if (!self->nudger || self->timer >= 0)
        return;
    if (serve_clock() - self->nudged >= NUDGE_MS * 1000)
        s_nudge(self);
    else
        self->timer = zloop_timer(self->serve->loop, NUDGE_MS, 1, s_on_nudge, self);
}
