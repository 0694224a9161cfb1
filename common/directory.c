/* directory - regions, nodes and principals of schema directory in memory, as of one version */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "contract.h"
#include "directory_private.h"
#include "keys.h"

enum { INVITED_DAYS = 30 }; /* after its end an invited key is still told why it is refused */

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
    self->self.since = self->self_since;
    self->self.live = true;
}

directory_t *directory_new(const char *own_node, const char *own_region, const char *own_key)
{
    directory_t *self = calloc(1, sizeof *self);
    CHECK(self);
    snprintf(self->own_node, sizeof self->own_node, "%s", own_node);
    s_own(self, own_region, own_key);
    self->memory = directory_memory_new(0, 0, 0);
    return self;
}

void directory_destroy(directory_t **self_p)
{
    if (!*self_p)
        return;
    directory_memory_destroy((*self_p)->memory);
    free(*self_p);
    *self_p = NULL;
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

static int s_by_curve(const void *key, const void *node)
{
    return strcmp(key, (*(const node_t *const *)node)->curve);
}

const node_t *directory_node_of_key(const directory_t *self, const char *key)
{
    const node_t **found = bsearch(key, self->memory->nodes_by_key, self->memory->node_count,
                                   sizeof *self->memory->nodes_by_key, s_by_curve);
    if (found)
        return *found;
    return strcmp(key, self->own.key) == 0 ? &self->self : NULL;
}

static int s_by_invited(const void *key, const void *invited)
{
    return strcmp(key, ((const invited_t *)invited)->key);
}

bool directory_invited(const directory_t *self, const char *key, int64_t now)
{
    const memory_t *memory = self->memory;
    const invited_t *found = NULL;
    if (memory->invited_count)
        found = bsearch(key, memory->invited, memory->invited_count, sizeof *memory->invited, s_by_invited);
    return found && now < found->until + INVITED_DAYS * 86400000LL;
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

/* The longest of a node's regions that holds `region`, and since when the node speaks for it (may be NULL); 0 if none does.
   "00" counts as shorter than any other. */
static size_t s_closest(const node_t *node, const char *region, int64_t *ret_since)
{
    size_t best = 0;
    for (size_t i = 0; node->regions[i]; i++) {
        const char *own = node->regions[i];
        size_t length = strcmp(own, "00") == 0 ? 1 : strlen(own);
        if (!region_below(region, own) || length <= best)
            continue;
        best = length;
        if (ret_since)
            *ret_since = node->since[i];
    }
    return best;
}

static size_t s_closeness(const node_t *node, const char *region)
{
    return s_closest(node, region, NULL);
}

const node_t *directory_server(const directory_t *self, const char *region)
{
    const node_t *found = directory_node(self, self->own_node);
    size_t best = found->live ? s_closeness(found, region) : 0;
    if (best == 0)
        found = NULL;
    for (size_t i = 0; i < self->memory->node_count; i++) {
        size_t closeness = s_closeness(&self->memory->nodes[i], region);
        if (self->memory->nodes[i].live && closeness > best) {
            best = closeness;
            found = &self->memory->nodes[i];
        }
    }
    return found;
}

bool directory_speaks(const directory_t *self, const char *node, const char *region, int64_t time)
{
    const node_t *source = directory_node(self, node), *server = directory_server(self, region);
    if (!source || !server || server == source)
        return true;
    int64_t since = 0;
    size_t closeness = s_closest(server, region, &since);
    return since > time || s_closeness(source, region) >= closeness;
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
