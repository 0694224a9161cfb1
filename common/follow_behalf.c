/* follow_behalf - events on behalf of an office count if the permission that they name is known here and covers them
 *
 * What names none, though another node speaks for its region, is parked too: else an act for another office could leave its mark out.
 * One that is not here yet is waited for: it takes another road than what is done under it. One that does not cover the event parks it.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "follow_parts.h"

enum { LOOK_MS = 500 };

static bool s_asks(const follow_t *self, const follow_event_t *event)
{
    return event->behalf && !event->problem && self->config.current &&
           !follow_event_own(event, &self->config);
}

bool follow_behalf_waits(const follow_t *self, const follow_event_t *event)
{
    return s_asks(self, event) && !event->granted;
}

bool follow_behalf_wanting(const follow_t *self, follow_event_t *event)
{
    problem_t problem;
    if (event->behalf || !event->has_principal || !self->config.speaks ||
        follow_event_own(event, &self->config) ||
        self->config.speaks(self->config.argument, event->source, event->region, event->time))
        return false;
    problem_set(&problem, ST_DENIED, "behalf.missing", "/behalf",
                "another node speaks for the region, and the event names no permission to act for it");
    follow_event_mark(event, &problem);
    return true;
}

static bool s_makes(const contract_t *contract, const char *type)
{
    for (contract_event_t **event = contract ? contract->events : NULL; event && *event; event++)
        if (strcmp((*event)->type, type) == 0)
            return true;
    return false;
}

/* Does one of these messages make the event? An event that several make has a contract of its own: then any may have. */
static bool s_covers(const follow_t *self, const follow_event_t *event, const char *messages)
{
    const char *type = event->type->event->type;
    const contract_t *own = contracts_find(self->config.contracts, type);
    bool covers = !*messages || (own && own->kind == KIND_EVENT);
    char *rest = strdup(messages), *at = rest, *stem;
    while (!covers && (stem = strsep(&at, " ")) != NULL)
        covers = s_makes(contracts_find(self->config.contracts, stem), type);
    free(rest);
    return covers;
}

static void s_judge(const follow_t *self, follow_event_t *event, bool fits, bool holds, const char *messages)
{
    problem_t problem = {.status = ST_OK};
    event->granted = true;
    if (!fits)
        problem_set(&problem, ST_DENIED, "behalf.unknown", "/behalf",
                    "the permission that the event names is for another node, region, principal or person");
    else if (!holds)
        problem_set(&problem, ST_DENIED, "behalf.ended", "/behalf",
                    "the permission that the event names did not hold at its time");
    else if (!s_covers(self, event, messages))
        problem_set(&problem, ST_DENIED, "behalf.not_covered", "/behalf",
                    "the permission that the event names does not cover its message");
    if (problem.status != ST_OK)
        follow_event_mark(event, &problem);
}

static void s_on_grants(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    follow_unit_t *unit = &self->unit;
    int64_t place = 0;
    int row = 0, rows = result && PQresultStatus(result) == PGRES_TUPLES_OK ? PQntuples(result) : 0;
    for (size_t i = 0; i < unit->count && row < rows; i++) {
        if (!s_asks(self, unit->events[i]) || ++place != strtoll(PQgetvalue(result, row, 0), NULL, 10))
            continue;
        s_judge(self, unit->events[i], *PQgetvalue(result, row, 1) == 't', *PQgetvalue(result, row, 2) == 't',
                PQgetvalue(result, row, 3));
        row++;
    }
    follow_unit_result(self, result);
}

void follow_behalf_ask(follow_t *self)
{
    static const array_type_t types[] = {ARRAY_UUID, ARRAY_TEXT, ARRAY_TEXT,
                                         ARRAY_UUID, ARRAY_UUID, ARRAY_TIMESTAMPTZ};
    enum { COLUMNS = sizeof types / sizeof *types };
    array_t *columns[COLUMNS];
    for (int column = 0; column < COLUMNS; column++)
        columns[column] = array_new(types[column]);
    for (size_t i = 0; i < self->unit.count; i++) {
        follow_event_t *event = self->unit.events[i];
        event->granted = false;
        if (!s_asks(self, event))
            continue;
        array_uuid(columns[0], event->grant_id.bytes);
        array_text(columns[1], event->source);
        array_text(columns[2], event->region);
        array_uuid(columns[3], event->has_principal ? event->principal.bytes : NULL);
        array_uuid(columns[4], event->has_person ? event->person.bytes : NULL);
        array_instant(columns[5], event->time);
    }
    if (array_count(columns[0]) > 0) {
        db_parameters_clear(self->parameters);
        for (int column = 0; column < COLUMNS; column++)
            db_array(self->parameters, columns[column]);
        follow_unit_call(self, "follow_grants", s_on_grants, self);
    }
    for (int column = 0; column < COLUMNS; column++)
        array_destroy(&columns[column]);
}

static void s_on_come(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!result)
        return;
    self->busy = false;
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        follow_trouble(self, result);
    else
        self->behalf = PQntuples(result) > 0;
    for (int row = 0; !self->busy && row < PQntuples(result); row++)
        if (*PQgetvalue(result, row, 1) == 't')
            follow_wake_add(self, PQgetvalue(result, row, 0));
    follow_next(self);
}

/* Registry writes the permission in a transaction of its own, and no event of this service tells of it. */
void follow_behalf_look(follow_t *self)
{
    int64_t now = clock_monotonic();
    if (!self->behalf || !self->active || self->busy || now < self->behalf_next)
        return;
    self->behalf_next = now + LOOK_MS;
    self->busy = true;
    db_parameters_clear(self->parameters);
    db_run(self->db, "follow_grants_come", self->parameters, s_on_come, self);
    db_sync(self->db);
}
