/* window - the newest leaves with their bytes, in memory, once for all followers; bounded by bytes and by leaves */
#include <stdlib.h>

#include "check.h"
#include "window.h"

struct window {
    entry_t *ring[WINDOW_LEAVES]; /* leaf modulo size */
    int64_t first, head;
    size_t bytes, bytes_most;
};

window_t *window_new(int64_t head, size_t bytes_most)
{
    window_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->bytes_most = bytes_most;
    self->head = head;
    self->first = head + 1;
    return self;
}

static void s_drop_first(window_t *self)
{
    entry_t **slot = &self->ring[self->first % WINDOW_LEAVES];
    self->bytes -= entry_size(*slot);
    entry_destroy(slot);
    self->first++;
}

void window_reset(window_t *self, int64_t head)
{
    while (self->first <= self->head)
        s_drop_first(self);
    self->head = head;
    self->first = head + 1;
}

void window_destroy(window_t **self_p)
{
    if (!*self_p)
        return;
    window_reset(*self_p, 0);
    free(*self_p);
    *self_p = NULL;
}

void window_add(window_t *self, entry_t **entry_p)
{
    entry_t *entry = *entry_p;
    *entry_p = NULL;
    CHECK(entry->leaf == self->head + 1);
    size_t size = entry_size(entry);
    while (self->first <= self->head &&
           (self->bytes + size > self->bytes_most || self->head - self->first + 1 == WINDOW_LEAVES))
        s_drop_first(self);
    self->ring[entry->leaf % WINDOW_LEAVES] = entry;
    self->head = entry->leaf;
    self->bytes += size;
}

int64_t window_first(const window_t *self)
{
    return self->first;
}

int64_t window_head(const window_t *self)
{
    return self->head;
}

const entry_t *window_at(const window_t *self, int64_t leaf)
{
    CHECK(leaf >= self->first && leaf <= self->head);
    return self->ring[leaf % WINDOW_LEAVES];
}

size_t window_bytes(const window_t *self)
{
    return self->bytes;
}
