/* digest - what stands for a text that must not be shown: digests of requests, and of values that are
 * compared for duplicates
 *
 *   DIR/keys/digest.json   {"key": hexadecimal}: the node's own, never replaced, since digests must stay the same
 *                          while personal keys are re-wrapped
 *
 *   hash_t request = digest_request(contract->personal ? &key : NULL, bytes, length);  -- in the event
 *
 *   hash_t nik = digest_value(&tree, "nik", "6271...");   -- never leaves the node as it is, but
 *   uint8_t sealed[DIGEST_SEALED];
 *   digest_seal(tree.matching, &nik, sealed);             -- so, for the centre alone
 */
#ifndef DIGEST_H
#define DIGEST_H

#include "keys.h"
#include "tree.h"

typedef struct {
    uint8_t bytes[KEY_BYTES];
} digest_key_t;

#define DIGEST_SEALED (HASH_BYTES + 48) /* as crypto_box_seal makes it */

void digest_key_make(digest_key_t *ret_key);
status_t digest_key_load(const char *path, digest_key_t *ret_key, problem_t *ret_problem);
status_t digest_key_save(const digest_key_t *key, const char *path, problem_t *ret_problem);

/* SHA-256 of a request's bytes; HMAC-SHA-256 if a key is given, for requests with personal fields: nobody can
 * then try values against it. */
hash_t digest_request(const digest_key_t *key, const void *bytes, size_t length);

/* HMAC-SHA-256 of kind, a zero byte and the value under the tree's key (its version is tree->digest_version):
   equal values of one kind have one digest at all nodes. The value is compared as it is: the caller has
   brought it into one form. */
hash_t digest_value(const tree_t *tree, const char *kind, const char *value);

/* What the centre compares and keeps in place of an opened digest: HMAC-SHA-256 under its own key, so that a copy of its tables tests no guess. */
hash_t digest_match(const digest_key_t *key, const hash_t *digest);

/* Seal a digest so that only the owner of the sealing key opens it; the same digest looks different each
 * time. False if the key is none. */
bool digest_seal(const uint8_t public_key[KEY_BYTES], const hash_t *digest,
                 uint8_t ret_sealed[DIGEST_SEALED]);

/* Open it; false if it was not sealed to this key. */
bool digest_open(const sealing_key_t *key, const uint8_t sealed[DIGEST_SEALED], hash_t *ret_digest);

#endif
