/* archive_writer - puts a month's items into frames, none across two */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "append.h"
#include "archive.h"
#include "check.h"
#include "hex.h"

#define TEXT_BYTES (1024 * 1024)
#define LEVEL 6             /* written once, kept for years */
#define ITEM_LINE_BYTES 512 /* more than an item's line without its path */

struct archive_writer {
    FILE *file;
    ZSTD_CCtx *context;
    char *text, *packed;
    size_t used, packed_room;
    bool failed;
    int error; /* errno of the first failure */
};

static void s_flush(archive_writer_t *self)
{
    size_t packed = ZSTD_compress2(self->context, self->packed, self->packed_room, self->text, self->used);
    CHECK(!ZSTD_isError(packed));
    if (!self->failed && fwrite(self->packed, 1, packed, self->file) != packed) {
        self->failed = true;
        self->error = errno;
    }
    self->used = 0;
}

archive_writer_t *archive_writer_new(FILE *file, const archive_header_t *header)
{
    archive_writer_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->file = file;
    self->context = ZSTD_createCCtx();
    self->text = malloc(TEXT_BYTES);
    self->packed_room = ZSTD_compressBound(TEXT_BYTES);
    self->packed = malloc(self->packed_room);
    CHECK(self->context && self->text && self->packed);
    CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(self->context, ZSTD_c_compressionLevel, LEVEL)));
    self->used = (size_t)snprintf(self->text, TEXT_BYTES,
                                  "sinergi-archive-1 %s %s %" PRId64 " %" PRId64 " %" PRId64 "\n",
                                  header->node, header->month, header->part, header->events, header->leaves);
    return self;
}

static char *s_signed(char *to, const char *word, const batch_item_t *item)
{
    to = hex_append(append_text(to, word), item->signature.bytes, SIGNATURE_BYTES);
    to = append_number(append_text(to, " "), (int64_t)item->length);
    return append_bytes(append_text(to, "\n"), item->bytes, item->length);
}

static char *s_event(char *to, const batch_item_t *item)
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
    to = append_number(append_text(to, " "), (int64_t)item->length);
    return append_text(append_bytes(append_text(to, "\n"), item->bytes, item->length), "\n");
}

void archive_writer_add(archive_writer_t *self, const archive_item_t *archived)
{
    const batch_item_t *item = &archived->item;
    bool leaf = archived->kind == ARCHIVE_LEAF;
    size_t most = ITEM_LINE_BYTES + (leaf ? 0 : item->length + 2 * HASH_BYTES * item->path_length);
    CHECK(most <= TEXT_BYTES);
    if (self->used + most > TEXT_BYTES)
        s_flush(self);
    char *start = self->text + self->used, *to = start;
    if (leaf) {
        to = append_text(append_number(append_text(to, "leaf "), item->leaf), " ");
        to = append_text(hex_append(to, archived->hash.bytes, HASH_BYTES), "\n");
    } else if (archived->kind == ARCHIVE_EVENT)
        to = s_event(to, item);
    else
        to = s_signed(to,
                      archived->kind == ARCHIVE_SEAL         ? "seal "
                      : archived->kind == ARCHIVE_REVOCATION ? "revocation "
                                                             : "certificate ",
                      item);
    self->used += (size_t)(to - start);
}

bool archive_writer_finish(archive_writer_t **self_p)
{
    archive_writer_t *self = *self_p;
    if (self->used + 4 > TEXT_BYTES)
        s_flush(self);
    self->used = (size_t)(append_text(self->text + self->used, "end\n") - self->text);
    s_flush(self);
    if (fflush(self->file) != 0 && !self->failed) {
        self->failed = true;
        self->error = errno;
    }
    bool good = !self->failed;
    int error = self->error;
    ZSTD_freeCCtx(self->context);
    free(self->text);
    free(self->packed);
    free(self);
    *self_p = NULL;
    errno = error;
    return good;
}
