/* archive_reader - reads an archive frame by frame within its bounds and gives its items one by one */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "archive.h"
#include "check.h"

#define STEP (256 * 1024)

struct archive_reader {
    FILE *file;
    ZSTD_DCtx *context;
    char *packed, *text;
    size_t packed_room, packed_length; /* what was read and not unpacked yet */
    size_t text_room;
    scan_t scan;
    bool ended; /* the line "end" was read */
    int64_t events, leaves;
    archive_header_t header;
    problem_t problem; /* status ST_OK: none */
};

archive_reader_t *archive_reader_new(void)
{
    archive_reader_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->context = ZSTD_createDCtx();
    CHECK(self->context);
    return self;
}

void archive_reader_destroy(archive_reader_t **self_p)
{
    archive_reader_t *self = *self_p;
    if (!self)
        return;
    ZSTD_freeDCtx(self->context);
    free(self->packed);
    free(self->text);
    free(self);
    *self_p = NULL;
}

static bool s_stop(archive_reader_t *self, const char *code, const char *why)
{
    if (self->problem.status == ST_OK)
        problem_set(&self->problem, ST_INVALID, code, "", "%s", why);
    self->scan.at = self->scan.end = NULL;
    self->ended = true;
    return false;
}

static bool s_more(archive_reader_t *self)
{
    if (self->packed_length == self->packed_room) {
        if (self->packed_room >= ARCHIVE_FRAME_PACKED)
            return false;
        self->packed_room += STEP;
        self->packed = realloc(self->packed, self->packed_room);
        CHECK(self->packed);
    }
    size_t got =
        fread(self->packed + self->packed_length, 1, self->packed_room - self->packed_length, self->file);
    self->packed_length += got;
    return got > 0;
}

/* The size of the frame that begins the packed bytes, reading on until it is whole; 0 if there is none. */
static size_t s_frame(archive_reader_t *self)
{
    for (;;) {
        size_t size =
            self->packed_length ? ZSTD_findFrameCompressedSize(self->packed, self->packed_length) : 0;
        if (size > 0 && !ZSTD_isError(size))
            return size;
        if (!s_more(self))
            return 0;
    }
}

/* Unpack the next frame into the text; what it says of its size is believed only within the bound. */
static bool s_unpack(archive_reader_t *self)
{
    size_t packed = s_frame(self);
    if (packed == 0)
        return s_stop(
            self, self->packed_length >= ARCHIVE_FRAME_PACKED ? "archive.size" : "archive.frame",
            "the file ends before its last line, or is no series of whole zstd frames within the bound");
    unsigned long long size = ZSTD_getFrameContentSize(self->packed, packed);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size == 0)
        return s_stop(self, "archive.frame", "a frame does not say its size");
    if (size > ARCHIVE_FRAME_UNPACKED)
        return s_stop(self, "archive.size", "a frame would be larger than 8 MiB unpacked");
    if (size > self->text_room) {
        free(self->text);
        self->text_room = (size_t)(size + STEP - 1) / STEP * STEP;
        self->text = malloc(self->text_room);
        CHECK(self->text);
    }
    if (ZSTD_decompressDCtx(self->context, self->text, (size_t)size, self->packed, packed) != size)
        return s_stop(self, "archive.frame", "a frame is damaged");
    memmove(self->packed, self->packed + packed, self->packed_length - packed);
    self->packed_length -= packed;
    self->scan = (scan_t){self->text, self->text + size};
    return true;
}

/* YYYY-MM */
static bool s_month(scan_t *scan, char ret_month[ARCHIVE_MONTH_TEXT])
{
    const char *word;
    size_t length;
    if (!scan_word(scan, ' ', ARCHIVE_MONTH_TEXT - 1, &word, &length) || length != ARCHIVE_MONTH_TEXT - 1)
        return false;
    for (size_t i = 0; i < length; i++)
        if (i == 4 ? word[i] != '-' : word[i] < '0' || word[i] > '9')
            return false;
    memcpy(ret_month, word, length);
    ret_month[length] = '\0';
    int month = (word[5] - '0') * 10 + (word[6] - '0');
    return month >= 1 && month <= 12;
}

status_t archive_reader_open(archive_reader_t *self, FILE *file, problem_t *ret_problem)
{
    self->file = file;
    self->packed_length = 0;
    self->problem.status = ST_OK;
    self->ended = false;
    self->events = self->leaves = 0;
    self->header = (archive_header_t){0};
    archive_header_t *header = &self->header;
    scan_t *scan = &self->scan;
    if (s_unpack(self) && (!scan_literal(scan, "sinergi-archive-1 ") || !scan_node(scan, ' ', header->node) ||
                           !s_month(scan, header->month) || !scan_number(scan, ' ', &header->part) ||
                           header->part < 1 || !scan_number(scan, ' ', &header->events) ||
                           !scan_number(scan, '\n', &header->leaves) || header->events > header->leaves))
        s_stop(self, "archive.header", "the first line of the archive is malformed");
    if (self->problem.status == ST_OK)
        return ST_OK;
    return problem_set(ret_problem, self->problem.status, self->problem.code, "", "%s", self->problem.why);
}

const archive_header_t *archive_reader_header(const archive_reader_t *self)
{
    return &self->header;
}

const problem_t *archive_reader_problem(const archive_reader_t *self)
{
    return self->problem.status == ST_OK ? NULL : &self->problem;
}

static bool s_leaf(scan_t *scan, archive_item_t *item)
{
    item->kind = ARCHIVE_LEAF;
    memset(&item->item, 0, sizeof item->item);
    return scan_number(scan, ' ', &item->item.leaf) && item->item.leaf >= 1 &&
           scan_hex(scan, '\n', HASH_BYTES, item->hash.bytes);
}

static bool s_item(scan_t *scan, archive_item_t *item)
{
    static const archive_kind_t kinds[] = {ARCHIVE_CERTIFICATE, ARCHIVE_SEAL, ARCHIVE_EVENT};
    if (scan_literal(scan, "leaf "))
        return s_leaf(scan, item);
    if (scan_literal(scan, "revocation ")) {
        item->kind = ARCHIVE_REVOCATION;
        return batch_signed_scan(scan, REVOCATION_TEXT, &item->item);
    }
    bool good = batch_item_scan(scan, &item->item);
    if (good)
        item->kind = kinds[item->item.kind];
    return good;
}

bool archive_reader_next(archive_reader_t *self, archive_item_t *ret_item)
{
    if (self->ended)
        return false;
    while (self->scan.at == self->scan.end)
        if (!s_unpack(self))
            return false;
    if (scan_literal(&self->scan, "end\n")) {
        self->ended = true;
        if (self->scan.at != self->scan.end || self->packed_length > 0 || s_more(self))
            return s_stop(self, "archive.item", "something stands behind the last line");
        if (self->events != self->header.events || self->leaves != self->header.leaves)
            return s_stop(self, "archive.item",
                          "it holds not as many events and leaves as its first line says");
        return false;
    }
    if (!s_item(&self->scan, ret_item))
        return s_stop(self, "archive.item", "an item of the archive is malformed");
    self->events += ret_item->kind == ARCHIVE_EVENT;
    self->leaves += ret_item->kind == ARCHIVE_EVENT || ret_item->kind == ARCHIVE_LEAF;
    if (self->events > self->header.events || self->leaves > self->header.leaves)
        return s_stop(self, "archive.item", "it holds more events or leaves than its first line says");
    return true;
}
