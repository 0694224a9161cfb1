/* snapshot - PostgreSQL's pg_snapshot, as exact arithmetic: which transactions a numbering has already taken
 *
 * Its text is "xmin:xmax:running,...": below xmin everything is over, from xmax on nothing is, between them what is not running is.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t xmin, xmax;
    size_t count;
    uint64_t *running; /* rising; xmin <= each < xmax */
} snapshot_t;

/* Read the text. On success the caller clears ret_snapshot. */
bool snapshot_parse(const char *text, snapshot_t *ret_snapshot);
void snapshot_clear(snapshot_t *self);

/* The text; the caller frees it. */
char *snapshot_text(const snapshot_t *self);

bool snapshot_sees(const snapshot_t *self, uint64_t transaction);

/* See a transaction that is about to commit with this snapshot stored in it. What is between stays unseen. */
void snapshot_include(snapshot_t *self, uint64_t transaction);

/* See nothing above `last`. */
void snapshot_cut(snapshot_t *self, uint64_t last);

/* What a numbering keeps: the snapshot that its statement saw, with its own transaction `own` ("" if it has none yet) and without what lies above the
   cut. The caller frees. */
char *snapshot_kept(const char *seen, const char *own, uint64_t cut);

#endif
