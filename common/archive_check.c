/* archive_check - does every item of an archive count where it stands? */
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "check.h"
#include "seal_book.h"

struct archive_check {
    certificates_t *certificates;
    seal_book_t *book; /* seals of other nodes */
    archive_header_t header;
    bool any; /* a seal of the node stands at hand: */
    seal_t seal;
    hash_t seal_hash;
    const signed_certificate_t *signer;
    size_t filled; /* leaves of it that were taken */
    hash_t leaves[LIMIT_SEAL_LEAVES];
    bool whole;                     /* no leaf of it was of another month */
    int64_t up, down;               /* of its events, own ones alone */
    int64_t before_up, before_down; /* what the seal before it counted; -1: that one is not known */
    merkle_t *tree;
    envelope_t envelope;
    archive_count_t count;
};

archive_check_t *archive_check_new(const uint8_t root[KEY_BYTES], bool drill)
{
    archive_check_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->certificates = certificates_new(root, drill);
    self->book = seal_book_new();
    self->tree = merkle_new();
    return self;
}

void archive_check_destroy(archive_check_t **self_p)
{
    archive_check_t *self = *self_p;
    if (!self)
        return;
    seal_book_destroy(&self->book);
    certificates_destroy(&self->certificates);
    merkle_destroy(&self->tree);
    free(self);
    *self_p = NULL;
}

void archive_check_start(archive_check_t *self, const archive_header_t *header)
{
    self->header = *header;
    self->any = false;
    self->filled = 0;
    self->before_up = self->before_down = -1;
    self->count = (archive_count_t){0};
}

/* A seal that counts but for a revocation that came after it was taken. */
static status_t s_seal_read(archive_check_t *self, const batch_item_t *item, seal_t *ret_seal,
                            bool *ret_refused, problem_t *problem)
{
    problem_t why;
    status_t status =
        proof_seal(self->certificates, item->bytes, item->length, &item->signature, ret_seal, &why);
    *ret_refused = status == ST_DENIED && strcmp(why.code, "seal.revoked") == 0;
    if (*ret_refused)
        status = seal_read(item->bytes, item->length, ret_seal, &why);
    if (status != ST_OK)
        return problem_set(problem, status, why.code, why.at, "%s", why.why);
    self->count.seals++;
    self->count.refused += *ret_refused;
    return ST_OK;
}

static bool s_same_epoch(const uuid_id_t *left, const uuid_id_t *right)
{
    return memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}

/* Seals of months before and behind lie between two blocks, so only neighbours can be compared. */
static bool s_follows(const archive_check_t *self, const seal_t *seal)
{
    if (!self->any)
        return true;
    if (seal->number <= self->seal.number || seal->first < self->seal.first + self->seal.count)
        return false;
    return seal->number != self->seal.number + 1 || (hash_same(&seal->previous, &self->seal_hash) &&
                                                     seal->first == self->seal.first + self->seal.count);
}

static bool s_closed(const archive_check_t *self)
{
    return !self->any || self->filled == (size_t)self->seal.count;
}

static status_t s_seal(archive_check_t *self, const batch_item_t *item, problem_t *problem)
{
    seal_t seal;
    bool refused;
    status_t status = s_seal_read(self, item, &seal, &refused, problem);
    if (status != ST_OK)
        return status;
    const signed_certificate_t *signer = certificates_find(self->certificates, seal.node, &seal.key, NULL);
    if (strcmp(seal.node, self->header.node) != 0 ||
        (self->any && !s_closed(self) &&
         (seal.number < self->seal.number || !s_same_epoch(&seal.epoch, &self->seal.epoch)))) {
        seal_book_add(self->book, &seal, signer, refused);
        return ST_OK;
    }
    if (!s_closed(self))
        return problem_set(problem, ST_INVALID, "archive.order", "", "leaf %lld is missing",
                           (long long)(self->seal.first + (int64_t)self->filled));
    if (!s_follows(self, &seal))
        return problem_set(problem, ST_DENIED, "archive.chain", "previous",
                           "seal %lld does not follow the one before", (long long)seal.number);
    bool next =
        self->any && seal.number == self->seal.number + 1 && s_same_epoch(&seal.epoch, &self->seal.epoch);
    self->before_up = next ? self->seal.up : seal.number == 1 ? 0 : -1;
    self->before_down = next ? self->seal.down : seal.number == 1 ? 0 : -1;
    self->any = self->whole = true;
    self->seal = seal;
    self->seal_hash = hash_of(item->bytes, item->length);
    self->signer = signer;
    self->filled = 0;
    self->up = self->down = 0;
    return ST_OK;
}

/* The last leaf of a seal was taken. */
static status_t s_close(archive_check_t *self, problem_t *problem)
{
    merkle_build(self->tree, self->leaves, self->filled);
    hash_t root = merkle_root(self->tree);
    if (!hash_same(&root, &self->seal.root))
        return problem_set(problem, ST_DENIED, "archive.root", "root",
                           "the leaves under seal %lld do not lead to its root",
                           (long long)self->seal.number);
    if (self->whole && self->before_up >= 0 &&
        (self->seal.up != self->before_up + self->up || self->seal.down != self->before_down + self->down))
        return problem_set(problem, ST_DENIED, "archive.routes", "up",
                           "seal %lld counts other events up and down than it covers",
                           (long long)self->seal.number);
    return ST_OK;
}

static status_t s_leaf(archive_check_t *self, int64_t leaf, const hash_t *hash, problem_t *problem)
{
    if (s_closed(self) || leaf != self->seal.first + (int64_t)self->filled)
        return problem_set(problem, ST_INVALID, "archive.order", "leaf",
                           "leaf %lld is not the next one under a seal", (long long)leaf);
    self->leaves[self->filled++] = *hash;
    return s_closed(self) ? s_close(self, problem) : ST_OK;
}

static bool s_month_holds(const archive_check_t *self)
{
    char instant[CLOCK_TEXT];
    clock_text(uuid_time_ms(&self->envelope.id), instant);
    return strncmp(instant, self->header.month, ARCHIVE_MONTH_TEXT - 1) == 0;
}

/* An own event stands under the seal at hand; its path is what the leaves beside it give. */
static status_t s_own(archive_check_t *self, problem_t *problem)
{
    const envelope_t *event = &self->envelope;
    if (strcmp(event->source, self->header.node) != 0)
        return problem_set(problem, ST_DENIED, "proof.source", "source",
                           "the event's source is not the node that sealed it");
    if (!event->behalf && !certificate_speaks_for(&self->signer->certificate, event->region) &&
        !certificates_find(self->certificates, self->seal.node, &self->seal.key, event->region))
        return problem_set(problem, ST_DENIED, "proof.region", "region",
                           "the node that sealed the event does not speak for its region");
    self->up += strncmp(event->route, "root ", 5) == 0;
    self->down += strstr(event->route, " subtree") != NULL;
    return ST_OK;
}

static status_t s_received(archive_check_t *self, const batch_item_t *item, problem_t *problem)
{
    const envelope_t *event = &self->envelope;
    const booked_seal_t *booked = seal_book_find(self->book, item->node, &item->epoch, item->seal);
    if (!booked)
        return problem_set(problem, ST_MISSING, "proof.seal", "seal",
                           "the seal that proves the event does not stand before it");
    seal_t seal = seal_of_book(booked);
    self->count.received++;
    return proof_event(self->certificates, &seal, item, event->source, event->region, event->behalf, problem);
}

static status_t s_event(archive_check_t *self, const batch_item_t *item, problem_t *problem)
{
    status_t status = envelope_read(item->bytes, item->length, &self->envelope, problem);
    if (status != ST_OK)
        return status;
    if (!s_month_holds(self))
        return problem_set(problem, ST_INVALID, "archive.month", "id",
                           "leaf %lld is an event of another month", (long long)item->leaf);
    bool own = self->any && strcmp(item->node, self->header.node) == 0 && item->seal == self->seal.number &&
               s_same_epoch(&item->epoch, &self->seal.epoch);
    status = own ? s_own(self, problem) : s_received(self, item, problem);
    if (status != ST_OK)
        return status;
    self->count.events++;
    hash_t hash = merkle_leaf(item->bytes, item->length);
    return s_leaf(self, item->leaf, &hash, problem);
}

status_t archive_check_take(archive_check_t *self, const archive_item_t *archived, problem_t *ret_problem)
{
    const batch_item_t *item = &archived->item;
    switch (archived->kind) {
    case ARCHIVE_CERTIFICATE:
        return certificates_add(self->certificates, item->bytes, item->length, &item->signature, ret_problem);
    case ARCHIVE_REVOCATION:
        return certificates_revoke(self->certificates, item->bytes, item->length, &item->signature,
                                   ret_problem);
    case ARCHIVE_SEAL:
        return s_seal(self, item, ret_problem);
    case ARCHIVE_EVENT:
        return s_event(self, item, ret_problem);
    default:
        self->whole = false;
        return s_leaf(self, item->leaf, &archived->hash, ret_problem);
    }
}

status_t archive_check_end(archive_check_t *self, problem_t *ret_problem)
{
    if (!s_closed(self))
        return problem_set(ret_problem, ST_INVALID, "archive.order", "", "leaf %lld is missing",
                           (long long)(self->seal.first + (int64_t)self->filled));
    if (self->count.events != self->header.events)
        return problem_set(ret_problem, ST_INVALID, "archive.count", "",
                           "it holds not as many events as its first line says");
    return ST_OK;
}

const envelope_t *archive_check_envelope(const archive_check_t *self)
{
    return &self->envelope;
}

const seal_t *archive_check_seal(const archive_check_t *self, hash_t *ret_hash)
{
    if (!self->any)
        return NULL;
    if (ret_hash)
        *ret_hash = self->seal_hash;
    return &self->seal;
}

const merkle_t *archive_check_tree(const archive_check_t *self)
{
    return self->any && s_closed(self) ? self->tree : NULL;
}

certificates_t *archive_check_certificates(archive_check_t *self)
{
    return self->certificates;
}

archive_count_t archive_check_count(const archive_check_t *self)
{
    return self->count;
}
