/* journal - an event's exact bytes (proto/README.md section 2), and the rows that append events
 *
 * The dispatcher makes events from the outcome of a statement, the follower from that of an on_ or fold_
 * statement: both compose here.
 *
 *   db_prepare(db, "journal_append", JOURNAL_APPEND, JOURNAL_APPEND_TYPES);
 *   journal_rows_t *rows = journal_rows_new();
 *   uuid_id_t id = uuid_make(now);                         -- follower: uuid_derive(&cause, "<type>
 * <subject>") status = journal_rows_event(rows, &origin, contracts, entry, &id, &problem);
 *   ...
 *   if (journal_rows_count(rows)) {
 *       journal_rows_parameters(rows, parameters);
 *       db_run(db, "journal_append", parameters, ...);
 *   }
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <jansson.h>
#include <stdbool.h>

#include "buffer.h"
#include "contract.h"
#include "db.h"
#include "status.h"
#include "uuid.h"

#define JOURNAL_SUBJECT_TEXT 256 /* of a subject */

/* One statement appends any number of events; $1 to $13 are the columns as arrays. */
#define JOURNAL_APPEND                                                                                       \
    "INSERT INTO journal.event (id, type, source, region, subject, version, refs, lane, route, principal, "  \
    "cause, time, body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], "   \
    "$6::bigint[], $7::text[], $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::timestamptz[], "       \
    "$13::json[])"
#define JOURNAL_APPEND_TYPES                                                                                 \
    "uuid[],text[],text[],text[],text[],bigint[],text[],text[],text[],uuid[],uuid[],timestamptz[],json[]"

/* The same for events whose ids are derived from their cause, so that they are once for ever: below the floor such an
   event may lie in an archive already. */
#define JOURNAL_APPEND_ONCE                                                                                  \
    JOURNAL_APPEND                                                                                           \
    " AS n (id) WHERE n.id >= (SELECT event FROM journal.floor) OR "                                         \
    "(SELECT h.leaf FROM journal.had h WHERE h.id = n.id) IS NULL ON CONFLICT (id) DO NOTHING"

/* What an event says about who caused it; all texts are borrowed, NULL where there is none. */
typedef struct {
    const char *node;         /* the event's source: this node's name */
    const char *service;      /* who writes it: only events that its contracts declare, or folder journal's */
    int64_t now;              /* ms of the node's clock */
    bool doubt;               /* that clock is in doubt */
    const char *region;       /* the request's or the causing event's; an entry may name another */
    const char *principal;    /* UUID */
    const char *person;       /* UUID */
    const char *organisation; /* UUID */
    const char *behalf;       /* UUID of the grant */
    const char *key;          /* fingerprint of the CURVE key that spoke */
    const char *cause;        /* UUID of the request or event */
    const char *request;      /* digest of the request, hexadecimal */
    const json_t *body;      /* what `data` is when the entry has none, and the same as compact JSON; body may
                                 be NULL where journal_origin_bytes_do */
    const schema_t *checked; /* the body is good by this schema; NULL if it was not checked as it is now */
    const char *body_bytes;
    size_t body_length;
} journal_origin_t;

/* One event, composed; all texts are borrowed from origin, contract, entry and the buffer of the bytes. */
typedef struct {
    uuid_id_t id;
    const contract_event_t *contract;
    const char *region, *subject;
    int64_t version;
    const char *bytes; /* `length` bytes and a NUL */
    size_t length;
    const char *refs; /* "" if there are none */
    const char *route;
} journal_event_t;

/* Can an event without data of its own be composed from the bytes of the body alone, without looking into it? */
bool journal_origin_bytes_do(const journal_origin_t *self, const contract_event_t *event);

typedef struct journal_rows journal_rows_t;

journal_rows_t *journal_rows_new(void);
void journal_rows_destroy(journal_rows_t **self_p);
void journal_rows_clear(journal_rows_t *self); /* keeps the memory */
size_t journal_rows_count(const journal_rows_t *self);
size_t journal_rows_bytes(const journal_rows_t *self); /* of the events together */

/* Compose the event of one `entry` {type, subject, version, region?, to?, refs?, data?} of an outcome's
   `events` and add its row. `to` is the list of addressed regions; where it is absent, what the contract's
   `to` points to in the data counts. `refs` is a list of subjects. An entry that breaks the contract is our
   fault: ST_BROKEN with event.<reason>, and no row. `ret_event` may be NULL; it is borrowed until the next
   call. */
status_t journal_rows_event(journal_rows_t *self, const journal_origin_t *origin,
                            const contracts_t *contracts, const json_t *entry, const uuid_id_t *id,
                            journal_event_t *ret_event, problem_t *ret_problem);

/* Set the 13 parameters of JOURNAL_APPEND; borrowed until the rows change. */
void journal_rows_parameters(journal_rows_t *self, db_parameters_t *parameters);

#endif
