/* link - the messages between a relay and whoever follows its journal (proto/README.md section 6)
 *
 *   zmsg_t *message = link_message(LINK_ACK, json, NULL, 0);
 *   link_frames_t frames;
 *   if (link_open(received, &frames) && frames.word == LINK_HELLO)
 *       status = link_hello_parse(frames.json, frames.json_length, &hello, &problem);
 *
 * Every link_*_json gives text that the caller frees. Every link_*_parse gives ST_OK, or ST_INVALID with a
 * problem that names the place and leaves its output untouched; members that are not known are passed over,
 * since a later release adds some. `problem` may be NULL.
 */
#ifndef LINK_H
#define LINK_H

#include <czmq.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "hash.h"
#include "region.h"
#include "status.h"
#include "uuid.h"

typedef enum { LANE_URGENT, LANE_NORMAL, LANE_BULK, LANES } lane_t;
typedef enum {
    LINK_HELLO,
    LINK_WELCOME,
    LINK_REFUSED,
    LINK_BATCH,
    LINK_ACK,
    LINK_PING,
    LINK_PONG,
    LINK_ENROL,    /* of a new node with a token's key; its json is a request of enrolment.h */
    LINK_ADMITTED, /* the answer */
    LINK_WORDS
} link_word_t;

#define LINK_NAME_TEXT 32    /* of a daemon, and of a release */
#define LINK_FILTER_TEXT 65  /* version of a filter: 1 to 64 printable characters without a space */
#define LINK_TYPE_TEXT 64    /* of an event */
#define LINK_TYPES_MOST 1024 /* types in one filter */
#define LINK_WINDOW_MOST 64  /* batches that may be on their way */

/* The word of a lane, and back; false if it is none. */
const char *lane_word(lane_t lane);
bool lane_of_word(const char *word, lane_t *ret_lane);

/* How far one lane of a journal has been taken. Nothing yet: "", 0, 0, "". */
typedef struct {
    char epoch[UUID_TEXT];
    int64_t cursor;           /* last leaf taken */
    int64_t seal;             /* number of the last seal that is known at or below it */
    char sealhash[HASH_TEXT]; /* hash of that seal's text */
} link_cursor_t;

typedef struct {
    char node[NODE_NAME_TEXT];
    char name[LINK_NAME_TEXT]; /* relay, a daemon's name, or tail */
    char release[LINK_NAME_TEXT];
    bool drill;
    int64_t clock; /* ms since 1970 */
    bool proofs;
    int window;
    char filter[LINK_FILTER_TEXT]; /* its version */
    bool route;                    /* the events' routes decide; `types` is NULL */
    char **types;                  /* sorted, each once, ended by NULL */
    link_cursor_t lanes[LANES];
} link_hello_t;

typedef struct {
    char node[NODE_NAME_TEXT];
    char region[REGION_TEXT];
    char release[LINK_NAME_TEXT];
    bool drill;
    int64_t clock;
    char epoch[UUID_TEXT];
    int64_t head; /* last leaf of the source's journal */
} link_welcome_t;

typedef struct {
    lane_t lane;
    char epoch[UUID_TEXT];
    int64_t after, upto; /* leaves; after < upto */
    int events;          /* how many the packed batch holds; 0 to LIMIT_LINK_BATCH_EVENTS */
} link_batch_t;

typedef struct {
    lane_t lane;
    char epoch[UUID_TEXT];
    int64_t upto;
} link_ack_t;

/* The word as it stands on the wire. */
const char *link_word(link_word_t word);

char *link_hello_json(const link_hello_t *hello);
char *link_welcome_json(const link_welcome_t *welcome);
char *link_refused_json(const problem_t *problem); /* status, code, why */
char *link_batch_json(const link_batch_t *batch);
char *link_ack_json(const link_ack_t *ack);
char *link_clock_json(int64_t clock); /* PING and PONG */

/* A hello that was parsed holds memory: link_hello_clear frees its types. */
status_t link_hello_parse(const char *bytes, size_t length, link_hello_t *ret_hello, problem_t *problem);
status_t link_welcome_parse(const char *bytes, size_t length, link_welcome_t *ret_welcome,
                            problem_t *problem);
status_t link_refused_parse(const char *bytes, size_t length, problem_t *ret_refused, problem_t *problem);
status_t link_batch_parse(const char *bytes, size_t length, link_batch_t *ret_batch, problem_t *problem);
status_t link_ack_parse(const char *bytes, size_t length, link_ack_t *ret_ack, problem_t *problem);
status_t link_clock_parse(const char *bytes, size_t length, int64_t *ret_clock, problem_t *problem);

void link_hello_clear(link_hello_t *self);

/* Does the filter of this hello name the type? For a filter by route, which cannot say, always true. */
bool link_hello_wants(const link_hello_t *self, const char *type);

/* Version of a filter of these types (ended by NULL): their digest, so that it changes with them. */
void link_filter(const char *const *types, char ret_filter[LINK_FILTER_TEXT]);

/* The parts of one message, borrowed from it. */
typedef struct {
    bool nudge; /* the single empty frame: look at the database now; nothing else is set */
    link_word_t word;
    const char *json;
    size_t json_length;
    const void *packed; /* of a BATCH, else NULL */
    size_t packed_length;
} link_frames_t;

/* A message ready to be sent (a ROUTER puts the routing id before it); the caller owns it. `packed` goes with
 * LINK_BATCH alone. */
zmsg_t *link_message(link_word_t word, const char *json, const void *packed, size_t length);
zmsg_t *link_nudge(void);

/* Take a message apart whose routing id, if any, has been popped. False if it is no message of this protocol
 * or a frame is too large. */
bool link_open(zmsg_t *message, link_frames_t *ret_frames);

#endif
