/* certificates_private - what certificates.c and certificates_revoke.c share */
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

#endif
