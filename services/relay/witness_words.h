/* witness_words - what checkpoints and heads_seen say, taken apart and checked by their contracts; only witness.c uses it */
#ifndef WITNESS_WORDS_H
#define WITNESS_WORDS_H

#include "witness.h"

/* Columns of a row of witness_words. */
enum { WORD_LEAF, WORD_SEAL, WORD_FULL, WORD_ID, WORD_TYPE, WORD_SOURCE, WORD_VIA, WORD_TIME, WORD_BODY };

/* Fill the columns of heads and checkpoints from the rows; a word that breaks its contract is logged and passed over. What a heads_seen of the centre says of
   this node is noted by witness_heard, in the transaction at hand. */
void witness_words_read(witness_t *self, const PGresult *result);

/* Add a head that a witness tells of. */
void witness_head(witness_t *self, const char *node, const char *epoch, int64_t number, const char *hash,
                  const char *witness);

#endif
