/* renewal - this node's word for its children's next keys, and for certificates that have expired: asked of the own registry, message node_certify */
#ifndef RENEWAL_H
#define RENEWAL_H

#include "relay.h"

renewal_t *renewal_new(relay_t *relay);
void renewal_destroy(renewal_t **self_p);

/* Prepare the statement on relay->reader; before db_start. */
void renewal_prepare(const relay_t *relay);

/* Some times a second. */
void renewal_tick(renewal_t *self);

#endif
