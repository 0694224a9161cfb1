/* certificates - the certificates that count: each has a chain up to the root's key
 *
 *   certificates_t *certificates = certificates_new(tree.root, tree.drill);
 *   if (certificates_add(certificates, text, length, &signature, &problem) != ST_OK) ...
 *   const signed_certificate_t *found = certificates_find(certificates, seal.node, &seal.key, "62.71");
 *
 * An issuer's certificate is added before those that it issued, so one signature is checked per certificate
 * and none per seal or event.
 *
 *   if (certificates_revoke(certificates, text, length, &signature, &problem) != ST_OK) ...
 *   const signed_revocation_t *refuses = certificates_refuse(certificates, &seal, &hash);
 *
 * A revocation names a certificate and the last seal that is accepted of it. It takes with it every certificate
 * of that node that is not younger, and every one with the same signing key: what they seal later counts nowhere,
 * and no certificate that they sign is taken any more; one that is here already stays, for it was given before.
 * Revocations are added after the certificates that were here before them.
 */
#ifndef CERTIFICATES_H
#define CERTIFICATES_H

#include "signed.h"

typedef struct signed_certificate {
    certificate_t certificate;
    char text[CERTIFICATE_TEXT];
    size_t length;
    signature_t signature;
    hash_t hash;                             /* of the text */
    hash_t fingerprint;                      /* of the certificate's own signing key */
    const struct signed_certificate *issuer; /* NULL: the root */
    unsigned depth;                          /* 1 right below the root, at most LIMIT_CHAIN_CERTIFICATES */
} signed_certificate_t;

typedef struct signed_revocation {
    revocation_t revocation;
    char text[REVOCATION_TEXT];
    size_t length;
    signature_t signature;
    const signed_certificate_t *certificate; /* that it revokes */
    const signed_certificate_t *issuer;      /* above it; NULL: the root */
} signed_revocation_t;

typedef struct certificates certificates_t;

/* `root` is the root's public signing key; a drill's certificates count only in a drill, and none other
 * there. */
certificates_t *certificates_new(const uint8_t root[KEY_BYTES], bool drill);
void certificates_destroy(certificates_t **self_p);

/* Take a certificate if it counts (text and signature are copied; the same text again is ok and changes
   nothing).
     invalid  certificate.form
     denied   certificate.drill, certificate.signature, certificate.region (not below the issuer's),
              certificate.chain (too long), certificate.key (another key than the root's signed),
              certificate.revoked (the issuer's key was revoked before this one was known)
     missing  certificate.issuer_unknown: the issuer's certificate with that key is not here (yet)
     retry    certificate.full: LIMIT_CERTIFICATES are here, or the issuer's part of them is full */
status_t certificates_add(certificates_t *self, const char *text, size_t length, const signature_t *signature,
                          problem_t *ret_problem);

/* The newest certificate of the node with this signing key that speaks for `region` (NULL: any); borrowed for
 * the life of the set, NULL if none. */
const signed_certificate_t *certificates_find(certificates_t *self, const char *node,
                                              const hash_t *fingerprint, const char *region);

/* The newest certificate of a node; NULL if none. */
const signed_certificate_t *certificates_of_node(const certificates_t *self, const char *node);

/* By the hash of its text. */
const signed_certificate_t *certificates_by_hash(const certificates_t *self, const hash_t *hash);

/* The chain from right below the root down to this certificate; gives its length. */
size_t certificates_chain(const signed_certificate_t *certificate,
                          const signed_certificate_t *ret_chain[LIMIT_CHAIN_CERTIFICATES]);

/* The certificate that follows one, as far as it is the same: number, from, to and what it replaces are set, keys and regions are the old
   one's; issuer and key are still to be set. `cause` makes its number, so that it is one however often it is made. */
#define CERTIFICATE_DAYS 731 /* that a certificate holds */
certificate_t certificate_after(const signed_certificate_t *old, const uuid_id_t *cause, int64_t from);

/* All of them in the order of adding: index 0 to count - 1. */
size_t certificates_count(const certificates_t *self);
const signed_certificate_t *certificates_at(const certificates_t *self, size_t index);

/* Take a revocation if it counts (the same text again, or one that takes back no more than the same issuer's
   before, is ok and changes nothing). Who may: the issuer of the certificate, and whoever stands above it in its chain.
     invalid  revocation.form
     denied   revocation.drill, revocation.issuer (stands not above the node), revocation.signature
     missing  revocation.certificate_unknown: the certificate that it names is not here
     retry    revocation.full: LIMIT_CERTIFICATES are here, or the issuer's part of them is full */
status_t certificates_revoke(certificates_t *self, const char *text, size_t length,
                             const signature_t *signature, problem_t *ret_problem);

/* The revocation under which this signing key of the node falls: of several that with the lowest last seal.
   NULL if none. */
const signed_revocation_t *certificates_revoked(const certificates_t *self, const char *node,
                                                const hash_t *fingerprint);

/* The revocation that refuses this seal, `hash` of its text: its number is above the last accepted one's, or the
   same and the seal another. NULL: it stands, as far as revocations tell. One below the last accepted seal that
   was not here before the revocation counts because the neighbour that hands it on had taken it. */
const signed_revocation_t *certificates_refuse(const certificates_t *self, const seal_t *seal,
                                               const hash_t *hash);

/* All of them in the order of adding. */
size_t certificates_revocation_count(const certificates_t *self);
const signed_revocation_t *certificates_revocation_at(const certificates_t *self, size_t index);

#endif
