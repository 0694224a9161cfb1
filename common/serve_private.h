/* serve_private - what the parts of serve share; one object for the life of the process
 *
 *   serve.c              start, loop, end
 *   serve_pieces.c       contracts, rows of the table and statements match
 *   serve_zap.c          which keys are let in
 *   serve_gate.c         the ROUTER: messages in, replies out
 *   serve_admit.c        is this request allowed?        serve_personal.c   its personal fields
 *   serve_batch.c        commands: many in one transaction; with _queue, _plan (which go together), _run (statements) and _end (what is appended)
 *   serve_query.c        queries, read-only
 *   serve_timers.c       what is due
 *   serve_answer.c       outcome to reply                serve_refusals.c   rows of journal.refusal
 *   serve_recent.c       ids answered lately             serve_follow.c     the follower, and what a service may use
 */
#ifndef SERVE_PRIVATE_H
#define SERVE_PRIVATE_H

#include "digest.h"
#include "follow.h"
#include "journal.h"
#include "serve.h"
#include "tree.h"
#include "vault.h"

typedef struct gate gate_t;
typedef struct batch batch_t;
typedef struct queries queries_t;
typedef struct refusals refusals_t;
typedef struct zap zap_t;
typedef struct recent recent_t;
typedef struct timers timers_t;

struct serve {
    const service_t *service;
    node_config_t *node;
    curve_key_t key;
    zcert_t *cert;
    const char *share;
    char conninfo[1024];
    int process;
    bool rebuild;
    zloop_t *loop;
    contracts_t *contracts;
    directory_t *directory;
    const schema_t *request; /* of the envelope */
    db_t *db, *reader;       /* commands; queries */
    gate_t *gate;
    zap_t *zap;
    batch_t *batch;
    queries_t *queries;
    timers_t *timers;
    refusals_t *refusals;
    follow_t *follow;
    vault_t *vault; /* NULL if no message has personal fields */
    tree_t tree;
    digest_key_t digest_key;
    uuid_id_t floor;         /* journal.floor: ids at or below it are too old */
    bool started;            /* sockets are bound */
    bool reloading;          /* the directory is being loaded: nothing is run meanwhile */
    bool stopping;           /* SIGTERM came, or it begins anew */
    bool restarting;         /* it begins anew: its keys are no longer those of the file */
    struct timespec keys_at; /* when the file of the CURVE key was written */
    void *own;
};

/* serve.c: go on with what waits (the database is there, a batch has ended, the directory was loaded). */
void serve_go_on(serve_t *self);
/* serve_follow.c */
void serve_follow_start(serve_t *self);
void serve_follow_regions(serve_t *self);

/* The directory in memory is a newer one, whoever asked for it: tell all who go by it. */
void serve_directory_loaded(serve_t *self);
/* us of a clock that never jumps */
int64_t serve_clock(void);

/* serve_pieces.c: every message of the service has a row and a statement, and the other way round; prepares them. Exits with one sentence. */
void pieces_check(serve_t *self);
/* A whole file as text; the caller frees. NULL if it cannot be read. */
char *pieces_file(const char *path);
/* The row of a message, NULL if there is none. */
const route_t *serve_route(const serve_t *self, const char *stem);

/* serve_gate.c */
gate_t *gate_new(serve_t *serve);
void gate_destroy(gate_t **self_p);
void gate_open(gate_t *self);                   /* binds, reads */
void gate_close(gate_t *self);                  /* reads no more */
void gate_more(gate_t *self);                   /* there is room again */
void gate_reply(gate_t *self, call_t **call_p); /* log, send the bytes, free */
bool gate_send(gate_t *self, zframe_t *identity, zmsg_t **message_p);
void gate_nudge(gate_t *self); /* the relay: there are new events */

/* serve_admit.c: understand and judge a message; a refused one is decided. `framed`: it has the frames of a request. */
void admit(serve_t *self, call_t *call, bool framed);
/* Judge again by the directory as it is now. */
void admit_rights(serve_t *self, call_t *call);
/* The statement's $3. */
void admit_context(serve_t *self, call_t *call);

/* serve_personal.c: encrypt, replace by digests, note for the context. */
status_t personal_hide(serve_t *self, call_t *call);

/* serve_answer.c: the statement's outcome becomes status, data, problems; then the reply's bytes. `rows`: of this request in the result, the first at
   `row`; `column` holds the outcome. */
void answer_outcome(call_t *call, const PGresult *result, int rows, int row, int column);
bool answer_checks(call_t *call); /* is the reply as its contract says? If not, the call is decided: broken */
void answer_place(problem_t *problem); /* a place in the body is one in the message */
void answer_compose(serve_t *self, call_t *call);

/* serve_batch.c */
batch_t *batch_new(serve_t *serve);
void batch_destroy(batch_t **self_p);
void batch_prepare(batch_t *self);
void batch_add(batch_t *self, call_t *call); /* takes the call */
void batch_go_on(batch_t *self);
void batch_recheck(batch_t *self);
void batch_lost(batch_t *self);
void batch_tick(batch_t *self);
bool batch_busy(const batch_t *self); /* a transaction is under way */
size_t batch_waiting(const batch_t *self);
void batch_stop(batch_t *self); /* answer retry to all that was not begun */

/* serve_query.c */
queries_t *queries_new(serve_t *serve);
void queries_destroy(queries_t **self_p);
void queries_prepare(queries_t *self);
void queries_add(queries_t *self, call_t *call);
void queries_go_on(queries_t *self);
void queries_recheck(queries_t *self);
void queries_tick(queries_t *self);
bool queries_busy(const queries_t *self);
size_t queries_waiting(const queries_t *self);
void queries_stop(queries_t *self);

/* serve_refusals.c: rows for the next transaction. Taken rows are of one transaction until it ends. */
refusals_t *refusals_new(serve_t *serve);
void refusals_destroy(refusals_t **self_p);
void refusals_prepare(refusals_t *self);
void refusals_call(refusals_t *self, const call_t *call);
void refusals_note(refusals_t *self, const char *key, const char *type, const problem_t *problem);
void refusals_handshake(refusals_t *self, const char *key, const problem_t *problem); /* it was not let in */
bool refusals_wait(const refusals_t *self); /* is there anything to write? */
bool refusals_parameters(
    refusals_t *self,
    db_parameters_t *parameters); /* rows of the calls, and those that were noted; false if none */
void refusals_written(refusals_t *self, bool committed);

/* serve_timers.c */
timers_t *timers_new(serve_t *serve);
void timers_destroy(timers_t **self_p);
void timers_prepare(timers_t *self);
void timers_tick(timers_t *self); /* some times a second */
void timers_claim(timers_t *self, const call_t *call, db_result_fn *handler,
                  void *argument);                    /* no row: it is another's, or done */
void timers_done(timers_t *self, const call_t *call); /* it has been answered, or was not to be run */

/* serve_zap.c */
zap_t *zap_new(serve_t *serve);
void zap_destroy(zap_t **self_p);

/* serve_recent.c: ids that were answered ok lately */
recent_t *recent_new(void);
void recent_destroy(recent_t **self_p);
void recent_add(recent_t *self, const call_t *call);
bool recent_has(const recent_t *self, const call_t *call);

#endif
