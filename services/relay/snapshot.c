/* snapshot - PostgreSQL's pg_snapshot, as exact arithmetic: which transactions a numbering has already taken */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "snapshot.h"

static bool s_number(const char **at_p, uint64_t *ret_number)
{
    if (**at_p < '0' || **at_p > '9')
        return false;
    char *end;
    errno = 0;
    uint64_t number = strtoull(*at_p, &end, 10);
    if (errno)
        return false;
    *at_p = end;
    *ret_number = number;
    return true;
}

static void s_append(snapshot_t *self, uint64_t transaction)
{
    /* Doubled at each power of two: the count is the only size that is kept. */
    if ((self->count & (self->count - 1)) == 0) {
        self->running = realloc(self->running, (self->count ? 2 * self->count : 1) * sizeof *self->running);
        CHECK(self->running);
    }
    self->running[self->count++] = transaction;
}

bool snapshot_parse(const char *text, snapshot_t *ret_snapshot)
{
    snapshot_t read = {0};
    const char *at = text;
    if (!s_number(&at, &read.xmin) || *at++ != ':' || !s_number(&at, &read.xmax) || *at++ != ':' ||
        read.xmin > read.xmax)
        return false;
    uint64_t floor = read.xmin;
    while (*at) {
        uint64_t transaction;
        if (!s_number(&at, &transaction) || transaction < floor || transaction >= read.xmax ||
            (*at != ',' && *at != '\0') || (*at == ',' && at[1] == '\0')) {
            snapshot_clear(&read);
            return false;
        }
        s_append(&read, transaction);
        floor = transaction + 1;
        at += *at == ',';
    }
    *ret_snapshot = read;
    return true;
}

void snapshot_clear(snapshot_t *self)
{
    free(self->running);
    memset(self, 0, sizeof *self);
}

char *snapshot_text(const snapshot_t *self)
{
    size_t size = 64 + 21 * self->count;
    char *text = malloc(size);
    CHECK(text);
    size_t length = (size_t)snprintf(text, size, "%" PRIu64 ":%" PRIu64 ":", self->xmin, self->xmax);
    for (size_t i = 0; i < self->count; i++)
        length +=
            (size_t)snprintf(text + length, size - length, "%s%" PRIu64, i ? "," : "", self->running[i]);
    return text;
}

bool snapshot_sees(const snapshot_t *self, uint64_t transaction)
{
    if (transaction < self->xmin)
        return true;
    if (transaction >= self->xmax)
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (self->running[i] == transaction)
            return false;
    return true;
}

void snapshot_include(snapshot_t *self, uint64_t transaction)
{
    for (uint64_t between = self->xmax; between < transaction; between++)
        s_append(self, between);
    if (transaction >= self->xmax) {
        self->xmax = transaction + 1;
        return;
    }
    for (size_t i = 0; i < self->count; i++)
        if (self->running[i] == transaction) {
            memmove(&self->running[i], &self->running[i + 1], (self->count - i - 1) * sizeof *self->running);
            self->count--;
            return;
        }
}

void snapshot_cut(snapshot_t *self, uint64_t last)
{
    if (last >= self->xmax)
        return;
    self->xmax = last + 1;
    if (self->xmin > self->xmax)
        self->xmin = self->xmax;
    while (self->count > 0 && self->running[self->count - 1] > last)
        self->count--;
}

char *snapshot_kept(const char *seen, const char *own, uint64_t cut)
{
    snapshot_t snapshot;
    CHECK(snapshot_parse(seen, &snapshot));
    if (*own)
        snapshot_include(&snapshot, strtoull(own, NULL, 10));
    snapshot_cut(&snapshot, cut);
    char *text = snapshot_text(&snapshot);
    snapshot_clear(&snapshot);
    return text;
}
