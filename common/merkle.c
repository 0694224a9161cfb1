/* merkle - the tree of RFC 6962 over the leaves of a seal
 *
 * Level by level: neighbours are joined in pairs and an odd last one goes up as it is. That is the same tree
 * as the recursive definition, because its left subtree is always the largest full one.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "merkle.h"

struct merkle {
    hash_t *nodes; /* all levels one after the other, leaves first */
    size_t capacity;
    size_t starts[MERKLE_PATH_MOST + 1];
    size_t counts[MERKLE_PATH_MOST + 1];
    size_t levels;
};

hash_t merkle_leaf(const void *bytes, size_t length)
{
    return hash_of_two("\0", 1, bytes, length);
}

hash_t merkle_inner(const hash_t *left, const hash_t *right)
{
    const hash_t both[2] = {*left, *right};
    return hash_of_two("\1", 1, both, sizeof both);
}

merkle_t *merkle_new(void)
{
    merkle_t *self = calloc(1, sizeof *self);
    CHECK(self);
    return self;
}

void merkle_destroy(merkle_t **self_p)
{
    if (!*self_p)
        return;
    free((*self_p)->nodes);
    free(*self_p);
    *self_p = NULL;
}

static void s_reserve(merkle_t *self, size_t count)
{
    size_t needed = 2 * count + MERKLE_PATH_MOST; /* each level has at most half of the one below, and one */
    if (needed <= self->capacity)
        return;
    free(self->nodes);
    self->nodes = malloc(needed * sizeof *self->nodes);
    CHECK(self->nodes);
    self->capacity = needed;
}

void merkle_build(merkle_t *self, const hash_t *leaves, size_t count)
{
    CHECK(count >= 1 && count <= MERKLE_LEAVES_MOST);
    s_reserve(self, count);
    memcpy(self->nodes, leaves, count * sizeof *leaves);
    self->starts[0] = 0;
    self->counts[0] = count;
    size_t level = 0;
    for (; self->counts[level] > 1; level++) {
        const hash_t *from = self->nodes + self->starts[level];
        size_t below = self->counts[level];
        self->starts[level + 1] = self->starts[level] + below;
        self->counts[level + 1] = (below + 1) / 2;
        hash_t *to = self->nodes + self->starts[level + 1];
        for (size_t i = 0; i + 1 < below; i += 2)
            *to++ = merkle_inner(&from[i], &from[i + 1]);
        if (below % 2)
            *to = from[below - 1];
    }
    self->levels = level + 1;
}

hash_t merkle_root(const merkle_t *self)
{
    CHECK(self->levels > 0);
    return self->nodes[self->starts[self->levels - 1]];
}

size_t merkle_path(const merkle_t *self, size_t index, hash_t ret_path[MERKLE_PATH_MOST])
{
    CHECK(self->levels > 0 && index < self->counts[0]);
    size_t length = 0;
    for (size_t level = 0; level + 1 < self->levels; level++, index /= 2)
        if ((index ^ 1) < self->counts[level])
            ret_path[length++] = self->nodes[self->starts[level] + (index ^ 1)];
    return length;
}

bool merkle_climb(int64_t index, int64_t count, const hash_t *leaf, const hash_t *path, size_t length,
                  hash_t *ret_root)
{
    if (count < 1 || count > MERKLE_LEAVES_MOST || index < 0 || index >= count)
        return false;
    hash_t at = *leaf;
    size_t used = 0;
    for (int64_t last = count - 1; last > 0; last /= 2, index /= 2) {
        if ((index ^ 1) > last)
            continue;
        if (used == length)
            return false;
        at = index % 2 ? merkle_inner(&path[used], &at) : merkle_inner(&at, &path[used]);
        used++;
    }
    if (used != length)
        return false;
    *ret_root = at;
    return true;
}
