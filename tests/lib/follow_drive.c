/* follow_drive - a daemon's follower without a relay: hands it the batches that standard input holds, and ends when they are applied
 *
 * usage: follow_drive SHARE CONNINFO SERVICE NODE REGION SERVED [rebuild]      SERVED: codes, separated by commas
 *   batch LANE EPOCH AFTER UPTO COUNT   and COUNT lines `LEAF EVENT`
 *   hold                                stay until standard error's reader ends this process
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "check.h"
#include "clock.h"
#include "follow.h"
#include "log.h"

typedef struct {
    follow_t *follow;
    batch_writer_t *writer;
    link_batch_t batch;
    const void *packed;
    size_t length;
    bool waiting, hold;
    int64_t begun;
} drive_t;

static void s_event(drive_t *self)
{
    static char line[300000];
    CHECK(fgets(line, sizeof line, stdin));
    char *event = strchr(line, ' ') + 1;
    batch_item_t item = {.kind = BATCH_EVENT, .leaf = strtoll(line, NULL, 10), .bytes = event};
    item.length = strcspn(event, "\n");
    snprintf(item.node, sizeof item.node, "62.71-1");
    CHECK(batch_writer_add(self->writer, &item));
}

/* Hand over the next batch; false if there is none. */
static bool s_hand_over(drive_t *self)
{
    char line[256], lane[16], epoch[UUID_TEXT];
    long long after, upto;
    uuid_id_t id;
    if (!fgets(line, sizeof line, stdin))
        return false;
    self->hold = strncmp(line, "hold", 4) == 0;
    if (self->hold)
        return true;
    link_batch_t *batch = &self->batch;
    CHECK(sscanf(line, "batch %15s %36s %lld %lld %d", lane, epoch, &after, &upto, &batch->events) == 5);
    CHECK(lane_of_word(lane, &batch->lane) && uuid_of_text(epoch, strlen(epoch), &id));
    snprintf(batch->epoch, sizeof batch->epoch, "%s", epoch);
    batch->after = after;
    batch->upto = upto;
    batch_writer_start(self->writer, lane, &id, after);
    for (int i = 0; i < batch->events; i++)
        s_event(self);
    self->packed = batch_writer_finish(self->writer, upto, &self->length);
    follow_batch(self->follow, batch, self->packed, self->length);
    return true;
}

static int s_on_tick(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    drive_t *self = argument;
    if (clock_monotonic() - self->begun > 60000)
        fatal("the batches were not applied within a minute");
    if (self->hold || !follow_idle(self->follow))
        return 0;
    /* What was lost with the connection is handed over again, as a relay does after HELLO. */
    if (self->waiting && follow_leaf(self->follow, self->batch.lane) == self->batch.after) {
        follow_batch(self->follow, &self->batch, self->packed, self->length);
        return 0;
    }
    CHECK(!self->waiting || follow_leaf(self->follow, self->batch.lane) == self->batch.upto);
    self->waiting = s_hand_over(self);
    return self->waiting ? 0 : -1;
}

static json_t *s_list(const char *codes)
{
    json_t *list = json_array();
    for (const char *at = codes; *at;) {
        size_t length = strcspn(at, ",");
        json_array_append_new(list, json_stringn(at, length));
        at += length + (at[length] == ',');
    }
    return list;
}

int main(int argc, char **argv)
{
    CHECK(argc >= 7);
    char error[512], path[1024];
    log_open("follow_drive");
    clock_open(".", false);
    snprintf(path, sizeof path, "%s/proto", argv[1]);
    contracts_t *contracts = contracts_load(path, error, sizeof error);
    if (!contracts)
        fatal("%s", error);
    zloop_t *loop = zloop_new();
    follow_config_t config = {.loop = loop,
                              .service = argv[3],
                              .share = argv[1],
                              .conninfo = argv[2],
                              .node = argv[4],
                              .region = argv[5],
                              .release = "0.1.0",
                              .rebuild = argc > 7,
                              .contracts = contracts};
    drive_t drive = {.follow = follow_new(&config), .writer = batch_writer_new(), .begun = clock_monotonic()};
    json_t *regions = json_pack("[s]", argv[5]), *served = s_list(argv[6]);
    follow_regions(drive.follow, regions, served);
    json_decref(regions);
    json_decref(served);
    follow_start(drive.follow);
    zloop_timer(loop, 1, 0, s_on_tick, &drive);
    zloop_start(loop);
    printf("parked %lld\n", (long long)follow_parked(drive.follow));
    follow_destroy(&drive.follow);
    batch_writer_destroy(&drive.writer);
    contracts_destroy(&contracts);
    zloop_destroy(&loop);
    return 0;
}
