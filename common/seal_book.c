/* seal_book - seals that were checked, in a table by node, epoch and number */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "seal_book.h"

struct seal_book {
    booked_seal_t *seals;
    size_t count, room;
    uint32_t *slots; /* index of a seal + 1, 0: free; a power of two, at most half full */
    size_t slot_count;
};

seal_book_t *seal_book_new(void)
{
    seal_book_t *self = calloc(1, sizeof *self);
    CHECK(self);
    return self;
}

void seal_book_destroy(seal_book_t **self_p)
{
    seal_book_t *self = *self_p;
    if (!self)
        return;
    free(self->seals);
    free(self->slots);
    free(self);
    *self_p = NULL;
}

/* FNV-1a over the three. Whoever makes many seals fall together had to sign each of them. */
static uint64_t s_mix(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
    return hash;
}

static size_t s_slot(const seal_book_t *self, const char *node, const uuid_id_t *epoch, int64_t number)
{
    uint64_t hash = s_mix(14695981039346656037u, node, strlen(node));
    hash = s_mix(s_mix(hash, epoch->bytes, sizeof epoch->bytes), &number, sizeof number);
    size_t slot = (hash ^ hash >> 32) & (self->slot_count - 1);
    while (self->slots[slot]) {
        const booked_seal_t *seal = &self->seals[self->slots[slot] - 1];
        if (seal->number == number && strcmp(seal->node, node) == 0 &&
            memcmp(seal->epoch.bytes, epoch->bytes, sizeof epoch->bytes) == 0)
            break;
        slot = (slot + 1) & (self->slot_count - 1);
    }
    return slot;
}

static void s_grow(seal_book_t *self)
{
    self->room = self->room ? 2 * self->room : 512;
    self->slot_count = 2 * self->room;
    CHECK(self->slot_count <= UINT32_MAX);
    self->seals = realloc(self->seals, self->room * sizeof *self->seals);
    free(self->slots);
    self->slots = calloc(self->slot_count, sizeof *self->slots);
    CHECK(self->seals && self->slots);
    for (size_t i = 0; i < self->count; i++) {
        const booked_seal_t *seal = &self->seals[i];
        self->slots[s_slot(self, seal->node, &seal->epoch, seal->number)] = (uint32_t)i + 1;
    }
}

void seal_book_add(seal_book_t *self, const seal_t *seal, const signed_certificate_t *certificate,
                   bool refused)
{
    if (self->count == self->room)
        s_grow(self);
    size_t slot = s_slot(self, seal->node, &seal->epoch, seal->number);
    if (self->slots[slot])
        return;
    booked_seal_t *booked = &self->seals[self->count++];
    memcpy(booked->node, seal->node, sizeof booked->node);
    booked->epoch = seal->epoch;
    booked->number = seal->number;
    booked->count = seal->count;
    booked->root = seal->root;
    booked->certificate = certificate;
    booked->refused = refused;
    self->slots[slot] = (uint32_t)self->count;
}

const booked_seal_t *seal_book_find(const seal_book_t *self, const char *node, const uuid_id_t *epoch,
                                    int64_t number)
{
    uint32_t found = self->count ? self->slots[s_slot(self, node, epoch, number)] : 0;
    return found ? &self->seals[found - 1] : NULL;
}

size_t seal_book_count(const seal_book_t *self)
{
    return self->count;
}

seal_t seal_of_book(const booked_seal_t *booked)
{
    seal_t seal = {.epoch = booked->epoch,
                   .number = booked->number,
                   .count = booked->count,
                   .root = booked->root,
                   .key = booked->certificate->fingerprint};
    memcpy(seal.node, booked->node, sizeof seal.node);
    return seal;
}
