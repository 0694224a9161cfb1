/* sink - follows a neighbour's journal: checks every event, and hands what counts to the numbering */
#ifndef SINK_H
#define SINK_H

#include "peer.h"

/* Begins to read where the cursors stand; `reconnect` may be NULL. */
sink_t *sink_new(peer_t *peer, void (*reconnect)(void *argument), void *argument);

/* What it has handed over may still be answered; it is freed after that. */
void sink_destroy(sink_t **self_p);

/* The connection is there (again). */
void sink_hello(sink_t *self);

void sink_take(sink_t *self, const link_frames_t *frames);

/* Something else was heard on the connection. */
void sink_heard(sink_t *self);
void sink_tick(sink_t *self);

/* The database is there (again). */
void sink_ready(sink_t *self);

/* How far the neighbour's journal has been taken, its head as last heard; zeros before. */
int64_t sink_cursor(const sink_t *self, lane_t lane);
int64_t sink_head(const sink_t *self);

/* Epoch of its journal as last heard, "" before. */
const char *sink_epoch(const sink_t *self);
bool sink_welcomed(const sink_t *self);

/* Prepare the statements on relay->reader; before db_start. */
void sink_prepare(const relay_t *relay);

#endif
