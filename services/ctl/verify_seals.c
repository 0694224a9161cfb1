/* verify_seals - the seals a node holds, each with its signature checked */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "verify_seals.h"

struct seals {
    verified_seal_t *items; /* sorted by node, number, epoch; the node's own together */
    size_t count, nodes;
    size_t own_first, own_count, at; /* at: the own seal that was asked for last */
};

static int s_order(const void *a, const void *b)
{
    const seal_t *left = &((const verified_seal_t *)a)->seal, *right = &((const verified_seal_t *)b)->seal;
    int order = strcmp(left->node, right->node);
    if (order == 0)
        order = (left->number > right->number) - (left->number < right->number);
    return order ? order : memcmp(left->epoch.bytes, right->epoch.bytes, sizeof left->epoch.bytes);
}

static bool s_read(const PGresult *rows, int row, certificates_t *certificates, verified_seal_t *ret_seal,
                   char *ret_why, size_t size)
{
    problem_t problem;
    signature_t signature;
    const char *text = PQgetvalue(rows, row, 0);
    size_t length = strlen(text);
    if (seal_read(text, length, &ret_seal->seal, &problem) != ST_OK) {
        snprintf(ret_why, size, "a seal is malformed: %s", problem.why);
        return false;
    }
    ret_seal->hash = hash_of(text, length);
    const signed_certificate_t *certificate =
        certificates_find(certificates, ret_seal->seal.node, &ret_seal->seal.key, NULL);
    if (!certificate) {
        snprintf(ret_why, size, "seal %lld of node %s: no certificate that counts has its key",
                 (long long)ret_seal->seal.number, ret_seal->seal.node);
        return false;
    }
    if (!hex_decode(PQgetvalue(rows, row, 1), 2 * SIGNATURE_BYTES, signature.bytes) ||
        !signed_by(text, length, &signature, certificate->certificate.signing)) {
        snprintf(ret_why, size, "seal %lld of node %s: its signature does not hold",
                 (long long)ret_seal->seal.number, ret_seal->seal.node);
        return false;
    }
    return true;
}

/* The node's own seals: number, leaves and previous hash go on without a gap. */
static bool s_chain(seals_t *self, char *ret_why, size_t size)
{
    for (size_t i = 0; i < self->own_count; i++) {
        verified_seal_t *seal = &self->items[self->own_first + i], *before = i ? seal - 1 : NULL;
        int64_t first = before ? before->seal.first + before->seal.count : 1;
        seal->epoch_begins = !before || memcmp(before->seal.epoch.bytes, seal->seal.epoch.bytes,
                                               sizeof seal->seal.epoch.bytes) != 0;
        if (seal->seal.number != (int64_t)i + 1 || seal->seal.first != first ||
            (before ? !hash_same(&seal->seal.previous, &before->hash)
                    : !hash_is_zero(&seal->seal.previous))) {
            snprintf(ret_why, size, "seal %lld does not follow the one before", (long long)seal->seal.number);
            return false;
        }
    }
    return true;
}

static void s_sort(seals_t *self, const char *own)
{
    qsort(self->items, self->count, sizeof *self->items, s_order);
    for (size_t i = 0; i < self->count; i++) {
        const char *node = self->items[i].seal.node;
        if (i == 0 || strcmp(node, self->items[i - 1].seal.node) != 0) {
            self->nodes++;
            if (strcmp(node, own) == 0)
                self->own_first = i;
        }
        self->own_count += strcmp(node, own) == 0;
    }
    self->at = self->own_first;
}

seals_t *seals_load(PGconn *connection, const char *own, certificates_t *certificates, char *ret_why,
                    size_t size)
{
    PGresult *rows = PQexec(connection, "SELECT text, encode(signature, 'hex') FROM audit.seal");
    if (PQresultStatus(rows) != PGRES_TUPLES_OK) {
        snprintf(ret_why, size, "the seals cannot be read: %s", PQerrorMessage(connection));
        PQclear(rows);
        return NULL;
    }
    seals_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->count = (size_t)PQntuples(rows);
    self->items = calloc(self->count + 1, sizeof *self->items);
    CHECK(self->items);
    bool good = true;
    for (size_t i = 0; good && i < self->count; i++)
        good = s_read(rows, (int)i, certificates, &self->items[i], ret_why, size);
    PQclear(rows);
    if (good)
        s_sort(self, own);
    if (!good || !s_chain(self, ret_why, size))
        seals_destroy(&self);
    return self;
}

void seals_destroy(seals_t **self_p)
{
    if (!*self_p)
        return;
    free((*self_p)->items);
    free(*self_p);
    *self_p = NULL;
}

const verified_seal_t *seals_find(const seals_t *self, const char *node, const char *epoch, int64_t number)
{
    verified_seal_t key = {0};
    snprintf(key.seal.node, sizeof key.seal.node, "%s", node);
    key.seal.number = number;
    if (!uuid_of_text(epoch, strlen(epoch), &key.seal.epoch))
        return NULL;
    return bsearch(&key, self->items, self->count, sizeof *self->items, s_order);
}

const verified_seal_t *seals_covering(seals_t *self, int64_t leaf)
{
    for (; self->at < self->own_first + self->own_count; self->at++) {
        const seal_t *seal = &self->items[self->at].seal;
        if (leaf < seal->first + seal->count)
            return leaf >= seal->first ? &self->items[self->at] : NULL;
    }
    return NULL;
}

int64_t seals_last(const seals_t *self)
{
    if (self->own_count == 0)
        return 0;
    const seal_t *last = &self->items[self->own_first + self->own_count - 1].seal;
    return last->first + last->count - 1;
}

size_t seals_count(const seals_t *self)
{
    return self->count;
}

size_t seals_nodes(const seals_t *self)
{
    return self->nodes;
}
