/* certificates_private - what certificates.c, certificates_part.c and certificates_revoke.c share */
#ifndef CERTIFICATES_PRIVATE_H
#define CERTIFICATES_PRIVATE_H

#include "certificates.h"

struct certificates {
    uint8_t root[KEY_BYTES];
    bool drill;
    signed_certificate_t **items; /* each allocated alone, so that pointers to them stay */
    size_t count, capacity;
    const signed_certificate_t *found; /* of the last search: seals and events come in runs of one node */
    signed_revocation_t **revocations; /* few: each is a mishap */
    size_t revocation_count;
};

/* What an issuer has of the room for certificates, or for revocations, by name: with every renewal of its key it is the same part. */
typedef struct {
    const signed_certificate_t *issuer; /* NULL: the root */
    size_t all, province, district;     /* so many are here, and in the part that it would fill */
} part_t;

/* Count one that is here already, by who issued it. */
void part_count(part_t *self, const signed_certificate_t *issuer);
status_t part_judge(const part_t *self, const char *code, problem_t *ret_problem);

#endif
