/* head - how far a node has numbered and sealed: the database's row, and DIR/state/head beside it
 *
 * The file is written after each commit that moved the row. A database that is behind the file has lost something that this node has said, and begins a new epoch.
 */
#ifndef HEAD_H
#define HEAD_H

#include "hash.h"
#include "region.h"
#include "uuid.h"

typedef struct {
    uuid_id_t epoch;
    int64_t leaf;
    int64_t seal; /* number of the last seal, over all epochs */
    hash_t hash;  /* of its text */
    int64_t up, down;
} head_t;

/* Read DIR/state/head; false if there is none or it cannot be read (the latter is logged). */
bool head_load(const char *dir, head_t *ret_head);

/* Write it, over the one that is there. A failure is logged. At most once a second it is also synced: after a power cut an older file does no harm. */
void head_save(const char *dir, const head_t *head);

#endif
