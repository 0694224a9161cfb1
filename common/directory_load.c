/* directory_load - the directory's tables as they are read into memory
 *
 * One load is one statement that gives everything as JSON, so that it is of one snapshot; the old memory stays
 * until the new one is whole.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "check.h"
#include "contract.h"
#include "directory_private.h"
#include "log.h"

/* Milliseconds; NULL for none and for infinity, 1 for anything before 1970: 0 would be "none". */
#define MILLISECONDS(column)                                                                                 \
    "'" column "', CASE WHEN " column " < 'epoch' THEN 1 WHEN isfinite(" column ") THEN"                     \
    " (extract(epoch FROM " column ") * 1000)::bigint END"
#define TIMES MILLISECONDS("valid_from") ", " MILLISECONDS("valid_to") ", " MILLISECONDS("revoked_at")

/* A node speaks for a region since its first certificate for it, or for one that the region lies in: were it the one in force, each renewal would give
 * the time before it to the node above. What a revocation took does not count, for the node above has spoken since. */
#define COUNTING                                                                                             \
    "WITH counting AS (SELECT node, array_agg(valid_from) AS starts,"                                        \
    "   array_agg(array_to_string(regions, ' ')) AS held FROM journal.certificate c"                         \
    "   WHERE NOT EXISTS (SELECT FROM directory.revocation r WHERE r.node = c.node"                          \
    "     AND (c.valid_from <= r.valid_from OR encode(c.signing, 'hex') = r.signing))"                       \
    "   GROUP BY node) "
#define SINCE                                                                                                \
    " (extract(epoch FROM greatest('epoch', least('9999-01-01Z', valid_from, (SELECT min(start)"             \
    "   FROM unnest(starts, held) AS h (start, codes)"                                                       \
    "   WHERE string_to_array(codes, ' ') && ARRAY[code, left(code, 2), '00'])))) * 1000)::bigint"

/* One statement sees one snapshot. Rows that are not of the form of a key, name or code have no meaning here and
 * are left out: cut off, they could be taken for another. */
static const char load_sql[] = COUNTING
    "SELECT (SELECT version FROM directory.version),"
    " (SELECT json_agg(code ORDER BY code COLLATE \"C\") FROM directory.region),"
    " (SELECT json_agg(json_build_object('node', node, 'parent', coalesce(parent, ''), 'curve', curve,"
    "   'live', state = 'live', 'regions', (SELECT coalesce(json_agg(json_build_object('code', code, "
    "'since'," SINCE ") ORDER BY place), '[]')"
    "     FROM unnest(regions) WITH ORDINALITY AS r (code, place)"
    "     WHERE code ~ '^[0-9]{2}([.][0-9]{2})?$')) ORDER BY node COLLATE \"C\") FROM "
    "directory.node LEFT JOIN counting USING (node)"
    "   WHERE length(node) < 16 AND length(coalesce(parent, '')) < 16 AND length(curve) = "
    "40),"
    " (SELECT json_agg(json_build_object('principal', principal, 'person', person,"
    "   'organisation', coalesce(organisation::text, ''), 'region', region, 'key', key,"
    "   'fingerprint', fingerprint, 'roles', roles, 'key_to', key_to, " TIMES
    "   ) ORDER BY key COLLATE \"C\") FROM (SELECT principal, person, organisation, "
    "region, key, fingerprint,"
    "     roles, valid_from, valid_to, revoked_at, NULL::bigint AS key_to FROM "
    "directory.principal"
    "     UNION ALL SELECT p.principal, p.person, p.organisation, p.region, k.key, "
    "k.fingerprint, p.roles,"
    "     p.valid_from, p.valid_to, p.revoked_at, (extract(epoch FROM k.valid_to) * "
    "1000)::bigint"
    "     FROM directory.principal_key k JOIN directory.principal p USING (principal)"
    "     WHERE k.valid_to IS NOT NULL) AS p WHERE length(key) = 40 AND "
    "length(fingerprint) = 64),"
    " (SELECT json_agg(json_build_object('grant', grant_id, 'region', region, 'node', node,"
    "   'principal', principal, 'person', person, 'messages', messages, " TIMES
    ")) FROM directory.grant_behalf WHERE length(node) < 16),"
    " (SELECT json_agg(json_build_object('key', key, " MILLISECONDS(
        "until") ") ORDER BY key COLLATE \"C\")"
                 "   FROM (SELECT key, until FROM directory.invited WHERE length(key) = 40 "
                 "ORDER BY until DESC LIMIT 1024) AS i)";

void directory_prepare(directory_t *self, db_t *db)
{
    (void)self;
    db_prepare(db, "directory_load", load_sql, "");
}

static void s_texts_free(char **texts)
{
    for (char **text = texts; text && *text; text++)
        free(*text);
    free(texts);
}

/* An array of texts, ended by NULL. */
static char **s_texts(const json_t *array)
{
    char **texts = calloc(json_array_size(array) + 1, sizeof *texts);
    CHECK(texts);
    for (size_t i = 0; i < json_array_size(array); i++)
        CHECK((texts[i] = strdup(json_string_value(json_array_get(array, i)))));
    return texts;
}

void directory_memory_destroy(memory_t *memory)
{
    if (!memory)
        return;
    for (size_t i = 0; i < memory->node_count; i++) {
        s_texts_free(memory->nodes[i].regions);
        free(memory->nodes[i].since);
    }
    free(memory->principals);
    free(memory->nodes_by_key);
    free(memory->nodes);
    free(memory->regions);
    for (size_t i = 0; i < memory->grant_count; i++)
        s_texts_free(memory->grants[i].messages);
    free(memory->grants);
    free(memory->invited);
    free(memory);
}

static void s_copy(const json_t *object, const char *name, char *ret_text, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    CHECK(text != NULL);
    snprintf(ret_text, size, "%s", text);
}

static void s_principal(const json_t *row, principal_t *principal)
{
    size_t index;
    json_t *role;
    s_copy(row, "principal", principal->principal, sizeof principal->principal);
    s_copy(row, "person", principal->person, sizeof principal->person);
    s_copy(row, "organisation", principal->organisation, sizeof principal->organisation);
    s_copy(row, "region", principal->region, sizeof principal->region);
    s_copy(row, "key", principal->key, sizeof principal->key);
    s_copy(row, "fingerprint", principal->fingerprint, sizeof principal->fingerprint);
    json_array_foreach(json_object_get(row, "roles"), index, role) principal->roles |=
        contract_role(json_string_value(role));
    principal->valid_from = json_integer_value(json_object_get(row, "valid_from"));
    principal->valid_to = json_integer_value(json_object_get(row, "valid_to"));
    principal->revoked_at = json_integer_value(json_object_get(row, "revoked_at"));
    principal->key_to = json_integer_value(json_object_get(row, "key_to"));
}

static void s_node(const json_t *row, node_t *node)
{
    s_copy(row, "node", node->node, sizeof node->node);
    s_copy(row, "parent", node->parent, sizeof node->parent);
    s_copy(row, "curve", node->curve, sizeof node->curve);
    node->live = json_is_true(json_object_get(row, "live"));
    const json_t *regions = json_object_get(row, "regions"), *region;
    size_t index;
    node->regions = calloc(json_array_size(regions) + 1, sizeof *node->regions);
    node->since = calloc(json_array_size(regions) + 1, sizeof *node->since);
    CHECK(node->regions && node->since);
    json_array_foreach(regions, index, region)
    {
        CHECK((node->regions[index] = strdup(json_string_value(json_object_get(region, "code")))));
        node->since[index] = json_integer_value(json_object_get(region, "since"));
    }
}

static void s_grants(memory_t *memory, json_t *rows)
{
    size_t index;
    json_t *row;
    memory->grant_count = json_array_size(rows);
    memory->grants = calloc(memory->grant_count + 1, sizeof *memory->grants);
    CHECK(memory->grants);
    json_array_foreach(rows, index, row)
    {
        grant_t *grant = &memory->grants[index];
        s_copy(row, "grant", grant->grant, sizeof grant->grant);
        s_copy(row, "region", grant->region, sizeof grant->region);
        s_copy(row, "node", grant->node, sizeof grant->node);
        s_copy(row, "principal", grant->principal, sizeof grant->principal);
        s_copy(row, "person", grant->person, sizeof grant->person);
        const json_t *messages = json_object_get(row, "messages");
        grant->messages = json_is_array(messages) ? s_texts(messages) : NULL;
        grant->valid_from = json_integer_value(json_object_get(row, "valid_from"));
        grant->valid_to = json_integer_value(json_object_get(row, "valid_to"));
        grant->revoked_at = json_integer_value(json_object_get(row, "revoked_at"));
    }
    json_decref(rows);
}

static void s_invited(memory_t *memory, json_t *rows)
{
    size_t index;
    json_t *row;
    memory->invited_count = json_array_size(rows);
    memory->invited = calloc(memory->invited_count + 1, sizeof *memory->invited);
    CHECK(memory->invited);
    json_array_foreach(rows, index, row)
    {
        s_copy(row, "key", memory->invited[index].key, sizeof memory->invited[index].key);
        memory->invited[index].until = json_integer_value(json_object_get(row, "until"));
    }
    json_decref(rows);
}

/* No rows are NULL. */
static json_t *s_column(const PGresult *result, int column)
{
    const char *text = PQgetisnull(result, 0, column) ? "[]" : PQgetvalue(result, 0, column);
    json_t *value = json_loads(text, 0, NULL);
    CHECK(json_is_array(value));
    return value;
}

static int s_by_curve(const void *one, const void *other)
{
    return strcmp((*(const node_t *const *)one)->curve, (*(const node_t *const *)other)->curve);
}

memory_t *directory_memory_new(size_t regions, size_t nodes, size_t principals)
{
    memory_t *memory = calloc(1, sizeof *memory);
    CHECK(memory);
    memory->region_count = regions;
    memory->node_count = nodes;
    memory->principal_count = principals;
    memory->regions = calloc(regions + 1, sizeof *memory->regions);
    memory->nodes = calloc(nodes + 1, sizeof *memory->nodes);
    memory->principals = calloc(principals + 1, sizeof *memory->principals);
    memory->nodes_by_key = calloc(nodes + 1, sizeof *memory->nodes_by_key);
    CHECK(memory->regions && memory->nodes && memory->principals && memory->nodes_by_key);
    return memory;
}

static memory_t *s_memory_of(const PGresult *result)
{
    json_t *regions = s_column(result, 1), *nodes = s_column(result, 2), *principals = s_column(result, 3);
    memory_t *memory =
        directory_memory_new(json_array_size(regions), json_array_size(nodes), json_array_size(principals));
    memory->version = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    for (size_t i = 0; i < memory->region_count; i++)
        snprintf(memory->regions[i], REGION_TEXT, "%s", json_string_value(json_array_get(regions, i)));
    for (size_t i = 0; i < memory->node_count; i++) {
        s_node(json_array_get(nodes, i), &memory->nodes[i]);
        memory->nodes_by_key[i] = &memory->nodes[i];
    }
    qsort(memory->nodes_by_key, memory->node_count, sizeof *memory->nodes_by_key, s_by_curve);
    for (size_t i = 0; i < memory->principal_count; i++)
        s_principal(json_array_get(principals, i), &memory->principals[i]);
    s_grants(memory, s_column(result, 4));
    s_invited(memory, s_column(result, 5));
    json_decref(regions);
    json_decref(nodes);
    json_decref(principals);
    return memory;
}

static void s_load(directory_t *self);

static void s_on_load(void *argument, const PGresult *result)
{
    directory_t *self = argument;
    bool ok = result && PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (ok) {
        memory_t *old = self->memory;
        self->memory = s_memory_of(result);
        directory_memory_destroy(old);
    } else if (result) {
        log_error("directory", "code", db_sqlstate(result), "why",
                  PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), NULL);
    }
    waiting_t waiting[DIRECTORY_WAITING_MOST];
    size_t count = self->waiting_count;
    memcpy(waiting, self->waiting, sizeof waiting);
    memcpy(self->waiting, self->next, sizeof self->next);
    self->waiting_count = self->next_count;
    self->next_count = 0;
    self->loading = false;
    for (size_t i = 0; i < count; i++)
        waiting[i].done(waiting[i].argument, ok);
    if (self->waiting_count > 0 && !self->loading)
        s_load(self);
}

static void s_load(directory_t *self)
{
    self->loading = true;
    db_run(self->db, "directory_load", NULL, s_on_load, self);
    db_sync(self->db);
}

void directory_load(directory_t *self, db_t *db, void (*done)(void *argument, bool ok), void *argument)
{
    self->db = db;
    waiting_t *list = self->loading ? self->next : self->waiting;
    size_t *count = self->loading ? &self->next_count : &self->waiting_count;
    if (*count == DIRECTORY_WAITING_MOST) {
        done(argument, false);
        return;
    }
    list[(*count)++] = (waiting_t){done, argument};
    if (!self->loading)
        s_load(self);
}
