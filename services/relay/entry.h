/* entry - one event as the relay carries it: its bytes, its leaf here, and where it stands under its origin's seal
 *
 * An entry is one block of memory and never changes once it stands in the window. Seals are shared by the entries under them, and counted.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "link.h"
#include "merkle.h"
#include "event_route.h"
#include "batch.h"

/* A seal with its text and signature. */
typedef struct {
    int references;
    seal_t seal;
    char text[SEAL_TEXT];
    size_t length;
    signature_t signature;
    hash_t hash; /* of the text */
} sealed_t;

/* One reference, the caller's. */
sealed_t *sealed_new(const seal_t *seal, const char *text, size_t length, const signature_t *signature);
sealed_t *sealed_share(sealed_t *self);
void sealed_release(sealed_t **self_p);

typedef struct {
    int64_t leaf; /* of this node's journal; 0 before it is numbered */
    uuid_id_t id;
    lane_t lane;
    event_route_t route;
    char node[NODE_NAME_TEXT]; /* origin */
    char via[NODE_NAME_TEXT];  /* neighbour it came from; "" for the node's own */
    char region[REGION_TEXT];
    hash_t hash;    /* of the leaf */
    sealed_t *seal; /* the origin's; NULL until it is known */
    int index;      /* in that seal */
    size_t path_length;
    hash_t path[BATCH_PATH_MOST];
    const char *type;
    const char *route_text;
    const char *bytes;
    size_t length;
} entry_t;

/* Copies its arguments, and hashes the bytes. NULL if the route is none. */
entry_t *entry_new(const uuid_id_t *id, lane_t lane, const char *type, const char *node, const char *region,
                   const char *route, const char *bytes, size_t length);
void entry_destroy(entry_t **self_p);

/* Memory it takes. */
size_t entry_size(const entry_t *self);

#endif
