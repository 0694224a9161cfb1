/* reveal - personal values for the first answer: opened in the transaction that writes who was given them, and kept nowhere */
#include <sodium.h>
#include <string.h>

#include "check.h"
#include "hex.h"
#include "registry.h"

enum { CIPHERTEXT_MOST = 8192 };

static const char *s_text(const json_t *field, const char *member)
{
    const char *text = json_string_value(json_object_get(field, member));
    return text ? text : "";
}

static status_t s_damaged(problem_t *problem, const char *place)
{
    return problem_set(problem, ST_BROKEN, "vault.damaged", "", "%s is not as it was written", place);
}

static status_t s_value(const json_t *field, const uint8_t key[VAULT_KEY], json_t **ret_value,
                        problem_t *problem)
{
    uint8_t ciphertext[CIPHERTEXT_MOST];
    char value[CIPHERTEXT_MOST];
    const char *place = s_text(field, "place"), *text = s_text(field, "ciphertext"),
               *name = strrchr(place, '/');
    size_t length = strlen(text) / 2;
    if (!name || length < VAULT_OVERHEAD || length > sizeof ciphertext ||
        !hex_decode(text, strlen(text), ciphertext))
        return s_damaged(problem, place);
    status_t status = vault_decrypt(key, name + 1, ciphertext, length, value, problem);
    if (status == ST_OK)
        *ret_value = json_stringn(value, length - VAULT_OVERHEAD);
    sodium_memzero(value, sizeof value);
    return status == ST_OK && !*ret_value ? s_damaged(problem, place) : status;
}

static status_t s_open(const vault_t *vault, const json_t *field, json_t **ret_value, problem_t *problem)
{
    uint8_t wrapped[VAULT_WRAPPED], key[VAULT_KEY];
    const char *text = s_text(field, "key");
    int version = (int)json_integer_value(json_object_get(field, "key_version"));
    if (strlen(text) != 2 * VAULT_WRAPPED || !hex_decode(text, strlen(text), wrapped))
        return s_damaged(problem, s_text(field, "place"));
    status_t status = vault_unwrap(vault, s_text(field, "subject"), version, wrapped, key, problem);
    if (status == ST_OK)
        status = s_value(field, key, ret_value, problem);
    sodium_memzero(key, sizeof key);
    return status;
}

/* Another process may have replaced the key and wrapped the field anew since this one looked at the file. */
status_t personal_open(serve_t *serve, const json_t *field, json_t **ret_value, problem_t *problem)
{
    status_t status = s_open(serve_vault(serve), field, ret_value, problem);
    if (status == ST_MISSING && serve_vault_load(serve, problem) == ST_OK)
        status = s_open(serve_vault(serve), field, ret_value, problem);
    return status;
}

status_t personal_reveal(serve_t *serve, call_t *call)
{
    json_t *values = json_object(), *field;
    size_t index;
    problem_t problem;
    status_t status = ST_OK;
    json_array_foreach(json_object_get(call->outcome, "reveal"), index, field)
    {
        json_t *value = NULL;
        if (status == ST_OK)
            status = personal_open(serve, field, &value, &problem);
        if (status == ST_OK)
            json_object_set_new(values, s_text(field, "place"), value);
    }
    if (status != ST_OK) {
        json_decref(values);
        return call_refuse_problem(call, &problem);
    }
    CHECK(call->data);
    json_object_set_new(call->data, "values", values);
    return ST_OK;
}
