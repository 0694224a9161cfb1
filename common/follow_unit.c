/* follow_unit - one transaction of the follower: look at the versions, decide, apply, write down
 *
 *   BEGIN, lock the cursor, versions of the subjects     flush
 *   on_ and fold_ of each run of one type                flush; left out if nothing is to be called
 *   versions, held, parked, events made, cursor, COMMIT  sync
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fault.h"
#include "clock.h"
#include "follow_parts.h"
#include "log.h"

static void s_look(follow_t *self);
static void s_apply(follow_t *self);
static void s_finish(follow_t *self);
static void s_committed(follow_t *self);
static void s_abort(follow_t *self);

void follow_unit_clear(follow_unit_t *self)
{
    free(self->order);
    free(self->runs);
    memset(self, 0, sizeof *self);
}

void follow_unit_start(follow_t *self, follow_unit_kind_t kind, follow_event_t **events, size_t count,
                       lane_t lane, int64_t upto)
{
    follow_unit_t *unit = &self->unit;
    follow_unit_clear(unit);
    unit->kind = kind;
    unit->events = events;
    unit->count = count;
    unit->lane = lane;
    unit->upto = upto;
    unit->now = clock_now();
    for (size_t i = 0; i < count; i++) {
        events[i]->verdict = VERDICT_NONE;
        events[i]->counted = false;
    }
    self->busy = true;
    self->made = false;
    follow_memory_clear(self->memory);
    journal_rows_clear(self->rows);
    s_look(self);
}

/* The first error counts; what it aborted says nothing. */
void follow_unit_note(follow_t *self, const PGresult *result)
{
    follow_unit_t *unit = &self->unit;
    if (!result)
        unit->lost = true;
    else if (PQresultStatus(result) == PGRES_FATAL_ERROR && !unit->problem.code[0]) {
        unit->data_error = db_is_data_error(result);
        unit->timed_out = strcmp(db_sqlstate(result), "57014") == 0;
        db_problem(self->db, result, &unit->problem);
        if (!unit->problem.code[0])
            snprintf(unit->problem.code, sizeof unit->problem.code, "%s", db_sqlstate(result));
    }
}

static void s_arrived(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    if (--unit->waiting > 0 || unit->lost)
        return;
    if (unit->problem.code[0] || unit->marked)
        s_abort(self);
    else
        unit->next(self);
}

void follow_unit_result(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    follow_unit_note(self, result);
    s_arrived(self);
}

static void s_send(follow_t *self, const char *command)
{
    self->unit.waiting++;
    db_send(self->db, command, follow_unit_result, self);
}

void follow_unit_call(follow_t *self, const char *statement, db_result_fn *handler, void *argument)
{
    self->unit.waiting++;
    db_run(self->db, statement, self->parameters, handler, argument);
}

/* The cursor in the database must be where this process thinks it is. */
static void s_on_lock(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    const link_cursor_t *cursor = &self->cursors[self->unit.lane];
    follow_unit_note(self, result);
    if (result && PQresultStatus(result) == PGRES_TUPLES_OK &&
        (PQntuples(result) != 1 || strcmp(PQgetvalue(result, 0, 0), cursor->epoch) != 0 ||
         strtoll(PQgetvalue(result, 0, 1), NULL, 10) != cursor->cursor))
        problem_set(&self->unit.problem, ST_RETRY, "follow.cursor_moved", "",
                    "the cursor was moved by another process");
    s_arrived(self);
}

/* What this node serves decides what an event means here: it must be known as of this transaction. */
static void s_on_directory(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    follow_unit_note(self, result);
    if (result && PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
        !self->config.current(self->config.argument, strtoll(PQgetvalue(result, 0, 0), NULL, 10)))
        problem_set(&self->unit.problem, ST_RETRY, "follow.directory_changed", "",
                    "nodes or regions have changed and are being read");
    s_arrived(self);
}

static void s_on_versions(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    follow_unit_note(self, result);
    if (result && PQresultStatus(result) == PGRES_TUPLES_OK)
        for (int row = 0; row < PQntuples(result); row++)
            follow_memory_set(self->memory, PQgetvalue(result, row, 0),
                              strtoll(PQgetvalue(result, row, 1), NULL, 10));
    s_arrived(self);
}

/* Subjects of the events, and of what they refer to. */
static array_t *s_subjects(const follow_unit_t *unit)
{
    array_t *subjects = array_new(ARRAY_TEXT);
    for (size_t i = 0; i < unit->count; i++) {
        array_text(subjects, unit->events[i]->subject);
        for (const char *at = unit->events[i]->refs; at && *at;) {
            size_t length = strcspn(at, " ");
            array_bytes(subjects, at, length);
            at += length + strspn(at + length, " ");
        }
    }
    return subjects;
}

static void s_look(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    unit->next = s_apply;
    unit->open = true;
    s_send(self, "BEGIN");
    if (unit->kind != UNIT_WAKE) {
        db_parameters_clear(self->parameters);
        db_text(self->parameters, lane_word(unit->lane));
        follow_unit_call(self, "follow_lock", s_on_lock, self);
    }
    if (unit->count > 0 && self->config.current) {
        db_parameters_clear(self->parameters);
        follow_unit_call(self, "follow_directory", s_on_directory, self);
    }
    if (unit->count > 0) {
        array_t *subjects = s_subjects(unit);
        db_parameters_clear(self->parameters);
        db_array(self->parameters, subjects);
        follow_unit_call(self, "follow_applied", s_on_versions, self);
        array_destroy(&subjects);
        follow_behalf_ask(self);
    }
    db_flush(self->db);
}

static void s_runs(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    unit->runs = calloc(unit->order_count + 1, sizeof *unit->runs);
    CHECK(unit->runs);
    for (size_t i = 0; i < unit->order_count; i++) {
        follow_run_t *last = unit->run_count > 0 ? &unit->runs[unit->run_count - 1] : NULL;
        if (last && unit->order[last->first]->type == unit->order[i]->type)
            last->count++;
        else
            unit->runs[unit->run_count++] = (follow_run_t){self, i, 1};
    }
}

/* Rows of the node's own commands are there already, but not those that another service makes of its events,
 * and not in a rebuild. */
static bool s_on_wanted(const follow_t *self, const follow_event_t *event)
{
    return self->config.rebuild || !follow_event_own(event, &self->config) ||
           strcmp(event->type->event->service, self->config.service) != 0;
}

static void s_call(follow_t *self, follow_run_t *run, const char *statement, bool all)
{
    follow_unit_t *unit = &self->unit;
    buffer_t *array = self->array;
    buffer_clear(array);
    for (size_t i = run->first; *statement && i < run->first + run->count; i++) {
        const follow_event_t *event = unit->order[i];
        if (!all && !s_on_wanted(self, event))
            continue;
        buffer_text(array, array->length > 0 ? "," : "[");
        buffer_bytes(array, event->bytes, event->length);
    }
    if (array->length == 0)
        return;
    buffer_text(array, "]");
    db_parameters_clear(self->parameters);
    db_text(self->parameters, array->bytes);
    db_text(self->parameters, self->context->bytes);
    follow_unit_call(self, statement, follow_made_outcome, run);
}

static void s_context(follow_t *self)
{
    char now[CLOCK_TEXT];
    buffer_t *context = self->context;
    clock_text(self->unit.now, now);
    buffer_clear(context);
    buffer_text(context, "{\"now\":");
    buffer_quoted(context, now);
    buffer_text(context, ",\"node\":");
    buffer_quoted(context, self->config.node);
    buffer_text(context, ",\"regions\":");
    buffer_json(context, self->regions);
    buffer_text(context, ",\"served\":");
    buffer_json(context, self->served);
    buffer_text(context, "}");
}

static void s_apply(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    follow_decide(self);
    s_runs(self);
    s_context(self);
    unit->next = s_finish;
    for (size_t i = 0; i < unit->run_count; i++) {
        const follow_type_t *type = unit->order[unit->runs[i].first]->type;
        s_call(self, &unit->runs[i], type->on, false);
        s_call(self, &unit->runs[i], type->fold, true);
    }
    if (unit->waiting > 0)
        db_flush(self->db);
    else
        s_finish(self);
}

static void s_finish(follow_t *self)
{
    follow_made_receipts(self);
    if (self->unit.marked) {
        s_abort(self);
        return;
    }
    self->unit.next = s_committed;
    follow_write(self);
    FAULT("follow.applied");
    s_send(self, "COMMIT");
    db_sync(self->db);
    self->unit.open = false;
    FAULT("follow.commit_sent");
}

static void s_parked(follow_t *self, const follow_event_t *event)
{
    self->parked++;
    log_warn("follow", "status", status_word(event->problem->status), "type", event->type->event->type, "id",
             event->id_text, "subject", event->subject, "code", event->problem->code, "why",
             event->problem->why, "parked", "yes", NULL);
}

static void s_committed(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    FAULT("follow.committed");
    if (unit->kind == UNIT_WAKE)
        follow_wake_done(self);
    for (size_t i = 0; i < unit->count; i++) {
        const follow_event_t *event = unit->events[i];
        self->held += event->verdict == VERDICT_HOLD && !event->held;
        if (event->verdict == VERDICT_PARK)
            s_parked(self, event);
        if (event->counted)
            follow_wake_add(self, event->subject);
    }
    /* These free the events. */
    if (unit->kind == UNIT_WAKE)
        follow_parcel_clear(&self->woken);
    else
        follow_parcel_done(self);
    if (self->made)
        follow_link_nudge(self);
    self->busy = false;
    follow_resume(self);
    follow_next(self);
}

/* A data error is narrowed down until one event has it; what took too long is tried in smaller parts, but blamed on none. */
static bool s_narrow(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    follow_event_t *culprit = unit->culprit;
    if (!unit->data_error && !unit->timed_out)
        return false;
    if (!culprit || !unit->data_error) {
        if (unit->kind == UNIT_WAKE ? follow_wake_halve(self) : follow_parcel_halve(self))
            return true;
        culprit = unit->kind == UNIT_WAKE ? self->woken.events[0] : follow_parcel_only(self);
    }
    if (!unit->data_error || !culprit || culprit->problem)
        return false;
    follow_event_mark(culprit, &unit->problem);
    return true;
}

static void s_aborted(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    self->busy = false;
    if (strcmp(unit->problem.code, "follow.cursor_moved") == 0) {
        log_warn("follow", "status", "retry", "why", unit->problem.why, NULL);
        follow_reload(self);
    } else if (!unit->marked && !s_narrow(self)) {
        follow_pause(self);
    }
    follow_next(self);
}

/* Whatever it says, the transaction is over. */
static void s_on_rollback(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    self->unit.lost = !result;
    if (--self->unit.waiting == 0 && !self->unit.lost)
        s_aborted(self);
}

static void s_abort(follow_t *self)
{
    follow_unit_t *unit = &self->unit;
    if (unit->open)
        db_sync(self->db);
    unit->open = false;
    unit->waiting++;
    db_send(self->db, "ROLLBACK", s_on_rollback, self);
    db_sync(self->db);
}
