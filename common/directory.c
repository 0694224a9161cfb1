/* directory - regions, nodes and principals of schema directory in memory, as of one version
 *
 * One load is one statement that gives everything as JSON lines, so that it is of one snapshot; the old
 * memory stays until the new one is whole.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "check.h"
#include "clock.h"
#include "contract.h"
#include "directory.h"
#include "keys.h"
#include "log.h"

enum { WAITING_MOST = 16 };

/* One state of the memory; replaced as a whole. */
typedef struct {
    int64_t version;
    principal_t *principals; /* sorted by key */
    size_t principal_count;
    node_t *nodes; /* sorted by name */
    size_t node_count;
    char (*regions)[REGION_TEXT]; /* sorted */
    size_t region_count;
    grant_t *grants;
    size_t grant_count;
} memory_t;

typedef struct {
    void (*done)(void *argument, bool ok);
    void *argument;
} waiting_t;

struct directory {
    char own_node[NODE_NAME_TEXT];
    principal_t own; /* the node's own key */
    node_t self;     /* the node itself, known before any certificate of it has come */
    char *self_regions[2];
    memory_t *memory;
    bool loading;
    waiting_t waiting[WAITING_MOST], next[WAITING_MOST];
    size_t waiting_count, next_count;
    db_t *db;
};

static void s_memory_destroy(memory_t *memory)
{
    if (!memory)
        return;
    for (size_t i = 0; i < memory->node_count; i++) {
        for (char **region = memory->nodes[i].regions; region && *region; region++)
            free(*region);
        free(memory->nodes[i].regions);
    }
    free(memory->principals);
    free(memory->nodes);
    free(memory->regions);
    free(memory->grants);
    free(memory);
}

/* The own key speaks as a principal of the node itself, whose id follows from the key's fingerprint. */
static void s_own(directory_t *self, const char *own_region, const char *own_key)
{
    hash_t fingerprint;
    CHECK(curve_fingerprint(own_key, &fingerprint));
    uuid_id_t zero = {{0}}, id;
    hash_text(&fingerprint, self->own.fingerprint);
    id = uuid_derive(&zero, self->own.fingerprint);
    uuid_text(&id, self->own.principal);
    snprintf(self->own.region, sizeof self->own.region, "%s", own_region);
    snprintf(self->own.key, sizeof self->own.key, "%s", own_key);
    self->own.roles = ROLE_ADMIN;
    self->own.node_own = true;
    snprintf(self->self.node, sizeof self->self.node, "%s", self->own_node);
    snprintf(self->self.curve, sizeof self->self.curve, "%s", own_key);
    self->self_regions[0] = self->own.region;
    self->self.regions = self->self_regions;
    self->self.live = true;
}

directory_t *directory_new(const char *own_node, const char *own_region, const char *own_key)
{
    directory_t *self = calloc(1, sizeof *self);
    CHECK(self);
    snprintf(self->own_node, sizeof self->own_node, "%s", own_node);
    s_own(self, own_region, own_key);
    self->memory = calloc(1, sizeof *self->memory);
    CHECK(self->memory);
    return self;
}

void directory_destroy(directory_t **self_p)
{
    if (!*self_p)
        return;
    s_memory_destroy((*self_p)->memory);
    free(*self_p);
    *self_p = NULL;
}

void directory_prepare(directory_t *self, db_t *db)
{
    (void)self;
    db_prepare(
        db, "directory_load",
        "SELECT (SELECT version FROM directory.version),"
        " (SELECT coalesce(json_agg(code ORDER BY code COLLATE \"C\"), '[]') FROM directory.region),"
        " (SELECT coalesce(json_agg(json_build_object('node', node, 'regions', regions, 'parent', "
        "coalesce(parent, ''), 'curve', curve,"
        "   'live', state = 'live') ORDER BY node COLLATE \"C\"), '[]') FROM directory.node),"
        " (SELECT coalesce(json_agg(json_build_object('principal', principal, 'person', person, "
        "'organisation', coalesce(organisation::text, ''),"
        "   'region', region, 'key', key, 'fingerprint', fingerprint, 'roles', roles,"
        "   'valid_from', (extract(epoch FROM valid_from) * 1000)::bigint,"
        "   'valid_to', coalesce((extract(epoch FROM valid_to) * 1000)::bigint, 0),"
        "   'revoked_at', coalesce((extract(epoch FROM revoked_at) * 1000)::bigint, 0)) ORDER BY key "
        "COLLATE \"C\"), '[]')"
        "   FROM directory.principal),"
        " (SELECT coalesce(json_agg(json_build_object('grant', grant_id, 'region', region, 'node', node, "
        "'principal', principal,"
        "   'valid_from', (extract(epoch FROM valid_from) * 1000)::bigint,"
        "   'valid_to', (extract(epoch FROM valid_to) * 1000)::bigint,"
        "   'revoked_at', coalesce((extract(epoch FROM revoked_at) * 1000)::bigint, 0))), '[]')"
        "   FROM directory.grant_behalf)",
        "");
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
}

static void s_node(const json_t *row, node_t *node)
{
    const json_t *regions = json_object_get(row, "regions");
    s_copy(row, "node", node->node, sizeof node->node);
    s_copy(row, "parent", node->parent, sizeof node->parent);
    s_copy(row, "curve", node->curve, sizeof node->curve);
    node->live = json_is_true(json_object_get(row, "live"));
    node->regions = calloc(json_array_size(regions) + 1, sizeof *node->regions);
    CHECK(node->regions);
    for (size_t i = 0; i < json_array_size(regions); i++)
        node->regions[i] = strdup(json_string_value(json_array_get(regions, i)));
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
        grant->valid_from = json_integer_value(json_object_get(row, "valid_from"));
        grant->valid_to = json_integer_value(json_object_get(row, "valid_to"));
        grant->revoked_at = json_integer_value(json_object_get(row, "revoked_at"));
    }
    json_decref(rows);
}

static json_t *s_column(const PGresult *result, int column)
{
    json_t *value = json_loads(PQgetvalue(result, 0, column), 0, NULL);
    CHECK(json_is_array(value));
    return value;
}

static memory_t *s_memory_of(const PGresult *result)
{
    memory_t *memory = calloc(1, sizeof *memory);
    CHECK(memory);
    memory->version = atoll(PQgetvalue(result, 0, 0));
    json_t *regions = s_column(result, 1), *nodes = s_column(result, 2), *principals = s_column(result, 3);
    memory->region_count = json_array_size(regions);
    memory->node_count = json_array_size(nodes);
    memory->principal_count = json_array_size(principals);
    memory->regions = calloc(memory->region_count + 1, sizeof *memory->regions);
    memory->nodes = calloc(memory->node_count + 1, sizeof *memory->nodes);
    memory->principals = calloc(memory->principal_count + 1, sizeof *memory->principals);
    CHECK(memory->regions && memory->nodes && memory->principals);
    for (size_t i = 0; i < memory->region_count; i++)
        snprintf(memory->regions[i], REGION_TEXT, "%s", json_string_value(json_array_get(regions, i)));
    for (size_t i = 0; i < memory->node_count; i++)
        s_node(json_array_get(nodes, i), &memory->nodes[i]);
    for (size_t i = 0; i < memory->principal_count; i++)
        s_principal(json_array_get(principals, i), &memory->principals[i]);
    s_grants(memory, s_column(result, 4));
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
        s_memory_destroy(self->memory);
        self->memory = s_memory_of(result);
    }
    waiting_t waiting[WAITING_MOST];
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
    if (!db_ready(self->db)) {
        s_on_load(self, NULL);
        return;
    }
    self->loading = true;
    db_run(self->db, "directory_load", NULL, s_on_load, self);
    db_sync(self->db);
}

void directory_load(directory_t *self, db_t *db, void (*done)(void *argument, bool ok), void *argument)
{
    self->db = db;
    waiting_t *list = self->loading ? self->next : self->waiting;
    size_t *count = self->loading ? &self->next_count : &self->waiting_count;
    if (*count == WAITING_MOST) {
        done(argument, false);
        return;
    }
    list[(*count)++] = (waiting_t){done, argument};
    if (!self->loading)
        s_load(self);
}

int64_t directory_version(const directory_t *self)
{
    return self->memory->version;
}

static int s_by_key(const void *key, const void *principal)
{
    return strcmp(key, ((const principal_t *)principal)->key);
}

const principal_t *directory_principal(const directory_t *self, const char *key)
{
    if (strcmp(key, self->own.key) == 0)
        return &self->own;
    return bsearch(key, self->memory->principals, self->memory->principal_count,
                   sizeof *self->memory->principals, s_by_key);
}

const node_t *directory_node_of_key(const directory_t *self, const char *key)
{
    for (size_t i = 0; i < self->memory->node_count; i++)
        if (strcmp(self->memory->nodes[i].curve, key) == 0)
            return &self->memory->nodes[i];
    return strcmp(key, self->own.key) == 0 ? &self->self : NULL;
}

/* Few hold at a time. */
const grant_t *directory_grant(const directory_t *self, const char *grant)
{
    for (size_t i = 0; i < self->memory->grant_count; i++)
        if (strcmp(self->memory->grants[i].grant, grant) == 0)
            return &self->memory->grants[i];
    return NULL;
}

static int s_by_name(const void *name, const void *node)
{
    return strcmp(name, ((const node_t *)node)->node);
}

const node_t *directory_node(const directory_t *self, const char *name)
{
    const node_t *node =
        bsearch(name, self->memory->nodes, self->memory->node_count, sizeof *self->memory->nodes, s_by_name);
    return !node && strcmp(name, self->own_node) == 0 ? &self->self : node;
}

/* The longest of a node's regions that holds `region`; 0 if none does. "00" counts as shorter than any other.
 */
static size_t s_closeness(const node_t *node, const char *region)
{
    size_t best = 0;
    for (char **own = node->regions; node->live && *own; own++) {
        size_t length = strcmp(*own, "00") == 0 ? 1 : strlen(*own);
        if (region_below(region, *own) && length > best)
            best = length;
    }
    return best;
}

const node_t *directory_server(const directory_t *self, const char *region)
{
    const node_t *found = directory_node(self, self->own_node);
    size_t best = s_closeness(found, region);
    if (best == 0)
        found = NULL;
    for (size_t i = 0; i < self->memory->node_count; i++) {
        size_t closeness = s_closeness(&self->memory->nodes[i], region);
        if (closeness > best) {
            best = closeness;
            found = &self->memory->nodes[i];
        }
    }
    return found;
}

static int s_by_code(const void *code, const void *region)
{
    return strcmp(code, region);
}

bool directory_region_known(const directory_t *self, const char *region)
{
    return bsearch(region, self->memory->regions, self->memory->region_count, sizeof *self->memory->regions,
                   s_by_code) != NULL;
}

const char *directory_region_next(const directory_t *self, const char *after)
{
    const memory_t *memory = self->memory;
    size_t next = 0;
    if (after)
        next = (size_t)((char(*)[REGION_TEXT])after - memory->regions) + 1;
    return next < memory->region_count ? memory->regions[next] : NULL;
}

unsigned directory_region_tier(const char *region)
{
    if (strcmp(region, "00") == 0)
        return TIER_CENTRE;
    return strlen(region) == 2 ? TIER_PROVINCE : TIER_DISTRICT;
}
