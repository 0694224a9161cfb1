/* verify - check a node's whole journal with nothing but the root's key: `sinergi verify`
 *
 * Certificates and revocations first, then every seal, then every leaf with its event in one pass, then what others
 * have seen, then archives. The first wrong row is named by table and key and ends the check.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "verify.h"

void verify_wrong(const verify_t *self, const char *table, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *why = NULL;
    if (vasprintf(&why, format, arguments) < 0)
        fatal("out of memory");
    va_end(arguments);
    if (self->json)
        json_print(json_pack("{s:s, s:b, s:{s:s, s:s, s:s}}", "node", self->node->name, "good", 0, "wrong",
                             "table", table, "key", key, "why", why));
    else
        printf("node %s: WRONG: %s %s: %s\n", self->node->name, table, key, why);
    exit(EXIT_CONFLICT);
}

void verify_note(verify_t *self, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    self->notes = realloc(self->notes, (self->note_count + 1) * sizeof *self->notes);
    CHECK(self->notes && vasprintf(&self->notes[self->note_count++], format, arguments) >= 0);
    va_end(arguments);
}

/* The sum of SHA-256(id || leaf) over all, added byte by byte: the same whatever their order. */
void leaf_set_add(leaf_set_t *self, int64_t leaf, const uuid_id_t *id)
{
    int64_t size = leaf / 8 + 1;
    if (size > self->size) {
        int64_t room = size > 2 * self->size ? size : 2 * self->size;
        self->bits = realloc(self->bits, (size_t)room);
        CHECK(self->bits);
        memset(self->bits + self->size, 0, (size_t)(room - self->size));
        self->size = room;
    }
    self->bits[leaf / 8] |= (uint8_t)(1 << leaf % 8);
    self->count++;
    hash_t one = hash_of_two(id->bytes, sizeof id->bytes, &leaf, sizeof leaf);
    for (int i = 0; i < HASH_BYTES; i++)
        self->digest.bytes[i] = (uint8_t)(self->digest.bytes[i] + one.bytes[i]);
}

bool leaf_set_has(const leaf_set_t *self, int64_t leaf)
{
    return leaf / 8 < self->size && self->bits[leaf / 8] & 1 << leaf % 8;
}

/* Leaves in their order and events by their ids: a plan that sorts or hashes whole events would fill a disk. */
void verify_snapshot(verify_t *self)
{
    PGresult *result =
        PQexec(self->connection,
               "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_hashjoin = off;"
               "SET LOCAL enable_mergejoin = off; SET LOCAL enable_sort = off; SET LOCAL jit = off;"
               "SET LOCAL max_parallel_workers_per_gather = 0");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fatal("the journal cannot be read: %s", PQerrorMessage(self->connection));
    PQclear(result);
}

static void s_good_json(const verify_t *self)
{
    char root[2 * KEY_BYTES + 1];
    hex_text(self->tree.root, KEY_BYTES, root);
    json_t *notes = json_array();
    for (size_t i = 0; i < self->note_count; i++)
        json_array_append_new(notes, json_string(self->notes[i]));
    json_t *good =
        json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o}", "node", self->node->name,
                  "good", 1, "leaves", (json_int_t)self->leaves, "events",
                  (json_int_t)(self->leaves - self->gone), "received", (json_int_t)self->received, "archived",
                  (json_int_t)self->gone, "archived_checked", (json_int_t)self->archived.count, "seals",
                  (json_int_t)self->seals, "refused_seals", (json_int_t)self->refused, "certificates",
                  (json_int_t)certificates_count(self->certificates), "root", root, "notes", notes);
    json_print(good);
    json_decref(good);
}

static void s_good(const verify_t *self)
{
    if (self->json) {
        s_good_json(self);
        return;
    }
    const char *name = self->node->name;
    for (size_t i = 0; i < self->note_count; i++)
        printf("node %s: note: %s\n", name, self->notes[i]);
    if (self->gone > 0 && self->archived.count == 0)
        printf("node %s: %lld events are archived: `sinergi verify --archive FILE...` checks them too\n",
               name, (long long)self->gone);
    if (self->archived.count > 0)
        printf("node %s: %lld archived events are in the files, each under its seal\n", name,
               (long long)self->archived.count);
    char root[2 * KEY_BYTES + 1];
    hex_text(self->tree.root, KEY_BYTES, root);
    printf("node %s: root's key %s%s\n", name, root,
           self->root_given ? ", the one that was given"
                            : ", as DIR/tree.json says: compare with the minutes of the founding");
    printf("node %s: %lld events (%lld received, each with its origin's proof), %lld seals of %lld nodes' "
           "journals, %zu certificates: all good\n",
           name, (long long)(self->leaves - self->gone), (long long)self->received, (long long)self->seals,
           (long long)self->nodes, certificates_count(self->certificates));
}

void verify_end(verify_t *self)
{
    for (size_t i = 0; i < self->note_count; i++)
        free(self->notes[i]);
    free(self->notes);
    free(self->own.items);
    free(self->acts.items);
    free(self->had.bits);
    free(self->archived.bits);
    seal_book_destroy(&self->book);
    certificates_destroy(&self->certificates);
    keys_wipe(&self->tree, sizeof self->tree);
    node_config_destroy(&self->node);
    PQfinish(self->connection);
    free(self);
}

verify_t *verify_begin(const char *dir, bool json)
{
    dir = node_folder(dir);
    verify_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->json = json;
    self->node = node_config_of_folder(dir);
    self->connection = database_open("auditor");
    verify_snapshot(self);
    verify_trust(self, dir);
    return self;
}

/* Whoever can write DIR can put a root's key of his own there, and sign everything anew. */
static void s_root(verify_t *self, const char *root)
{
    hash_t key;
    if (!root)
        return;
    if (!hash_of_text(root, strlen(root), &key))
        fatal("verify: --root is the root's public key: 64 hexadecimal characters");
    if (memcmp(key.bytes, self->tree.root, KEY_BYTES) != 0)
        verify_wrong(self, "tree.json", "root",
                     "the node's tree has another root than the one that was given");
    self->root_given = true;
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *proof = NULL, *root = NULL, *revocation = NULL;
    bool json = false, archive = false;
    const option_t options[] = {{"dir", &dir, NULL},
                                {"proof", &proof, NULL},
                                {"root", &root, NULL},
                                {"revocation", &revocation, NULL},
                                {"archive", NULL, &archive},
                                {"json", NULL, &json},
                                {0}};
    int files = options_take(&command_verify, argc, argv, options);
    if (proof && (archive || files > 0 || dir))
        fatal("verify: --proof is checked without a node: --dir, --archive and files do not go with it");
    if (revocation && !proof)
        fatal("verify: --revocation goes with --proof: a node's journal holds its own");
    if (proof)
        return verify_proof_file(proof, root, revocation, json);
    if (archive != (files > 0))
        fatal("verify: --archive and the files belong together: `sinergi verify --archive FILE...`");
    const char **names = calloc((size_t)files + 1, sizeof *names);
    CHECK(names);
    memcpy(names, argv, (size_t)files * sizeof *names);
    verify_t *self = verify_begin(dir, json);
    self->files = names;
    s_root(self, root);
    verify_seals(self);
    verify_leaves(self);
    verify_acts(self);
    verify_witness(self);
    verify_archives(self);
    s_good(self);
    verify_end(self);
    free(names);
    return EXIT_OK;
}

const command_t command_verify = {
    "verify", "check the node's whole journal, or a proof, with nothing but the root's key",
    "sinergi verify [--dir DIR] [--root HEX] [--json] [--archive FILE...]\n"
    "sinergi verify --proof FILE --root HEX [--revocation FILE] [--json]\n\n"
    "Recomputes every event's hash, every seal's root and chain, compares each column with the sealed bytes, "
    "and checks "
    "every signature and certificate up to the\n"
    "root's key in DIR/tree.json, which --root HEX compares with the one that you know, for the node's own "
    "events and for those it received; then what witnesses "
    "have seen. "
    "Reads the audit views as role auditor.\n"
    "Names the first wrong row by table and key and exits 5 if something is wrong. What is no fault of this "
    "journal, a "
    "fork of another node's for one, is a note.\n\n"
    "--archive FILE... checks the files of `sinergi archive` too; all of them together make the journal "
    "whole from its "
    "first leaf.\n"
    "--proof FILE checks one event that `sinergi prove` gave, without a node or a network: HEX is the root's "
    "public key "
    "(\"root\" in DIR/tree.json); --revocation FILE\n"
    "holds revocations as `sinergi prove --revocations` gives them.\n\n"
    "  sinergi verify --dir DIR\n"
    "  sinergi verify --proof event.proof --root \"$(jq -r .root DIR/tree.json)\"\n",
    s_run};
