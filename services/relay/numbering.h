/* numbering - rounds: take in what neighbours sent, give every new event its leaf, seal, commit once, tell everybody
 *
 * A round is one transaction. It takes what is there; what comes meanwhile is the next round's, so rounds grow with the load and no round waits for a clock.
 */
#ifndef NUMBERING_H
#define NUMBERING_H

#include "intake.h"
#include "relay.h"

#define NUMBERING_EVENTS 2048 /* events of this node's daemons in one round; more are cut by transactions */

numbering_t *numbering_new(relay_t *relay);
void numbering_destroy(numbering_t **self_p);

/* Prepare the statements on relay->db; before db_start. */
void numbering_prepare(numbering_t *self);

/* The head is known and the lock held: rounds may begin. `snapshot` is the head's. `all`: compare all events with all leaves first (a new epoch). */
void numbering_start(numbering_t *self, const char *snapshot, bool all);

/* The connection is lost: what was under way is lost too, or the next numbering_start shows that it was not. */
void numbering_lost(numbering_t *self);

/* Look at the database now, or as soon as the round at hand is over. */
void numbering_nudge(numbering_t *self);

/* Take this in; owned from now on until intake->done is called. */
void numbering_take(numbering_t *self, intake_t *intake);

#endif
