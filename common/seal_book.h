/* seal_book - seals that were checked, to be found by those who name them: about 120 bytes each, without their texts
 *
 *   seal_book_t *book = seal_book_new();
 *   seal_book_add(book, &seal, certificate);
 *   const booked_seal_t *found = seal_book_find(book, node, &epoch, number);
 */
#ifndef SEAL_BOOK_H
#define SEAL_BOOK_H

#include "certificates.h"

typedef struct {
    char node[NODE_NAME_TEXT];
    uuid_id_t epoch;
    int64_t number;
    int64_t count;
    hash_t root;
    const signed_certificate_t *certificate; /* with the key that signed it */
    bool refused;                            /* by a revocation */
} booked_seal_t;

typedef struct seal_book seal_book_t;
seal_book_t *seal_book_new(void);
void seal_book_destroy(seal_book_t **self_p);

/* Keep what is needed of a seal; the certificate is borrowed. One that is here already stays as it is. */
void seal_book_add(seal_book_t *self, const seal_t *seal, const signed_certificate_t *certificate,
                   bool refused);

/* Borrowed until the next add; NULL if it is not here. */
const booked_seal_t *seal_book_find(const seal_book_t *self, const char *node, const uuid_id_t *epoch,
                                    int64_t number);

size_t seal_book_count(const seal_book_t *self);

/* The same as a seal, as far as an event's proof needs it. */
seal_t seal_of_book(const booked_seal_t *booked);

#endif
