/* follower - what one side does to follow the other's journal; knows neither sockets nor databases
 *
 *   follower_t *follower = follower_new(&config);            -- cursors as they stand in the database
 *   follower_hello(follower, clock_monotonic());             -- whenever the connection is (again) there
 *   follower_take(follower, &frames, clock_monotonic());     -- each WELCOME REFUSED BATCH PING PONG that
 * comes follower_tick(follower, clock_monotonic());              -- some times a second
 *   follower_committed(follower, lane, epoch, upto);         -- once for each batch that was handed over,
 * after its commit follower_reset(follower, cursors, clock_monotonic());    -- or: what was handed over is
 * lost; the database's cursors hold
 *
 * A batch is handed over when it begins where the one before it ended; anything else is dropped and HELLO is
 * said again, as soon as every batch that was handed over is committed or reset, so that the cursors of a
 * HELLO are those of the database. A REFUSED is logged and tried again with back-off and jitter, for ever.
 * When nothing is heard for a while `reconnect` is called.
 *
 * A source in another epoch than a cursor's begins at or below that cursor (it knows what both epochs share):
 * its first batch counts then.
 */
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include "link.h"

typedef struct {
    const char *node; /* own node */
    const char *name; /* relay, a daemon's name, or tail */
    const char *release;
    const char *source; /* node that is followed; NULL if any may answer */
    bool drill;
    bool proofs;
    int window;               /* batches that may be on their way */
    const char *filter;       /* version of the filter */
    const char *const *types; /* sorted, each once, ended by NULL; NULL: by route */
    link_cursor_t cursors[LANES];
    int64_t silence;        /* ms without a word until `reconnect`; PING is said after a third of it */
    int64_t (*clock)(void); /* of the node, for HELLO and PING */

    /* Send a message; `json` is borrowed. What cannot be sent may be dropped: HELLO is said again. */
    void (*send)(void *argument, link_word_t word, const char *json);
    /* A batch that continues the lane, packed as it came; `packed` is borrowed. Answer with
     * follower_committed or follower_reset, now or later. */
    void (*batch)(void *argument, const link_batch_t *batch, const void *packed, size_t length);
    /* The source has answered HELLO. May be NULL. */
    void (*welcome)(void *argument, const link_welcome_t *welcome);
    /* The source refused; it is in the log already. May be NULL. */
    void (*refused)(void *argument, const problem_t *refused);
    /* Nothing was heard for too long: make the connection anew and call follower_hello. May be NULL: then
     * HELLO is said on the same one. */
    void (*reconnect)(void *argument);
    void *argument;
} follower_config_t;

typedef struct follower follower_t;

/* The texts of `config` are borrowed for the follower's life, its cursors copied. */
follower_t *follower_new(const follower_config_t *config);
void follower_destroy(follower_t **self_p);

/* The connection is there: say HELLO now, or once all that was handed over is answered. `now` everywhere:
 * clock_monotonic(). */
void follower_hello(follower_t *self, int64_t now);

/* Take a message of the source. HELLO and ACK are not the follower's and are passed over; what cannot be read
 * is logged and dropped. */
void follower_take(follower_t *self, const link_frames_t *frames, int64_t now);

/* Anything else was heard from the source (a nudge, a message for the other direction of a link). */
void follower_heard(follower_t *self, int64_t now);

/* Time passes: PING, HELLO after a back-off, reconnect after silence. */
void follower_tick(follower_t *self, int64_t now);

/* A batch that was handed over is committed: sends ACK. */
void follower_committed(follower_t *self, lane_t lane, const char *epoch, int64_t upto);

/* What was handed over and not committed is lost, or a batch could not be used: `cursors` hold, and HELLO is
 * said again after a back-off. */
void follower_reset(follower_t *self, const link_cursor_t cursors[LANES], int64_t now);

/* The newest seal known at or below a lane's cursor, for the next HELLO. */
void follower_seal(follower_t *self, lane_t lane, int64_t seal, const char *sealhash);

/* How far a lane has been handed over; borrowed. */
const link_cursor_t *follower_cursor(const follower_t *self, lane_t lane);

/* Has the last HELLO been answered by WELCOME, and nothing gone wrong since? */
bool follower_welcomed(const follower_t *self);

/* Head of the source's journal as last heard, 0 before. */
int64_t follower_head(const follower_t *self);

#endif
