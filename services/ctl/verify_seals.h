/* verify_seals - the seals a node holds, each with its signature checked */
#ifndef VERIFY_SEALS_H
#define VERIFY_SEALS_H

#include <libpq-fe.h>

#include "certificates.h"
#include "hex.h"
#include "merkle.h"

typedef struct {
    seal_t seal;
    hash_t hash;       /* of its text */
    bool epoch_begins; /* the first seal of its epoch */
} verified_seal_t;

typedef struct seals seals_t;

/* Load all seals and check each: text, signature, certificate; and of the node's own that they are one chain
   without a gap. NULL with a sentence in ret_why on the first that is wrong. */
seals_t *seals_load(PGconn *connection, const char *own, certificates_t *certificates, char *ret_why,
                    size_t size);
void seals_destroy(seals_t **self_p);

/* Borrowed; NULL if it is not here. */
const verified_seal_t *seals_find(const seals_t *self, const char *node, const char *epoch, int64_t number);

/* The node's own seal that covers the leaf; leaves are asked in rising order. */
const verified_seal_t *seals_covering(seals_t *self, int64_t leaf);

/* Last leaf that the node's own seals cover; how many seals, of how many nodes. */
int64_t seals_last(const seals_t *self);
size_t seals_count(const seals_t *self);
size_t seals_nodes(const seals_t *self);

#endif
