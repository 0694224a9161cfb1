/* serve_query - queries: on a connection of their own that cannot write, each answered as soon as its rows are there
 *
 * Nothing is stored. A refused query goes on to the commands, whose next transaction writes its row.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "serve_private.h"

enum { FLYING_MOST = 32, AWAY_MS = 2000, SILENCE_MS = 10000, REPEATS = 3 };

typedef struct {
    call_t *first, *last;
    size_t count;
} line_t;

struct queries {
    serve_t *serve;
    line_t waiting, flying; /* flying: sent, in the order of sending */
    bool stale;             /* the directory has changed: what flies is asked again */
    int64_t heard;          /* ms, clock_monotonic: the last result, or sending where nothing flew */
    db_parameters_t *parameters;
};

static void s_append(line_t *line, call_t *call)
{
    call->next = NULL;
    if (line->first)
        line->last->next = call;
    else
        line->first = call;
    line->last = call;
    line->count++;
}

static call_t *s_shift(line_t *line)
{
    call_t *call = line->first;
    CHECK(call);
    line->first = call->next;
    line->count--;
    call->next = NULL;
    return call;
}

queries_t *queries_new(serve_t *serve)
{
    queries_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->parameters = db_parameters_new();
    return self;
}

static void s_clear(line_t *line)
{
    while (line->first) {
        call_t *call = s_shift(line);
        call_free(&call);
    }
}

void queries_destroy(queries_t **self_p)
{
    queries_t *self = *self_p;
    if (!self)
        return;
    s_clear(&self->waiting);
    s_clear(&self->flying);
    db_parameters_destroy(&self->parameters);
    free(self);
    *self_p = NULL;
}

void queries_prepare(queries_t *self)
{
    db_prepare(self->serve->reader, "directory_version", "SELECT version FROM directory.version", "");
}

void queries_add(queries_t *self, call_t *call)
{
    s_append(&self->waiting, call);
}

bool queries_busy(const queries_t *self)
{
    return self->flying.count > 0;
}

size_t queries_waiting(const queries_t *self)
{
    return self->waiting.count + self->flying.count;
}

static void s_on_version(void *argument, const PGresult *result)
{
    queries_t *self = argument;
    if (result && PQresultStatus(result) == PGRES_TUPLES_OK &&
        strtoll(PQgetvalue(result, 0, 0), NULL, 10) != directory_version(self->serve->directory))
        self->stale = true;
}

static void s_finish(queries_t *self, call_t *call)
{
    serve_t *serve = self->serve;
    if (!call->decided && call->status == ST_OK && call->route->after)
        call->route->after(serve, call);
    if (!call->decided && call->status == ST_OK && answer_checks(call)) {
        answer_compose(serve, call);
        gate_reply(serve->gate, &call);
        return;
    }
    call->decided = true;
    batch_add(serve->batch, call);
}

static void s_failed(queries_t *self, call_t *call, const PGresult *result)
{
    problem_t problem;
    db_problem(self->serve->reader, result, &problem);
    if (problem.status == ST_RETRY && ++call->repeats <= REPEATS) {
        s_append(&self->waiting, call);
        return;
    }
    call_refuse_problem(call, &problem);
    s_finish(self, call);
}

static void s_on_rows(void *argument, const PGresult *result)
{
    queries_t *self = argument;
    call_t *call = s_shift(&self->flying);
    self->heard = clock_monotonic();
    if (!result || self->stale) {
        s_append(&self->waiting, call);
    } else if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        s_failed(self, call, result);
    } else {
        answer_outcome(call, result, PQntuples(result), 0, 0);
        s_finish(self, call);
    }
    if (result && self->flying.count == 0)
        serve_go_on(self->serve);
}

static void s_send(queries_t *self, call_t *call)
{
    db_t *db = self->serve->reader;
    json_decref(call->outcome);
    call->outcome = call->data = NULL;
    call->status = ST_OK;
    call->problem_count = 0;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, call->body_bytes->bytes);
    db_text(self->parameters, call->region);
    db_text(self->parameters, call->context->bytes);
    if (self->flying.count == 0)
        self->heard = clock_monotonic();
    s_append(&self->flying, call);
    db_run(db, "directory_version", NULL, s_on_version, self);
    db_run(db, call->contract->stem, self->parameters, s_on_rows, self);
    db_sync(db);
}

void queries_go_on(queries_t *self)
{
    serve_t *serve = self->serve;
    if (self->stale && self->flying.count == 0) {
        self->stale = false;
        serve_reload(serve);
    }
    while (self->waiting.count && self->flying.count < FLYING_MOST && !self->stale && !serve->reloading &&
           db_ready(serve->reader)) {
        call_t *call = s_shift(&self->waiting);
        if (call->decided)
            batch_add(serve->batch, call);
        else
            s_send(self, call);
    }
}

void queries_recheck(queries_t *self)
{
    for (call_t *call = self->waiting.first; call; call = call->next)
        admit_rights(self->serve, call);
}

void queries_tick(queries_t *self)
{
    int64_t now = serve_clock() / 1000;
    if (self->flying.count && clock_monotonic() - self->heard > SILENCE_MS)
        db_drop(self->serve->reader);
    while (self->waiting.count && !db_ready(self->serve->reader) &&
           now - self->waiting.first->arrived / 1000 > AWAY_MS) {
        call_t *call = s_shift(&self->waiting);
        if (!call->decided)
            call_refuse(call, ST_RETRY, "database.away", "",
                        "the database is away; send the same request again");
        batch_add(self->serve->batch, call);
    }
}

void queries_stop(queries_t *self)
{
    while (self->waiting.count) {
        call_t *call = s_shift(&self->waiting);
        if (!call->decided)
            call_refuse(call, ST_RETRY, "message.stopping", "",
                        "the daemon is stopping; send the same request again");
        batch_add(self->serve->batch, call);
    }
}
