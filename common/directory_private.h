/* directory_private - what the two halves of directory share: directory.c looks things up, directory_load.c loads */
#ifndef DIRECTORY_PRIVATE_H
#define DIRECTORY_PRIVATE_H

#include "directory.h"

enum { DIRECTORY_WAITING_MOST = 16 };

typedef struct {
    char key[41];
    int64_t until; /* ms: when it ends or ended */
} invited_t;

/* One state of the memory; replaced as a whole. */
typedef struct {
    int64_t version;
    principal_t *principals; /* sorted by key */
    size_t principal_count;
    node_t *nodes; /* sorted by name */
    const node_t **nodes_by_key;
    size_t node_count;
    char (*regions)[REGION_TEXT]; /* sorted */
    size_t region_count;
    grant_t *grants;
    size_t grant_count;
    invited_t *invited; /* sorted by key */
    size_t invited_count;
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
    int64_t self_since[1];
    memory_t *memory;
    bool loading;
    waiting_t waiting[DIRECTORY_WAITING_MOST], next[DIRECTORY_WAITING_MOST];
    size_t waiting_count, next_count;
    db_t *db;
};

/* directory_load.c. Empty arrays have a place too, as bsearch wants it. */
memory_t *directory_memory_new(size_t regions, size_t nodes, size_t principals);
void directory_memory_destroy(memory_t *memory);

#endif
