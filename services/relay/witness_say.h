/* witness_say - what this node itself has to say: checkpoints, the centre's heads_seen, alarms; only witness.c uses it */
#ifndef WITNESS_SAY_H
#define WITNESS_SAY_H

#include "witness.h"

/* Prepare the statements on relay->reader; before db_start. */
void witness_say_prepare(const relay_t *relay);

/* Say what is due; the step of the witness ends with it. */
void witness_say(witness_t *self);

#endif
