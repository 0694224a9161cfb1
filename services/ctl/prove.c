/* prove - give one event with its proof, which stands alone: `sinergi prove` */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "verify.h"

/* What a proof is made of; the bytes are copies. */
typedef struct {
    batch_item_t event;
    char *body;
    char text[SEAL_TEXT]; /* of the origin's seal */
    size_t length;
    signature_t signature;
    char region[REGION_TEXT];
    bool behalf;
    bool own;
} found_t;

static void s_keep_body(found_t *found, const char *bytes, size_t length)
{
    found->body = malloc(length + 1);
    CHECK(found->body);
    memcpy(found->body, bytes, length);
    found->event.bytes = found->body;
    found->event.length = length;
}

static void s_keep_seal(found_t *found, const char *text, size_t length, const void *signature)
{
    if (length >= sizeof found->text)
        fatal("prove: the seal is malformed: `sinergi verify` names the row");
    memcpy(found->text, text, length);
    found->length = length;
    memcpy(found->signature.bytes, signature, SIGNATURE_BYTES);
}

/* The path of an own event: what the leaves beside it under the seal give. */
static void s_own_path(const verify_t *self, found_t *found, int64_t first, int64_t count)
{
    char query[160];
    hash_t leaves[LIMIT_SEAL_LEAVES];
    copy_value_t row[1];
    int64_t filled = 0;
    snprintf(query, sizeof query,
             "SELECT hash FROM audit.leaf WHERE leaf >= %lld AND leaf < %lld ORDER BY leaf", (long long)first,
             (long long)(first + count));
    copy_rows_t *rows = copy_rows_new(self->connection, query);
    while (filled < LIMIT_SEAL_LEAVES && copy_rows_next(rows, row, 1) && copy_hash(&row[0], &leaves[filled]))
        filled++;
    copy_rows_destroy(&rows);
    if (filled != count)
        fatal("prove: leaves under its seal are missing: `sinergi verify` names the row");
    merkle_t *tree = merkle_new();
    merkle_build(tree, leaves, (size_t)count);
    found->event.path_length = merkle_path(tree, (size_t)found->event.index, found->event.path);
    merkle_destroy(&tree);
}

/* A seal lies over at most LIMIT_SEAL_LEAVES leaves; first > 0 asks for the index of first leaves. */
static const char s_query[] =
    "SELECT e.body, l.leaf, p.node, p.epoch, p.seal, p.index, p.path, s.text, s.signature, s.first, s.count, "
    "s.number, "
    "s.epoch, s.node"
    " FROM audit.event_row e LEFT JOIN audit.leaf l ON l.id = e.id LEFT JOIN audit.proof p ON p.id = e.id"
    " LEFT JOIN LATERAL (SELECT * FROM audit.seal o WHERE p.id IS NOT NULL AND o.node = p.node"
    " AND o.epoch = p.epoch AND o.number = p.seal"
    " UNION ALL (SELECT * FROM audit.seal o WHERE p.id IS NULL AND o.node = e.source AND o.first > 0"
    " AND o.first BETWEEN l.leaf - 1023 AND l.leaf AND l.leaf < o.first + o.count"
    " AND NOT EXISTS (SELECT FROM audit.epoch a JOIN audit.epoch b ON b.at > a.at WHERE a.epoch = o.epoch "
    "AND o.first > b.leaf) LIMIT 1)) s ON true WHERE e.id = '%s'";

/* False if the event is not in the database. */
static bool s_of_database(const verify_t *self, const char *id, found_t *found)
{
    enum {
        BODY,
        LEAF,
        NODE,
        EPOCH,
        SEAL,
        INDEX,
        PATH,
        TEXT,
        SIGNATURE,
        FIRST,
        COUNT,
        NUMBER,
        OWN_EPOCH,
        OWN_NODE,
        COLUMNS
    };
    char query[sizeof s_query + UUID_TEXT];
    copy_value_t row[COLUMNS], rest[COLUMNS];
    snprintf(query, sizeof query, s_query, id);
    copy_rows_t *rows = copy_rows_new(self->connection, query);
    bool any = copy_rows_next(rows, row, COLUMNS);
    if (any && row[SIGNATURE].length != SIGNATURE_BYTES)
        fatal("prove: the event is not sealed yet, or its seal is not here; ask again in a second");
    int64_t first = 0, count = 0;
    if (any) {
        bool own = found->own = copy_is_null(&row[NODE]);
        first = copy_number(&row[FIRST]);
        count = copy_number(&row[COUNT]);
        s_keep_body(found, row[BODY].bytes, (size_t)row[BODY].length);
        s_keep_seal(found, row[TEXT].bytes, (size_t)row[TEXT].length, row[SIGNATURE].bytes);
        found->event.seal = copy_number(&row[NUMBER]);
        found->event.index = own ? copy_number(&row[LEAF]) - first : copy_number(&row[INDEX]);
        found->event.leaf = first + found->event.index;
        copy_uuid(&row[OWN_EPOCH], &found->event.epoch);
        copy_text(&row[OWN_NODE], found->event.node, sizeof found->event.node);
        size_t path = own ? 0 : (size_t)row[PATH].length;
        if (path % HASH_BYTES || path > BATCH_PATH_MOST * HASH_BYTES)
            fatal("prove: the path is malformed: `sinergi verify` names the row");
        memcpy(found->event.path, row[PATH].bytes, path);
        found->event.path_length = path / HASH_BYTES;
        while (copy_rows_next(rows, rest, COLUMNS))
            ;
    }
    copy_rows_destroy(&rows);
    if (any && found->own)
        s_own_path(self, found, first, count);
    return any;
}

static FILE *s_open(const char *path, archive_reader_t *reader)
{
    problem_t problem;
    FILE *stream = fopen(path, "rb");
    if (!stream)
        fatal("%s: %s", path, strerror(errno));
    if (archive_reader_open(reader, stream, &problem) != ST_OK)
        fatal("%s: %s", path, problem.why);
    return stream;
}

/* The event, each item before it checked, and the path of an own one once its seal's last leaf was read. */
static bool s_find(archive_reader_t *reader, archive_check_t *check, const char *path, const uuid_id_t *id,
                   found_t *found)
{
    archive_item_t item;
    problem_t problem;
    bool any = false;
    while (archive_reader_next(reader, &item)) {
        if (archive_check_take(check, &item, &problem) != ST_OK)
            fatal("%s: %s", path, problem.why);
        const seal_t *seal = archive_check_seal(check, NULL);
        if (item.kind == ARCHIVE_EVENT &&
            memcmp(archive_check_envelope(check)->id.bytes, id->bytes, sizeof id->bytes) == 0) {
            found->event = item.item;
            s_keep_body(found, item.item.bytes, item.item.length);
            found->own = seal && item.item.path_length == 0 && item.item.seal == seal->number &&
                         strcmp(item.item.node, seal->node) == 0;
            any = true;
        }
        const merkle_t *tree = any ? archive_check_tree(check) : NULL;
        if (any && (!found->own || tree)) {
            if (found->own)
                found->event.path_length = merkle_path(tree, (size_t)found->event.index, found->event.path);
            return true;
        }
    }
    if (archive_reader_problem(reader))
        fatal("%s: %s", path, archive_reader_problem(reader)->why);
    return false;
}

/* The file's second reading, for the text of the seal: it stands before the event, and was not kept. */
static void s_find_seal(archive_reader_t *reader, const char *path, found_t *found)
{
    archive_item_t item;
    seal_t seal;
    problem_t problem;
    while (archive_reader_next(reader, &item))
        if (item.kind == ARCHIVE_SEAL &&
            seal_read(item.item.bytes, item.item.length, &seal, &problem) == ST_OK &&
            seal.number == found->event.seal && strcmp(seal.node, found->event.node) == 0 &&
            memcmp(seal.epoch.bytes, found->event.epoch.bytes, sizeof seal.epoch.bytes) == 0) {
            s_keep_seal(found, item.item.bytes, item.item.length, item.item.signature.bytes);
            found->event.leaf = seal.first + found->event.index;
            return;
        }
    fatal("%s: the event's seal is not in the file", path);
}

static bool s_of_archive(verify_t *self, const char *path, const uuid_id_t *id, found_t *found)
{
    archive_reader_t *reader = archive_reader_new();
    archive_check_t *check = archive_check_new(self->tree.root, self->tree.drill);
    FILE *stream = s_open(path, reader);
    archive_check_start(check, archive_reader_header(reader));
    bool any = s_find(reader, check, path, id, found);
    fclose(stream);
    if (any) {
        stream = s_open(path, reader);
        s_find_seal(reader, path, found);
        fclose(stream);
    }
    archive_check_destroy(&check);
    archive_reader_destroy(&reader);
    return any;
}

static void s_add(batch_writer_t *writer, const batch_item_t *item)
{
    if (!batch_writer_add(writer, item))
        fatal("prove: the proof would be larger than a proof may be");
}

/* The chain from the root down to the key of the seal, speaking for the event's region if any does. */
static void s_chain(verify_t *self, const found_t *found, batch_writer_t *writer)
{
    seal_t seal;
    problem_t problem;
    envelope_t event;
    const signed_certificate_t *chain[LIMIT_CHAIN_CERTIFICATES], *signer = NULL;
    if (seal_read(found->text, found->length, &seal, &problem) != ST_OK ||
        envelope_read(found->event.bytes, found->event.length, &event, &problem) != ST_OK)
        fatal("prove: %s", problem.why);
    signer = certificates_find(self->certificates, seal.node, &seal.key, event.region);
    if (!signer)
        signer = certificates_find(self->certificates, seal.node, &seal.key, NULL);
    if (!signer)
        fatal("prove: no certificate of node %s has the key of its seal: `sinergi verify` names the row",
              seal.node);
    size_t length = certificates_chain(signer, chain);
    for (size_t i = 0; i < length; i++)
        s_add(writer, &(batch_item_t){.kind = BATCH_CERTIFICATE,
                                      .bytes = chain[i]->text,
                                      .length = chain[i]->length,
                                      .signature = chain[i]->signature});
}

static int s_print(verify_t *self, const found_t *found)
{
    size_t length;
    proof_t proof;
    problem_t problem;
    batch_item_t event = found->event;
    batch_writer_t *writer = batch_writer_new();
    batch_writer_start_proof(writer);
    s_chain(self, found, writer);
    s_add(writer, &(batch_item_t){.kind = BATCH_SEAL,
                                  .bytes = found->text,
                                  .length = found->length,
                                  .signature = found->signature});
    event.kind = BATCH_EVENT;
    s_add(writer, &event);
    const char *text = batch_writer_text(writer, &length);
    if (proof_check(text, length, self->tree.root, self->tree.drill, &proof, &problem) != ST_OK)
        fatal("prove: what is here proves nothing: %s; `sinergi verify` names the row", problem.why);
    fwrite(text, 1, length, stdout);
    batch_writer_destroy(&writer);
    return fflush(stdout) == 0 ? EXIT_OK : EXIT_TROUBLE;
}

static void s_signed_item(const char *word, const char *text, size_t length, const signature_t *signature)
{
    char hex[2 * SIGNATURE_BYTES + 1];
    hex_text(signature->bytes, SIGNATURE_BYTES, hex);
    printf("%s %s %zu\n", word, hex, length);
    fwrite(text, 1, length, stdout);
}

/* All certificates too: a revocation takes older ones of its node with it, and those that a revoked key signed count
 * only if they were known before. */
static int s_revocations(verify_t *self)
{
    certificates_t *all = self->certificates;
    for (size_t i = 0; i < certificates_count(all); i++) {
        const signed_certificate_t *one = certificates_at(all, i);
        s_signed_item("certificate", one->text, one->length, &one->signature);
    }
    for (size_t i = 0; i < certificates_revocation_count(all); i++) {
        const signed_revocation_t *one = certificates_revocation_at(all, i);
        s_signed_item("revocation", one->text, one->length, &one->signature);
    }
    return fflush(stdout) == 0 ? EXIT_OK : EXIT_TROUBLE;
}

/* Where an archived event lies: in the file of its id's month, in one of its parts. */
static void s_missing(const verify_t *self, const char *id) __attribute__((noreturn));
static void s_missing(const verify_t *self, const char *id)
{
    const char *values[] = {id};
    PGresult *result = PQexecParams(
        self->connection,
        "SELECT string_agg(a.file, ' or ' ORDER BY a.part) FROM audit.had h JOIN audit.archive a ON a.month ="
        " to_char(to_timestamp(('x' || translate(left(h.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)"
        " AT TIME ZONE 'UTC', 'YYYY-MM') WHERE h.id = $1::uuid HAVING count(*) > 0",
        1, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fatal("prove: %s", PQerrorMessage(self->connection));
    if (PQntuples(result) > 0)
        fprintf(stderr,
                "sinergi: prove: the event is archived: `sinergi prove %s --archive FILE`, FILE being %s\n",
                id, PQgetvalue(result, 0, 0));
    else
        fprintf(stderr, "sinergi: prove: no event %s is here\n", id);
    exit(EXIT_MISSING);
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *archive = NULL;
    bool revocations = false;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"archive", &archive, NULL}, {"revocations", NULL, &revocations}, {0}};
    int left = options_take(&command_prove, argc, argv, options);
    uuid_id_t id;
    if (revocations ? left != 0 : left != 1 || !uuid_of_text(argv[0], strlen(argv[0]), &id))
        fatal("prove: name one event by its id, 36 lower-case characters; `sinergi prove --help` explains");
    verify_t *self = verify_begin(dir, false);
    found_t *found = calloc(1, sizeof *found);
    CHECK(found);
    int code;
    if (revocations)
        code = s_revocations(self);
    else if (archive ? s_of_archive(self, archive, &id, found) : s_of_database(self, argv[0], found))
        code = s_print(self, found);
    else
        s_missing(self, argv[0]);
    free(found->body);
    free(found);
    verify_end(self);
    return code;
}

const command_t command_prove = {
    "prove", "give one event with its proof, for a court",
    "sinergi prove [--dir DIR] EVENT-ID [--archive FILE] >PROOF\n"
    "sinergi prove [--dir DIR] --revocations >FILE\n\n"
    "Writes the event's bytes with its path, its origin's seal and the chain of certificates up to the root: "
    "a proof "
    "that stands alone, for own events and for received\n"
    "ones (proto/README.md section 5). It is checked before it is written. --archive takes the event out of "
    "a file of "
    "`sinergi archive`. --revocations gives all\n"
    "certificates and revocations that are known here, for whoever checks proofs.\n\n"
    "  sinergi prove 0185ea0c-... >event.proof\n"
    "  sinergi verify --proof event.proof --root HEX        here, or on any machine\n"
    "  python3 check_proof.py HEX event.proof               without Sinergi\n",
    s_run};
