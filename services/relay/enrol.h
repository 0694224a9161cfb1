/* enrol - the one word of a new node that comes with a token's key: ENROL, handed to registry, and its answer */
#ifndef ENROL_H
#define ENROL_H

#include "relay.h"

enrol_t *enrol_new(relay_t *relay);
void enrol_destroy(enrol_t **self_p);

/* Take a message if it is ENROL of a key that was invited; false for any other. All are borrowed. */
bool enrol_receive(enrol_t *self, zframe_t *routing, const char *key, zmsg_t *message);

#endif
