/* serve_personal - personal fields of a request: encrypted under a new key of their subject, replaced by digests, and noted for the statement
 *
 * What leaves here as the body holds SHA-256(salt || ciphertext) in place of each value; salts and ciphertexts go with the context into
 * registry.personal. Nothing of it is logged.
 */
#include <sodium.h>
#include <string.h>

#include "check.h"
#include "hex.h"
#include "pointer.h"
#include "serve_private.h"

enum { VALUE_MOST = 4096 }; /* bytes of one personal value */

typedef struct {
    serve_t *serve;
    call_t *call;
    uint8_t key[VAULT_KEY];
    json_t *fields;
    status_t status;
} hiding_t;

static json_t *s_base64(const void *bytes, size_t length)
{
    char text[sodium_base64_ENCODED_LEN(VALUE_MOST + VAULT_OVERHEAD, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, bytes, length, sodium_base64_VARIANT_ORIGINAL);
    return json_string(text);
}

/* The name of a field is its last word; a place in a list is told by its own pointer. */
static const char *s_field(const char *at)
{
    return strrchr(at, '/') + 1;
}

static int s_hide(void *argument, json_t *parent, const char *key, size_t index, json_t *value,
                  const char *at)
{
    hiding_t *hiding = argument;
    if (!json_is_string(value) || json_string_length(value) > VALUE_MOST) {
        hiding->status = call_refuse(hiding->call, ST_INVALID, "personal.form", at,
                                     "a personal value is a text of at most 4096 bytes");
        return 1;
    }
    uint8_t salt[VAULT_SALT], ciphertext[VALUE_MOST + VAULT_OVERHEAD];
    size_t length = vault_encrypt(hiding->key, s_field(at), json_string_value(value),
                                  json_string_length(value), salt, ciphertext);
    hash_t digest = vault_digest(salt, ciphertext, length);
    char text[HASH_TEXT];
    hash_text(&digest, text);
    json_array_append_new(hiding->fields,
                          json_pack("{s:s, s:o, s:o, s:s}", "place", at, "salt", s_base64(salt, sizeof salt),
                                    "ciphertext", s_base64(ciphertext, length), "digest", text));
    return key ? json_object_set_new(parent, key, json_string(text))
               : json_array_set_new(parent, index, json_string(text));
}

/* Digests by which the same person is found elsewhere: for this node, and sealed for the centre alone. */
static json_t *s_digests(serve_t *self, call_t *call)
{
    json_t *digests = json_object();
    const char *place;
    json_t *kind;
    json_object_foreach(json_object_get(call->contract->personal, "digest"), place, kind)
    {
        json_t *value = pointer_get(call->body, place);
        if (!json_is_string(value))
            continue;
        hash_t digest = digest_value(&self->tree, json_string_value(kind), json_string_value(value));
        char local[HASH_TEXT];
        uint8_t sealed[DIGEST_SEALED];
        hash_text(&digest, local);
        json_t *entry = json_pack("{s:s, s:i}", "local", local, "version", self->tree.digest_version);
        if (digest_seal(self->tree.matching, &digest, sealed))
            json_object_set_new(entry, "sealed", s_base64(sealed, sizeof sealed));
        json_object_set_new(digests, json_string_value(kind), entry);
    }
    return digests;
}

/* Whose fields they are: named by the request, or, when the message makes its subject, by the first of the fresh ids. */
static void s_subject(const call_t *call, char *ret_subject, size_t size)
{
    const char *pointer = json_string_value(json_object_get(call->contract->personal, "subject"));
    const char *named = json_string_value(pointer_get(call->body, pointer));
    char id[UUID_TEXT];
    uuid_text(&call->ids[0], id);
    snprintf(ret_subject, size, "%s/%s", strrchr(pointer, '/') + 1, named ? named : id);
}

status_t personal_hide(serve_t *self, call_t *call)
{
    hiding_t hiding = {.serve = self, .call = call, .fields = json_array(), .status = ST_OK};
    uint8_t wrapped[VAULT_WRAPPED];
    char subject[JOURNAL_SUBJECT_TEXT];
    CHECK(self->vault && !call->added);
    call->added = json_object();
    json_object_set_new(call->added, "digests", s_digests(self, call));
    s_subject(call, subject, sizeof subject);
    vault_key_make(hiding.key);
    vault_wrap(self->vault, subject, hiding.key, wrapped);
    size_t index;
    json_t *pattern;
    json_array_foreach(json_object_get(call->contract->personal, "encrypt"), index, pattern)
    {
        if (pointer_each(call->body, json_string_value(pattern), s_hide, &hiding) != 0)
            break;
    }
    keys_wipe(hiding.key, sizeof hiding.key);
    json_object_set_new(call->added, "personal",
                        json_pack("{s:s, s:o, s:i, s:o}", "subject", subject, "key",
                                  s_base64(wrapped, sizeof wrapped), "key_version",
                                  vault_version(self->vault), "fields", hiding.fields));
    return hiding.status;
}
