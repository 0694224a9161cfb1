/* source - this node's journal as one follower sees it: filtered, in batches per lane, urgent first, never more on their way than it asked for */
#ifndef SOURCE_H
#define SOURCE_H

#include "backlog.h"
#include "peer.h"

/* Answer a HELLO with WELCOME and begin; the hello is the source's from then on. */
source_t *source_new(peer_t *peer, link_hello_t *hello);
void source_destroy(source_t **self_p);

/* Send what is wanted and may be on its way. */
void source_feed(source_t *self);

/* The follower has committed. */
void source_ack(source_t *self, const link_ack_t *ack);

/* A page that was asked for. */
void source_page(source_t *self, lane_t lane, page_t *page);

/* Time passes: a narrow link may send again; a cursor that has only passed over what is not wanted moves. */
void source_tick(source_t *self, int64_t now);

/* Last leaf of the lane that the follower has acknowledged. */
int64_t source_acknowledged(const source_t *self, lane_t lane);

/* Has an acknowledgement come since the last call? */
bool source_moved(source_t *self);

const link_hello_t *source_hello(const source_t *self);

/* Does the peer get this event? */
bool source_wants(const peer_t *peer, const link_hello_t *hello, const entry_t *entry);

#endif
