/* door - the second port, at which a CURVE key of this node that a rotation has replaced stays bound for a while */
#ifndef DOOR_H
#define DOOR_H

#include "relay.h"

#define DOOR_PORT 5 /* so many above the relay's own */

/* Bind `endpoint` under the old key, borrowed for the call; NULL with a logged sentence if it cannot be bound. Who comes is a peer as at the first port. */
door_t *door_open(relay_t *relay, const char *endpoint, const curve_key_t *old);
void door_close(door_t **self_p);

/* Send [routing][""][frames] to who came by it; *message_p is taken. */
void door_send(door_t *self, zframe_t *routing, zmsg_t **message_p);

#endif
