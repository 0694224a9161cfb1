/* seal_memory - the newest seals of other nodes that have been checked, so that each signature is checked once */
#include <string.h>

#include "seal_memory.h"

known_seal_t *seal_memory_find(seal_memory_t *self, const batch_item_t *item)
{
    for (size_t i = 0; i < SEAL_MEMORY; i++) {
        const sealed_t *sealed = self->seals[i].sealed;
        if (sealed && sealed->length == item->length && memcmp(sealed->text, item->bytes, item->length) == 0)
            return &self->seals[i];
    }
    return NULL;
}

sealed_t *seal_memory_over(const seal_memory_t *self, const batch_item_t *event)
{
    for (size_t i = 1; i <= SEAL_MEMORY; i++) {
        sealed_t *sealed = self->seals[(self->next + SEAL_MEMORY - i) % SEAL_MEMORY].sealed;
        if (sealed && sealed->seal.number == event->seal && strcmp(sealed->seal.node, event->node) == 0 &&
            memcmp(&sealed->seal.epoch, &event->epoch, sizeof event->epoch) == 0)
            return sealed;
    }
    return NULL;
}

known_seal_t *seal_memory_add(seal_memory_t *self, const seal_t *seal, const batch_item_t *item)
{
    known_seal_t *known = &self->seals[self->next++ % SEAL_MEMORY];
    sealed_release(&known->sealed);
    *known = (known_seal_t){.sealed = sealed_new(seal, item->bytes, item->length, &item->signature)};
    return known;
}

void seal_memory_stored(seal_memory_t *self, unsigned long ticket)
{
    for (size_t i = 0; i < SEAL_MEMORY; i++)
        self->seals[i].stored |= self->seals[i].ticket == ticket;
}

void seal_memory_clear(seal_memory_t *self)
{
    for (size_t i = 0; i < SEAL_MEMORY; i++)
        sealed_release(&self->seals[i].sealed);
}
