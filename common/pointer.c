/* pointer - places in a JSON text by name: RFC 6901, and patterns in which `*` means every item of an array
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "pointer.h"

enum { TOKEN_BYTES = 256, PLACE_BYTES = 1024 };

/* Copy the token that begins at *text (behind its `/`) without its escapes and move *text to the next `/` or
   the end. False if it is malformed or longer than any member name of ours. */
static bool s_token(const char **text, char *ret_token)
{
    size_t used = 0;
    const char *next = *text;
    for (; *next && *next != '/'; next++) {
        char character = *next;
        if (character == '~') {
            next++;
            if (*next != '0' && *next != '1')
                return false;
            character = *next == '0' ? '~' : '/';
        }
        if (used + 1 >= TOKEN_BYTES)
            return false;
        ret_token[used++] = character;
    }
    ret_token[used] = '\0';
    *text = next;
    return true;
}

/* An array index as RFC 6901 writes it: digits without leading zeros. */
static bool s_index(const char *token, size_t *ret_index)
{
    size_t digits = strspn(token, "0123456789");
    if (digits == 0 || digits > 9 || token[digits] || (digits > 1 && token[0] == '0'))
        return false;
    size_t index = 0;
    for (size_t i = 0; i < digits; i++)
        index = index * 10 + (size_t)(token[i] - '0');
    *ret_index = index;
    return true;
}

json_t *pointer_get(json_t *root, const char *pointer)
{
    char token[TOKEN_BYTES];
    json_t *value = root;
    while (value && *pointer) {
        size_t index;
        if (*pointer++ != '/' || !s_token(&pointer, token))
            return NULL;
        if (json_is_array(value))
            value = s_index(token, &index) ? json_array_get(value, index) : NULL;
        else
            value = json_object_get(value, token);
    }
    return value;
}

int pointer_append(char *pointer, size_t size, const char *token)
{
    size_t length = strlen(pointer), used = length;
    bool fits = used + 1 < size;
    if (fits)
        pointer[used++] = '/';
    for (; fits && *token; token++) {
        bool escape = *token == '~' || *token == '/';
        fits = used + 1 + escape < size;
        if (fits && escape)
            pointer[used++] = '~';
        if (fits)
            pointer[used++] = *token == '~' ? '0' : *token == '/' ? '1' : *token;
    }
    pointer[fits ? used : length] = '\0';
    return fits ? 0 : -1;
}

typedef struct {
    pointer_visit_t visit;
    void *arg;
    char at[PLACE_BYTES];
} walk_t;

static int s_walk(walk_t *walk, json_t *parent, const char *key, size_t index, json_t *value,
                  const char *rest);

static int s_walk_item(walk_t *walk, json_t *array, size_t index, const char *rest)
{
    char number[24];
    size_t length = strlen(walk->at);
    snprintf(number, sizeof number, "%zu", index);
    CHECK(pointer_append(walk->at, sizeof walk->at, number) == 0);
    int stop = s_walk(walk, array, NULL, index, json_array_get(array, index), rest);
    walk->at[length] = '\0';
    return stop;
}

static int s_walk_member(walk_t *walk, json_t *object, const char *key, const char *rest)
{
    size_t length = strlen(walk->at);
    CHECK(pointer_append(walk->at, sizeof walk->at, key) == 0);
    int stop = s_walk(walk, object, key, 0, json_object_get(object, key), rest);
    walk->at[length] = '\0';
    return stop;
}

/* Recurses once per token of the pattern, which is ours, never once per level of the text. */
static int s_walk(walk_t *walk, json_t *parent, const char *key, size_t index, json_t *value,
                  const char *rest)
{
    char token[TOKEN_BYTES];
    size_t item;
    if (!value)
        return 0;
    if (*rest == '\0')
        return walk->visit(walk->arg, parent, key, index, value, walk->at);
    if (*rest++ != '/' || !s_token(&rest, token))
        return 0;
    if (json_is_object(value))
        return s_walk_member(walk, value, token, rest);
    if (json_is_array(value) && s_index(token, &item))
        return s_walk_item(walk, value, item, rest);
    int stop = 0;
    if (json_is_array(value) && strcmp(token, "*") == 0)
        for (size_t i = 0; i < json_array_size(value) && stop == 0; i++)
            stop = s_walk_item(walk, value, i, rest);
    return stop;
}

int pointer_each(json_t *root, const char *pattern, pointer_visit_t visit, void *arg)
{
    walk_t walk = {.visit = visit, .arg = arg, .at = ""};
    return s_walk(&walk, NULL, NULL, 0, root, pattern);
}
