/* follow_parts - what the files of follow share
 *
 * follow.c         the object: database, who of several processes follows, what comes next
 * follow_link.c    the connection to the relay
 * follow_types.c   which types are followed, and with which statements
 * follow_filter.c  up to where each type was followed: the text of cursor.filter
 * follow_event.c   one event, read and checked
 * follow_decide.c  what is done with each event: passed over, applied, held or parked
 * follow_parcel.c  the batches that wait, taken in ranges that are halved until one event stands alone
 * follow_fetch.c   a filter that grew: what was never followed, from the journal itself
 * follow_wake.c    held events whose subject has come
 * follow_unit.c    one transaction: look, decide, apply, write down
 * follow_behalf.c  events on behalf of an office: is the permission known, and does it cover them
 * follow_write.c   the rows of a transaction about the events themselves
 * follow_made.c    outcomes of on_ and fold_, and the events and receipts they make
 */
#ifndef FOLLOW_PARTS_H
#define FOLLOW_PARTS_H

#include "batch.h"
#include "buffer.h"
#include "db.h"
#include "envelope.h"
#include "follow.h"
#include "follower.h"
#include "journal.h"

#define FOLLOW_WAKE_MOST 128  /* held events taken in one transaction */
#define FOLLOW_FETCH_MOST 256 /* events fetched in one step for a filter that grew */
#define FOLLOW_KIND_TEXT 64

typedef struct {
    const contract_event_t *event;
    char kind[FOLLOW_KIND_TEXT]; /* of its subjects; "": the contract does not say */
    bool handled;                /* has on or fold */
    char on[96], fold[96];       /* prepared statements; "" where the service has no file */
    int64_t followed[LANES];     /* while catching up: up to this leaf; -1: up to the cursor */
} follow_type_t;

typedef struct {
    follow_type_t *types; /* sorted */
    size_t count;
    const char **names;  /* of them, ended by NULL */
    const char **waited; /* of these: whose events change what statements read; ended by NULL */
} follow_types_t;

typedef enum { VERDICT_NONE, VERDICT_SKIP, VERDICT_APPLY, VERDICT_HOLD, VERDICT_PARK } follow_verdict_t;

typedef struct follow_event {
    const char *bytes; /* the exact ones; borrowed from the batch, or from own */
    char *own;         /* of a fetched or held event */
    size_t length;
    int64_t leaf;
    uuid_id_t id;
    const follow_type_t *type;
    char id_text[UUID_TEXT], source[NODE_NAME_TEXT], region[REGION_TEXT], subject[ENVELOPE_SUBJECT_TEXT];
    char *refs; /* NULL if there are none */
    int64_t version;
    bool receipt; /* its origin wants one */
    bool behalf;  /* done on behalf of an office, under grant_id */
    bool granted; /* the grant is known here */
    uuid_id_t grant_id;
    char grant[UUID_TEXT + 8]; /* "grant/" and its id: what the event waits for */
    bool has_principal, has_person;
    uuid_id_t principal, person; /* person: who answers for it */
    int64_t time;                /* ms */
    bool held;                   /* stands in held already */
    bool late;                   /* its type was not handled when its subject's version was counted */
    problem_t *problem;          /* why it is to be parked, or NULL */
    follow_verdict_t verdict;
    bool counted;              /* applying it raised its subject's version */
    const char *waits;         /* subject that has to come first; borrowed from subject or waits_text */
    char *waits_text;          /* owns waits where it is one of several refs */
    struct follow_event *next; /* that waits for the same subject */
} follow_event_t;

/* Versions of subjects, and the events that wait for them; one for all units. */
typedef struct follow_memory follow_memory_t;

/* What is applied in a transaction. */
typedef enum {
    UNIT_RANGE, /* events of a batch */
    UNIT_FETCH, /* events fetched for a filter that grew */
    UNIT_WAKE,  /* held events */
} follow_unit_kind_t;

/* Consecutive events of one type among those to apply. */
typedef struct {
    follow_t *follow;
    size_t first, count; /* in the unit's order */
} follow_run_t;

typedef struct {
    follow_unit_kind_t kind;
    follow_event_t **events; /* borrowed */
    size_t count;
    lane_t lane;
    int64_t upto;           /* RANGE, FETCH: the lane stands there afterwards */
    follow_event_t **order; /* those to apply, in order */
    size_t order_count, room;
    follow_run_t *runs;
    size_t run_count;
    size_t waiting;           /* results that have not come */
    void (*next)(follow_t *); /* when none is waited for */
    bool open;                /* a pipeline's group is open: a Sync is owed */
    bool data_error;          /* the first error is one that trying again does not mend */
    bool timed_out;           /* it took too long: less at a time may not */
    problem_t problem;        /* the first error; code "" if there is none */
    follow_event_t *culprit;  /* the one event it concerns, if that is known */
    bool marked;              /* an event was marked to be parked: run again without it */
    bool lost;                /* the connection is gone; its handler begins anew */
    int64_t now;              /* ms of the node's clock */
} follow_unit_t;

/* A batch, or fetched events, on its way into the database. */
typedef struct {
    link_batch_t batch;
    void *packed;
    size_t packed_length;
} follow_packet_t;

typedef struct {
    size_t first, count;
} follow_range_t;

typedef struct {
    bool fetched;
    link_batch_t batch;
    follow_event_t **events;
    size_t count, room;
    follow_range_t ranges[32]; /* a stack; the last is next */
    size_t range_count;
} follow_parcel_t;

struct follow {
    follow_config_t config;
    char own_key[41];
    db_t *db;
    db_parameters_t *parameters;
    follower_t *follower;
    zsock_t *socket;
    int tick;
    char filter_version[LINK_FILTER_TEXT];
    follow_types_t types;
    char *filter; /* text of cursor.filter when all is followed up to the cursor */
    const contract_event_t *receipt;
    json_t *regions, *served;
    link_cursor_t cursors[LANES];
    bool active, rebuilt;
    int64_t rebuild_head; /* -1: not known yet */
    zlistx_t *packets;
    follow_parcel_t parcel, woken;
    follow_unit_t unit;
    bool busy; /* something is under way, or waits for its time */
    int timer; /* of activation or of a unit that is tried again; -1: none */
    int64_t pause;
    follow_memory_t *memory;
    batch_reader_t *reader;
    buffer_t *array, *context;
    journal_rows_t *rows;
    bool made;       /* this unit appended events: the relay is to be told */
    zhashx_t *wakes; /* subjects whose held events are to be looked at */
    size_t wake_most;
    bool look;           /* at all of held: a wake may have been cut short by an end */
    bool behalf;         /* an event may wait for a grant */
    int64_t behalf_next; /* ms, clock_monotonic: when it is looked whether that has come */
    int64_t held, parked;
    int fetch_lane; /* being caught up; LANES: all are */
};

/* follow.c */
void follow_next(follow_t *self);  /* begin what comes next, if nothing is under way */
void follow_pause(follow_t *self); /* the unit is tried again later, each time a little more so */
void follow_trouble(follow_t *self, const PGresult *result); /* a query of its own failed: the same pause */
void follow_resume(follow_t *self);                          /* the back-off begins anew */
void follow_reload(follow_t *self); /* give up what was handed over and read the cursors */

/* follow_link.c */
void follow_link_open(follow_t *self);
void follow_link_close(follow_t *self);
void follow_link_nudge(follow_t *self);

/* follow_types.c */
void follow_types_load(follow_types_t *self, const follow_config_t *config, db_t *db);
void follow_types_clear(follow_types_t *self);
const follow_type_t *follow_types_find(const follow_types_t *self, const char *type);
bool follow_types_kind(const follow_types_t *self,
                       const char *subject); /* is this kind of subject followed? */
void follow_statement(const follow_config_t *config, db_t *db, const char *name, const char *types);

/* follow_filter.c: a lane's filter text, taken into types[].followed and made from it. */
void follow_filter_take(follow_types_t *types, lane_t lane, const char *filter);
/* Once what is being caught up is followed up to the leaf `upto`; lane LANES: once all is followed. The
 * caller frees. */
char *follow_filter_text(const follow_types_t *types, lane_t lane, int64_t upto);

/* follow_event.c */
/* An event of these bytes, borrowed or (own) copied. NULL if it is not followed, or unreadable, which is
 * logged. */
follow_event_t *follow_event_new(const follow_t *follow, const char *bytes, size_t length, int64_t leaf,
                                 bool own);
void follow_event_destroy(follow_event_t **self_p);
void follow_event_mark(follow_event_t *self, const problem_t *problem); /* to be parked */
bool follow_event_own(const follow_event_t *self, const follow_config_t *config);

/* follow_decide.c */
follow_memory_t *follow_memory_new(void);
void follow_memory_destroy(follow_memory_t **self_p);
void follow_memory_clear(follow_memory_t *self);
void follow_memory_set(follow_memory_t *self, const char *subject, int64_t version);
int64_t follow_memory_version(const follow_memory_t *self, const char *subject); /* 0: none */
void follow_decide(follow_t *follow);

/* follow_parcel.c */
void follow_parcel_open(follow_t *self); /* the first of the batches that wait */
void follow_parcel_add(follow_parcel_t *self, follow_event_t *event);
void follow_parcel_clear(follow_parcel_t *self);
void follow_parcel_unit(follow_t *self); /* begin the next range */
void follow_parcel_done(follow_t *self); /* the unit's range is committed */
bool follow_parcel_halve(
    follow_t *self); /* the range, the first half of it next; false: it has one event or none */
follow_event_t *follow_parcel_only(const follow_t *self); /* the range's only event, or NULL */
void follow_packets_drop(follow_t *self);

/* follow_fetch.c */
void follow_fetch(follow_t *self); /* the next events for a filter that grew */

/* follow_unit.c */
void follow_unit_start(follow_t *self, follow_unit_kind_t kind, follow_event_t **events, size_t count,
                       lane_t lane, int64_t upto);
void follow_unit_clear(follow_unit_t *self);
void follow_unit_call(follow_t *self, const char *statement, db_result_fn *handler, void *argument);
void follow_unit_note(follow_t *self, const PGresult *result); /* an error among the results */
db_result_fn follow_unit_result; /* a result that says nothing but whether it went well */

/* follow_wake.c */
void follow_wake(follow_t *self);      /* the held events that wait for self->wakes */
void follow_wake_look(follow_t *self); /* all of held, for a wake that an end cut short */
void follow_wake_add(follow_t *self, const char *subject);
void follow_wake_done(follow_t *self);  /* the unit is committed, its events are not yet freed */
bool follow_wake_halve(follow_t *self); /* one by one from now on; false: it was one already */

/* follow_behalf.c */
void follow_behalf_ask(follow_t *self); /* the grants of the unit's events, in its transaction */
bool follow_behalf_waits(const follow_t *self, const follow_event_t *event); /* its grant is not here */
/* What a principal of another node says for a region that this node knows to be a third one's is marked to be parked, unless it names a grant. */
bool follow_behalf_wanting(const follow_t *self, follow_event_t *event);
void follow_behalf_look(follow_t *self); /* now and then: has a grant come that held events wait for? */

/* follow_write.c: queue the rows of the unit; the caller syncs. */
void follow_write(follow_t *self);

/* follow_made.c */
db_result_fn follow_made_outcome; /* argument: follow_run_t */
void follow_made_receipts(follow_t *self);

#endif
