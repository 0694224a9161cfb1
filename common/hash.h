/* hash - SHA-256, and keyed with HMAC
 *
 *   hash_t hash = hash_of(text, length);
 *   if (hash_same(&hash, &other)) ...
 */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_BYTES 32
#define HASH_TEXT 65 /* 64 hexadecimal characters and a NUL */

typedef struct {
    uint8_t bytes[HASH_BYTES];
} hash_t;

/* SHA-256 of the bytes. */
hash_t hash_of(const void *bytes, size_t length);

/* SHA-256 of two pieces put together: salt || ciphertext. */
hash_t hash_of_two(const void *first, size_t first_length, const void *second, size_t second_length);

/* HMAC-SHA-256 of the bytes under a key of 32 bytes. */
hash_t hash_keyed(const uint8_t key[HASH_BYTES], const void *bytes, size_t length);

/* Equal? Hashes are public: no constant time is promised. */
bool hash_same(const hash_t *self, const hash_t *other);

/* 32 zeros: "none". */
bool hash_is_zero(const hash_t *self);

/* As 64 hexadecimal characters and a NUL. */
void hash_text(const hash_t *self, char ret_text[HASH_TEXT]);

/* Read exactly 64 lower-case hexadecimal characters; false for anything else. */
bool hash_of_text(const char *text, size_t length, hash_t *ret_hash);

#endif
