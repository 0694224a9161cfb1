/* signed - the three signed texts: seal, certificate, revocation (proto/README.md, section 4)
 *
 *   char text[SEAL_TEXT];
 *   size_t length = seal_write(&seal, text);
 *   signature_t signature;
 *   signed_sign(text, length, &signing, &signature);
 *   ...
 *   seal_t read;
 *   if (seal_read(text, length, &read, &problem) == ST_OK && signed_by(text, length, &signature, key)) ...
 *
 * Reading is strict: exactly the grammar, every bound, nothing after the last line. What was read and is
 * written again gives the same bytes. Writing takes values that are ours; one that no reader would take is a
 * bug.
 */
#ifndef SIGNED_H
#define SIGNED_H

#include "keys.h"
#include "limit.h"
#include "status.h"

#define SIGNATURE_BYTES 64
#define SEAL_TEXT 512        /* more than the longest seal and a NUL */
#define CERTIFICATE_TEXT 640 /* more than the longest certificate and a NUL */
#define REVOCATION_TEXT 384  /* more than the longest revocation and a NUL */
#define CERTIFICATE_REGIONS 16

#define ISSUER_ROOT "root"

typedef struct {
    uint8_t bytes[SIGNATURE_BYTES];
} signature_t;

typedef struct {
    bool drill;
    char node[NODE_NAME_TEXT];
    uuid_id_t epoch;
    int64_t number;       /* from 1, over all epochs */
    int64_t first, count; /* leaves first .. first + count - 1; at most LIMIT_SEAL_LEAVES */
    hash_t root;
    int64_t up, down;        /* events of this epoch so far that are routed to the root, and to all below */
    hash_t previous;         /* hash of the previous seal's text; zero exactly for number 1 */
    hash_t key;              /* fingerprint of the signing key */
    char time[INSTANT_TEXT]; /* a claim */
} seal_t;

typedef struct {
    bool drill;
    uuid_id_t certificate;
    char node[NODE_NAME_TEXT];
    size_t region_count; /* 1 to CERTIFICATE_REGIONS */
    char regions[CERTIFICATE_REGIONS][REGION_TEXT];
    char curve[CURVE_TEXT];
    uint8_t signing[KEY_BYTES];
    uint8_t sealing[KEY_BYTES];
    char from[INSTANT_TEXT], to[INSTANT_TEXT]; /* from is before to; shown, never a reason to refuse */
    hash_t replaces;                           /* hash of the certificate it replaces, or zero */
    char issuer[NODE_NAME_TEXT];               /* a node's name or "root" */
    hash_t key;                                /* fingerprint of the key that signed */
} certificate_t;

typedef struct {
    bool drill;
    uuid_id_t certificate;
    char node[NODE_NAME_TEXT];
    uuid_id_t epoch; /* epoch, number and hash of the last seal that is accepted; */
    int64_t number;  /* number 0 with a zero hash: none is */
    hash_t hash;
    char time[INSTANT_TEXT];
    char issuer[NODE_NAME_TEXT];
    hash_t key;
} revocation_t;

/* Write the text and a NUL; gives the length without the NUL. */
size_t seal_write(const seal_t *self, char ret_text[SEAL_TEXT]);
size_t certificate_write(const certificate_t *self, char ret_text[CERTIFICATE_TEXT]);
size_t revocation_write(const revocation_t *self, char ret_text[REVOCATION_TEXT]);

/* Read it, or tell which line breaks the grammar: invalid, code seal.form, certificate.form or
 * revocation.form, `at` is the line's name. Nothing is verified. */
status_t seal_read(const char *text, size_t length, seal_t *ret_seal, problem_t *ret_problem);
status_t certificate_read(const char *text, size_t length, certificate_t *ret_certificate,
                          problem_t *ret_problem);
status_t revocation_read(const char *text, size_t length, revocation_t *ret_revocation,
                         problem_t *ret_problem);

/* Sign a text with Ed25519. */
void signed_sign(const char *text, size_t length, const signing_key_t *key, signature_t *ret_signature);

/* Does the signature hold under this public key? */
bool signed_by(const char *text, size_t length, const signature_t *signature,
               const uint8_t public_key[KEY_BYTES]);

/* Does the certificate speak for the region: is it in the subtree of one of its regions? */
bool certificate_speaks_for(const certificate_t *self, const char *region);

#endif
