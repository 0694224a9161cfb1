/* db_private - what the parts of db share: db.c owns and loses, db_connect.c opens and prepares, db_pipeline.c
 * sends and receives */
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H

#include "db.h"

enum { DB_PAUSE_LEAST_MS = 100, DB_CONNECT_MS = 5000 };

typedef enum { DB_CLOSED, DB_CONNECTING, DB_PREPARING, DB_READY } db_stage_t;

typedef struct {
    char *name, *value;
} db_setting_t;

typedef struct {
    char *name, *sql;
    Oid types[DB_PARAMETERS];
    int type_count;
} db_statement_t;

/* What is on its way, in the order of sending. */
typedef struct {
    db_result_fn *handler; /* NULL: a Sync */
    void *argument;
    bool sync;
    bool unsent; /* there was no connection: its handler gets NULL when its turn comes */
} db_pending_t;

typedef struct {
    char *constraint, *comment;
} db_comment_t;

struct db {
    zloop_t *loop;
    char *conninfo, *name;
    PGconn *connection;
    db_stage_t stage;
    bool started;
    bool was_ready; /* at least once: an unusable start is over */
    db_state_fn *state;
    void *state_argument;
    db_statement_t *statements;
    size_t statement_count;
    size_t prepared; /* answers to preparing so far */
    db_setting_t *settings;
    size_t setting_count;
    db_pending_t *pending;
    size_t pending_first, pending_count, pending_room;
    db_comment_t *comments;
    size_t comment_count;
    int socket, events; /* what the loop watches; -1: nothing */
    int timer;          /* deadline of connecting, or the wait before the next attempt; -1: none */
    int soon;           /* what cannot wait for the socket; -1: nothing */
    int64_t pause;      /* ms before the next attempt */
    int64_t deadline;   /* ms that connecting may take, and then preparing */
    unsigned turn;      /* which of several hosts is asked first */
    bool reading;       /* results are being handed out */
    bool dropped;       /* the connection is of no use; the loop closes it as soon as it is back */
    char why[160];
};

struct db_parameters {
    const char *values[DB_PARAMETERS];
    int lengths[DB_PARAMETERS], formats[DB_PARAMETERS];
    char numbers[DB_PARAMETERS][24];
    int count;
};

/* db.c */
void db_watch(db_t *self, int events);
void db_soon(db_t *self, size_t milliseconds); /* db_pipeline_receive, from the loop */
void db_doom(db_t *self, const char *why);     /* to be called wherever a loss is seen; db_lose follows */
void db_lose(db_t *self);
void db_comments_clear(db_t *self);
void db_timer_end(db_t *self, int *timer);
bool db_timer_is(int *current, int timer); /* is it the one that runs? Then it runs no more */

/* db_connect.c */
void db_connect(db_t *self);
void db_connect_check(const db_t *self); /* exits with one sentence if the conninfo cannot be read */
void db_connect_poll(db_t *self);

/* db_pipeline.c */
void db_pipeline_push(db_t *self, db_result_fn *handler, void *argument, bool sync);
void db_pipeline_receive(db_t *self);
void db_pipeline_write(db_t *self);
void db_pipeline_forget(db_t *self); /* every handler gets NULL */

/* db_problem.c: an error that passes by itself (the server is starting or stopping, out of connections). */
bool db_is_passing(const PGresult *result);

#endif
