/* uplink - the connection to the parent: made by this node, watched, and made again for ever */
#ifndef UPLINK_H
#define UPLINK_H

#include <czmq.h>

#include "peer.h"

/* I/O threads that the process needs, set before its first socket: libzmq asks for the parent's address by name on the thread of that socket, and waits. A name server that
   is as far away as the parent would stop everybody else. */
enum { UPLINK_IO_THREADS = 2 };

/* Begin to connect. `endpoint` and `server`, the parent's CURVE key, are copied; `certificate` is this node's key, borrowed. */
uplink_t *uplink_new(relay_t *relay, const char *endpoint, const char *server, zcert_t *certificate);
void uplink_destroy(uplink_t **self_p);

/* Send and take the message; dropped when there is no connection (HELLO is said again on the next). A NULL uplink is allowed. */
void uplink_send(uplink_t *self, zmsg_t **message_p);

/* The parent is not spoken to any more; `why` stands in the status. Until uplink_start. */
void uplink_stop(uplink_t *self, const char *why);

/* The parent has this CURVE key (now): connect anew. Copied. */
void uplink_start(uplink_t *self, const char *server);

/* The parent's key that it goes by; borrowed. */
const char *uplink_server(const uplink_t *self);

/* Instant (clock_monotonic) of the next attempt, 0 while one runs or stands. */
int64_t uplink_next_attempt(const uplink_t *self);

#endif
