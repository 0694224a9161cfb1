/* sealing - gives events their leaves and puts seals over them, at most LIMIT_SEAL_LEAVES under one; no input or output */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sealing.h"

struct sealing {
    char node[NODE_NAME_TEXT];
    bool drill;
    signing_key_t key;
    hash_t fingerprint;
    merkle_t *tree;
    sealed_t **seals; /* of the last run */
    size_t count, room;
};

sealing_t *sealing_new(const char *node, bool drill, const signing_key_t *key)
{
    sealing_t *self = calloc(1, sizeof *self);
    CHECK(self && strlen(node) < sizeof self->node);
    memcpy(self->node, node, strlen(node) + 1);
    self->drill = drill;
    self->key = *key;
    self->fingerprint = signing_fingerprint(key->public_key);
    self->tree = merkle_new();
    return self;
}

static void s_forget(sealing_t *self)
{
    while (self->count > 0)
        sealed_release(&self->seals[--self->count]);
}

void sealing_destroy(sealing_t **self_p)
{
    sealing_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    s_forget(self);
    free(self->seals);
    merkle_destroy(&self->tree);
    keys_wipe(&self->key, sizeof self->key);
    free(self);
}

/* Entries that stand under this node's own proof are those no other node has sealed. */
static void s_number(sealing_t *self, head_t *head, entry_t *const *entries, size_t count)
{
    hash_t hashes[LIMIT_SEAL_LEAVES];
    for (size_t i = 0; i < count; i++) {
        entry_t *entry = entries[i];
        entry->leaf = ++head->leaf;
        hashes[i] = entry->hash;
        if (!entry->seal && strcmp(entry->node, self->node) == 0) {
            head->up += entry->route.up == UP_ROOT;
            head->down += entry->route.down == DOWN_SUBTREE;
        }
    }
    merkle_build(self->tree, hashes, count);
}

static sealed_t *s_seal(sealing_t *self, head_t *head, size_t count, int64_t now)
{
    seal_t seal = {.drill = self->drill,
                   .epoch = head->epoch,
                   .number = head->seal + 1,
                   .first = head->leaf - (int64_t)count + 1,
                   .count = (int64_t)count,
                   .root = merkle_root(self->tree),
                   .up = head->up,
                   .down = head->down,
                   .previous = head->hash,
                   .key = self->fingerprint};
    memcpy(seal.node, self->node, sizeof seal.node);
    clock_text(now, seal.time);
    char text[SEAL_TEXT];
    size_t length = seal_write(&seal, text);
    signature_t signature;
    signed_sign(text, length, &self->key, &signature);
    sealed_t *sealed = sealed_new(&seal, text, length, &signature);
    head->seal = seal.number;
    head->hash = sealed->hash;
    return sealed;
}

static size_t s_path(const merkle_t *tree, size_t index, hash_t ret_path[BATCH_PATH_MOST])
{
    hash_t path[MERKLE_PATH_MOST];
    size_t length = merkle_path(tree, index, path);
    CHECK(length <= BATCH_PATH_MOST);
    memcpy(ret_path, path, length * sizeof *path);
    return length;
}

static void s_run(sealing_t *self, head_t *head, entry_t *const *entries, size_t count, int64_t now)
{
    s_number(self, head, entries, count);
    sealed_t *sealed = s_seal(self, head, count, now);
    for (size_t i = 0; i < count; i++) {
        if (entries[i]->seal || strcmp(entries[i]->node, self->node) != 0)
            continue;
        entries[i]->seal = sealed_share(sealed);
        entries[i]->index = (int)i;
        entries[i]->path_length = s_path(self->tree, i, entries[i]->path);
    }
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 8;
        self->seals = realloc(self->seals, self->room * sizeof(sealed_t *));
        CHECK(self->seals);
    }
    self->seals[self->count++] = sealed;
}

size_t sealing_run(sealing_t *self, head_t *head, entry_t *const *entries, size_t count, int64_t now,
                   sealed_t *const **ret_seals)
{
    s_forget(self);
    for (size_t first = 0; first < count; first += LIMIT_SEAL_LEAVES)
        s_run(self, head, entries + first,
              count - first < LIMIT_SEAL_LEAVES ? count - first : LIMIT_SEAL_LEAVES, now);
    *ret_seals = self->seals;
    return self->count;
}
