/* serve_timers - rows of <service>.timer that are due run as messages of kind timer, once each
 *
 * The transaction that does what a timer says also removes its row; where the row is gone or held by another process nothing is done. Its id follows
 * from stem, subject and due time, and those of its events from that.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "log.h"
#include "serve_private.h"

enum { ROUND_MS = 1000, FAILED_MS = 60000 };

struct timers {
    serve_t *serve;
    bool wanted; /* the service has messages of kind timer */
    bool asking;
    size_t running;     /* timers that wait for their transaction */
    int64_t not_before; /* ms, clock_monotonic: of the next round */
    db_parameters_t *parameters;
};

timers_t *timers_new(serve_t *serve)
{
    timers_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->parameters = db_parameters_new();
    for (const contract_t *contract = NULL; (contract = contracts_next(serve->contracts, contract)) != NULL;)
        if (contract->kind == KIND_TIMER && strcmp(contract->service, serve->service->name) == 0)
            self->wanted = true;
    return self;
}

void timers_destroy(timers_t **self_p)
{
    timers_t *self = *self_p;
    if (!self)
        return;
    db_parameters_destroy(&self->parameters);
    free(self);
    *self_p = NULL;
}

void timers_prepare(timers_t *self)
{
    char sql[1024];
    const char *service = self->serve->service->name;
    if (!self->wanted)
        return;
    snprintf(sql, sizeof sql,
             "SELECT region, to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), stem, "
             "subject"
             " FROM %s.timer WHERE due_at <= $1 ORDER BY due_at LIMIT 64",
             service);
    db_prepare(self->serve->reader, "timers_due", sql, "timestamptz");
    snprintf(
        sql, sizeof sql,
        "DELETE FROM %s.timer AS timer USING (SELECT region, stem, subject, due_at FROM %s.timer WHERE "
        "region = $1 AND stem = $2"
        " AND subject = $3 AND date_trunc('milliseconds', due_at) = $4 FOR UPDATE SKIP LOCKED) AS claimed"
        " WHERE timer.region = claimed.region AND timer.stem = claimed.stem AND timer.subject = "
        "claimed.subject"
        " AND timer.due_at = claimed.due_at RETURNING 1",
        service, service);
    db_prepare(self->serve->db, "timer_claim", sql, "text,text,text,timestamptz");
}

/* An id of the due time (so it lies in that month), whose rest follows from stem and subject. */
static void s_id(call_t *call, const char *subject)
{
    char text[JOURNAL_SUBJECT_TEXT + 128];
    int64_t due = 0;
    uuid_id_t base = {{0}};
    CHECK(clock_parse(call->due, &due));
    for (int i = 0; i < 6; i++)
        base.bytes[i] = (uint8_t)((uint64_t)due >> (40 - 8 * i));
    snprintf(text, sizeof text, "timer %s %s %s", call->region, call->type, subject);
    call->id = uuid_derive(&base, text);
    uuid_text(&call->id, call->requestid);
}

static void s_fill(serve_t *serve, call_t *call, const char *subject)
{
    call->now = clock_now();
    call->arrived = serve_clock();
    call->alone = true;
    s_id(call, subject);
    call->json = json_pack("{s:{s:s, s:s}}", "data", "subject", subject, "due_at", call->due);
    CHECK(call->json);
    call->body = json_object_get(call->json, "data");
    for (int i = 0; i < CALL_IDS; i++)
        call->ids[i] = uuid_make(call->now);
    problem_t problem;
    if (schema_check(call->contract->request, call->body, SCHEMA_CLOSED, &problem) != ST_OK)
        call_refuse_problem(call, &problem);
    else if (!call->route->before || call->route->before(serve, call) == ST_OK) {
        buffer_json(call->body_bytes, call->body);
        admit_context(serve, call);
    }
}

static void s_run(timers_t *self, const PGresult *result, int row)
{
    const char *stem = PQgetvalue(result, row, 2);
    const contract_t *contract = contracts_find(self->serve->contracts, stem);
    const route_t *route = contract && contract->kind == KIND_TIMER ? serve_route(self->serve, stem) : NULL;
    if (!route) {
        log_error("timer", "stem", stem, "why", "no message of kind timer has this name", NULL);
        return;
    }
    call_t *call = call_new();
    call->contract = contract;
    call->route = route;
    snprintf(call->region, sizeof call->region, "%s", PQgetvalue(result, row, 0));
    snprintf(call->due, sizeof call->due, "%s", PQgetvalue(result, row, 1));
    snprintf(call->type, sizeof call->type, "%s", stem);
    s_fill(self->serve, call, PQgetvalue(result, row, 3));
    self->running++;
    batch_add(self->serve->batch, call);
}

static void s_on_due(void *argument, const PGresult *result)
{
    timers_t *self = argument;
    self->asking = false;
    self->not_before = clock_monotonic() + ROUND_MS;
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK || self->serve->stopping)
        return;
    for (int row = 0; row < PQntuples(result); row++)
        s_run(self, result, row);
    serve_go_on(self->serve);
}

void timers_tick(timers_t *self)
{
    serve_t *serve = self->serve;
    char now[CLOCK_TEXT];
    if (!self->wanted || self->asking || self->running || serve->stopping || !db_ready(serve->reader) ||
        clock_monotonic() < self->not_before || clock_doubt())
        return;
    clock_text(clock_now(), now);
    self->asking = true;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, now);
    db_run(serve->reader, "timers_due", self->parameters, s_on_due, self);
    db_sync(serve->reader);
}

void timers_claim(timers_t *self, const call_t *call, db_result_fn *handler, void *argument)
{
    const char *subject = json_string_value(json_object_get(call->body, "subject"));
    db_parameters_clear(self->parameters);
    db_text(self->parameters, call->region);
    db_text(self->parameters, call->type);
    db_text(self->parameters, subject);
    db_text(self->parameters, call->due);
    db_run(self->serve->db, "timer_claim", self->parameters, handler, argument);
}

void timers_done(timers_t *self, const call_t *call)
{
    CHECK(self->running > 0);
    self->running--;
    if (call->decided)
        self->not_before = clock_monotonic() + FAILED_MS;
}
