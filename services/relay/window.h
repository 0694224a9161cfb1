/* window - the newest leaves with their bytes, in memory, once for all followers; bounded by bytes and by leaves */
#ifndef WINDOW_H
#define WINDOW_H

#include "entry.h"

#define WINDOW_LEAVES 65536 /* at most so many, however small they are */

typedef struct window window_t;

/* `head`: last leaf before the first that will be added. */
window_t *window_new(int64_t head, size_t bytes_most);
void window_destroy(window_t **self_p);

/* Forget all and begin after another head. */
void window_reset(window_t *self, int64_t head);

/* Add the next leaf (head + 1), owned by the window from then on; the oldest ones go when there is no room. */
void window_add(window_t *self, entry_t **entry_p);

/* First leaf in memory (head + 1 if there is none), last leaf. */
int64_t window_first(const window_t *self);
int64_t window_head(const window_t *self);

/* A leaf in memory; borrowed until the next window_add. */
const entry_t *window_at(const window_t *self, int64_t leaf);

size_t window_bytes(const window_t *self);

#endif
