/* backlog - pages of leaves from the database, for followers that lag behind the window
 *
 * A page is one lane's events after a leaf, complete with seals and paths, as they would stand in the window. Four are read or held at a time, in turn:
 * whoever asked first is served first, and asks again for the next.
 */
#ifndef BACKLOG_H
#define BACKLOG_H

#include "peer.h"

typedef struct {
    entry_t **entries; /* owned, leaves rising */
    size_t count;
    size_t next;  /* first that has not been sent */
    int64_t upto; /* the lane holds nothing else up to here */
} page_t;

backlog_t *backlog_new(relay_t *relay);
void backlog_destroy(backlog_t **self_p);

/* Prepare the statements on relay->reader; before db_start. */
void backlog_prepare(backlog_t *self);

/* Ask for the lane's next page; source_page follows, unless backlog_forget comes before. */
void backlog_ask(backlog_t *self, source_t *source, lane_t lane, int64_t after, bool proofs);

/* The source is gone: its questions too. */
void backlog_forget(backlog_t *self, const source_t *source);

/* Give a page back; the next question is asked. */
void backlog_return(backlog_t *self, page_t **page_p);

/* The second connection is there, or is lost. */
void backlog_ready(backlog_t *self);
void backlog_lost(backlog_t *self);

#endif
