/* rotation - this node's own next keys: taken into use when their certificate has come, the old ones kept a while and wiped */
#ifndef ROTATION_H
#define ROTATION_H

#include "door.h"
#include "relay.h"

rotation_t *rotation_new(relay_t *relay);
void rotation_destroy(rotation_t **self_p);

/* Prepare the statements on relay->reader; before db_start. */
void rotation_prepare(const relay_t *relay);

/* Some times a second: are next keys certified? is the old CURVE key still needed? has the parent another key? */
void rotation_tick(rotation_t *self);

#endif
