/* keys - a node's three key pairs and a principal's: made, kept in files of mode 0600, wiped */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "check.h"
#include "hex.h"
#include "keys.h"
#include "secret_file.h"

void keys_wipe(void *key, size_t size)
{
    sodium_memzero(key, size);
}

void curve_key_make(curve_key_t *ret_key)
{
    CHECK(zmq_curve_keypair(ret_key->public_key, ret_key->secret_key) == 0);
}

void signing_key_make(signing_key_t *ret_key)
{
    CHECK(sodium_init() >= 0);
    crypto_sign_keypair(ret_key->public_key, ret_key->secret_key);
}

void signing_key_of_seed(const uint8_t seed[KEY_BYTES], signing_key_t *ret_key)
{
    crypto_sign_seed_keypair(ret_key->public_key, ret_key->secret_key, seed);
}

void sealing_key_make(sealing_key_t *ret_key)
{
    CHECK(sodium_init() >= 0);
    crypto_box_keypair(ret_key->public_key, ret_key->secret_key);
}

bool curve_fingerprint(const char *public_key, hash_t *ret_fingerprint)
{
    uint8_t bytes[KEY_BYTES];
    if (strlen(public_key) != CURVE_TEXT - 1 || !zmq_z85_decode(bytes, public_key))
        return false;
    *ret_fingerprint = hash_of(bytes, sizeof bytes);
    return true;
}

hash_t signing_fingerprint(const uint8_t public_key[KEY_BYTES])
{
    return hash_of(public_key, KEY_BYTES);
}

static status_t s_no_key(problem_t *problem, const char *path, const char *what)
{
    return problem_set(problem, ST_BROKEN, "key.form", "", "%s does not hold %s", path, what);
}

static bool s_hex_member(const json_t *content, const char *name, uint8_t ret_bytes[KEY_BYTES])
{
    const json_t *value = json_object_get(content, name);
    const char *text = json_string_value(value);
    return text && json_string_length(value) == 2 * KEY_BYTES && hex_decode(text, 2 * KEY_BYTES, ret_bytes);
}

/* Read a CURVE pair and see that its halves belong together. */
static bool s_curve_members(const json_t *content, const char *public_name, curve_key_t *ret_key)
{
    const char *public_key = json_string_value(json_object_get(content, public_name));
    const char *secret_key = json_string_value(json_object_get(content, "secret"));
    if (!public_key || !secret_key || strlen(public_key) != CURVE_TEXT - 1 ||
        strlen(secret_key) != CURVE_TEXT - 1)
        return false;
    char derived[CURVE_TEXT];
    uint8_t bytes[KEY_BYTES];
    bool good = zmq_z85_decode(bytes, secret_key) != NULL;
    sodium_memzero(bytes, sizeof bytes);
    if (!good || zmq_curve_public(derived, secret_key) != 0 || strcmp(derived, public_key) != 0)
        return false;
    memcpy(ret_key->public_key, public_key, CURVE_TEXT);
    memcpy(ret_key->secret_key, secret_key, CURVE_TEXT);
    return true;
}

status_t curve_key_load(const char *path, curve_key_t *ret_key, problem_t *ret_problem)
{
    json_t *content;
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    if (!s_curve_members(content, "public", ret_key))
        status = s_no_key(ret_problem, path, "a CURVE key pair");
    secret_file_forget(&content);
    return status;
}

static status_t s_save(json_t *content, const char *path, problem_t *problem)
{
    CHECK(content);
    status_t status = secret_file_save(path, content, problem);
    secret_file_forget(&content);
    return status;
}

status_t curve_key_save(const curve_key_t *key, const char *path, problem_t *ret_problem)
{
    return s_save(json_pack("{s:s, s:s}", "public", key->public_key, "secret", key->secret_key), path,
                  ret_problem);
}

/* Both halves of a key of 32 bytes, as hexadecimal. */
static status_t s_save_hex(const uint8_t *public_key, const uint8_t *secret_key, const char *path,
                           problem_t *problem)
{
    char public_text[HASH_TEXT], secret_text[HASH_TEXT];
    hex_text(public_key, KEY_BYTES, public_text);
    hex_text(secret_key, KEY_BYTES, secret_text);
    status_t status =
        s_save(json_pack("{s:s, s:s}", "public", public_text, "secret", secret_text), path, problem);
    sodium_memzero(secret_text, sizeof secret_text);
    return status;
}

status_t signing_key_load(const char *path, signing_key_t *ret_key, problem_t *ret_problem)
{
    json_t *content;
    uint8_t public_key[KEY_BYTES], seed[KEY_BYTES];
    signing_key_t key;
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    bool good = s_hex_member(content, "public", public_key) && s_hex_member(content, "secret", seed);
    if (good)
        signing_key_of_seed(seed, &key);
    if (good && memcmp(key.public_key, public_key, KEY_BYTES) == 0)
        *ret_key = key;
    else
        status = s_no_key(ret_problem, path, "an Ed25519 key pair");
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(&key, sizeof key);
    secret_file_forget(&content);
    return status;
}

status_t signing_key_save(const signing_key_t *key, const char *path, problem_t *ret_problem)
{
    return s_save_hex(key->public_key, key->secret_key, path, ret_problem);
}

status_t sealing_key_load(const char *path, sealing_key_t *ret_key, problem_t *ret_problem)
{
    json_t *content;
    sealing_key_t key;
    uint8_t derived[KEY_BYTES];
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    if (s_hex_member(content, "public", key.public_key) && s_hex_member(content, "secret", key.secret_key) &&
        crypto_scalarmult_base(derived, key.secret_key) == 0 &&
        memcmp(derived, key.public_key, KEY_BYTES) == 0)
        *ret_key = key;
    else
        status = s_no_key(ret_problem, path, "an X25519 key pair");
    sodium_memzero(&key, sizeof key);
    secret_file_forget(&content);
    return status;
}

status_t sealing_key_save(const sealing_key_t *key, const char *path, problem_t *ret_problem)
{
    return s_save_hex(key->public_key, key->secret_key, path, ret_problem);
}

status_t principal_key_load(const char *path, principal_key_t *ret_key, problem_t *ret_problem)
{
    json_t *content;
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    const char *name = json_string_value(json_object_get(content, "name"));
    if (name && strlen(name) < PRINCIPAL_NAME_TEXT && s_curve_members(content, "key", &ret_key->key))
        memcpy(ret_key->name, name, strlen(name) + 1);
    else
        status = s_no_key(ret_problem, path, "a principal's name and CURVE key pair");
    secret_file_forget(&content);
    return status;
}

status_t principal_key_save(const principal_key_t *key, const char *path, problem_t *ret_problem)
{
    return s_save(json_pack("{s:s, s:s, s:s}", "name", key->name, "key", key->key.public_key, "secret",
                            key->key.secret_key),
                  path, ret_problem);
}
