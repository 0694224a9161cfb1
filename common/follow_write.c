/* follow_write - the rows of a transaction about the events themselves: versions, held, parked, made, and the
 * cursor */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "follow_parts.h"

#define COLUMNS_MOST 7

/* Columns of one statement, each an array. */
typedef struct {
    array_t *columns[COLUMNS_MOST];
    size_t count;
} rows_t;

static void s_open(rows_t *rows, const array_type_t *types, size_t count)
{
    rows->count = count;
    for (size_t i = 0; i < count; i++)
        rows->columns[i] = array_new(types[i]);
}

/* Run the statement if there is a row; `at`: one parameter more, may be NULL. */
static void s_close(follow_t *self, rows_t *rows, const char *statement, const char *at)
{
    db_parameters_clear(self->parameters);
    for (size_t i = 0; i < rows->count; i++)
        db_array(self->parameters, rows->columns[i]);
    if (at)
        db_text(self->parameters, at);
    if (array_count(rows->columns[0]) > 0)
        follow_unit_call(self, statement, follow_unit_result, self);
    for (size_t i = 0; i < rows->count; i++)
        array_destroy(&rows->columns[i]);
}

/* Each subject once, with the last version. */
static void s_write_applied(follow_t *self)
{
    static const array_type_t types[] = {ARRAY_TEXT, ARRAY_BIGINT};
    const follow_unit_t *unit = &self->unit;
    rows_t rows;
    s_open(&rows, types, 2);
    for (size_t i = 0; i < unit->order_count; i++) {
        const follow_event_t *event = unit->order[i];
        if (!event->counted || event->version != follow_memory_version(self->memory, event->subject))
            continue;
        array_text(rows.columns[0], event->subject);
        array_number(rows.columns[1], event->version);
    }
    s_close(self, &rows, "follow_set_applied", NULL);
}

/* An event twice in one batch would be one row twice in one statement. */
static bool s_first(zhashx_t *seen, const follow_event_t *event)
{
    return zhashx_insert(seen, event->id_text, seen) == 0;
}

static void s_write_held(follow_t *self)
{
    static const array_type_t types[] = {ARRAY_UUID,   ARRAY_BIGINT, ARRAY_TEXT,
                                         ARRAY_BIGINT, ARRAY_TEXT,   ARRAY_JSON};
    const follow_unit_t *unit = &self->unit;
    zhashx_t *seen = zhashx_new();
    rows_t rows;
    s_open(&rows, types, 6);
    for (size_t i = 0; i < unit->count; i++) {
        const follow_event_t *event = unit->events[i];
        if (event->verdict != VERDICT_HOLD || !s_first(seen, event))
            continue;
        array_uuid(rows.columns[0], event->id.bytes);
        array_number(rows.columns[1], event->leaf);
        array_text(rows.columns[2], event->subject);
        array_number(rows.columns[3], event->version);
        array_text(rows.columns[4], event->waits);
        array_bytes(rows.columns[5], event->bytes, event->length);
    }
    s_close(self, &rows, "follow_hold", NULL);
    zhashx_destroy(&seen);
}

static void s_write_released(follow_t *self)
{
    static const array_type_t types[] = {ARRAY_UUID};
    const follow_unit_t *unit = &self->unit;
    rows_t rows;
    s_open(&rows, types, 1);
    for (size_t i = 0; i < unit->count; i++)
        if (unit->events[i]->held && unit->events[i]->verdict != VERDICT_HOLD)
            array_uuid(rows.columns[0], unit->events[i]->id.bytes);
    s_close(self, &rows, "follow_release", NULL);
}

static void s_write_parked(follow_t *self)
{
    static const array_type_t types[] = {ARRAY_UUID, ARRAY_BIGINT, ARRAY_TEXT, ARRAY_TEXT,
                                         ARRAY_TEXT, ARRAY_TEXT,   ARRAY_JSON};
    const follow_unit_t *unit = &self->unit;
    zhashx_t *seen = zhashx_new();
    char now[CLOCK_TEXT];
    rows_t rows;
    clock_text(unit->now, now);
    s_open(&rows, types, 7);
    for (size_t i = 0; i < unit->count; i++) {
        const follow_event_t *event = unit->events[i];
        if (event->verdict != VERDICT_PARK || !s_first(seen, event))
            continue;
        array_uuid(rows.columns[0], event->id.bytes);
        array_number(rows.columns[1], event->leaf);
        array_text(rows.columns[2], event->type->event->type);
        array_text(rows.columns[3], event->subject);
        array_text(rows.columns[4], event->problem->code);
        array_text(rows.columns[5], event->problem->why);
        array_bytes(rows.columns[6], event->bytes, event->length);
    }
    s_close(self, &rows, "follow_park", now);
    zhashx_destroy(&seen);
}

static void s_write_cursor(follow_t *self)
{
    const follow_unit_t *unit = &self->unit;
    char *filter = NULL;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, lane_word(unit->lane));
    if (unit->kind == UNIT_RANGE) {
        db_text(self->parameters, self->parcel.batch.epoch);
        db_number(self->parameters, unit->upto);
    } else {
        filter = follow_filter_text(&self->types, unit->lane, unit->upto);
        db_text(self->parameters, filter);
    }
    follow_unit_call(self, filter ? "follow_filter" : "follow_move", follow_unit_result, self);
    free(filter);
}

void follow_write(follow_t *self)
{
    s_write_applied(self);
    s_write_held(self);
    s_write_released(self);
    s_write_parked(self);
    if (journal_rows_count(self->rows) > 0) {
        db_parameters_clear(self->parameters);
        journal_rows_parameters(self->rows, self->parameters);
        follow_unit_call(self, "follow_append", follow_unit_result, self);
        self->made = true;
    }
    if (self->unit.kind != UNIT_WAKE)
        s_write_cursor(self);
}
