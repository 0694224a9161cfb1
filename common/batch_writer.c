/* batch_writer - puts certificates, seals and events into one text and packs it */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "append.h"
#include "batch.h"
#include "check.h"
#include "hex.h"

/* Bytes that zstd packs into LIMIT_LINK_BATCH_PACKED whatever they are (it adds one in 256 at most): so a
 * batch never has to be split afterwards. */
#define TEXT_BYTES (LIMIT_LINK_BATCH_PACKED - LIMIT_LINK_BATCH_PACKED / 128)
#define HEADER_BYTES 128    /* room before the items, as `upto` is known last */
#define ITEM_LINE_BYTES 256 /* more than an item's line without its path */
#define LEVEL 1

struct batch_writer {
    ZSTD_CCtx *context;
    char *text; /* HEADER_BYTES, then the items */
    char *packed;
    size_t packed_capacity;
    size_t used; /* bytes of the items */
    size_t header_length;
    size_t events;
    bool proof;
    int64_t last; /* leaf of the last event, or `after` */
    batch_header_t header;
};

batch_writer_t *batch_writer_new(void)
{
    batch_writer_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->context = ZSTD_createCCtx();
    self->text = malloc(TEXT_BYTES);
    self->packed_capacity = ZSTD_compressBound(TEXT_BYTES);
    CHECK(self->packed_capacity <= LIMIT_LINK_BATCH_PACKED);
    self->packed = malloc(self->packed_capacity);
    CHECK(self->context && self->text && self->packed);
    CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(self->context, ZSTD_c_compressionLevel, LEVEL)));
    return self;
}

void batch_writer_destroy(batch_writer_t **self_p)
{
    batch_writer_t *self = *self_p;
    if (!self)
        return;
    ZSTD_freeCCtx(self->context);
    free(self->text);
    free(self->packed);
    free(self);
    *self_p = NULL;
}

static void s_reset(batch_writer_t *self, bool proof)
{
    memset(&self->header, 0, sizeof self->header);
    self->used = self->header_length = self->events = 0;
    self->proof = proof;
    self->last = 0;
}

void batch_writer_start(batch_writer_t *self, const char *lane, const uuid_id_t *epoch, int64_t after)
{
    CHECK(batch_lane_is(lane, strlen(lane)) && after >= 0);
    s_reset(self, false);
    memcpy(self->header.lane, lane, strlen(lane));
    self->header.epoch = *epoch;
    self->header.after = self->last = after;
}

void batch_writer_start_proof(batch_writer_t *self)
{
    s_reset(self, true);
}

/* Signed texts end their last line themselves. */
static void s_add_signed(batch_writer_t *self, const char *word, const batch_item_t *item)
{
    char *start = self->text + HEADER_BYTES + self->used, *to = append_text(start, word);
    to = hex_append(to, item->signature.bytes, SIGNATURE_BYTES);
    to = append_number(append_text(to, " "), (int64_t)item->length);
    to = append_bytes(append_text(to, "\n"), item->bytes, item->length);
    self->used += (size_t)(to - start);
}

/* What stands before the bytes of an event. */
static char *s_event_line(char *to, const batch_item_t *item)
{
    char epoch[UUID_TEXT];
    uuid_text(&item->epoch, epoch);
    to = append_number(append_text(to, "event "), item->leaf);
    to = append_text(append_text(to, " "), item->node);
    to = append_text(append_text(to, " "), epoch);
    to = append_number(append_text(to, " "), item->seal);
    to = append_number(append_text(to, " "), item->index);
    to = append_text(to, item->path_length ? " " : " -");
    to = hex_append(to, item->path, item->path_length * HASH_BYTES);
    return append_text(append_number(append_text(to, " "), (int64_t)item->length), "\n");
}

static void s_add_event(batch_writer_t *self, const batch_item_t *item)
{
    CHECK(item->length >= 1 && item->length <= LIMIT_FRAME_BYTES && !memchr(item->bytes, '\n', item->length));
    CHECK(item->path_length <= BATCH_PATH_MOST && (self->proof || item->leaf > self->last));
    char *start = self->text + HEADER_BYTES + self->used, *to = s_event_line(start, item);
    to = append_text(append_bytes(to, item->bytes, item->length), "\n");
    self->used += (size_t)(to - start);
    self->last = item->leaf;
    self->events++;
}

bool batch_writer_add(batch_writer_t *self, const batch_item_t *item)
{
    size_t most = ITEM_LINE_BYTES + 2 * HASH_BYTES * item->path_length + item->length;
    if (item->kind == BATCH_EVENT && self->events == LIMIT_LINK_BATCH_EVENTS)
        return false;
    if (HEADER_BYTES + self->used + most > TEXT_BYTES)
        return false;
    if (item->kind == BATCH_EVENT)
        s_add_event(self, item);
    else
        s_add_signed(self, item->kind == BATCH_SEAL ? "seal " : "certificate ", item);
    return true;
}

size_t batch_writer_events(const batch_writer_t *self)
{
    return self->events;
}

size_t batch_writer_bytes(const batch_writer_t *self)
{
    return self->used;
}

/* The header stands right before the items. */
static void s_header(batch_writer_t *self, const char *header)
{
    self->header_length = strlen(header);
    memcpy(self->text + HEADER_BYTES - self->header_length, header, self->header_length);
}

const char *batch_writer_text(batch_writer_t *self, size_t *ret_length)
{
    if (self->proof)
        s_header(self, "sinergi-proof-1\n");
    CHECK(self->header_length > 0);
    *ret_length = self->header_length + self->used;
    return self->text + HEADER_BYTES - self->header_length;
}

const void *batch_writer_finish(batch_writer_t *self, int64_t upto, size_t *ret_length)
{
    CHECK(!self->proof && self->header.lane[0] && upto >= self->last);
    char epoch[UUID_TEXT], header[HEADER_BYTES];
    self->header.upto = upto;
    uuid_text(&self->header.epoch, epoch);
    snprintf(header, sizeof header, "sinergi-batch-1 %s %s %" PRId64 " %" PRId64 "\n", self->header.lane,
             epoch, self->header.after, upto);
    s_header(self, header);
    size_t length;
    const char *text = batch_writer_text(self, &length);
    size_t packed = ZSTD_compress2(self->context, self->packed, self->packed_capacity, text, length);
    CHECK(!ZSTD_isError(packed));
    *ret_length = packed;
    return self->packed;
}
