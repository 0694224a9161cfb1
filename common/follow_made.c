/* follow_made - outcomes of on_ and fold_ statements: refusals park their event, and events that they make
 * are appended once for ever */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "follow_parts.h"
#include "message.h"

/* The event of the run that has this id; outcomes come mostly in the events' order, so the search begins
 * where the last one ended. */
static follow_event_t *s_event(const follow_unit_t *unit, const follow_run_t *run, const char *id,
                               size_t *hint)
{
    for (size_t tried = 0; id && tried < run->count; tried++) {
        size_t place = (*hint + tried) % run->count;
        follow_event_t *event = unit->order[run->first + place];
        if (strcmp(event->id_text, id) == 0) {
            *hint = place + 1;
            return event;
        }
    }
    return run->count == 1 ? unit->order[run->first] : NULL;
}

/* What cannot be laid at one event's door is narrowed like a data error. */
static void s_refuse(follow_unit_t *unit, follow_event_t *event, const problem_t *problem)
{
    if (event) {
        follow_event_mark(event, problem);
        unit->marked = true;
    } else if (!unit->problem.code[0]) {
        unit->problem = *problem;
        unit->data_error = true;
    }
}

/* Region of an event that is made: the cause's if this node speaks for it, else the node's own. */
static const char *s_region(const follow_t *self, const follow_event_t *cause)
{
    size_t index;
    json_t *region;
    json_array_foreach(self->regions, index, region)
    {
        if (region_below(cause->region, json_string_value(region)))
            return cause->region;
    }
    return self->config.region;
}

static status_t s_make(follow_t *self, const follow_event_t *cause, const json_t *entry, problem_t *problem)
{
    journal_origin_t origin = {.node = self->config.node,
                               .service = self->config.service,
                               .now = self->unit.now,
                               .doubt = clock_doubt(),
                               .region = s_region(self, cause),
                               .cause = cause->id_text};
    const char *type = json_string_value(json_object_get(entry, "type"));
    const char *subject = json_string_value(json_object_get(entry, "subject"));
    char name[NODE_NAME_TEXT + LINK_TYPE_TEXT + JOURNAL_SUBJECT_TEXT];
    snprintf(name, sizeof name, "%s %s %s", self->config.node, type ? type : "", subject ? subject : "");
    uuid_id_t id = uuid_derive(&cause->id, name);
    return journal_rows_event(self->rows, &origin, self->config.contracts, entry, &id, NULL, problem);
}

static void s_text(const json_t *outcome, const char *member, char *ret_text, size_t size)
{
    const char *text = json_string_value(json_object_get(outcome, member));
    if (text)
        snprintf(ret_text, size, "%s", text);
}

static void s_outcome(follow_t *self, const follow_run_t *run, const json_t *outcome, size_t *hint)
{
    follow_unit_t *unit = &self->unit;
    const char *id = json_string_value(json_object_get(outcome, "id"));
    const char *word = json_string_value(json_object_get(outcome, "status"));
    follow_event_t *event = s_event(unit, run, id, hint);
    problem_t problem = {.status = word ? status_of_word(word) : ST_BROKEN, .code = "event.refused"};
    s_text(outcome, "code", problem.code, sizeof problem.code);
    s_text(outcome, "why", problem.why, sizeof problem.why);
    if (problem.status == ST_RETRY) {
        if (!unit->problem.code[0])
            unit->problem = problem;
    } else if (problem.status != ST_OK) {
        s_refuse(unit, event, &problem);
    } else {
        size_t index;
        json_t *entry;
        json_array_foreach(json_object_get(outcome, "events"), index, entry)
        {
            if (!event)
                problem_set(&problem, ST_BROKEN, "event.no_cause", "",
                            "an outcome names no event of its call");
            if (!event || s_make(self, event, entry, &problem) != ST_OK) {
                s_refuse(unit, event, &problem);
                return;
            }
        }
    }
}

void follow_made_outcome(void *argument, const PGresult *result)
{
    const follow_run_t *run = argument;
    follow_t *self = run->follow;
    follow_unit_t *unit = &self->unit;
    bool first = !unit->problem.code[0];
    size_t hint = 0;
    if (result && PQresultStatus(result) == PGRES_TUPLES_OK)
        for (int row = 0; row < PQntuples(result); row++) {
            json_t *outcome =
                message_of_database(PQgetvalue(result, row, 0), (size_t)PQgetlength(result, row, 0));
            s_outcome(self, run, outcome, &hint);
            json_decref(outcome);
        }
    if (first && result && PQresultStatus(result) == PGRES_FATAL_ERROR && run->count == 1)
        unit->culprit = unit->order[run->first];
    follow_unit_result(self, result);
}

/* Where the origin is reached: nobody below is named when it lies above. */
static json_t *s_receipt_to(const follow_t *self, const follow_event_t *event)
{
    char region[REGION_TEXT];
    const char *known =
        self->config.node_region ? self->config.node_region(self->config.argument, event->source) : NULL;
    snprintf(region, sizeof region, "%.*s", (int)strcspn(event->source, "-"), event->source);
    if (known)
        snprintf(region, sizeof region, "%s", known);
    bool above = !region_is(region, strlen(region)) || region_below(self->config.region, region);
    return above && strcmp(region, self->config.region) != 0 ? json_array() : json_pack("[s]", region);
}

static json_t *s_receipt(const follow_t *self, const follow_event_t *event)
{
    char name[NODE_NAME_TEXT + 16], subject[sizeof "receipt/" + UUID_TEXT];
    snprintf(name, sizeof name, "receipt %s", self->config.node);
    uuid_id_t id = uuid_derive(&event->id, name);
    int length = snprintf(subject, sizeof subject, "receipt/");
    uuid_text(&id, subject + length);
    json_t *to = s_receipt_to(self, event);
    json_t *data = json_pack("{s:s, s:s, s:s}", "event", event->id_text, "type", event->type->event->type,
                             "result", event->verdict == VERDICT_PARK ? "parked" : "applied");
    if (event->verdict == VERDICT_PARK) {
        json_object_set_new(data, "code", json_string(event->problem->code));
        json_object_set_new(data, "why", json_string(event->problem->why));
    }
    if (json_array_size(to) > 0)
        json_object_set(data, "to", to);
    return json_pack("{s:s, s:s, s:i, s:s, s:o, s:o}", "type", self->receipt->type, "subject", subject,
                     "version", 1, "region", self->config.region, "to", to, "data", data);
}

/* The owning service's follower at another node says what became of an event whose origin wants to know. */
void follow_made_receipts(follow_t *self)
{
    const follow_unit_t *unit = &self->unit;
    problem_t problem;
    for (size_t i = 0; i < unit->count && self->receipt; i++) {
        follow_event_t *event = unit->events[i];
        if (!event->receipt || (event->verdict != VERDICT_APPLY && event->verdict != VERDICT_PARK) ||
            event->late || strcmp(event->type->event->service, self->config.service) != 0 ||
            event->type->event == self->receipt || follow_event_own(event, &self->config))
            continue;
        json_t *entry = s_receipt(self, event);
        if (s_make(self, event, entry, &problem) != ST_OK && !event->problem)
            s_refuse(&self->unit, event, &problem);
        json_decref(entry);
    }
}
