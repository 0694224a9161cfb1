/* probe - one connection under test to the test's own PostgreSQL, and what its handlers were told */
#ifndef PROBE_H
#define PROBE_H

#include "check.h"
#include "cluster.h"
#include "db.h"

enum { PROBE_MOST = 6000, SOON = 20000 }; /* SOON: milliseconds */

static cluster_t cluster;

/* One connection under test, and what it has told. */
typedef struct {
    zloop_t *loop;
    db_t *db;
    db_parameters_t *parameters;
    int ready, lost;    /* calls of state */
    int answers, nulls; /* calls of handlers, and how many of them with NULL */
    int nulls_when_lost;
    int states[PROBE_MOST];      /* by answer: PQresultStatus, -1 for NULL */
    char values[PROBE_MOST][24]; /* and the first value */
    int chain;                   /* how many more a handler sends */
    bool within;                 /* a call of ours is running */
} probe_t;

static inline void probe_state(void *argument, bool ready)
{
    probe_t *self = argument;
    assert_false(self->within);
    self->ready += ready;
    self->lost += !ready;
    self->nulls_when_lost = ready ? self->nulls_when_lost : self->nulls;
}

static inline void probe_answer(void *argument, const PGresult *result)
{
    probe_t *self = argument;
    CHECK(!self->within && self->answers < PROBE_MOST);
    int state = result ? (int)PQresultStatus(result) : -1;
    const char *value = state == PGRES_TUPLES_OK && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    snprintf(self->values[self->answers], sizeof self->values[0], "%.20s", value);
    self->states[self->answers++] = state;
    self->nulls += !result;
}

static inline void probe_make(probe_t *self, const char *conninfo)
{
    *self = (probe_t){.loop = zloop_new(), .parameters = db_parameters_new()};
    self->db = db_new(self->loop, conninfo, "probe");
    db_option(self->db, "statement_timeout", "30s");
    db_option(self->db, "sinergi.quoted", "it's \\ 'quoted'");
    db_prepare(self->db, "number", "SELECT $1", "bigint");
    db_prepare(self->db, "length", "SELECT length($1), $1", "text");
}

static inline void probe_start(probe_t *self)
{
    probe_make(self, cluster.conninfo);
    db_start(self->db, probe_state, self);
    assert_false(db_ready(self->db));
    assert_true(cluster_wait(self->loop, &self->ready, 1, SOON));
    assert_true(db_ready(self->db));
}

static inline void probe_end(probe_t *self)
{
    db_destroy(&self->db);
    assert_null(self->db);
    db_parameters_destroy(&self->parameters);
    zloop_destroy(&self->loop);
}

static inline void probe_number(probe_t *self, long long number)
{
    self->within = true;
    db_parameters_clear(self->parameters);
    db_number(self->parameters, number);
    db_run(self->db, "number", self->parameters, probe_answer, self);
    self->within = false;
}

static inline void probe_send(probe_t *self, const char *sql)
{
    self->within = true;
    db_send(self->db, sql, probe_answer, self);
    self->within = false;
}

static inline void probe_sync(probe_t *self)
{
    self->within = true;
    db_sync(self->db);
    self->within = false;
}

static inline int probe_open(void **state)
{
    (void)state;
    cluster_open(&cluster);
    return 0;
}

static inline int probe_close(void **state)
{
    (void)state;
    cluster_close(&cluster);
    return 0;
}

#endif
