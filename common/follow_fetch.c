/* follow_fetch - a filter that grew: events of types that were never followed are read from the journal
 * itself, up to the cursor */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"
#include "log.h"

/* Where the lane's first new type stands, or -1 if there is none. */
static int64_t s_from(const follow_types_t *types, lane_t lane)
{
    int64_t from = -1;
    for (size_t i = 0; i < types->count; i++) {
        int64_t followed = types->types[i].followed[lane];
        if (followed >= 0 && (from < 0 || followed < from))
            from = followed;
    }
    return from;
}

static void s_rows(follow_t *self, const PGresult *result)
{
    follow_parcel_t *parcel = &self->parcel;
    int rows = PQntuples(result);
    for (int row = 0; row < rows; row++) {
        int64_t leaf = strtoll(PQgetvalue(result, row, 0), NULL, 10);
        follow_event_t *event = follow_event_new(self, PQgetvalue(result, row, 1),
                                                 (size_t)PQgetlength(result, row, 1), leaf, true);
        if (event && leaf <= event->type->followed[parcel->batch.lane])
            follow_event_destroy(&event);
        if (event)
            event->late = event->type->handled;
        follow_parcel_add(parcel, event);
    }
    if (rows == FOLLOW_FETCH_MOST)
        parcel->batch.upto = strtoll(PQgetvalue(result, rows - 1, 0), NULL, 10);
    parcel->ranges[0] = (follow_range_t){0, parcel->count};
    parcel->range_count = 1;
}

static void s_on_rows(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!result)
        return;
    self->busy = false;
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        s_rows(self, result);
    else
        follow_trouble(self, result);
    follow_next(self);
}

static void s_on_filter(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!result)
        return;
    self->busy = false;
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        self->fetch_lane++;
    else
        follow_trouble(self, result);
    follow_next(self);
}

/* The lane has caught up: its filter is that of all types. */
static void s_finish(follow_t *self, lane_t lane)
{
    for (size_t i = 0; i < self->types.count; i++)
        self->types.types[i].followed[lane] = -1;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, lane_word(lane));
    db_text(self->parameters, self->filter);
    db_run(self->db, "follow_filter", self->parameters, s_on_filter, self);
    db_sync(self->db);
}

static void s_begin(follow_t *self, lane_t lane, int64_t from)
{
    array_t *types = array_new(ARRAY_TEXT);
    for (size_t i = 0; i < self->types.count; i++)
        if (self->types.types[i].followed[lane] >= 0)
            array_text(types, self->types.names[i]);
    follow_parcel_clear(&self->parcel);
    self->parcel.fetched = true;
    self->parcel.batch = (link_batch_t){.lane = lane, .after = from, .upto = self->cursors[lane].cursor};
    db_parameters_clear(self->parameters);
    db_text(self->parameters, lane_word(lane));
    db_number(self->parameters, from);
    db_number(self->parameters, self->cursors[lane].cursor);
    db_array(self->parameters, types);
    db_number(self->parameters, FOLLOW_FETCH_MOST);
    db_run(self->db, "follow_fetch", self->parameters, s_on_rows, self);
    db_sync(self->db);
    array_destroy(&types);
}

void follow_fetch(follow_t *self)
{
    lane_t lane = (lane_t)self->fetch_lane;
    int64_t from = s_from(&self->types, lane);
    self->busy = true;
    if (from < 0 || from >= self->cursors[lane].cursor)
        s_finish(self, lane);
    else
        s_begin(self, lane, from);
}
