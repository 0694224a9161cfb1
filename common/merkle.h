/* merkle - the tree of RFC 6962 over the leaves of a seal
 *
 *   hash_t leaves[2] = {merkle_leaf(first, n), merkle_leaf(second, m)};
 *   merkle_t *tree = merkle_new();
 *   merkle_build(tree, leaves, 2);
 *   hash_t root = merkle_root(tree), path[MERKLE_PATH_MOST], found;
 *   size_t length = merkle_path(tree, 1, path);
 *   merkle_climb(1, 2, &leaves[1], path, length, &found)     -- true, and found is root
 */
#ifndef MERKLE_H
#define MERKLE_H

#include "hash.h"

#define MERKLE_PATH_MOST 16                        /* hashes of the longest path */
#define MERKLE_LEAVES_MOST (1 << MERKLE_PATH_MOST) /* a seal has far fewer: LIMIT_SEAL_LEAVES */

/* SHA-256(00 || bytes). */
hash_t merkle_leaf(const void *bytes, size_t length);

/* SHA-256(01 || left || right). */
hash_t merkle_inner(const hash_t *left, const hash_t *right);

/* A tree with all its nodes, for many paths; one object serves many builds. */
typedef struct merkle merkle_t;
merkle_t *merkle_new(void);
void merkle_destroy(merkle_t **self_p);

/* Take count leaf hashes (copied; 1 to MERKLE_LEAVES_MOST). */
void merkle_build(merkle_t *self, const hash_t *leaves, size_t count);

/* Of the last build, which must have been. */
hash_t merkle_root(const merkle_t *self);

/* Sibling hashes from leaf `index` (0 is the first) up to the root; gives how many. */
size_t merkle_path(const merkle_t *self, size_t index, hash_t ret_path[MERKLE_PATH_MOST]);

/* The root to which a path leads. False if index or count cannot be or the path is not exactly as long as
 * they demand. */
bool merkle_climb(int64_t index, int64_t count, const hash_t *leaf, const hash_t *path, size_t length,
                  hash_t *ret_root);

#endif
