/* archive_write - the file of a month: written, synced, read back and checked (proto/README.md section 9) */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "ctl.h"
#include "log.h"
#include "verify.h"

typedef struct {
    verify_t *verify;
    month_t *month;
    archive_writer_t *writer;
    seal_book_t *written; /* seals of other nodes that stand in the file already */
    bool *touched;        /* of each own seal: does it cover an event of the month? */
} job_t;

static void s_signed(job_t *job, archive_kind_t kind, const char *text, size_t length, const void *signature)
{
    archive_item_t item = {.kind = kind, .item = {.bytes = text, .length = length}};
    memcpy(item.item.signature.bytes, signature, SIGNATURE_BYTES);
    archive_writer_add(job->writer, &item);
}

/* All that the node holds: an issuer stands before those that it issued, as they were added. */
static void s_trust(job_t *job)
{
    certificates_t *all = job->verify->certificates;
    for (size_t i = 0; i < certificates_count(all); i++) {
        const signed_certificate_t *certificate = certificates_at(all, i);
        s_signed(job, ARCHIVE_CERTIFICATE, certificate->text, certificate->length,
                 certificate->signature.bytes);
    }
    for (size_t i = 0; i < certificates_revocation_count(all); i++) {
        const signed_revocation_t *revocation = certificates_revocation_at(all, i);
        s_signed(job, ARCHIVE_REVOCATION, revocation->text, revocation->length, revocation->signature.bytes);
    }
}

/* Which of the node's seals cover an event of the month, and how many leaves that are. */
static void s_touch(job_t *job)
{
    verify_t *self = job->verify;
    month_t *month = job->month;
    char query[320];
    copy_value_t row[1];
    snprintf(query, sizeof query,
             "SELECT l.leaf FROM audit.event_row e JOIN audit.leaf l ON l.id = e.id WHERE e.id >= '%s' AND "
             "e.id < '%s'",
             month->low, month->high);
    copy_rows_t *rows = copy_rows_new(self->connection, query);
    month->header.events = month->header.leaves = month->last = 0;
    month->first = INT64_MAX;
    while (copy_rows_next(rows, row, 1)) {
        int64_t leaf = copy_number(&row[0]);
        self->own.at = 0;
        size_t low = 0, high = self->own.count;
        while (low + 1 < high) {
            size_t middle = low + (high - low) / 2;
            if (self->own.items[middle].first <= leaf)
                low = middle;
            else
                high = middle;
        }
        if (high == 0 || leaf >= self->own.items[low].first + self->own.items[low].count)
            fatal("archive: leaf %lld is under no seal yet; run it again in a second", (long long)leaf);
        month->header.leaves += job->touched[low] ? 0 : self->own.items[low].count;
        job->touched[low] = true;
        month->header.events++;
        month->first = leaf < month->first ? leaf : month->first;
        month->last = leaf > month->last ? leaf : month->last;
    }
    copy_rows_destroy(&rows);
}

/* The texts of the node's own seals from `first` to `last`, in the order of their numbers. */
static void s_seal_texts(const verify_t *self, size_t first, size_t last, char (*texts)[SEAL_TEXT],
                         signature_t *signatures)
{
    char query[256];
    copy_value_t row[3];
    snprintf(query, sizeof query,
             "SELECT text, signature, epoch FROM audit.seal WHERE node = '%s' AND number BETWEEN %lld AND "
             "%lld ORDER BY number",
             self->node->name, (long long)self->own.items[first].number,
             (long long)self->own.items[last].number);
    copy_rows_t *rows = copy_rows_new(self->connection, query);
    size_t at = first;
    while (copy_rows_next(rows, row, 3)) {
        seal_t seal;
        problem_t problem;
        if (seal_read(row[0].bytes, (size_t)row[0].length, &seal, &problem) != ST_OK || at > last ||
            seal.number != self->own.items[at].number ||
            memcmp(seal.epoch.bytes, self->own.items[at].epoch.bytes, sizeof seal.epoch.bytes) != 0)
            continue;
        copy_text(&row[0], texts[at - first], SEAL_TEXT);
        memcpy(signatures[at - first].bytes, row[1].bytes, SIGNATURE_BYTES);
        at++;
    }
    copy_rows_destroy(&rows);
    if (at != last + 1)
        fatal("archive: a seal of this node is missing: `sinergi verify` names the row");
}

enum { LEAF, HASH, ID, BODY, NODE, EPOCH, SEAL, INDEX, PATH, TEXT, SIGNATURE, COLUMNS };

/* A received event's seal stands before the first event that needs it. */
static void s_origin(job_t *job, const copy_value_t *row, archive_item_t *item)
{
    seal_t seal;
    problem_t problem;
    size_t path = (size_t)row[PATH].length;
    copy_text(&row[NODE], item->item.node, sizeof item->item.node);
    copy_uuid(&row[EPOCH], &item->item.epoch);
    item->item.seal = copy_number(&row[SEAL]);
    item->item.index = copy_number(&row[INDEX]);
    if (path % HASH_BYTES || path > BATCH_PATH_MOST * HASH_BYTES ||
        row[SIGNATURE].length != SIGNATURE_BYTES ||
        seal_read(row[TEXT].bytes, (size_t)row[TEXT].length, &seal, &problem) != ST_OK)
        fatal("archive: leaf %lld has no proof that counts: `sinergi verify` names the row",
              (long long)item->item.leaf);
    memcpy(item->item.path, row[PATH].bytes, path);
    item->item.path_length = path / HASH_BYTES;
    if (seal_book_find(job->written, seal.node, &seal.epoch, seal.number))
        return;
    seal_book_add(job->written, &seal, NULL, false);
    s_signed(job, ARCHIVE_SEAL, row[TEXT].bytes, (size_t)row[TEXT].length, row[SIGNATURE].bytes);
}

static void s_leaf(job_t *job, const own_seal_t *seal, const copy_value_t *row)
{
    archive_item_t item = {.kind = ARCHIVE_LEAF, .item = {.leaf = copy_number(&row[LEAF])}};
    copy_hash(&row[HASH], &item.hash);
    if (!copy_is_null(&row[ID])) {
        item.kind = ARCHIVE_EVENT;
        item.item.bytes = row[BODY].bytes;
        item.item.length = (size_t)row[BODY].length;
        if (!copy_is_null(&row[NODE]))
            s_origin(job, row, &item);
        else {
            memcpy(item.item.node, job->verify->node->name, sizeof item.item.node);
            item.item.epoch = seal->epoch;
            item.item.seal = seal->number;
            item.item.index = item.item.leaf - seal->first;
        }
    }
    archive_writer_add(job->writer, &item);
}

/* The blocks of neighbouring seals, `first` to `last` of the node's own. */
static void s_run(job_t *job, size_t first, size_t last, char (*texts)[SEAL_TEXT],
                  const signature_t *signatures)
{
    verify_t *self = job->verify;
    const own_seal_t *seals = self->own.items;
    char query[1024];
    copy_value_t row[COLUMNS];
    snprintf(
        query, sizeof query,
        "SELECT l.leaf, l.hash, e.id, e.body, p.node, p.epoch, p.seal, p.index, p.path, s.text, s.signature"
        " FROM audit.leaf l LEFT JOIN audit.event_row e ON e.id = l.id AND e.id >= '%s' AND e.id < '%s'"
        " LEFT JOIN audit.proof p ON p.id = e.id"
        " LEFT JOIN audit.seal s ON s.node = p.node AND s.epoch = p.epoch AND s.number = p.seal"
        " WHERE l.leaf >= %lld AND l.leaf < %lld ORDER BY l.leaf",
        job->month->low, job->month->high, (long long)seals[first].first,
        (long long)(seals[last].first + seals[last].count));
    copy_rows_t *rows = copy_rows_new(self->connection, query);
    size_t at = first;
    while (copy_rows_next(rows, row, COLUMNS)) {
        int64_t leaf = copy_number(&row[LEAF]);
        if (leaf >= seals[at].first + seals[at].count)
            at++;
        if (leaf == seals[at].first)
            s_signed(job, ARCHIVE_SEAL, texts[at - first], strlen(texts[at - first]),
                     signatures[at - first].bytes);
        s_leaf(job, &seals[at], row);
    }
    copy_rows_destroy(&rows);
}

/* Runs of at most this many seals: their texts are held together. */
enum { RUN_SEALS = 256 };

static void s_blocks(job_t *job)
{
    char(*texts)[SEAL_TEXT] = malloc(RUN_SEALS * sizeof *texts);
    signature_t *signatures = malloc(RUN_SEALS * sizeof *signatures);
    CHECK(texts && signatures);
    for (size_t i = 0; i < job->verify->own.count; i++) {
        size_t first = i;
        if (!job->touched[i])
            continue;
        while (i + 1 < job->verify->own.count && job->touched[i + 1] && i - first + 1 < RUN_SEALS)
            i++;
        s_seal_texts(job->verify, first, i, texts, signatures);
        s_run(job, first, i, texts, signatures);
    }
    free(texts);
    free(signatures);
}

/* What was written is read from the disk again, and nothing of it is believed. */
static void s_read_back(verify_t *self, month_t *month)
{
    problem_t problem = {0};
    archive_item_t item;
    archive_reader_t *reader = archive_reader_new();
    archive_check_t *check = archive_check_new(self->tree.root, self->tree.drill);
    FILE *stream = fopen(month->path, "rb");
    if (!stream)
        fatal("archive: %s: %s", month->path, strerror(errno));
    month->digest = archive_digest(stream);
    bool good = archive_reader_open(reader, stream, &problem) == ST_OK;
    if (good)
        archive_check_start(check, archive_reader_header(reader));
    while (good && archive_reader_next(reader, &item)) {
        hash_t hash;
        good = archive_check_take(check, &item, &problem) == ST_OK;
        const seal_t *seal = archive_check_seal(check, &hash);
        const own_seal_t *own = seal ? own_seal_numbered(&self->own, seal->number) : NULL;
        if (good && seal && (!own || !hash_same(&own->hash, &hash)))
            fatal("archive: %s does not hold this node's seals; nothing was dropped", month->path);
    }
    if (good && archive_reader_problem(reader)) {
        problem = *archive_reader_problem(reader);
        good = false;
    }
    if (!good || archive_check_end(check, &problem) != ST_OK)
        fatal("archive: %s does not verify: %s; nothing was dropped", month->path, problem.why);
    if (archive_check_count(check).events != month->header.events)
        fatal("archive: %s does not hold the month; nothing was dropped", month->path);
    fclose(stream);
    archive_check_destroy(&check);
    archive_reader_destroy(&reader);
}

static void s_sync(month_t *month, FILE *stream)
{
    if (fsync(fileno(stream)) != 0)
        fatal("archive: %s: %s; nothing was dropped", month->path, strerror(errno));
    month->bytes = (int64_t)lseek(fileno(stream), 0, SEEK_END);
    posix_fadvise(fileno(stream), 0, 0, POSIX_FADV_DONTNEED); /* so that the disk is read, not the memory */
    fclose(stream);
}

void archive_write(verify_t *self, month_t *month)
{
    job_t job = {.verify = self, .month = month, .written = seal_book_new()};
    job.touched = calloc(self->own.count + 1, sizeof *job.touched);
    CHECK(job.touched);
    s_touch(&job);
    int file = month->header.events
                   ? open(month->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)
                   : -1;
    FILE *stream = file >= 0 ? fdopen(file, "wb") : NULL;
    if (month->header.events && !stream)
        fatal("archive: %s: %s", month->path, strerror(errno));
    if (stream) {
        job.writer = archive_writer_new(stream, &month->header);
        s_trust(&job);
        s_blocks(&job);
        if (!archive_writer_finish(&job.writer))
            fatal("archive: %s: %s; nothing was dropped", month->path, strerror(errno));
        s_sync(month, stream);
        s_read_back(self, month);
    }
    free(job.touched);
    seal_book_destroy(&job.written);
}
