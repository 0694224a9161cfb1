/* hash - SHA-256, and keyed with HMAC
 *
 * Every event is hashed once at each node it reaches, and once more for each level of its path. libcrypto uses the processor's instructions for it where there are any,
 * libsodium portable code alone.
 */
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "check.h"
#include "hash.h"
#include "hex.h"

/* The parts one after the other. The context is made once and used again: making one costs more than a short hash. */
static hash_t s_hash(const void *first, size_t first_length, const void *second, size_t second_length)
{
    static _Thread_local EVP_MD_CTX *context;
    static _Thread_local EVP_MD *sha256;
    if (!context) {
        context = EVP_MD_CTX_new();
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    }
    hash_t hash;
    CHECK(context && sha256 && EVP_DigestInit_ex(context, sha256, NULL) == 1 &&
          EVP_DigestUpdate(context, first, first_length) == 1 &&
          EVP_DigestUpdate(context, second, second_length) == 1 &&
          EVP_DigestFinal_ex(context, hash.bytes, NULL) == 1);
    return hash;
}

hash_t hash_of(const void *bytes, size_t length)
{
    return s_hash(bytes, length, "", 0);
}

hash_t hash_of_two(const void *first, size_t first_length, const void *second, size_t second_length)
{
    return s_hash(first, first_length, second, second_length);
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
