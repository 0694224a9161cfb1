/* vault - personal fields: each under a random key of its subject, which is wrapped by a key of the node
 * outside the database */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "check.h"
#include "hex.h"
#include "scan.h"
#include "secret_file.h"
#include "vault.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

typedef struct {
    int version;
    uint8_t key[VAULT_KEY];
    char since[INSTANT_TEXT];
} node_key_t;

struct vault {
    node_key_t keys[VAULT_KEYS_MOST]; /* newest first */
    size_t count;
};

static bool s_key(const json_t *item, node_key_t *key)
{
    const json_t *text = json_object_get(item, "key"), *since = json_object_get(item, "since");
    json_int_t version = json_integer_value(json_object_get(item, "version"));
    if (version < 1 || version > INT_MAX || !json_is_string(text) ||
        json_string_length(text) != 2 * VAULT_KEY || !json_is_string(since))
        return false;
    key->version = (int)version;
    scan_t scan = {json_string_value(since), json_string_value(since) + json_string_length(since) + 1};
    return hex_decode(json_string_value(text), 2 * VAULT_KEY, key->key) &&
           scan_instant(&scan, '\0', key->since);
}

static bool s_keys(const json_t *content, vault_t *self)
{
    const json_t *keys = json_object_get(content, "keys");
    self->count = json_array_size(keys);
    if (self->count < 1 || self->count > VAULT_KEYS_MOST)
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (!s_key(json_array_get(keys, i), &self->keys[i]) ||
            (i > 0 && self->keys[i].version >= self->keys[i - 1].version))
            return false;
    return true;
}

status_t vault_load(const char *path, vault_t **ret_vault, problem_t *ret_problem)
{
    json_t *content;
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    vault_t *self = calloc(1, sizeof *self);
    CHECK(self);
    bool good = s_keys(content, self);
    secret_file_forget(&content);
    if (!good) {
        vault_destroy(&self);
        return problem_set(ret_problem, ST_BROKEN, "key.form", "", "%s does not hold keys, newest first",
                           path);
    }
    *ret_vault = self;
    return ST_OK;
}

void vault_destroy(vault_t **self_p)
{
    if (!*self_p)
        return;
    sodium_memzero(*self_p, sizeof **self_p);
    free(*self_p);
    *self_p = NULL;
}

static status_t s_save(const vault_t *self, const char *path,
                       status_t (*save)(const char *, const json_t *, problem_t *), problem_t *problem)
{
    json_t *keys = json_array(), *content = json_pack("{s:o}", "keys", keys);
    CHECK(content);
    for (size_t i = 0; i < self->count; i++) {
        char text[HASH_TEXT];
        hex_text(self->keys[i].key, VAULT_KEY, text);
        CHECK(json_array_append_new(keys, json_pack("{s:i, s:s, s:s}", "version", self->keys[i].version,
                                                    "key", text, "since", self->keys[i].since)) == 0);
        sodium_memzero(text, sizeof text);
    }
    status_t status = save(path, content, problem);
    secret_file_forget(&content);
    return status;
}

/* What the file holds, or nothing if there is none. */
static status_t s_load_or_new(const char *path, vault_t **ret_vault, problem_t *problem)
{
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return vault_load(path, ret_vault, problem);
    *ret_vault = calloc(1, sizeof **ret_vault);
    CHECK(*ret_vault);
    return ST_OK;
}

/* Who changes the file reads it and writes it whole, so the folder is locked meanwhile: of two at a time one would lose the other's
 * key, and with it what was encrypted under it. Close it to unlock; -1 without a problem where there is no folder yet. */
static status_t s_lock(const char *path, int *ret_lock, problem_t *problem)
{
    char folder[1024];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    *ret_lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*ret_lock < 0 && errno == ENOENT)
        return ST_OK;
    if (*ret_lock < 0 || flock(*ret_lock, LOCK_EX) != 0)
        return problem_set(problem, ST_BROKEN, "key.file", "", "%s cannot be locked: %s", folder,
                           strerror(errno));
    return ST_OK;
}

static status_t s_renew(const char *path, const char *since, problem_t *ret_problem)
{
    vault_t *self;
    status_t status = s_load_or_new(path, &self, ret_problem);
    if (status != ST_OK)
        return status;
    if (self->count == VAULT_KEYS_MOST) {
        vault_destroy(&self);
        return problem_set(ret_problem, ST_CONFLICT, "vault.full", "",
                           "%s holds %d keys: forget the old ones first", path, VAULT_KEYS_MOST);
    }
    memmove(self->keys + 1, self->keys, self->count * sizeof *self->keys);
    node_key_t *key = &self->keys[0];
    key->version = self->count ? self->keys[1].version + 1 : 1;
    vault_key_make(key->key);
    scan_t scan = {since, since + strlen(since) + 1};
    CHECK(scan_instant(&scan, '\0', key->since));
    self->count++;
    status = s_save(self, path, secret_file_save, ret_problem);
    vault_destroy(&self);
    return status;
}

static status_t s_forget(const char *path, int version, problem_t *ret_problem)
{
    vault_t *self;
    status_t status = vault_load(path, &self, ret_problem);
    if (status != ST_OK)
        return status;
    while (self->count > 1 && self->keys[self->count - 1].version < version)
        self->count--;
    status = s_save(self, path, secret_file_destroy, ret_problem);
    vault_destroy(&self);
    return status;
}

status_t vault_renew(const char *path, const char *since, problem_t *ret_problem)
{
    int lock;
    status_t status = s_lock(path, &lock, ret_problem);
    if (status == ST_OK)
        status = s_renew(path, since, ret_problem);
    if (lock >= 0)
        close(lock);
    return status;
}

status_t vault_forget(const char *path, int version, problem_t *ret_problem)
{
    int lock;
    status_t status = s_lock(path, &lock, ret_problem);
    if (status == ST_OK)
        status = s_forget(path, version, ret_problem);
    if (lock >= 0)
        close(lock);
    return status;
}

int vault_version(const vault_t *self)
{
    return self->keys[0].version;
}

int vault_oldest(const vault_t *self)
{
    return self->keys[self->count - 1].version;
}

const char *vault_since(const vault_t *self)
{
    return self->keys[0].since;
}

void vault_key_make(uint8_t ret_key[VAULT_KEY])
{
    CHECK(sodium_init() >= 0);
    randombytes_buf(ret_key, VAULT_KEY);
}

/* nonce || box, with `name` bound in. */
static void s_box(const uint8_t *key, const char *name, const void *value, size_t length, uint8_t *ret_box)
{
    randombytes_buf(ret_box, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(ret_box + NONCE, NULL, value, length, (const uint8_t *)name,
                                               strlen(name), NULL, ret_box, key);
}

static bool s_open(const uint8_t *key, const char *name, const uint8_t *box, size_t length,
                   uint8_t *ret_value)
{
    return length >= VAULT_OVERHEAD &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(ret_value, NULL, NULL, box + NONCE, length - NONCE,
                                                      (const uint8_t *)name, strlen(name), box, key) == 0;
}

void vault_wrap(const vault_t *self, const char *subject, const uint8_t key[VAULT_KEY],
                uint8_t ret_wrapped[VAULT_WRAPPED])
{
    s_box(self->keys[0].key, subject, key, VAULT_KEY, ret_wrapped);
}

status_t vault_unwrap(const vault_t *self, const char *subject, int version,
                      const uint8_t wrapped[VAULT_WRAPPED], uint8_t ret_key[VAULT_KEY],
                      problem_t *ret_problem)
{
    for (size_t i = 0; i < self->count; i++) {
        if (self->keys[i].version != version)
            continue;
        uint8_t key[VAULT_KEY];
        if (!s_open(self->keys[i].key, subject, wrapped, VAULT_WRAPPED, key))
            return problem_set(ret_problem, ST_BROKEN, "vault.damaged", "",
                               "the subject's key does not open");
        memcpy(ret_key, key, sizeof key);
        sodium_memzero(key, sizeof key);
        return ST_OK;
    }
    return problem_set(ret_problem, ST_MISSING, "vault.key_gone", "",
                       "the node has no personal key of version %d", version);
}

size_t vault_encrypt(const uint8_t key[VAULT_KEY], const char *field, const void *value, size_t length,
                     uint8_t ret_salt[VAULT_SALT], uint8_t *ret_ciphertext)
{
    randombytes_buf(ret_salt, VAULT_SALT);
    s_box(key, field, value, length, ret_ciphertext);
    return length + VAULT_OVERHEAD;
}

status_t vault_decrypt(const uint8_t key[VAULT_KEY], const char *field, const uint8_t *ciphertext,
                       size_t length, void *ret_value, problem_t *ret_problem)
{
    if (!s_open(key, field, ciphertext, length, ret_value))
        return problem_set(ret_problem, ST_BROKEN, "vault.damaged", "",
                           "the field does not open under its subject's key");
    return ST_OK;
}

hash_t vault_digest(const uint8_t salt[VAULT_SALT], const uint8_t *ciphertext, size_t length)
{
    return hash_of_two(salt, VAULT_SALT, ciphertext, length);
}
