/* link_note - what followers have acknowledged, noted in relay.link now and then: for status and retention, never for delivery */
#include <stdlib.h>

#include "check.h"
#include "intake.h"
#include "link_note.h"
#include "log.h"
#include "source.h"

#define NOTE_MS 2000

struct link_note {
    relay_t *relay;
    int64_t noted_at;
    array_t *columns[LINK_COLUMNS];
    db_parameters_t *parameters;
};

link_note_t *link_note_new(relay_t *relay)
{
    link_note_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->parameters = db_parameters_new();
    link_columns_new(self->columns);
    return self;
}

void link_note_destroy(link_note_t **self_p)
{
    link_note_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    columns_destroy(self->columns, LINK_COLUMNS);
    db_parameters_destroy(&self->parameters);
    free(self);
}

void link_note_prepare(const relay_t *relay)
{
    relay_prepare(relay, relay->reader, "link_set",
                  "text[],text[],text[],text[],bigint[],bigint[],text[],timestamptz");
}

static void s_noted(void *argument, const PGresult *result)
{
    (void)argument;
    if (result && PQresultStatus(result) != PGRES_COMMAND_OK)
        log_error("links_not_noted", "code", db_sqlstate(result), NULL);
}

static void s_note_lane(link_note_t *self, const peer_t *peer, lane_t lane)
{
    char epoch[UUID_TEXT];
    uuid_text(&self->relay->head.epoch, epoch);
    array_text(self->columns[0], peer->name);
    array_text(self->columns[1], "to");
    array_text(self->columns[2], lane_word(lane));
    array_text(self->columns[3], epoch);
    array_number(self->columns[4], source_acknowledged(peer->source, lane));
    array_number(self->columns[5], 0);
    array_text(self->columns[6], "");
}

static void s_note(link_note_t *self, peer_t *first)
{
    columns_clear(self->columns, LINK_COLUMNS);
    for (peer_t *peer = first; peer; peer = peer->next)
        if (peer->source && peer->kind != PEER_TAIL && source_moved(peer->source))
            for (int lane = 0; lane < LANES; lane++)
                s_note_lane(self, peer, (lane_t)lane);
    if (array_count(self->columns[0]) == 0)
        return;
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    for (int i = 0; i < LINK_COLUMNS; i++)
        db_array(self->parameters, self->columns[i]);
    db_text(self->parameters, now);
    db_run(self->relay->reader, "link_set", self->parameters, s_noted, self);
    db_sync(self->relay->reader);
}

void link_note_tick(link_note_t *self, peer_t *first, int64_t now)
{
    if (now - self->noted_at < NOTE_MS || !self->relay->leading || !db_ready(self->relay->reader))
        return;
    self->noted_at = now;
    s_note(self, first);
}
