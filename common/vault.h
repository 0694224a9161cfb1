/* vault - personal fields: each under a random key of its subject, which is wrapped by a key of the node
 * outside the database
 *
 *   DIR/keys/personal.json   {"keys": [{"version": 2, "key": hexadecimal, "since": instant}, ...]}, newest first
 *
 *   vault_t *vault;
 *   vault_load("DIR/keys/personal.json", &vault, &problem)
 *   uint8_t key[VAULT_KEY], wrapped[VAULT_WRAPPED];
 *   vault_key_make(key);
 *   vault_wrap(vault, "business/0186...", key, wrapped);           -- kept with vault_version(vault)
 *   length = vault_encrypt(key, "nik", value, n, salt, ciphertext); -- kept: salt and ciphertext
 *   digest = vault_digest(salt, ciphertext, length);               -- stands in the event
 *   keys_wipe(key, sizeof key);
 *
 * Erasing a person is deleting the subject's row: with the wrapped key every field is gone, and the digests
 * stay true. Re-wrapping changes neither ciphertexts nor digests. XChaCha20-Poly1305; the subject's and the
 * field's name are bound in, so that rows cannot be exchanged.
 */
#ifndef VAULT_H
#define VAULT_H

#include "hash.h"
#include "status.h"

#define VAULT_KEY 32
#define VAULT_SALT 32
#define VAULT_OVERHEAD (24 + 16) /* nonce before, tag behind */
#define VAULT_WRAPPED (VAULT_KEY + VAULT_OVERHEAD)
#define VAULT_KEYS_MOST 16 /* node keys that one file holds */

typedef struct vault vault_t;

/* Load the node's keys; fails as secret_file.h says, with a sentence. */
status_t vault_load(const char *path, vault_t **ret_vault, problem_t *ret_problem);
void vault_destroy(vault_t **self_p);

/* Add a new random key as the newest, the first one if there is no file. `since` is an instant. */
status_t vault_renew(const char *path, const char *since, problem_t *ret_problem);

/* Destroy all keys below this version; the newest stays whatever is asked. The file that held them is overwritten. */
status_t vault_forget(const char *path, int version, problem_t *ret_problem);

/* Version of the newest key, and the instant since when (borrowed). */
int vault_version(const vault_t *self);
int vault_oldest(const vault_t *self); /* the same if there is one key */
const char *vault_since(const vault_t *self);

/* A new key of a subject. */
void vault_key_make(uint8_t ret_key[VAULT_KEY]);

/* Wrap a subject's key under the newest key of the node. */
void vault_wrap(const vault_t *self, const char *subject, const uint8_t key[VAULT_KEY],
                uint8_t ret_wrapped[VAULT_WRAPPED]);

/* Unwrap it: missing vault.key_gone if the node has no key of that version (any more), broken vault.damaged
 * if it does not open. */
status_t vault_unwrap(const vault_t *self, const char *subject, int version,
                      const uint8_t wrapped[VAULT_WRAPPED], uint8_t ret_key[VAULT_KEY],
                      problem_t *ret_problem);

/* Encrypt a field's value: a new random salt, and length + VAULT_OVERHEAD bytes of ciphertext, whose number
 * it gives. */
size_t vault_encrypt(const uint8_t key[VAULT_KEY], const char *field, const void *value, size_t length,
                     uint8_t ret_salt[VAULT_SALT], uint8_t *ret_ciphertext);

/* Decrypt it into length - VAULT_OVERHEAD bytes: broken vault.damaged if it does not open. */
status_t vault_decrypt(const uint8_t key[VAULT_KEY], const char *field, const uint8_t *ciphertext,
                       size_t length, void *ret_value, problem_t *ret_problem);

/* SHA-256(salt || ciphertext): what the event holds. */
hash_t vault_digest(const uint8_t salt[VAULT_SALT], const uint8_t *ciphertext, size_t length);

#endif
