/* follow_parcel - the batches that wait for the database, each taken in ranges that are halved until a faulty
 * event stands alone */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"
#include "log.h"

static void s_packet_destroy(void **packet_p)
{
    follow_packet_t *packet = *packet_p;
    free(packet->packed);
    free(packet);
    *packet_p = NULL;
}

void follow_packets_drop(follow_t *self)
{
    void *packet;
    while ((packet = zlistx_detach(self->packets, NULL)))
        s_packet_destroy(&packet);
}

void follow_batch(follow_t *self, const link_batch_t *batch, const void *packed, size_t length)
{
    if (!self->active)
        return;
    follow_packet_t *packet = malloc(sizeof *packet);
    CHECK(packet);
    *packet = (follow_packet_t){.batch = *batch, .packed = malloc(length + 1), .packed_length = length};
    CHECK(packet->packed);
    memcpy(packet->packed, packed, length);
    zlistx_add_end(self->packets, packet);
    follow_next(self);
}

void follow_parcel_add(follow_parcel_t *self, follow_event_t *event)
{
    if (!event)
        return;
    if (self->count == self->room) {
        self->room = self->room ? self->room * 2 : 64;
        self->events = realloc(self->events, self->room * sizeof *self->events);
        CHECK(self->events);
    }
    self->events[self->count++] = event;
}

void follow_parcel_clear(follow_parcel_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        follow_event_destroy(&self->events[i]);
    free(self->events);
    memset(self, 0, sizeof *self);
}

/* The text within says the same as the message that brought it. */
static bool s_same(const batch_header_t *header, const link_batch_t *batch)
{
    char epoch[UUID_TEXT];
    uuid_text(&header->epoch, epoch);
    return strcmp(header->lane, lane_word(batch->lane)) == 0 && strcmp(epoch, batch->epoch) == 0 &&
           header->after == batch->after && header->upto == batch->upto;
}

static status_t s_read(follow_t *self, const follow_packet_t *packet, problem_t *problem)
{
    batch_item_t item;
    if (batch_reader_open(self->reader, packet->packed, packet->packed_length, problem) != ST_OK)
        return problem->status;
    if (!s_same(batch_reader_header(self->reader), &packet->batch))
        return problem_set(problem, ST_INVALID, "batch.header", "", "a batch is not what its message says");
    while (batch_reader_next(self->reader, &item))
        if (item.kind == BATCH_EVENT)
            follow_parcel_add(&self->parcel,
                              follow_event_new(self, item.bytes, item.length, item.leaf, false));
    if (batch_reader_problem(self->reader))
        *problem = *batch_reader_problem(self->reader);
    return batch_reader_problem(self->reader) ? problem->status : ST_OK;
}

void follow_parcel_open(follow_t *self)
{
    problem_t problem;
    void *first = zlistx_detach(self->packets, NULL);
    follow_packet_t *packet = first;
    follow_parcel_clear(&self->parcel);
    self->parcel.batch = packet->batch;
    if (s_read(self, packet, &problem) == ST_OK) {
        self->parcel.ranges[0] = (follow_range_t){0, self->parcel.count};
        self->parcel.range_count = 1;
    } else {
        log_error("follow", "status", "invalid", "code", problem.code, "why", problem.why, NULL);
        follow_reload(self);
    }
    s_packet_destroy(&first);
}

void follow_parcel_unit(follow_t *self)
{
    follow_parcel_t *parcel = &self->parcel;
    const follow_range_t *range = &parcel->ranges[parcel->range_count - 1];
    size_t end = range->first + range->count;
    int64_t upto = end == parcel->count ? parcel->batch.upto : parcel->events[end - 1]->leaf;
    follow_unit_start(self, parcel->fetched ? UNIT_FETCH : UNIT_RANGE, parcel->events + range->first,
                      range->count, parcel->batch.lane, upto);
}

static void s_committed(follow_t *self)
{
    const link_batch_t *batch = &self->parcel.batch;
    if (self->follower)
        follower_committed(self->follower, batch->lane, batch->epoch, batch->upto);
}

void follow_parcel_done(follow_t *self)
{
    follow_parcel_t *parcel = &self->parcel;
    const link_batch_t *batch = &parcel->batch;
    if (parcel->fetched) {
        for (size_t i = 0; i < self->types.count; i++) {
            int64_t *followed = &self->types.types[i].followed[batch->lane];
            if (*followed >= 0 && *followed < self->unit.upto)
                *followed = self->unit.upto;
        }
    } else {
        link_cursor_t *cursor = &self->cursors[batch->lane];
        memcpy(cursor->epoch, batch->epoch, sizeof cursor->epoch);
        cursor->cursor = self->unit.upto;
    }
    if (--parcel->range_count == 0) {
        if (!parcel->fetched)
            s_committed(self);
        follow_parcel_clear(parcel);
    }
}

bool follow_parcel_halve(follow_t *self)
{
    follow_parcel_t *parcel = &self->parcel;
    follow_range_t *range = &parcel->ranges[parcel->range_count - 1];
    if (range->count < 2)
        return false;
    size_t half = range->count / 2;
    follow_range_t first = {range->first, half};
    *range = (follow_range_t){range->first + half, range->count - half};
    CHECK(parcel->range_count < sizeof parcel->ranges / sizeof *parcel->ranges);
    parcel->ranges[parcel->range_count++] = first;
    return true;
}

follow_event_t *follow_parcel_only(const follow_t *self)
{
    const follow_range_t *range = &self->parcel.ranges[self->parcel.range_count - 1];
    return range->count == 1 ? self->parcel.events[range->first] : NULL;
}
