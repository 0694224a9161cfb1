/* seal_memory - the newest seals of other nodes that have been checked, so that each signature is checked once */
#ifndef SEAL_MEMORY_H
#define SEAL_MEMORY_H

#include "entry.h"

#define SEAL_MEMORY 128

typedef struct {
    sealed_t *sealed;
    unsigned long ticket; /* the last intake that brings it to the database */
    bool stored;          /* its row is committed */
} known_seal_t;

typedef struct {
    known_seal_t seals[SEAL_MEMORY];
    size_t next;
} seal_memory_t;

/* By its text; NULL if it is not remembered. */
known_seal_t *seal_memory_find(seal_memory_t *self, const batch_item_t *item);

/* The one that an event stands under; borrowed, NULL if it is not remembered. */
sealed_t *seal_memory_over(const seal_memory_t *self, const batch_item_t *event);

/* Remember a seal that counts; the oldest is forgotten. */
known_seal_t *seal_memory_add(seal_memory_t *self, const seal_t *seal, const batch_item_t *item);

/* An intake is committed: what it brought is in the database. */
void seal_memory_stored(seal_memory_t *self, unsigned long ticket);

void seal_memory_clear(seal_memory_t *self);

#endif
