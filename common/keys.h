/* keys - a node's three key pairs and a principal's: made, kept in files of mode 0600, wiped
 *
 *   DIR/keys/curve.json     who a connection comes from (CURVE, Z85)
 *   DIR/keys/signing.json   seals and certificates (Ed25519, hexadecimal)
 *   DIR/keys/sealing.json   what only this node may open (X25519, hexadecimal)
 *   {"public": ..., "secret": ...}; a principal's file is {"name": ..., "key": ..., "secret": ...}
 *
 *   signing_key_t signing;
 *   if (signing_key_load("DIR/keys/signing.json", &signing, &problem) != ST_OK)
 *       fatal("%s", problem.why);
 *   ...
 *   keys_wipe(&signing, sizeof signing);
 *
 * Loading fails with one sentence if the file is missing, readable by others than its owner, or not such a
 * key (codes key.file, key.mode, key.form). Saving is atomic and makes the folder if it is missing.
 */
#ifndef KEYS_H
#define KEYS_H

#include "hash.h"
#include "scan.h"
#include "status.h"

#define KEY_BYTES 32
#define SIGNING_SECRET_BYTES 64
#define PRINCIPAL_NAME_TEXT 128

typedef struct {
    char public_key[CURVE_TEXT];
    char secret_key[CURVE_TEXT];
} curve_key_t;

typedef struct {
    uint8_t public_key[KEY_BYTES];
    uint8_t secret_key[SIGNING_SECRET_BYTES]; /* as libsodium has it: seed, then public key; the file holds
                                                 the seed alone */
} signing_key_t;

typedef struct {
    uint8_t public_key[KEY_BYTES];
    uint8_t secret_key[KEY_BYTES];
} sealing_key_t;

typedef struct {
    char name[PRINCIPAL_NAME_TEXT];
    curve_key_t key;
} principal_key_t;

/* New random keys. */
void curve_key_make(curve_key_t *ret_key);
void signing_key_make(signing_key_t *ret_key);
void sealing_key_make(sealing_key_t *ret_key);

/* The key that follows from 32 bytes (RFC 8032's private key). */
void signing_key_of_seed(const uint8_t seed[KEY_BYTES], signing_key_t *ret_key);

status_t curve_key_load(const char *path, curve_key_t *ret_key, problem_t *ret_problem);
status_t curve_key_save(const curve_key_t *key, const char *path, problem_t *ret_problem);
status_t signing_key_load(const char *path, signing_key_t *ret_key, problem_t *ret_problem);
status_t signing_key_save(const signing_key_t *key, const char *path, problem_t *ret_problem);
status_t sealing_key_load(const char *path, sealing_key_t *ret_key, problem_t *ret_problem);
status_t sealing_key_save(const sealing_key_t *key, const char *path, problem_t *ret_problem);
status_t principal_key_load(const char *path, principal_key_t *ret_key, problem_t *ret_problem);
status_t principal_key_save(const principal_key_t *key, const char *path, problem_t *ret_problem);

/* Overwrite a secret so that no optimiser leaves it out. */
void keys_wipe(void *key, size_t size);

/* SHA-256 of a CURVE key's 32 raw bytes; false if the text is no Z85 key. */
bool curve_fingerprint(const char *public_key, hash_t *ret_fingerprint);

/* SHA-256 of a signing key's 32 bytes. */
hash_t signing_fingerprint(const uint8_t public_key[KEY_BYTES]);

#endif
