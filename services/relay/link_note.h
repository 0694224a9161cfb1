/* link_note - what followers have acknowledged, noted in relay.link now and then: for status and retention, never for delivery */
#ifndef LINK_NOTE_H
#define LINK_NOTE_H

#include "peer.h"

typedef struct link_note link_note_t;

link_note_t *link_note_new(relay_t *relay);
void link_note_destroy(link_note_t **self_p);

/* Prepare the statements on relay->reader; before db_start. */
void link_note_prepare(const relay_t *relay);

/* Note what has moved since the last time, all in one statement. */
void link_note_tick(link_note_t *self, peer_t *first, int64_t now);

#endif
