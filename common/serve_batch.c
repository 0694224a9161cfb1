/* serve_batch - commands: what has arrived is run as one transaction with one commit
 *
 * Two flushes. First BEGIN, the directory's version, every statement, and the stored replies of all ids; then, their results read, one INSERT each for
 * events, replies and refusals, and COMMIT. What the results say decides:
 *
 *   the directory has changed        roll back, load it, judge again, run again
 *   a reply was stored               roll back, answer that one from it, run the others again
 *   something is missing             roll back, run again behind a look at whether it is on its way
 *   one of several was refused       roll back, run that one by itself in its place, behind those it could not see
 *   an error                         roll back, narrow down: what came before goes on, the culprit alone, the rest
 *   the connection was lost          if COMMIT was sent, the outcome is unknown: each runs again singly, and stored replies tell
 *
 * Stored replies are looked up behind the statements: whatever another process committed that a statement could see, its reply is seen too. What
 * commits later meets the unique key of the replies, and the loser's next run finds the reply.
 *
 * An expected refusal is an outcome like any other; its statement has changed nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "serve_batch.h"
#include "check.h"
#include "clock.h"
#include "fault.h"
#include "log.h"

enum { PAUSE_MS = 1000 };

batch_t *batch_new(serve_t *serve)
{
    batch_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->recent = recent_new();
    self->parameters = db_parameters_new();
    batch_end_new(self);
    return self;
}

void batch_destroy(batch_t **self_p)
{
    batch_t *self = *self_p;
    if (!self)
        return;
    while (self->first) {
        call_t *call = self->first;
        self->first = call->next;
        call_free(&call);
    }
    recent_destroy(&self->recent);
    db_parameters_destroy(&self->parameters);
    batch_end_destroy(self);
    free(self);
    *self_p = NULL;
}

void batch_prepare(batch_t *self)
{
    db_prepare(self->serve->db, "directory_version",
               "SELECT version, (SELECT reply FROM journal.floor) FROM directory.version", "");
    batch_doubt_prepare(self);
    batch_end_prepare(self);
}

static void s_stage(batch_t *self, batch_stage_t stage, size_t expected)
{
    self->stage = stage;
    self->place = 0;
    self->expected = expected;
    self->failed = BATCH_NOWHERE;
    self->heard = clock_monotonic();
}

static bool s_all(const call_t *call)
{
    (void)call;
    return true;
}

static bool s_was_stored(const call_t *call)
{
    return call->stored;
}

static void s_idle(batch_t *self)
{
    self->stage = BATCH_IDLE;
    self->commit_sent = false;
    gate_more(self->serve->gate);
    serve_go_on(self->serve);
}

/* The refusals themselves cannot be written: they are answered all the same, and kept in memory for a later row. */
static void s_unwritten(batch_t *self)
{
    self->not_before = clock_monotonic() + PAUSE_MS;
    log_error("refusals", "state", "unwritten", "code", self->problem.code, "why", self->problem.why, NULL);
    for (size_t i = 0; i < self->call_count; i++)
        refusals_note(self->serve->refusals, self->calls[i]->key, self->calls[i]->type,
                      &self->calls[i]->problems[0]);
    batch_answer(self, s_all);
}

/* The transaction is undone: what it said stands in the batch. */
static void s_undone(batch_t *self, bool failed)
{
    refusals_written(self->serve->refusals, false);
    if (self->stale) {
        self->stage = BATCH_IDLE;
        serve_reload(self->serve);
        return;
    }
    if (failed) {
        if (!batch_narrow(self))
            s_unwritten(self);
    } else if (self->unclaimed || (self->kind == BATCH_DRY && !self->broken)) {
        batch_answer(self, s_all);
    } else {
        if (self->kind == BATCH_LOOK_UP)
            for (size_t i = 0; i < self->asked_count; i++)
                self->asked[i]->repeat = false;
        batch_answer(self, s_was_stored);
    }
    s_idle(self);
}

static void s_on_undone(void *argument, const PGresult *result)
{
    batch_t *self = argument;
    if (result)
        s_undone(self, self->place == 1);
}

/* `failed`: remembered in place, which nobody counts any more. */
static void s_undo(batch_t *self, bool failed)
{
    db_t *db = self->serve->db;
    if (failed)
        db_sync(db); /* ends the group that the error aborted */
    self->stage = BATCH_UNDOING;
    self->heard = clock_monotonic();
    self->place = failed ? 1 : 0;
    db_send(db, "ROLLBACK", s_on_undone, self);
    db_sync(db);
}

static void s_note_error(batch_t *self, const PGresult *result, size_t place)
{
    static const char *const states[] = {"40001", "40P01", "55P03", "57014", NULL};
    if (self->failed != BATCH_NOWHERE)
        return;
    self->failed = place;
    self->passing = false;
    for (int i = 0; states[i]; i++)
        self->passing = self->passing || strcmp(db_sqlstate(result), states[i]) == 0;
    db_problem(self->serve->db, result, &self->problem);
}

static void s_tell_committed(batch_t *self)
{
    for (size_t i = 0; i < self->call_count; i++) {
        const call_t *call = self->calls[i];
        if (!call->decided && call->status == ST_OK && call->route && call->route->committed)
            call->route->committed(self->serve, call);
    }
}

static void s_committed(batch_t *self)
{
    bool events = journal_rows_count(self->events) > 0;
    FAULT("serve.committed");
    refusals_written(self->serve->refusals, true);
    s_tell_committed(self);
    batch_answer(self, s_all);
    FAULT("serve.answered");
    if (events)
        gate_nudge(self->serve->gate);
    s_idle(self);
}

static void s_on_appended(void *argument, const PGresult *result)
{
    batch_t *self = argument;
    if (!result)
        return;
    size_t place = self->place++;
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        s_note_error(self, result, place);
    if (self->place < self->expected)
        return;
    if (self->failed == BATCH_NOWHERE) {
        s_committed(self);
        return;
    }
    /* events and replies are not any one message's: nobody is the culprit */
    self->failed = BATCH_NOWHERE;
    self->commit_sent = false;
    self->stage = BATCH_UNDOING;
    self->place = 1;
    db_send(self->serve->db, "ROLLBACK", s_on_undone, self);
    db_sync(self->serve->db);
}

static void s_append(batch_t *self)
{
    FAULT("serve.statements");
    s_stage(self, BATCH_ENDING, BATCH_NOWHERE);
    self->commit_sent = true;
    self->expected = batch_append(self, s_on_appended);
    FAULT("serve.commit_sent");
}

/* All statements have answered. */
static void s_statements_done(batch_t *self)
{
    if (self->failed != BATCH_NOWHERE) {
        s_undo(self, true);
        return;
    }
    bool doubt = batch_doubt(self);
    if (doubt || self->stale || self->found || self->broken || self->apart || self->unclaimed ||
        self->kind == BATCH_LOOK_UP) {
        s_undo(self, false);
        return;
    }
    batch_settle_doubt(self);
    self->broken = !batch_compose(self);
    if (self->broken || self->kind == BATCH_DRY)
        s_undo(self, false);
    else
        s_append(self);
}

static void s_version(batch_t *self, const PGresult *result)
{
    const char *text = PQgetvalue(result, 0, 1);
    uuid_id_t floor = {{0}};
    uuid_of_text(text, strlen(text), &floor);
    self->stale = strtoll(PQgetvalue(result, 0, 0), NULL, 10) != directory_version(self->serve->directory) ||
                  memcmp(&floor, &self->serve->floor, sizeof floor) != 0;
    self->serve->floor = floor;
    self->behind = PQnfields(result) > 2 && *PQgetvalue(result, 0, 2) == 't';
}

static void s_take_result(batch_t *self, size_t place, const PGresult *result)
{
    if (place == 1)
        s_version(self, result);
    else if (place == FIRST_STATEMENT + self->statement_count && self->asked_count)
        batch_stored(self, result);
    else if (place == FIRST_STATEMENT + self->statement_count)
        self->unclaimed = self->run[0]->stored = PQntuples(result) == 0;
    else if (place >= FIRST_STATEMENT &&
             !batch_outcomes(self, &self->statements[place - FIRST_STATEMENT], result))
        self->broken = true;
}

static void s_on_statement(void *argument, const PGresult *result)
{
    batch_t *self = argument;
    if (!result)
        return; /* batch_lost follows */
    size_t place = self->place++;
    self->heard = clock_monotonic();
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR)
        s_note_error(self, result, place);
    else if (status != PGRES_PIPELINE_ABORTED && self->failed == BATCH_NOWHERE)
        s_take_result(self, place, result);
    if (self->place == self->expected)
        s_statements_done(self);
}

static void s_ask_stored(batch_t *self)
{
    uuid_id_t principal;
    for (size_t i = 0; i < self->asked_count; i++) {
        const char *text = self->asked[i]->principal.principal;
        CHECK(uuid_of_text(text, strlen(text), &principal));
        array_uuid(self->asked_principals, principal.bytes);
        array_uuid(self->asked_ids, self->asked[i]->id.bytes);
    }
    db_parameters_clear(self->parameters);
    db_array(self->parameters, self->asked_principals);
    db_array(self->parameters, self->asked_ids);
    db_run(self->serve->db, "replies_stored", self->parameters, s_on_statement, self);
}

static void s_begin(batch_t *self)
{
    db_t *db = self->serve->db;
    batch_end_clear(self);
    self->stale = self->broken = self->apart = self->unclaimed = false;
    self->found = 0;
    call_t *timer = self->run_count && *self->run[0]->due ? self->run[0] : NULL; /* it is alone */
    s_stage(self, BATCH_STATEMENTS,
            FIRST_STATEMENT + self->statement_count + (self->asked_count > 0 || timer));
    db_run(db, "begin", NULL, s_on_statement, self);
    batch_ask_version(self, s_on_statement);
    batch_run(self, s_on_statement);
    if (self->asked_count)
        s_ask_stored(self);
    if (timer)
        timers_claim(self->serve->timers, timer, s_on_statement, self);
    db_flush(db);
}

void batch_go_on(batch_t *self)
{
    if (self->stage != BATCH_IDLE || self->serve->reloading || !db_ready(self->serve->db))
        return;
    if (self->first) {
        batch_plan(self);
        s_begin(self);
    } else if (refusals_wait(self->serve->refusals) && clock_monotonic() >= self->not_before) {
        self->call_count = self->run_count = self->statement_count = self->asked_count = 0;
        self->kind = BATCH_RUN;
        s_begin(self);
    }
}

void batch_lost(batch_t *self)
{
    if (self->stage == BATCH_IDLE)
        return;
    for (size_t i = 0; i < self->call_count && self->commit_sent; i++)
        self->calls[i]->alone = self->calls[i]->unknown = true;
    refusals_written(self->serve->refusals, false);
    self->call_count = 0;
    self->commit_sent = false;
    self->stage = BATCH_IDLE;
}
