/* digest - what stands for a text that must not be shown: digests of requests, and of values that are
 * compared for duplicates */
#include <sodium.h>
#include <string.h>

#include "check.h"
#include "digest.h"
#include "hex.h"
#include "secret_file.h"

_Static_assert(DIGEST_SEALED == HASH_BYTES + crypto_box_SEALBYTES, "libsodium's sealed box");

void digest_key_make(digest_key_t *ret_key)
{
    CHECK(sodium_init() >= 0);
    randombytes_buf(ret_key->bytes, sizeof ret_key->bytes);
}

status_t digest_key_load(const char *path, digest_key_t *ret_key, problem_t *ret_problem)
{
    json_t *content;
    digest_key_t key;
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    const json_t *text = json_object_get(content, "key");
    if (json_is_string(text) && json_string_length(text) == 2 * KEY_BYTES &&
        hex_decode(json_string_value(text), 2 * KEY_BYTES, key.bytes))
        *ret_key = key;
    else
        status = problem_set(ret_problem, ST_BROKEN, "key.form", "", "%s does not hold a digest key", path);
    sodium_memzero(&key, sizeof key);
    secret_file_forget(&content);
    return status;
}

status_t digest_key_save(const digest_key_t *key, const char *path, problem_t *ret_problem)
{
    char text[HASH_TEXT];
    hex_text(key->bytes, KEY_BYTES, text);
    json_t *content = json_pack("{s:s}", "key", text);
    CHECK(content);
    status_t status = secret_file_save(path, content, ret_problem);
    sodium_memzero(text, sizeof text);
    secret_file_forget(&content);
    return status;
}

hash_t digest_request(const digest_key_t *key, const void *bytes, size_t length)
{
    return key ? hash_keyed(key->bytes, bytes, length) : hash_of(bytes, length);
}

hash_t digest_value(const tree_t *tree, const char *kind, const char *value)
{
    hash_t digest;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, tree->digest_key, sizeof tree->digest_key);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)kind, strlen(kind) + 1);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)value, strlen(value));
    crypto_auth_hmacsha256_final(&state, digest.bytes);
    return digest;
}

hash_t digest_match(const digest_key_t *key, const hash_t *digest)
{
    static const char kind[] = "matching";
    uint8_t text[sizeof kind + HASH_BYTES];
    memcpy(text, kind, sizeof kind);
    memcpy(text + sizeof kind, digest->bytes, HASH_BYTES);
    hash_t match = hash_keyed(key->bytes, text, sizeof text);
    sodium_memzero(text, sizeof text);
    return match;
}

bool digest_seal(const uint8_t public_key[KEY_BYTES], const hash_t *digest, uint8_t ret_sealed[DIGEST_SEALED])
{
    return crypto_box_seal(ret_sealed, digest->bytes, HASH_BYTES, public_key) == 0;
}

bool digest_open(const sealing_key_t *key, const uint8_t sealed[DIGEST_SEALED], hash_t *ret_digest)
{
    hash_t digest;
    if (crypto_box_seal_open(digest.bytes, sealed, DIGEST_SEALED, key->public_key, key->secret_key) != 0)
        return false;
    *ret_digest = digest;
    return true;
}
