/* entry - one event as the relay carries it: its bytes, its leaf here, and where it stands under its origin's seal */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "entry.h"

sealed_t *sealed_new(const seal_t *seal, const char *text, size_t length, const signature_t *signature)
{
    CHECK(length < SEAL_TEXT);
    sealed_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->references = 1;
    self->seal = *seal;
    memcpy(self->text, text, length);
    self->length = length;
    self->signature = *signature;
    self->hash = hash_of(text, length);
    return self;
}

sealed_t *sealed_share(sealed_t *self)
{
    self->references++;
    return self;
}

void sealed_release(sealed_t **self_p)
{
    sealed_t *self = *self_p;
    *self_p = NULL;
    if (self && --self->references == 0)
        free(self);
}

entry_t *entry_new(const uuid_id_t *id, lane_t lane, const char *type, const char *node, const char *region,
                   const char *route, const char *bytes, size_t length)
{
    size_t type_size = strlen(type) + 1, route_size = strlen(route) + 1;
    if (strlen(node) >= NODE_NAME_TEXT || strlen(region) >= REGION_TEXT)
        return NULL;
    entry_t *self = malloc(sizeof *self + type_size + route_size + length);
    CHECK(self);
    memset(self, 0, sizeof *self);
    char *tail = (char *)(self + 1);
    self->type = memcpy(tail, type, type_size);
    self->route_text = memcpy(tail + type_size, route, route_size);
    self->bytes = memcpy(tail + type_size + route_size, bytes, length);
    self->length = length;
    self->id = *id;
    self->lane = lane;
    memcpy(self->node, node, strlen(node) + 1);
    memcpy(self->region, region, strlen(region) + 1);
    if (!event_route_parse(self->route_text, &self->route)) {
        free(self);
        return NULL;
    }
    self->hash = merkle_leaf(bytes, length);
    return self;
}

void entry_destroy(entry_t **self_p)
{
    entry_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    sealed_release(&self->seal);
    free(self);
}

size_t entry_size(const entry_t *self)
{
    return (size_t)(self->bytes + self->length - (const char *)self);
}
