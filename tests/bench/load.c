/* load - sends activity_record_day requests to one node and watches them arrive in another's journal; for
 * tests/bench/chain
 *
 *   load SENDER_DIR PRINCIPAL_FILE CENTRE_DIR ACTIVITIES_FILE FIRST_DAY_INDEX COUNT WINDOW RATE
 *
 * ACTIVITIES_FILE holds one activity's UUID a line; message i is of activity i / 100, day i % 100 of 2023. At
 * most WINDOW requests are unanswered; RATE is messages a second, 0 for as fast as possible. An event has
 * arrived when a follower of the centre's journal is handed it: committed, verified, numbered and sealed
 * there. Prints one line of JSON: count, seconds, messages_s, replies_s, p50_ms, p99_ms (from sending to arrival),
 * reply_p50_ms, refused.
 */
#include <czmq.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "batch.h"
#include "check.h"
#include "follower.h"

enum { DAYS = 100, BODY = 1024, DEADLINE_S = 600 };

typedef struct {
    uint8_t id[16];
    int64_t sent, replied, arrived; /* microseconds */
} message_t;

typedef struct {
    zsock_t *sender, *watcher;
    follower_t *follower;
    batch_reader_t *reader;
    char **activities;
    message_t *messages;
    zhashx_t *by_id; /* request id -> message */
    long first, count, window, rate;
    long sent, replied, arrived, refused;
    int64_t begun, last_reply;
} load_t;

static int64_t s_now(void)
{
    return zclock_usecs();
}

static int64_t s_milliseconds(void)
{
    return zclock_mono();
}

static char *s_field(const char *path, const char *pointer)
{
    json_t *document = json_load_file(path, 0, NULL), *value = document;
    char copy[128], *rest = copy, *part;
    snprintf(copy, sizeof copy, "%s", pointer);
    while (value && (part = strsep(&rest, "/")) != NULL)
        value = json_object_get(value, part);
    CHECK(json_is_string(value));
    char *text = strdup(json_string_value(value));
    json_decref(document);
    return text;
}

static zsock_t *s_socket(const char *dir, const char *daemon, const char *key, const char *secret)
{
    char path[1024], pointer[64];
    snprintf(path, sizeof path, "%s/node.json", dir);
    snprintf(pointer, sizeof pointer, "endpoints/%s/ipc", daemon);
    char *server = s_field(path, "server"), *endpoint = s_field(path, pointer);
    zsock_t *socket = zsock_new(ZMQ_DEALER);
    zsock_set_curve_serverkey(socket, server);
    zsock_set_curve_publickey(socket, key);
    zsock_set_curve_secretkey(socket, secret);
    zsock_set_sndhwm(socket, 100000);
    zsock_set_rcvhwm(socket, 100000);
    CHECK(zsock_connect(socket, "%s", endpoint) == 0);
    free(server);
    free(endpoint);
    return socket;
}

static void s_activities(load_t *self, const char *path)
{
    FILE *file = fopen(path, "r");
    CHECK(file);
    size_t room = (size_t)((self->first + self->count) / DAYS + 2);
    self->activities = calloc(room, sizeof *self->activities);
    char line[64];
    for (size_t i = 0; i < room && fgets(line, sizeof line, file); i++) {
        line[strcspn(line, "\n")] = '\0';
        self->activities[i] = strdup(line);
    }
    fclose(file);
}

/* A natural report of a day: takings by stall, brought to about 1 KB of data. */
static int s_body(const load_t *self, long i, const char *id, char *text, size_t size)
{
    char day[16];
    time_t instant = 1672531200 + (i % DAYS) * 86400;
    strftime(day, sizeof day, "%Y-%m-%d", gmtime(&instant));
    int used = snprintf(text, size,
                        "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"load\",\"type\":\"activity_"
                        "record_day\",\"region\":\"62.71\",\"data\":"
                        "{\"activity\":\"%s\",\"day\":\"%s\",\"visitors\":%ld,\"takings\":[",
                        id, self->activities[i / DAYS], day, 100 + i % 900);
    int start = used;
    for (int stall = 1; used - start < BODY - 220; stall++)
        used += snprintf(text + used, size - (size_t)used,
                         "%s{\"label\":\"Stan %d, kerajinan rotan dan makanan olahan\",\"amount\":%ld}",
                         stall > 1 ? "," : "", stall, (long)(25000 * (1 + (i * 7 + stall) % 400)));
    used += snprintf(text + used, size - (size_t)used,
                     "],\"note\":\"Cuaca cerah, pembayaran sebagian besar dengan QRIS\"}}");
    return used;
}

static void s_send(load_t *self)
{
    long i = self->first + self->sent;
    message_t *message = &self->messages[self->sent];
    char text[4096], id[UUID_TEXT];
    /* by the wall clock of the drill's day: the node accepts ids of any earlier time */
    uuid_id_t uuid = uuid_make(1673000000000LL + self->begun / 1000 % 100000000 + self->sent / 50);
    uuid_text(&uuid, id);
    memcpy(message->id, uuid.bytes, sizeof message->id);
    message->sent = s_now();
    zhashx_insert(self->by_id, id, message);
    int length = s_body(self, i, id, text, sizeof text);
    zstr_sendm(self->sender, "");
    zframe_t *frame = zframe_new(text, (size_t)length);
    zframe_send(&frame, self->sender, 0);
    self->sent++;
}

/* The id stands between quotes after the member's name; parsing the whole would cost more than what is
 * measured. */
static message_t *s_message_of(load_t *self, const char *bytes, size_t length, const char *member)
{
    char id[UUID_TEXT];
    const char *at = memmem(bytes, length, member, strlen(member));
    if (!at || at + strlen(member) + UUID_TEXT > bytes + length)
        return NULL;
    memcpy(id, at + strlen(member), UUID_TEXT - 1);
    id[UUID_TEXT - 1] = '\0';
    return zhashx_lookup(self->by_id, id);
}

static void s_reply(load_t *self)
{
    zmsg_t *reply = zmsg_recv(self->sender);
    zframe_t *frame = zmsg_last(reply);
    const char *bytes = (const char *)zframe_data(frame);
    message_t *message = s_message_of(self, bytes, zframe_size(frame), "\"requestid\":\"");
    if (message && !message->replied) {
        message->replied = self->last_reply = s_now();
        self->replied++;
    }
    if (!memmem(bytes, zframe_size(frame), "\"status\":\"ok\"", 13) && self->refused++ == 0)
        fprintf(stderr, "load: first refusal: %.*s\n", (int)zframe_size(frame), bytes);
    zmsg_destroy(&reply);
}

static void s_link_send(void *argument, link_word_t word, const char *json)
{
    zmsg_t *message = link_message(word, json, NULL, 0);
    zmsg_send(&message, ((load_t *)argument)->watcher);
}

static void s_batch(void *argument, const link_batch_t *batch, const void *packed, size_t length)
{
    load_t *self = argument;
    batch_item_t item;
    CHECK(batch_reader_open(self->reader, packed, length, NULL) == ST_OK);
    int64_t now = s_now();
    while (batch_reader_next(self->reader, &item)) {
        message_t *message =
            item.kind == BATCH_EVENT ? s_message_of(self, item.bytes, item.length, "\"cause\":\"") : NULL;
        if (!message)
            continue;
        CHECK(!message->arrived); /* nothing happens twice */
        message->arrived = now;
        self->arrived++;
    }
    follower_committed(self->follower, batch->lane, batch->epoch, batch->upto);
}

static int s_compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static double s_percentile(const load_t *self, int percent, bool reply)
{
    int64_t *times = calloc((size_t)self->count, sizeof *times);
    for (long i = 0; i < self->count; i++)
        times[i] = (reply ? self->messages[i].replied : self->messages[i].arrived) - self->messages[i].sent;
    qsort(times, (size_t)self->count, sizeof *times, s_compare);
    double found = (double)times[(self->count - 1) * percent / 100] / 1000.0;
    free(times);
    return found;
}

static bool s_may_send(const load_t *self)
{
    if (self->sent == self->count || self->sent - self->replied >= self->window)
        return false;
    return self->rate == 0 || s_now() - self->begun >= self->sent * 1000000 / self->rate;
}

static void s_take(load_t *self, zsock_t *ready)
{
    if (ready == self->sender) {
        s_reply(self);
    } else if (ready) {
        zmsg_t *message = zmsg_recv(self->watcher);
        link_frames_t frames;
        if (link_open(message, &frames))
            follower_take(self->follower, &frames, s_milliseconds());
        zmsg_destroy(&message);
    }
}

static void s_run(load_t *self)
{
    zpoller_t *poller = zpoller_new(self->sender, self->watcher, NULL);
    while (!follower_welcomed(self->follower)) {
        s_take(self, zpoller_wait(poller, 50));
        follower_tick(self->follower, s_milliseconds());
    }
    self->begun = s_now();
    while (self->arrived + self->refused < self->count && s_now() - self->begun < DEADLINE_S * 1000000LL) {
        for (int burst = 0; burst < 64 && s_may_send(self); burst++)
            s_send(self);
        s_take(self, zpoller_wait(poller, s_may_send(self) ? 0 : 1));
        follower_tick(self->follower, s_milliseconds());
    }
    zpoller_destroy(&poller);
}

static long s_number(const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);
    CHECK(end != text && *end == '\0');
    return number;
}

int main(int argc, char **argv)
{
    if (argc != 9)
        return fprintf(stderr, "usage: see the head of load.c\n"), 2;
    load_t *self = calloc(1, sizeof *self);
    char path[1024];
    self->first = s_number(argv[5]), self->count = s_number(argv[6]), self->window = s_number(argv[7]),
    self->rate = s_number(argv[8]);
    self->messages = calloc((size_t)self->count, sizeof *self->messages);
    self->by_id = zhashx_new();
    self->reader = batch_reader_new();
    s_activities(self, argv[4]);
    self->sender = s_socket(argv[1], "scheduling", s_field(argv[2], "key"), s_field(argv[2], "secret"));
    snprintf(path, sizeof path, "%s/keys/curve.json", argv[3]);
    self->watcher = s_socket(argv[3], "relay", s_field(path, "public"), s_field(path, "secret"));
    static const char *const types[] = {"activity_day_recorded", NULL};
    char filter[LINK_FILTER_TEXT];
    link_filter(types, filter);
    snprintf(path, sizeof path, "%s/node.json", argv[3]);
    follower_config_t config = {.node = s_field(path, "name"),
                                .name = "tail",
                                .release = SINERGI_VERSION,
                                .drill = true,
                                .window = 16,
                                .filter = filter,
                                .types = types,
                                .silence = 60000,
                                .clock = s_milliseconds,
                                .send = s_link_send,
                                .batch = s_batch,
                                .argument = self};
    self->follower = follower_new(&config);
    follower_hello(self->follower, s_milliseconds());
    s_run(self);
    double seconds = (double)(s_now() - self->begun) / 1e6;
    printf("{\"count\": %ld, \"arrived\": %ld, \"refused\": %ld, \"seconds\": %.3f, \"messages_s\": %.0f, "
           "\"replies_s\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
           "\"reply_p50_ms\": %.2f}\n",
           self->count, self->arrived, self->refused, seconds, (double)self->arrived / seconds,
           (double)self->replied * 1e6 / (double)(self->last_reply - self->begun),
           s_percentile(self, 50, false), s_percentile(self, 99, false), s_percentile(self, 50, true));
    zsock_destroy(&self->sender);
    zsock_destroy(&self->watcher);
    return self->arrived == self->count ? 0 : 1;
}
