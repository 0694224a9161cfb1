/* hash - SHA-256, and keyed with HMAC */
#include <sodium.h>
#include <string.h>

#include "hash.h"
#include "hex.h"

hash_t hash_of(const void *bytes, size_t length)
{
    hash_t hash;
    crypto_hash_sha256(hash.bytes, bytes, length);
    return hash;
}

hash_t hash_of_two(const void *first, size_t first_length, const void *second, size_t second_length)
{
    hash_t hash;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, first, first_length);
    crypto_hash_sha256_update(&state, second, second_length);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

hash_t hash_keyed(const uint8_t key[HASH_BYTES], const void *bytes, size_t length)
{
    hash_t hash;
    crypto_auth_hmacsha256(hash.bytes, bytes, length, key);
    return hash;
}

bool hash_same(const hash_t *self, const hash_t *other)
{
    return memcmp(self->bytes, other->bytes, HASH_BYTES) == 0;
}

bool hash_is_zero(const hash_t *self)
{
    static const hash_t zero;
    return hash_same(self, &zero);
}

void hash_text(const hash_t *self, char ret_text[HASH_TEXT])
{
    hex_text(self->bytes, HASH_BYTES, ret_text);
}

bool hash_of_text(const char *text, size_t length, hash_t *ret_hash)
{
    hash_t hash;
    if (length != HASH_TEXT - 1 || !hex_decode(text, length, hash.bytes))
        return false;
    *ret_hash = hash;
    return true;
}
