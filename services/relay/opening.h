/* opening - what has to be so before a relay numbers: it holds the lock, and the database is not behind what this node has already said */
#ifndef OPENING_H
#define OPENING_H

#include "relay.h"

/* An epoch of this node's journal and the last leaf before it. */
typedef struct {
    char epoch[UUID_TEXT];
    int64_t leaf;
} epoch_t;

opening_t *opening_new(relay_t *relay);
void opening_destroy(opening_t **self_p);

/* Prepare the statements on relay->db; before db_start. */
void opening_prepare(opening_t *self);

/* The connection is there: lock, head, months, certificates; then numbering_start and peers_ready. */
void opening_begin(opening_t *self);
void opening_lost(opening_t *self);

/* A neighbour has more of this journal than this node, or another seal of its number: what the node has said is not all in its database. Begins a new
   epoch behind what the neighbour shows, by connecting anew. At most once in ten minutes, so that nobody can keep a node busy with it; false then. */
bool opening_behind(opening_t *self, const link_cursor_t *shown);

/* Where a follower that stands at `cursor` of `epoch` goes on: the last leaf that both epochs share. 0 if the epoch is unknown. */
int64_t opening_shared(const opening_t *self, const char *epoch, int64_t cursor);

#endif
