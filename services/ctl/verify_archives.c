/* verify_archives - the files that were named: each is checked by itself, and together they hold all that is archived
 *
 * Each file's certificates, seals, hashes and paths are checked again from the root's key. Its seals must be those
 * of this database, its digest the one that was noted, and its events those whose ids were left behind.
 */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ctl.h"
#include "log.h"
#include "verify.h"

typedef struct {
    verify_t *verify;
    archive_check_t *check;
    const char *path;
    archive_header_t header;
} file_t;

static void s_wrong(const file_t *file, const char *why) __attribute__((noreturn));
static void s_wrong(const file_t *file, const char *why)
{
    verify_wrong(file->verify, "archive", file->path, "%s", why);
}

/* A leaf that is no event's, and one under another seal than the database's, is named by its number. */
static void s_take(file_t *file, const archive_item_t *item)
{
    problem_t problem;
    hash_t hash;
    verify_t *self = file->verify;
    if (archive_check_take(file->check, item, &problem) != ST_OK)
        s_wrong(file, problem.why);
    const seal_t *seal = archive_check_seal(file->check, &hash);
    if (item->kind == ARCHIVE_SEAL && seal) {
        const own_seal_t *own = own_seal_numbered(&self->own, seal->number);
        if (!own || !hash_same(&own->hash, &hash))
            s_wrong(file, "a seal of the file is not the one that is in the database");
    }
    if (item->kind == ARCHIVE_EVENT) {
        if (item->item.leaf > self->head)
            s_wrong(file, "it holds a leaf that the journal never had");
        if (leaf_set_has(&self->archived, item->item.leaf))
            s_wrong(file, "it holds a leaf of a file before it: was one file named twice?");
        leaf_set_add(&self->archived, item->item.leaf, &archive_check_envelope(file->check)->id);
    }
}

hash_t archive_digest(FILE *stream)
{
    unsigned char block[65536];
    hash_t digest;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (size_t got; (got = fread(block, 1, sizeof block, stream)) > 0;)
        crypto_hash_sha256_update(&state, block, got);
    crypto_hash_sha256_final(&state, digest.bytes);
    rewind(stream);
    return digest;
}

/* Is the file the one that was noted when its rows were dropped? */
static void s_noted(file_t *file, const hash_t *digest)
{
    char part[24], hex[HASH_TEXT];
    snprintf(part, sizeof part, "%lld", (long long)file->header.part);
    const char *values[] = {file->header.month, part};
    PGresult *result =
        PQexecParams(file->verify->connection,
                     "SELECT encode(digest, 'hex') FROM audit.archive WHERE month = $1 AND part = $2::bigint",
                     2, NULL, values, NULL, NULL, 0);
    hash_text(digest, hex);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fatal("verify: %s", PQerrorMessage(file->verify->connection));
    if (PQntuples(result) != 1)
        s_wrong(file, "no such month and part was archived by this database");
    if (strcmp(PQgetvalue(result, 0, 0), hex) != 0)
        s_wrong(file, "its SHA-256 is not the one that was noted when the month was archived");
    PQclear(result);
}

static void s_file(verify_t *self, archive_reader_t *reader, archive_check_t *check, const char *path)
{
    problem_t problem;
    archive_item_t item;
    file_t file = {.verify = self, .check = check, .path = path};
    FILE *stream = fopen(path, "rb");
    if (!stream)
        fatal("%s: %s", path, strerror(errno));
    hash_t digest = archive_digest(stream);
    if (archive_reader_open(reader, stream, &problem) != ST_OK)
        s_wrong(&file, problem.why);
    file.header = *archive_reader_header(reader);
    if (strcmp(file.header.node, self->node->name) != 0)
        s_wrong(&file, "it is an archive of another node");
    s_noted(&file, &digest);
    archive_check_start(check, &file.header);
    while (archive_reader_next(reader, &item))
        s_take(&file, &item);
    const problem_t *malformed = archive_reader_problem(reader);
    if (malformed)
        s_wrong(&file, malformed->why);
    if (archive_check_end(check, &problem) != ST_OK)
        s_wrong(&file, problem.why);
    self->received += archive_check_count(check).received;
    fclose(stream);
}

void verify_archives(verify_t *self)
{
    archive_reader_t *reader = archive_reader_new();
    archive_check_t *check = archive_check_new(self->tree.root, self->tree.drill);
    for (const char **path = self->files; *path; path++)
        s_file(self, reader, check, *path);
    archive_check_destroy(&check);
    archive_reader_destroy(&reader);
    if (!self->files[0])
        return;
    for (int64_t leaf = 1; leaf <= self->head; leaf++)
        if (leaf_set_has(&self->had, leaf) && !leaf_set_has(&self->archived, leaf)) {
            char key[24];
            snprintf(key, sizeof key, "%lld", (long long)leaf);
            verify_wrong(self, "journal.had", key,
                         "leaf %s is archived, and in none of the files that were named", key);
        }
    if (self->had.count != self->archived.count || !hash_same(&self->had.digest, &self->archived.digest))
        verify_wrong(self, "journal.had", self->node->name, "ids and leaves are not those of the archives");
}
