/* uplink - the connection to the parent: made by this node, watched, and made again for ever */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "check.h"
#include "door.h"
#include "log.h"
#include "sink.h"
#include "uplink.h"

#define PAUSE_FIRST 500 /* ms before a new socket, doubled each time */
#define PAUSE_MOST 60000
#define HEARTBEAT_MS 5000
#define QUEUE_MESSAGES 256
#define MONITOR "inproc://relay-uplink"
#define OWN_THREAD 2 /* mask: the second of UPLINK_IO_THREADS */

struct uplink {
    relay_t *relay;
    peer_t *peer;
    zcert_t *certificate;
    char endpoint[256];
    char server[CURVE_TEXT];
    zsock_t *socket; /* NULL during a pause */
    void *monitor;   /* tells of the handshake; NULL during a pause */
    unsigned tries;  /* pauses since the parent last answered */
    int timer;       /* end of the pause; -1: none */
    bool shaking;    /* connected, and the handshake has not ended */
    bool second;     /* it tries the port where a parent keeps an old key after a rotation */
    bool stopped;    /* the parent's certificate is revoked */
    int64_t next_at;
    int last_failure; /* event that was logged, so that a line stands once */
};

static void s_connect(uplink_t *self);

static void s_close(uplink_t *self)
{
    if (self->monitor) {
        zmq_pollitem_t item = {.socket = self->monitor, .events = ZMQ_POLLIN};
        zloop_poller_end(self->relay->loop, &item);
        zmq_socket_monitor(zsock_resolve(self->socket), NULL, 0);
        zmq_close(self->monitor);
        self->monitor = NULL;
    }
    if (self->socket) {
        zloop_reader_end(self->relay->loop, self->socket);
        zsock_destroy(&self->socket);
    }
    self->peer->connected = false;
}

static int s_pause_over(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    uplink_t *self = argument;
    self->timer = -1;
    self->next_at = 0;
    s_connect(self);
    return 0;
}

/* Nothing was heard for too long: a new socket, after a pause that grows and is never the same for all children of a parent. */
static void s_again(void *argument)
{
    uplink_t *self = argument;
    if (self->timer >= 0 || self->stopped)
        return;
    int64_t pause = PAUSE_MOST;
    if (self->tries < 7)
        pause = PAUSE_FIRST << self->tries++;
    pause = pause / 2 + randombytes_uniform((uint32_t)(pause / 2) + 1);
    s_close(self);
    self->next_at = clock_monotonic() + pause;
    self->timer = zloop_timer(self->relay->loop, (size_t)pause, 1, s_pause_over, self);
    log_info("uplink_pause", "node", self->peer->node, "ms", log_number(pause), NULL);
}

static void s_failed(uplink_t *self, int event, const char *why)
{
    snprintf(self->peer->error, sizeof self->peer->error, "%s", why);
    if (self->last_failure != event)
        log_error("uplink_failed", "node", self->peer->node, "endpoint", self->endpoint, "why", why, NULL);
    self->last_failure = event;
}

/* The key does not fit: after a rotation the parent has its new key at its port, and the one before at a second port, until every child knows. */
static void s_other_port(uplink_t *self)
{
    self->second = !self->second;
    s_again(self);
}

static void s_event(uplink_t *self, int event)
{
    switch (event) {
    case ZMQ_EVENT_CONNECTED:
        self->shaking = true;
        break;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        self->shaking = false;
        self->last_failure = 0;
        self->peer->connected = true;
        sink_hello(self->peer->sink);
        break;
    case ZMQ_EVENT_DISCONNECTED:
        self->peer->connected = false;
        if (self->shaking)
            s_other_port(self);
        break;
    case ZMQ_EVENT_CONNECT_RETRIED:
        if (self->second)
            s_other_port(self);
        if (self->peer->error[0] == '\0')
            s_failed(self, event,
                     "the parent's endpoint cannot be reached: look whether its relay runs and the network "
                     "is there");
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        s_failed(
            self, event,
            "the parent does not know this node's key: enrol this node there, or ask whether it was revoked");
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        s_failed(self, event,
                 "the handshake failed: compare the parent's curve key in node.json with that of the "
                 "parent's node.json");
        s_other_port(self);
        break;
    default:
        break;
    }
}

static int s_on_monitor(zloop_t *loop, zmq_pollitem_t *item, void *argument)
{
    (void)loop;
    uplink_t *self = argument;
    while (self->monitor == item->socket) {
        zmq_msg_t first, address;
        zmq_msg_init(&first);
        if (zmq_msg_recv(&first, self->monitor, ZMQ_DONTWAIT) < 2) {
            zmq_msg_close(&first);
            break;
        }
        uint16_t event;
        memcpy(&event, zmq_msg_data(&first), sizeof event);
        zmq_msg_close(&first);
        zmq_msg_init(&address);
        zmq_msg_recv(&address, self->monitor, 0);
        zmq_msg_close(&address);
        s_event(self, event);
    }
    return 0;
}

static int s_on_message(zloop_t *loop, zsock_t *reader, void *argument)
{
    (void)loop;
    uplink_t *self = argument;
    /* Some at a time: the numbering's results wait in the same loop. */
    for (int i = 0; i < 16 && self->socket == reader && zsock_events(reader) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv(reader);
        link_frames_t frames;
        if (message && link_open(message, &frames)) {
            if (!frames.nudge && frames.word == LINK_WELCOME)
                self->tries = 0;
            peer_take(self->peer, &frames);
        }
        zmsg_destroy(&message);
    }
    return 0;
}

static void s_watch(uplink_t *self)
{
    void *handle = zsock_resolve(self->socket);
    if (zmq_socket_monitor(handle, MONITOR, ZMQ_EVENT_ALL) != 0)
        return;
    self->monitor = zmq_socket(zsys_init(), ZMQ_PAIR);
    CHECK(self->monitor);
    zmq_setsockopt(self->monitor, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_connect(self->monitor, MONITOR);
    zmq_pollitem_t item = {.socket = self->monitor, .events = ZMQ_POLLIN};
    zloop_poller(self->relay->loop, &item, s_on_monitor, self);
}

static void s_endpoint(const uplink_t *self, char *ret_endpoint, size_t size)
{
    const char *colon = strrchr(self->endpoint, ':');
    long port = colon ? strtol(colon + 1, NULL, 10) : 0;
    if (self->second && port > 0)
        snprintf(ret_endpoint, size, "%.*s:%ld", (int)(colon - self->endpoint), self->endpoint,
                 port + DOOR_PORT);
    else
        snprintf(ret_endpoint, size, "%s", self->endpoint);
}

static void s_connect(uplink_t *self)
{
    self->socket = zsock_new(ZMQ_DEALER);
    CHECK(self->socket);
    zsock_set_affinity(self->socket, OWN_THREAD);
    zsock_set_linger(self->socket, 0);
    zsock_set_sndhwm(self->socket, QUEUE_MESSAGES);
    zsock_set_rcvhwm(self->socket, QUEUE_MESSAGES);
    zsock_set_immediate(self->socket, 1);
    zsock_set_heartbeat_ivl(self->socket, HEARTBEAT_MS);
    zsock_set_heartbeat_timeout(self->socket, (int)self->relay->link_timeout);
    zsock_set_reconnect_ivl(self->socket, 200);
    zsock_set_reconnect_ivl_max(self->socket, PAUSE_MOST);
    zcert_apply(self->certificate, self->socket);
    zsock_set_curve_serverkey(self->socket, self->server);
    s_watch(self);
    char endpoint[sizeof self->endpoint + 8];
    s_endpoint(self, endpoint, sizeof endpoint);
    self->shaking = false;
    if (zsock_connect(self->socket, "%s", endpoint) != 0)
        s_failed(self, -1, "the parent's endpoint in node.json is no address: tcp://HOST:PORT");
    zloop_reader(self->relay->loop, self->socket, s_on_message, self);
    sink_hello(self->peer->sink);
}

uplink_t *uplink_new(relay_t *relay, const char *endpoint, const char *server, zcert_t *certificate)
{
    uplink_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->certificate = certificate;
    self->timer = -1;
    snprintf(self->endpoint, sizeof self->endpoint, "%s", endpoint);
    snprintf(self->server, sizeof self->server, "%s", server);
    self->peer = peers_parent(relay->peers);
    self->peer->sink = sink_new(self->peer, s_again, self);
    s_connect(self);
    return self;
}

void uplink_destroy(uplink_t **self_p)
{
    uplink_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    if (self->timer >= 0)
        zloop_timer_end(self->relay->loop, self->timer);
    s_close(self);
    free(self);
}

void uplink_send(uplink_t *self, zmsg_t **message_p)
{
    if (!self || !self->socket || !(zsock_events(self->socket) & ZMQ_POLLOUT)) {
        zmsg_destroy(message_p);
        return;
    }
    zmsg_send(message_p, self->socket);
    zmsg_destroy(message_p);
}

void uplink_stop(uplink_t *self, const char *why)
{
    if (!self || self->stopped)
        return;
    if (self->timer >= 0)
        zloop_timer_end(self->relay->loop, self->timer);
    self->timer = -1;
    self->next_at = 0;
    self->stopped = true;
    s_close(self);
    snprintf(self->peer->error, sizeof self->peer->error, "%s", why);
}

void uplink_start(uplink_t *self, const char *server)
{
    snprintf(self->server, sizeof self->server, "%s", server);
    self->stopped = false;
    self->tries = 0;
    self->second = false;
    s_again(self);
}

const char *uplink_server(const uplink_t *self)
{
    return self->server;
}

int64_t uplink_next_attempt(const uplink_t *self)
{
    return self ? self->next_at : 0;
}
