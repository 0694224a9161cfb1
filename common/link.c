/* link - the frames of a message between a relay and a follower, and its smaller texts */
#include <string.h>

#include "check.h"
#include "limit.h"
#include "link_reader.h"

static const char *const words[LINK_WORDS] = {"HELLO", "WELCOME", "REFUSED", "BATCH",   "ACK",
                                              "PING",  "PONG",    "ENROL",   "ADMITTED"};
static const char *const lanes[LANES] = {"urgent", "normal", "bulk"};

const char *lane_word(lane_t lane)
{
    CHECK(lane >= 0 && lane < LANES);
    return lanes[lane];
}

bool lane_of_word(const char *word, lane_t *ret_lane)
{
    for (lane_t lane = 0; lane < LANES; lane++)
        if (strcmp(word, lanes[lane]) == 0) {
            *ret_lane = lane;
            return true;
        }
    return false;
}

const char *link_word(link_word_t word)
{
    CHECK(word >= 0 && word < LINK_WORDS);
    return words[word];
}

zmsg_t *link_message(link_word_t word, const char *json, const void *packed, size_t length)
{
    CHECK((word == LINK_BATCH) == (packed != NULL));
    zmsg_t *message = zmsg_new();
    zmsg_addmem(message, NULL, 0);
    zmsg_addstr(message, link_word(word));
    zmsg_addstr(message, json);
    if (packed)
        zmsg_addmem(message, packed, length);
    return message;
}

zmsg_t *link_nudge(void)
{
    zmsg_t *message = zmsg_new();
    zmsg_addmem(message, NULL, 0);
    return message;
}

static bool s_word(zframe_t *frame, link_word_t *ret_word)
{
    for (link_word_t word = 0; frame && word < LINK_WORDS; word++)
        if (zframe_streq(frame, words[word])) {
            *ret_word = word;
            return true;
        }
    return false;
}

bool link_open(zmsg_t *message, link_frames_t *ret_frames)
{
    link_frames_t frames = {0};
    zframe_t *empty = zmsg_first(message);
    if (!empty || zframe_size(empty) > 0)
        return false;
    frames.nudge = zmsg_size(message) == 1;
    if (!frames.nudge) {
        if (!s_word(zmsg_next(message), &frames.word))
            return false;
        zframe_t *json = zmsg_next(message);
        if (!json || zmsg_size(message) != (frames.word == LINK_BATCH ? 4 : 3))
            return false;
        frames.json = (const char *)zframe_data(json);
        frames.json_length = zframe_size(json);
        zframe_t *packed = zmsg_next(message);
        frames.packed = packed ? zframe_data(packed) : NULL;
        frames.packed_length = packed ? zframe_size(packed) : 0;
    }
    if (frames.json_length > LIMIT_FRAME_BYTES || frames.packed_length > LIMIT_LINK_BATCH_PACKED)
        return false;
    *ret_frames = frames;
    return true;
}

char *link_welcome_json(const link_welcome_t *welcome)
{
    return link_json_text(json_pack("{s:s, s:s, s:s, s:b, s:o, s:s, s:I}", "node", welcome->node, "region",
                                    welcome->region, "release", welcome->release, "drill",
                                    (int)welcome->drill, "clock", link_json_clock(welcome->clock), "epoch",
                                    welcome->epoch, "head", (json_int_t)welcome->head));
}

status_t link_welcome_parse(const char *bytes, size_t length, link_welcome_t *ret_welcome, problem_t *problem)
{
    link_reader_t reader;
    link_welcome_t welcome = {0};
    link_reader_open(&reader, bytes, length, problem);
    link_read_text(&reader, "node", node_name_is, false, welcome.node, sizeof welcome.node);
    link_read_text(&reader, "region", region_is, false, welcome.region, sizeof welcome.region);
    link_read_text(&reader, "release", link_is_visible, false, welcome.release, sizeof welcome.release);
    link_read_flag(&reader, "drill", &welcome.drill);
    link_read_clock(&reader, "clock", &welcome.clock);
    link_read_text(&reader, "epoch", link_is_uuid, false, welcome.epoch, sizeof welcome.epoch);
    link_read_number(&reader, "head", 0, INT64_MAX, &welcome.head);
    if (reader.status == ST_OK)
        *ret_welcome = welcome;
    return link_reader_close(&reader, reader.json);
}

char *link_refused_json(const problem_t *problem)
{
    /* A sentence that was cut within a character is no JSON text: then the code has to do. */
    json_t *why = json_string(problem->why);
    return link_json_text(json_pack("{s:s, s:s, s:o}", "status", status_word(problem->status), "code",
                                    problem->code, "why", why ? why : json_string("")));
}

status_t link_refused_parse(const char *bytes, size_t length, problem_t *ret_refused, problem_t *problem)
{
    link_reader_t reader;
    char word[16], code[sizeof ret_refused->code];
    link_reader_open(&reader, bytes, length, problem);
    link_read_text(&reader, "status", link_is_word, false, word, sizeof word);
    link_read_text(&reader, "code", link_is_visible, false, code, sizeof code);
    const char *why = reader.status == ST_OK ? json_string_value(json_object_get(reader.json, "why")) : "";
    if (!why)
        link_reader_refuse(&reader, "why", "is missing");
    if (reader.status == ST_OK)
        problem_set(ret_refused, status_of_word(word), code, "", "%s", why);
    return link_reader_close(&reader, reader.json);
}

char *link_batch_json(const link_batch_t *batch)
{
    return link_json_text(json_pack("{s:s, s:s, s:I, s:I, s:i}", "lane", lane_word(batch->lane), "epoch",
                                    batch->epoch, "after", (json_int_t)batch->after, "upto",
                                    (json_int_t)batch->upto, "events", batch->events));
}

status_t link_batch_parse(const char *bytes, size_t length, link_batch_t *ret_batch, problem_t *problem)
{
    link_reader_t reader;
    link_batch_t batch = {0};
    int64_t events = 0;
    link_reader_open(&reader, bytes, length, problem);
    link_read_lane(&reader, "lane", &batch.lane);
    link_read_text(&reader, "epoch", link_is_uuid, false, batch.epoch, sizeof batch.epoch);
    link_read_number(&reader, "after", 0, INT64_MAX - 1, &batch.after);
    link_read_number(&reader, "upto", batch.after + 1, INT64_MAX, &batch.upto);
    link_read_number(&reader, "events", 0, LIMIT_LINK_BATCH_EVENTS, &events);
    batch.events = (int)events;
    if (reader.status == ST_OK)
        *ret_batch = batch;
    return link_reader_close(&reader, reader.json);
}

char *link_ack_json(const link_ack_t *ack)
{
    return link_json_text(json_pack("{s:s, s:s, s:I}", "lane", lane_word(ack->lane), "epoch", ack->epoch,
                                    "upto", (json_int_t)ack->upto));
}

status_t link_ack_parse(const char *bytes, size_t length, link_ack_t *ret_ack, problem_t *problem)
{
    link_reader_t reader;
    link_ack_t ack = {0};
    link_reader_open(&reader, bytes, length, problem);
    link_read_lane(&reader, "lane", &ack.lane);
    link_read_text(&reader, "epoch", link_is_uuid, false, ack.epoch, sizeof ack.epoch);
    link_read_number(&reader, "upto", 0, INT64_MAX, &ack.upto);
    if (reader.status == ST_OK)
        *ret_ack = ack;
    return link_reader_close(&reader, reader.json);
}

char *link_clock_json(int64_t clock)
{
    return link_json_text(json_pack("{s:o}", "clock", link_json_clock(clock)));
}

status_t link_clock_parse(const char *bytes, size_t length, int64_t *ret_clock, problem_t *problem)
{
    link_reader_t reader;
    link_reader_open(&reader, bytes, length, problem);
    link_read_clock(&reader, "clock", ret_clock);
    return link_reader_close(&reader, reader.json);
}
