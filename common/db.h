/* db - one asynchronous connection to PostgreSQL in pipeline mode, on the daemon's zloop
 *
 * Work is sent with a handler; handlers are called in the order of sending, once each, whatever happens. A
 * connection that is lost is opened again for ever, after 0.1 to 10 s (doubled each time, with jitter); settings
 * and statements are there again by themselves. One thread: the loop's. Names of hosts are looked up by libpq,
 * which waits for the answer: give hostaddr or a socket's folder where the resolver may be away.
 *
 *   db_t *db = db_new(loop, conninfo, "registry commands");
 *   db_prepare(db, "business_register", sql, "jsonb,text,jsonb");
 *   db_start(db, s_ready, self);
 *   ...
 *   db_send(db, "BEGIN", s_ignore, self);
 *   db_run(db, "business_register", parameters, s_outcome, self);
 *   db_flush(db);                       -- Flush: results come, the transaction stays open
 *   db_send(db, "COMMIT", s_committed, self);
 *   db_sync(db);                        -- Sync: end of the pipeline's group; after an error everything up to
 * here is answered PGRES_PIPELINE_ABORTED
 */
#ifndef DB_H
#define DB_H

#include <czmq.h>
#include <libpq-fe.h>

#include "array.h"

typedef struct db db_t;

/* `result` is borrowed; NULL means that the connection was lost before the answer: the outcome is unknown.
 * Handlers and the state function are called by the loop alone, never from within a db_ call. They may send, flush,
 * sync and drop, but not destroy. */
typedef void db_result_fn(void *argument, const PGresult *result);

/* Called each time the connection is ready (all statements prepared), and with false each time it is lost, after
 * the handlers of what was pending. */
typedef void db_state_fn(void *argument, bool ready);

/* `name` stands in logs and as application_name. `conninfo` is libpq's, a URI too, with several hosts and
 * target_session_attrs if wanted; its connect_timeout (seconds, else 5) is what one attempt may take, after which
 * the next begins with the next host. Nothing is opened yet. Destroyed before its loop; the handlers of
 * what is then pending are not called. */
db_t *db_new(zloop_t *loop, const char *conninfo, const char *name);
void db_destroy(db_t **self_p);

/* Settings that hold for each connection, e.g. db_option(db, "statement_timeout", "2s"); before db_start. One that
 * PostgreSQL refuses is an unusable start like a statement. */
void db_option(db_t *self, const char *name, const char *value);

/* Options for statements that touch few rows by their keys, many times: one plan for all, by indexes, made once. A plan that depended on young statistics would
 * stay with reading whole tables while they grow. */
void db_option_plans(db_t *self);

/* Prepare `sql` as `name` on each connect; before db_start. `types` names the parameter types, separated by commas ("" for
   none). A statement that does not prepare at the first connect is an unusable start: the program exits with
   PostgreSQL's sentence, naming the statement. Later it is logged as an error and tried again. Parameters of text
   and binary form both work. */
void db_prepare(db_t *self, const char *name, const char *sql, const char *types);

/* Connect, and go on for ever. Exits with one sentence if the conninfo cannot be read. */
void db_start(db_t *self, db_state_fn *state, void *argument);
bool db_ready(const db_t *self);

enum { DB_PARAMETERS = 20 }; /* of one statement, at most */

/* Parameters of one statement; reused by db_parameters_clear. Borrowed pointers must live until the db_run
 * call returns. */
typedef struct db_parameters db_parameters_t;
db_parameters_t *db_parameters_new(void);
void db_parameters_destroy(db_parameters_t **self_p);
void db_parameters_clear(db_parameters_t *self);
void db_text(db_parameters_t *self, const char *text); /* text form; NULL is SQL's NULL */
void db_bytes(db_parameters_t *self, const void *bytes,
              size_t length);                            /* binary form: bytea, json, text, uuid (16 bytes) */
void db_number(db_parameters_t *self, long long number); /* text form */
void db_array(db_parameters_t *self, array_t *array);    /* binary form */

/* Send one command without parameters, or a prepared statement. Nothing leaves before db_flush or db_sync. What is
 * sent while the connection is not db_ready is not done, and its handler gets NULL.
 *
 * PostgreSQL's rules: without BEGIN the statements of a group are one transaction that db_sync commits, after their
 * answers: what must be certain stands between BEGIN and COMMIT, whose answer is the truth. After an error between
 * BEGIN and COMMIT nothing is run up to the db_sync; then the transaction is still open and failed, until ROLLBACK.
 * COMMIT of a failed transaction is a ROLLBACK, and PQcmdStatus says so. */
void db_send(db_t *self, const char *command, db_result_fn *handler, void *argument);
void db_run(db_t *self, const char *statement, const db_parameters_t *parameters, db_result_fn *handler,
            void *argument);
void db_flush(db_t *self);
void db_sync(db_t *self);

/* Drop the connection (an answer did not come in time): db_ready is false from now on, and the loop gives NULL to
 * everything pending. */
void db_drop(db_t *self);

/* What an error means for a request: 23505 23P01 conflict, 23503 missing, other 23 and 22 invalid, 42501
   denied, 40 08 25 53 55 57 58 retry, else broken; no result and PGRES_PIPELINE_ABORTED are retry. A violated constraint with a COMMENT "status code:
   sentence" is answered by that comment. `why` is never DETAIL. */
#include "status.h"
status_t db_problem(db_t *self, const PGresult *result, problem_t *ret_problem);

/* SQLSTATE of a failed result, "" if there is none; borrowed. */
const char *db_sqlstate(const PGresult *result);

/* Is it a data error (classes 22, 23, P0), which will not go away by trying again? */
bool db_is_data_error(const PGresult *result);

#endif
