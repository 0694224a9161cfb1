/* follow_wake - held events whose subject has come: taken a number at a time, or one by one after an error */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"

void follow_wake_add(follow_t *self, const char *subject)
{
    if (self->held > 0 && !zhashx_lookup(self->wakes, subject))
        zhashx_insert(self->wakes, subject, self);
}

static void s_on_rows(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!result)
        return;
    self->busy = false;
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        follow_trouble(self, result);
    for (int row = 0; !self->busy && row < PQntuples(result); row++) {
        int64_t leaf = strtoll(PQgetvalue(result, row, 0), NULL, 10);
        follow_event_t *event = follow_event_new(self, PQgetvalue(result, row, 1),
                                                 (size_t)PQgetlength(result, row, 1), leaf, true);
        if (event)
            event->held = true;
        follow_parcel_add(&self->woken, event);
    }
    if (!self->busy && self->woken.count == 0) {
        zhashx_purge(self->wakes);
        self->wake_most = FOLLOW_WAKE_MOST;
    }
    follow_next(self);
}

void follow_wake(follow_t *self)
{
    if (self->woken.count > 0) { /* a unit that is run again */
        follow_unit_start(self, UNIT_WAKE, self->woken.events, self->woken.count, LANES, 0);
        return;
    }
    array_t *subjects = array_new(ARRAY_TEXT);
    for (void *wake = zhashx_first(self->wakes); wake; wake = zhashx_next(self->wakes))
        array_text(subjects, zhashx_cursor(self->wakes));
    self->busy = true;
    db_parameters_clear(self->parameters);
    db_array(self->parameters, subjects);
    db_number(self->parameters, (long long)self->wake_most);
    db_run(self->db, "follow_wake", self->parameters, s_on_rows, self);
    db_sync(self->db);
    array_destroy(&subjects);
}

void follow_wake_done(follow_t *self)
{
    for (size_t i = 0; i < self->woken.count; i++)
        if (self->woken.events[i]->verdict != VERDICT_HOLD)
            self->held--;
    if (self->woken.count < self->wake_most) {
        zhashx_purge(self->wakes);
        self->wake_most = FOLLOW_WAKE_MOST;
    }
}

bool follow_wake_halve(follow_t *self)
{
    if (self->woken.count < 2)
        return false;
    self->wake_most = 1;
    follow_parcel_clear(&self->woken);
    return true;
}

static void s_on_waits(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!result)
        return;
    self->busy = false;
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        follow_trouble(self, result);
    for (int row = 0; !self->busy && row < PQntuples(result); row++)
        follow_wake_add(self, PQgetvalue(result, row, 0));
    if (!self->busy)
        self->look = false;
    follow_next(self);
}

void follow_wake_look(follow_t *self)
{
    self->busy = true;
    db_parameters_clear(self->parameters);
    db_run(self->db, "follow_waits", self->parameters, s_on_waits, self);
    db_sync(self->db);
}
