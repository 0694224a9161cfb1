/* door - the second port, at which a CURVE key of this node that a rotation has replaced stays bound for a while */
#include <czmq.h>

#include "check.h"
#include "door.h"
#include "limit.h"
#include "log.h"
#include "peer.h"

#define HIGH_WATER 2000
#define MESSAGE_BYTES (2 * LIMIT_LINK_BATCH_PACKED)
#define TURN 16 /* messages taken at a time */

struct door {
    relay_t *relay;
    zsock_t *router;
};

static int s_on_message(zloop_t *loop, zsock_t *reader, void *argument)
{
    (void)loop;
    door_t *self = argument;
    for (int i = 0; i < TURN && zsock_events(reader) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv(reader);
        zframe_t *routing = message ? zmsg_pop(message) : NULL, *first = message ? zmsg_first(message) : NULL;
        const char *key = first ? zframe_meta(first, "User-Id") : NULL;
        if (key && routing) {
            char copy[CURVE_TEXT];
            snprintf(copy, sizeof copy, "%s", key);
            peers_receive(self->relay->peers, self, routing, copy, message);
        }
        zframe_destroy(&routing);
        zmsg_destroy(&message);
    }
    return 0;
}

door_t *door_open(relay_t *relay, const char *endpoint, const curve_key_t *old)
{
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    if (!zmq_z85_decode(public_key, old->public_key) || !zmq_z85_decode(secret_key, old->secret_key))
        return NULL;
    door_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->router = zsock_new(ZMQ_ROUTER);
    CHECK(self->router);
    zcert_t *certificate = zcert_new_from(public_key, secret_key);
    CHECK(certificate);
    zcert_apply(certificate, self->router);
    zcert_destroy(&certificate);
    keys_wipe(secret_key, sizeof secret_key);
    zsock_set_curve_server(self->router, 1);
    zsock_set_zap_domain(self->router, "sinergi");
    zsock_set_linger(self->router, 0);
    zsock_set_sndhwm(self->router, HIGH_WATER);
    zsock_set_rcvhwm(self->router, HIGH_WATER);
    zsock_set_maxmsgsize(self->router, MESSAGE_BYTES);
    if (zsock_bind(self->router, "%s", endpoint) < 0) {
        log_error("old_key_not_bound", "endpoint", endpoint, "why",
                  "the port is taken: children that have not learnt the new key wait", NULL);
        door_close(&self);
        return NULL;
    }
    CHECK(zloop_reader(relay->loop, self->router, s_on_message, self) == 0);
    zloop_reader_set_tolerant(relay->loop, self->router);
    log_info("old_key_bound", "endpoint", endpoint, "key", old->public_key, NULL);
    return self;
}

void door_close(door_t **self_p)
{
    door_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    zloop_reader_end(self->relay->loop, self->router);
    zsock_destroy(&self->router);
    free(self);
}

void door_send(door_t *self, zframe_t *routing, zmsg_t **message_p)
{
    zmsg_pushmem(*message_p, "", 0);
    zmsg_prepend(*message_p, &(zframe_t *){zframe_dup(routing)});
    zmsg_send(message_p, self->router);
    zmsg_destroy(message_p);
}
