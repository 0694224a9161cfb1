/* matching - at the centre alone: duplicate digests that came sealed are opened, so that they can be compared
 *
 * SQL cannot open them, and the follower runs SQL alone; so fold_business_registered only keeps what came, and here it is taken from that table, opened, and put back under a key
 * that only this node has. Comparing and telling is the timer duplicate_match then: a statement like any other, whose events are appended with what it writes, once each.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "hex.h"
#include "log.h"
#include "registry.h"

enum { COLUMNS = 5, ROUND_MS = 60000 };
enum { REGION, BUSINESS, SCHEME, SEALED, DIGEST };
static const array_type_t types[COLUMNS] = {ARRAY_TEXT, ARRAY_UUID, ARRAY_TEXT, ARRAY_BYTEA, ARRAY_BYTEA};

struct matching {
    serve_t *serve;
    db_t *db;
    sealing_key_t key;
    bool busy;
    int64_t not_before;
    array_t *columns[COLUMNS];
    db_parameters_t *parameters;
};

matching_t *matching_new(serve_t *serve, db_t *db)
{
    char path[NODE_DIR_TEXT + 32];
    sealing_key_t key;
    problem_t problem;
    snprintf(path, sizeof path, "%s/keys/sealing.json", serve_node(serve)->dir);
    if (sealing_key_load(path, &key, &problem) != ST_OK)
        fatal("%s", problem.why);
    bool holds = memcmp(key.public_key, serve_tree(serve)->matching, sizeof key.public_key) == 0;
    if (!holds && strcmp(serve_node(serve)->region, "00") == 0)
        log_warn("matching", "state", "no_key", "why",
                 "tree.json names another matching key: no duplicates over regions are found", NULL);
    matching_t *self = holds ? calloc(1, sizeof *self) : NULL;
    CHECK(self || !holds);
    if (self) {
        self->serve = serve;
        self->db = db;
        self->key = key;
        for (int i = 0; i < COLUMNS; i++)
            self->columns[i] = array_new(types[i]);
        self->parameters = db_parameters_new();
        registry_prepare(serve, db, "matching_sealed", "");
        registry_prepare(serve, db, "matching_open", "text[],uuid[],text[],bytea[],bytea[],text,timestamptz");
    }
    keys_wipe(&key, sizeof key);
    return self;
}

void matching_destroy(matching_t **self_p)
{
    matching_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < COLUMNS; i++)
        array_destroy(&self->columns[i]);
    db_parameters_destroy(&self->parameters);
    keys_wipe(self, sizeof *self);
    free(self);
    *self_p = NULL;
}

void matching_lost(matching_t *self)
{
    self->busy = false;
}

static bool s_went_wrong(matching_t *self, const PGresult *result)
{
    problem_t problem;
    if (result && PQresultStatus(result) != PGRES_FATAL_ERROR)
        return false;
    self->busy = false;
    self->not_before = clock_monotonic() + ROUND_MS;
    if (result) {
        db_problem(self->db, result, &problem);
        log_error("matching", "code", problem.code, "why", problem.why, NULL);
    }
    return true;
}

/* A digest that was not sealed to this centre keeps neither form: it is not tried again. */
static void s_open(matching_t *self, const PGresult *rows, int row)
{
    const char *text = PQgetvalue(rows, row, 3), *business = PQgetvalue(rows, row, 1);
    uint8_t sealed[DIGEST_SEALED * 2];
    uuid_id_t id;
    hash_t digest;
    size_t length = strlen(text) / 2;
    bool fits = length <= sizeof sealed && hex_decode(text, 2 * length, sealed);
    bool opened = fits && length == DIGEST_SEALED && digest_open(&self->key, sealed, &digest);
    CHECK(uuid_of_text(business, strlen(business), &id));
    if (!opened)
        log_warn("matching", "state", "not_sealed_to_us", "business", business, NULL);
    array_text(self->columns[REGION], PQgetvalue(rows, row, 0));
    array_uuid(self->columns[BUSINESS], id.bytes);
    array_text(self->columns[SCHEME], PQgetvalue(rows, row, 2));
    array_bytes(self->columns[SEALED], fits ? sealed : NULL, length);
    hash_t match = opened ? digest_match(serve_digest_key(self->serve), &digest) : (hash_t){{0}};
    array_bytes(self->columns[DIGEST], opened ? match.bytes : NULL, HASH_BYTES);
    sodium_memzero(&digest, sizeof digest);
}

static void s_on_opened(void *argument, const PGresult *result)
{
    matching_t *self = argument;
    if (s_went_wrong(self, result))
        return;
    self->busy = false;
    matching_tick(self); /* what does not fit into one page does not wait for the next tick */
}

static void s_on_sealed(void *argument, const PGresult *result)
{
    matching_t *self = argument;
    char now[CLOCK_TEXT];
    if (s_went_wrong(self, result))
        return;
    if (PQntuples(result) == 0) {
        self->busy = false;
        return;
    }
    for (int i = 0; i < COLUMNS; i++)
        array_clear(self->columns[i]);
    for (int row = 0; row < PQntuples(result); row++)
        s_open(self, result, row);
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    for (int i = 0; i < COLUMNS; i++)
        db_array(self->parameters, self->columns[i]);
    db_text(self->parameters, serve_node(self->serve)->region);
    db_text(self->parameters, now);
    db_run(self->db, "matching_open", self->parameters, s_on_opened, self);
    db_sync(self->db);
}

void matching_tick(matching_t *self)
{
    if (self->busy || clock_monotonic() < self->not_before || clock_doubt())
        return;
    self->busy = true;
    db_run(self->db, "matching_sealed", NULL, s_on_sealed, self);
    db_sync(self->db);
}
