/* batch_reader - unpacks a batch within its limits and gives its items one by one */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "batch.h"
#include "check.h"

#define BUFFER_STEP (256 * 1024)

struct batch_reader {
    ZSTD_DCtx *context;
    char *buffer;
    size_t capacity;
    scan_t scan;
    bool proof;
    size_t events;
    int64_t last;
    batch_header_t header;
    problem_t problem; /* status ST_OK: none */
};

bool batch_lane_is(const char *word, size_t length)
{
    return (length == 6 && (memcmp(word, "urgent", 6) == 0 || memcmp(word, "normal", 6) == 0)) ||
           (length == 4 && memcmp(word, "bulk", 4) == 0);
}

batch_reader_t *batch_reader_new(void)
{
    batch_reader_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->context = ZSTD_createDCtx();
    CHECK(self->context);
    return self;
}

void batch_reader_destroy(batch_reader_t **self_p)
{
    batch_reader_t *self = *self_p;
    if (!self)
        return;
    ZSTD_freeDCtx(self->context);
    free(self->buffer);
    free(self);
    *self_p = NULL;
}

static void s_start(batch_reader_t *self, const char *text, size_t length, bool proof)
{
    memset(&self->header, 0, sizeof self->header);
    self->scan = (scan_t){text, text + length};
    self->proof = proof;
    self->events = 0;
    self->last = 0;
    self->problem.status = ST_OK;
}

static bool s_header(batch_reader_t *self)
{
    const char *lane;
    size_t length;
    scan_t *scan = &self->scan;
    batch_header_t *header = &self->header;
    if (!scan_literal(scan, "sinergi-batch-1 ") ||
        !scan_word(scan, ' ', BATCH_LANE_TEXT - 1, &lane, &length) || !batch_lane_is(lane, length))
        return false;
    memcpy(header->lane, lane, length);
    return scan_uuid(scan, ' ', &header->epoch) && scan_number(scan, ' ', &header->after) &&
           scan_number(scan, '\n', &header->upto) && header->after <= header->upto;
}

/* After a refusal there is nothing to read. */
static status_t s_refuse(batch_reader_t *self, problem_t *ret_problem, const char *code, const char *why)
{
    s_start(self, "", 0, false);
    return problem_set(ret_problem, ST_INVALID, code, "", "%s", why);
}

status_t batch_reader_open_text(batch_reader_t *self, const char *text, size_t length, problem_t *ret_problem)
{
    if (length > LIMIT_LINK_BATCH_UNPACKED)
        return s_refuse(self, ret_problem, "batch.size", "the batch is too large");
    s_start(self, text, length, false);
    if (!s_header(self))
        return s_refuse(self, ret_problem, "batch.header", "the first line of the batch is malformed");
    self->last = self->header.after;
    return ST_OK;
}

status_t batch_reader_open_proof(batch_reader_t *self, const char *text, size_t length,
                                 problem_t *ret_problem)
{
    if (length > LIMIT_LINK_BATCH_PACKED)
        return s_refuse(self, ret_problem, "proof.size", "the proof is too large");
    s_start(self, text, length, true);
    if (!scan_literal(&self->scan, "sinergi-proof-1\n"))
        return s_refuse(self, ret_problem, "proof.header", "the first line of the proof is malformed");
    return ST_OK;
}

static void s_reserve(batch_reader_t *self, size_t size)
{
    if (size <= self->capacity)
        return;
    free(self->buffer);
    self->capacity = (size + BUFFER_STEP - 1) / BUFFER_STEP * BUFFER_STEP;
    self->buffer = malloc(self->capacity);
    CHECK(self->buffer);
}

status_t batch_reader_open(batch_reader_t *self, const void *packed, size_t length, problem_t *ret_problem)
{
    if (length > LIMIT_LINK_BATCH_PACKED)
        return s_refuse(self, ret_problem, "batch.size", "the packed batch is too large");
    unsigned long long size = ZSTD_getFrameContentSize(packed, length);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size == 0)
        return s_refuse(self, ret_problem, "batch.frame", "the batch is no zstd frame that says its size");
    if (size > LIMIT_LINK_BATCH_UNPACKED)
        return s_refuse(self, ret_problem, "batch.size", "the unpacked batch would be too large");
    if (ZSTD_findFrameCompressedSize(packed, length) != length)
        return s_refuse(self, ret_problem, "batch.frame", "the batch is not exactly one zstd frame");
    s_reserve(self, (size_t)size);
    if (ZSTD_decompressDCtx(self->context, self->buffer, (size_t)size, packed, length) != size)
        return s_refuse(self, ret_problem, "batch.frame", "the zstd frame of the batch is damaged");
    return batch_reader_open_text(self, self->buffer, (size_t)size, ret_problem);
}

const batch_header_t *batch_reader_header(const batch_reader_t *self)
{
    return &self->header;
}

const problem_t *batch_reader_problem(const batch_reader_t *self)
{
    return self->problem.status == ST_OK ? NULL : &self->problem;
}

/* Bytes of an item, of at most `most` bytes. */
static bool s_bytes(scan_t *scan, size_t most, batch_item_t *item)
{
    int64_t length;
    if (!scan_number(scan, '\n', &length) || length < 1 || (uint64_t)length > most ||
        (uint64_t)length > (uint64_t)(scan->end - scan->at))
        return false;
    item->bytes = scan->at;
    item->length = (size_t)length;
    scan->at += length;
    return true;
}

static bool s_path(scan_t *scan, batch_item_t *item)
{
    item->path_length = 0;
    if (scan_literal(scan, "- "))
        return true;
    const char *stop = memchr(scan->at, ' ', (size_t)(scan->end - scan->at));
    size_t length = stop ? (size_t)(stop - scan->at) / (2 * HASH_BYTES) : 0;
    if (length < 1 || length > BATCH_PATH_MOST || !scan_hex(scan, ' ', length * HASH_BYTES, item->path))
        return false;
    item->path_length = length;
    return true;
}

/* An event is one line, so no byte of it is a control character. */
static bool s_is_line(const char *bytes, size_t length)
{
    unsigned controls = 0;
    for (size_t i = 0; i < length; i++)
        controls += (unsigned char)bytes[i] < 0x20;
    return controls == 0;
}

static bool s_event(scan_t *scan, batch_item_t *item)
{
    item->kind = BATCH_EVENT;
    return scan_number(scan, ' ', &item->leaf) && item->leaf >= 1 && scan_node(scan, ' ', item->node) &&
           scan_uuid(scan, ' ', &item->epoch) && scan_number(scan, ' ', &item->seal) &&
           scan_number(scan, ' ', &item->index) && item->index < LIMIT_SEAL_LEAVES && s_path(scan, item) &&
           s_bytes(scan, LIMIT_FRAME_BYTES, item) && s_is_line(item->bytes, item->length) &&
           scan_literal(scan, "\n");
}

bool batch_signed_scan(scan_t *scan, size_t most, batch_item_t *item)
{
    return scan_hex(scan, ' ', SIGNATURE_BYTES, item->signature.bytes) && s_bytes(scan, most - 1, item);
}

bool batch_item_scan(scan_t *scan, batch_item_t *item)
{
    if (scan_literal(scan, "event "))
        return s_event(scan, item);
    item->kind = BATCH_SEAL;
    if (scan_literal(scan, "seal "))
        return batch_signed_scan(scan, SEAL_TEXT, item);
    item->kind = BATCH_CERTIFICATE;
    return scan_literal(scan, "certificate ") && batch_signed_scan(scan, CERTIFICATE_TEXT, item);
}

static bool s_stop(batch_reader_t *self, const char *code, const char *why)
{
    problem_set(&self->problem, ST_INVALID, code, "", "%s", why);
    self->scan.at = self->scan.end;
    return false;
}

bool batch_reader_next(batch_reader_t *self, batch_item_t *ret_item)
{
    if (self->scan.at == self->scan.end)
        return false;
    if (!batch_item_scan(&self->scan, ret_item))
        return self->proof ? s_stop(self, "proof.item", "an item of the proof is malformed")
                           : s_stop(self, "batch.item", "an item of the batch is malformed");
    if (ret_item->kind != BATCH_EVENT || self->proof)
        return true;
    if (++self->events > LIMIT_LINK_BATCH_EVENTS)
        return s_stop(self, "batch.events", "the batch has too many events");
    if (ret_item->leaf <= self->last || ret_item->leaf > self->header.upto)
        return s_stop(self, "batch.order",
                      "the leaf of an event is not above the one before or not within the batch");
    self->last = ret_item->leaf;
    return true;
}
