/* handshake - any frames as what a stranger's connection brings first: taken apart, then read as the word that they claim to be
 *
 * The input is frames, each behind a byte that tells its length (255: all that is left). CURVE stands before this at a node; who gets through has a
 * key, and nothing more is known of him.
 *
 * shows: law-11 I1
 * cost: cpu 20
 * area: trust
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "check.h"
#include "enrolment.h"
#include "link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES_MOST = 16 };

static zmsg_t *s_message(const uint8_t *data, size_t size)
{
    zmsg_t *message = zmsg_new();
    for (int i = 0; i < FRAMES_MOST && size > 0; i++) {
        size_t length = data[0] == 255 || data[0] > size - 1 ? size - 1 : data[0];
        zmsg_addmem(message, data + 1, length);
        data += 1 + length;
        size -= 1 + length;
    }
    return message;
}

static void s_packed(const link_frames_t *frames, const link_batch_t *batch)
{
    static batch_reader_t *reader;
    batch_item_t item;
    problem_t problem = {0};
    if (!reader)
        reader = batch_reader_new();
    CHECK(batch->after < batch->upto && frames->packed);
    if (batch_reader_open(reader, frames->packed, frames->packed_length, &problem) != ST_OK)
        return;
    while (batch_reader_next(reader, &item))
        CHECK(item.length <= frames->packed_length * 1024 * 16);
}

/* A stranger's request, as the parent's relay reads it. */
static status_t s_request(const char *json, size_t length, problem_t *problem)
{
    certificate_t certificate;
    json_t *request = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
    status_t status = enrolment_request_read(request, false, &certificate, problem);
    if (status == ST_OK)
        enrolment_request_digest(request);
    json_decref(request);
    return status;
}

/* A parent's answer: its chain, from a root that the new node does not trust yet. */
static status_t s_admission(const char *json, size_t length, problem_t *problem)
{
    static const uint8_t root[KEY_BYTES] = {1};
    json_t *admission = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
    const char *chain = json_string_value(json_object_get(admission, "chain"));
    certificates_t *certificates = certificates_new(root, false);
    status_t status = chain ? enrolment_chain_add(certificates, chain, problem) : ST_OK;
    CHECK(certificates_count(certificates) == 0);
    certificates_destroy(&certificates);
    json_decref(admission);
    return status;
}

static void s_word(const link_frames_t *frames)
{
    union {
        link_hello_t hello;
        link_welcome_t welcome;
        link_batch_t batch;
        link_ack_t ack;
        problem_t refused;
        int64_t clock;
    } read;
    problem_t problem = {0};
    const char *json = frames->json;
    size_t length = frames->json_length;
    status_t status = ST_OK;
    switch (frames->word) {
    case LINK_HELLO:
        status = link_hello_parse(json, length, &read.hello, &problem);
        if (status == ST_OK)
            link_hello_clear(&read.hello);
        break;
    case LINK_WELCOME:
        status = link_welcome_parse(json, length, &read.welcome, &problem);
        break;
    case LINK_REFUSED:
        status = link_refused_parse(json, length, &read.refused, &problem);
        break;
    case LINK_BATCH:
        status = link_batch_parse(json, length, &read.batch, &problem);
        if (status == ST_OK)
            s_packed(frames, &read.batch);
        break;
    case LINK_ACK:
        status = link_ack_parse(json, length, &read.ack, &problem);
        break;
    case LINK_ENROL:
        status = s_request(json, length, &problem);
        break;
    case LINK_ADMITTED:
        status = s_admission(json, length, &problem);
        break;
    default:
        status = link_clock_parse(json, length, &read.clock, &problem);
    }
    CHECK(status == ST_OK || problem.code[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zmsg_t *message = s_message(data, size);
    link_frames_t frames;
    if (link_open(message, &frames) && !frames.nudge)
        s_word(&frames);
    zmsg_destroy(&message);
    return 0;
}
