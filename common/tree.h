/* tree - DIR/tree.json, what a node knows beforehand about the tree it belongs to
 *
 *   {"root": signing key, "drill": false, "matching": the centre's sealing key for duplicate digests,
 *    "digest": {"version": 1, "key": the tree's secret key for them}}
 *
 *   tree_t tree;
 *   if (tree_load("DIR/tree.json", &tree, &problem) != ST_OK)
 *       fatal("%s", problem.why);
 */
#ifndef TREE_H
#define TREE_H

#include "keys.h"

typedef struct {
    uint8_t root[KEY_BYTES];       /* the root's public signing key: all trust begins here */
    bool drill;                    /* an exercise: nothing signed in it counts outside */
    uint8_t matching[KEY_BYTES];   /* public sealing key of the centre */
    int digest_version;            /* from 1 */
    uint8_t digest_key[KEY_BYTES]; /* secret: duplicate digests are HMAC-SHA-256 under it */
} tree_t;

/* As secret_file.h says, with the sentence of what is missing. */
status_t tree_load(const char *path, tree_t *ret_tree, problem_t *ret_problem);
status_t tree_save(const tree_t *tree, const char *path, problem_t *ret_problem);

#endif
