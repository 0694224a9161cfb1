/* schema - the set: its documents, its memory, and which place is compiled already */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "pointer.h"
#include "schema.h"
#include "schema_tree.h"

static void *s_grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? *room * 2 : 64;
    array = realloc(array, *room * size);
    CHECK(array);
    return array;
}

schema_set_t *schema_set_new(void)
{
    schema_set_t *set = calloc(1, sizeof *set);
    CHECK(set);
    set->places = json_object();
    CHECK(set->places);
    return set;
}

void schema_set_destroy(schema_set_t **set)
{
    if (!set || !*set)
        return;
    schema_set_t *old = *set;
    for (size_t i = 0; i < old->document_count; i++)
        json_decref(old->documents[i].json);
    for (size_t i = 0; i < old->pattern_count; i++)
        pattern_destroy(&old->patterns[i]);
    for (size_t i = 0; i < old->block_count; i++)
        free(old->blocks[i]);
    json_decref(old->places);
    free(old->documents);
    free(old->patterns);
    free(old->schemas);
    free(old->blocks);
    free(old);
    *set = NULL;
}

void *schema_room(schema_set_t *set, size_t size)
{
    set->blocks = s_grow(set->blocks, set->block_count, &set->block_room, sizeof *set->blocks);
    void *block = calloc(1, size ? size : 1);
    CHECK(block);
    set->blocks[set->block_count++] = block;
    return block;
}

char *schema_text(schema_set_t *set, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(length >= 0);
    char *text = schema_room(set, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

bool schema_refuse(schema_set_t *set, const char *document, const char *pointer, const char *why, ...)
{
    if (set->error[0])
        return false;
    int used = snprintf(set->error, sizeof set->error, "%s#%s: ", document, pointer);
    if (used > 0 && (size_t)used < sizeof set->error) {
        va_list arguments;
        va_start(arguments, why);
        vsnprintf(set->error + used, sizeof set->error - (size_t)used, why, arguments);
        va_end(arguments);
    }
    return false;
}

static const document_t *s_document(const schema_set_t *set, const char *name)
{
    for (size_t i = 0; i < set->document_count; i++)
        if (strcmp(set->documents[i].document, name) == 0)
            return &set->documents[i];
    return NULL;
}

bool schema_set_add(schema_set_t *set, const char *name, json_t *document)
{
    CHECK(name && document);
    if (s_document(set, name))
        return false;
    set->documents = realloc(set->documents, (set->document_count + 1) * sizeof *set->documents);
    CHECK(set->documents);
    document_t *added = &set->documents[set->document_count++];
    added->document = schema_text(set, "%s", name);
    added->json = json_incref(document);
    return true;
}

pattern_t *schema_pattern(schema_set_t *set, const schema_t *schema, const char *text)
{
    const char *why = NULL;
    pattern_t *pattern = pattern_new(text, &why);
    if (!pattern) {
        schema_refuse(set, schema->document, schema->pointer, "pattern %s is refused: %s", text, why);
        return NULL;
    }
    set->patterns = s_grow(set->patterns, set->pattern_count, &set->pattern_room, sizeof *set->patterns);
    set->patterns[set->pattern_count++] = pattern;
    return pattern;
}

/* A schema with no rules yet, known under its place before it is read, so that it may refer to itself. */
static schema_t *s_new(schema_set_t *set, const char *place, const char *document, const char *pointer)
{
    set->schemas = s_grow(set->schemas, set->schema_count, &set->schema_room, sizeof *set->schemas);
    schema_t *schema = schema_room(set, sizeof *schema);
    schema->document = schema_text(set, "%s", document);
    schema->pointer = schema_text(set, "%s", pointer);
    schema->max_length = schema->max_items = schema->max_properties = schema->max_contains = SIZE_MAX;
    schema->min_contains = 1;
    CHECK(json_object_set_new(set->places, place, json_integer((json_int_t)set->schema_count)) == 0);
    set->schemas[set->schema_count++] = schema;
    return schema;
}

static json_t *s_find(const schema_set_t *set, const char *document, const char *pointer)
{
    const document_t *found = s_document(set, document);
    return found ? pointer_get(found->json, pointer) : NULL;
}

bool schema_stands(const schema_set_t *set, const char *document, const char *pointer)
{
    return s_find(set, document, pointer) != NULL;
}

const schema_t *schema_at(schema_set_t *set, const char *document, const char *pointer)
{
    const char *place = schema_text(set, "%s#%s", document, pointer);
    const json_t *known = json_object_get(set->places, place);
    if (known)
        return set->schemas[json_integer_value(known)];
    json_t *json = s_find(set, document, pointer);
    if (!json) {
        schema_refuse(set, document, pointer, "nothing stands there");
        return NULL;
    }
    schema_t *schema = s_new(set, place, document, pointer);
    return schema_read(set, schema, json) ? schema : NULL;
}

const schema_t *schema_compile(schema_set_t *set, const char *document, const char *pointer, char *ret_error,
                               size_t size)
{
    CHECK(set && document && pointer);
    const schema_t *schema = set->error[0] ? NULL : schema_at(set, document, pointer);
    if (schema && schema_link(set))
        return schema;
    snprintf(ret_error, size, "%s", set->error);
    return NULL;
}
