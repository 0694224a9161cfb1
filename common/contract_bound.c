/* contract_bound - walks schemas as documents: is everything bounded (law 11), and does a pointer lead somewhere */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract_file.h"
#include "pointer.h"

/* A contract refers to types.json and to itself alone, so these two names are all there are below one. */
static json_t *s_document(const contracts_t *self, const char *name)
{
    if (strcmp(name, "types.json") == 0)
        return self->types;
    char own[CONTRACT_NAME];
    for (size_t i = 0; i < self->count; i++) {
        contract_name(&self->contracts[i], own);
        if (strcmp(own, name) == 0)
            return self->contracts[i].document;
    }
    return NULL;
}

json_t *contract_deref(const contracts_t *self, json_t *schema, const char **document_p)
{
    for (int hops = 0; hops < CONTRACT_DEPTH; hops++) {
        const char *reference = json_string_value(json_object_get(schema, "$ref"));
        if (!reference)
            return schema;
        const char *hash = strchr(reference, '#');
        if (strncmp(reference, "types.json", strlen("types.json")) == 0)
            *document_p = "types.json";
        else if (hash != reference)
            return NULL;
        schema = pointer_get(s_document(self, *document_p), hash ? hash + 1 : "");
        if (!schema)
            return NULL;
    }
    return NULL;
}

static bool s_type_is(const json_t *schema, const char *type)
{
    const json_t *value = json_object_get(schema, "type");
    if (json_is_string(value))
        return strcmp(json_string_value(value), type) == 0;
    size_t index;
    json_t *item;
    json_array_foreach(value, index, item)
    {
        if (strcmp(json_string_value(item), type) == 0)
            return true;
    }
    return false;
}

typedef struct {
    contracts_t *contracts;
    const char *file, *pointer; /* for the sentence */
    int depth;
} walk_t;

static bool s_walk(walk_t *walk, const char *document, json_t *schema, bool applied);

static bool s_walk_members(walk_t *walk, const char *document, json_t *members)
{
    const char *name;
    json_t *member;
    json_object_foreach(members, name, member)
    {
        if (!s_walk(walk, document, member, false))
            return false;
    }
    return true;
}

static bool s_walk_list(walk_t *walk, const char *document, json_t *list, bool applied)
{
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        if (!s_walk(walk, document, item, applied))
            return false;
    }
    return true;
}

/* Everything below an object or array schema. */
static bool s_walk_parts(walk_t *walk, const char *document, json_t *schema)
{
    static const char *const members[] = {"properties", "patternProperties", NULL};
    static const char *const singles[] = {"items", "additionalProperties", NULL};
    static const char *const lists[] = {"allOf", "anyOf", "oneOf", NULL};
    for (int i = 0; members[i]; i++)
        if (!s_walk_members(walk, document, json_object_get(schema, members[i])))
            return false;
    for (int i = 0; singles[i]; i++) {
        json_t *part = json_object_get(schema, singles[i]);
        if (json_is_object(part) && !s_walk(walk, document, part, false))
            return false;
    }
    for (int i = 0; lists[i]; i++)
        if (!s_walk_list(walk, document, json_object_get(schema, lists[i]), true))
            return false;
    return s_walk_list(walk, document, json_object_get(schema, "prefixItems"), false);
}

static bool s_says_what(const json_t *schema)
{
    static const char *const words[] = {"type", "enum", "const", "allOf", "anyOf", "oneOf", NULL};
    for (int i = 0; words[i]; i++)
        if (json_object_get(schema, words[i]))
            return true;
    return false;
}

/* `applied`: another schema for the same value stands beside it, which says what the value is. */
static bool s_walk(walk_t *walk, const char *document, json_t *schema, bool applied)
{
    if (++walk->depth > CONTRACT_DEPTH)
        return contracts_defect(walk->contracts, walk->file, walk->pointer,
                                "a schema is too deep, or refers to itself");
    schema = contract_deref(walk->contracts, schema, &document);
    if (!schema)
        return contracts_defect(walk->contracts, walk->file, walk->pointer,
                                "a $ref leads neither into types.json nor into this file");
    bool listed = json_object_get(schema, "enum") || json_object_get(schema, "const");
    if (json_is_object(schema) && !applied && !s_says_what(schema))
        return contracts_defect(walk->contracts, walk->file, walk->pointer,
                                "a schema does not say what its value is (law 11)");
    if (!listed && s_type_is(schema, "string") && !json_object_get(schema, "maxLength"))
        return contracts_defect(walk->contracts, walk->file, walk->pointer,
                                "a string without maxLength (law 11)");
    if (!listed && s_type_is(schema, "array") && !json_object_get(schema, "maxItems"))
        return contracts_defect(walk->contracts, walk->file, walk->pointer,
                                "an array without maxItems (law 11)");
    const json_t *more = json_object_get(schema, "additionalProperties");
    if (json_is_object(more) && !json_object_get(schema, "maxProperties"))
        return contracts_defect(walk->contracts, walk->file, walk->pointer,
                                "any members without maxProperties (law 11)");
    bool good = s_walk_parts(walk, document, schema);
    walk->depth--;
    return good;
}

bool contract_bounded(contracts_t *self, const char *document, const char *pointer, json_t *schema)
{
    walk_t walk = {self, document, pointer, 0};
    return s_walk(&walk, document, schema, false);
}

static bool s_pointed(const contracts_t *self, const char *document, json_t *schema, const char *pointer,
                      int depth);

static bool s_pointed_in_list(const contracts_t *self, const char *document, const json_t *list,
                              const char *pointer, int depth)
{
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        if (s_pointed(self, document, item, pointer, depth))
            return true;
    }
    return false;
}

static bool s_pointed(const contracts_t *self, const char *document, json_t *schema, const char *pointer,
                      int depth)
{
    if (!*pointer)
        return true;
    schema = depth < CONTRACT_DEPTH ? contract_deref(self, schema, &document) : NULL;
    if (!json_is_object(schema))
        return false;
    const char *rest = strchr(pointer + 1, '/');
    size_t length = rest ? (size_t)(rest - pointer - 1) : strlen(pointer + 1);
    char token[CONTRACT_NAME];
    snprintf(token, sizeof token, "%.*s", (int)length, pointer + 1);
    rest = rest ? rest : "";
    json_t *next = strcmp(token, "*") == 0 ? json_object_get(schema, "items")
                                           : json_object_get(json_object_get(schema, "properties"), token);
    if (next && s_pointed(self, document, next, rest, depth + 1))
        return true;
    static const char *const lists[] = {"allOf", "anyOf", "oneOf", NULL};
    for (int i = 0; lists[i]; i++)
        if (s_pointed_in_list(self, document, json_object_get(schema, lists[i]), pointer, depth + 1))
            return true;
    return false;
}

bool contract_pointed(const contracts_t *self, const char *document, json_t *schema, const char *pointer)
{
    return s_pointed(self, document, schema, pointer, 0);
}
