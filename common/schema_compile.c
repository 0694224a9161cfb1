/* schema_compile - reads the keywords of a schema into its rules; the table of keywords is here */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "pointer.h"
#include "schema.h"
#include "schema_tree.h"

typedef struct {
    schema_set_t *set;
    schema_t *schema;
    const char *keyword;
    json_t *value;
    void *rule; /* the field of the schema that the keyword fills */
} reading_t;

typedef bool (*read_t)(reading_t *reading);

static bool s_refuse(const reading_t *reading, const char *why)
{
    return schema_refuse(reading->set, reading->schema->document, reading->schema->pointer, "%s %s",
                         reading->keyword, why);
}

/* The schema below this one, at the keyword or at a member or item of it (`token` not NULL). */
static const schema_t *s_below(const reading_t *reading, const char *token)
{
    const schema_t *schema = reading->schema;
    size_t size =
        strlen(schema->pointer) + 2 * strlen(reading->keyword) + (token ? 2 * strlen(token) : 0) + 8;
    char *pointer = schema_room(reading->set, size);
    memcpy(pointer, schema->pointer, strlen(schema->pointer));
    CHECK(pointer_append(pointer, size, reading->keyword) == 0);
    CHECK(!token || pointer_append(pointer, size, token) == 0);
    return schema_at(reading->set, schema->document, pointer);
}

static bool s_annotation(reading_t *reading)
{
    (void)reading;
    return true;
}

static bool s_dialect(reading_t *reading)
{
    const char *name = json_string_value(reading->value);
    if (!name || strcmp(name, "https://json-schema.org/draft/2020-12/schema") != 0)
        return s_refuse(reading, "is not that of 2020-12");
    return true;
}

static bool s_count(reading_t *reading)
{
    if (!json_is_number(reading->value) || !schema_whole(reading->value) ||
        json_number_value(reading->value) < 0 || json_number_value(reading->value) > 1e15)
        return s_refuse(reading, "is not a count");
    *(size_t *)reading->rule = (size_t)json_number_value(reading->value);
    return true;
}

static bool s_number(reading_t *reading)
{
    if (!json_is_number(reading->value))
        return s_refuse(reading, "is not a number");
    *(const json_t **)reading->rule = reading->value;
    return true;
}

static bool s_divisor(reading_t *reading)
{
    if (!json_is_number(reading->value) || json_number_value(reading->value) <= 0)
        return s_refuse(reading, "is not a number above 0");
    return s_number(reading);
}

static bool s_constant(reading_t *reading)
{
    *(const json_t **)reading->rule = reading->value;
    return true;
}

static bool s_choices(reading_t *reading)
{
    if (json_array_size(reading->value) == 0)
        return s_refuse(reading, "is not a list of values");
    return s_constant(reading);
}

static unsigned s_type_word(const json_t *word)
{
    static const char *const words[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
    for (size_t i = 0; json_is_string(word) && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(json_string_value(word), words[i]) == 0)
            return 1u << i;
    return 0;
}

static bool s_type(reading_t *reading)
{
    unsigned types = s_type_word(reading->value);
    bool known = types != 0;
    for (size_t i = 0; i < json_array_size(reading->value); i++) {
        unsigned type = s_type_word(json_array_get(reading->value, i));
        known = type && (i == 0 || known);
        types |= type;
    }
    if (!known)
        return s_refuse(reading, "is none of the seven types");
    *(unsigned *)reading->rule = types;
    return true;
}

static bool s_pattern(reading_t *reading)
{
    pattern_rule_t *rule = reading->rule;
    if (!json_is_string(reading->value))
        return s_refuse(reading, "is not a string");
    rule->text = json_string_value(reading->value);
    rule->pattern = schema_pattern(reading->set, reading->schema, rule->text);
    return rule->pattern != NULL;
}

static bool s_format(reading_t *reading)
{
    const char *name = json_string_value(reading->value);
    reading->schema->format_name = name;
    reading->schema->format = name ? schema_format(name) : NULL;
    return reading->schema->format ? true : s_refuse(reading, "is none that is understood");
}

static bool s_boolean(reading_t *reading)
{
    if (!json_is_boolean(reading->value))
        return s_refuse(reading, "is neither true nor false");
    *(bool *)reading->rule = json_is_true(reading->value);
    return true;
}

static bool s_schema(reading_t *reading)
{
    const schema_t *below = s_below(reading, NULL);
    *(const schema_t **)reading->rule = below;
    return below != NULL;
}

static bool s_schema_list(reading_t *reading)
{
    schema_list_t *list = reading->rule;
    size_t count = json_array_size(reading->value);
    if (count == 0)
        return s_refuse(reading, "is not a list of schemas");
    list->items = schema_room(reading->set, count * sizeof *list->items);
    for (; list->count < count; list->count++) {
        char token[24];
        snprintf(token, sizeof token, "%zu", list->count);
        list->items[list->count] = s_below(reading, token);
        if (!list->items[list->count])
            return false;
    }
    return true;
}

static int s_member_order(const void *one, const void *other)
{
    const member_t *left = one, *right = other;
    return schema_name_order(&left->name, right->name.text, right->name.length);
}

static bool s_properties(reading_t *reading)
{
    member_list_t *list = reading->rule;
    const char *key;
    size_t length;
    json_t *value;
    if (!json_is_object(reading->value))
        return s_refuse(reading, "is not an object");
    list->items = schema_room(reading->set, json_object_size(reading->value) * sizeof *list->items);
    json_object_keylen_foreach(reading->value, key, length, value)
    {
        member_t member = {{key, length}, s_below(reading, key)};
        if (!member.schema)
            return false;
        list->items[list->count++] = member;
    }
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, s_member_order);
    return true;
}

static bool s_definitions(reading_t *reading)
{
    const char *key;
    json_t *value;
    if (!json_is_object(reading->value))
        return s_refuse(reading, "is not an object");
    json_object_foreach(reading->value, key, value)
    {
        if (!s_below(reading, key))
            return false;
    }
    return true;
}

static bool s_pattern_properties(reading_t *reading)
{
    pattern_list_t *list = reading->rule;
    const char *key;
    json_t *value;
    if (!json_is_object(reading->value))
        return s_refuse(reading, "is not an object");
    list->items = schema_room(reading->set, json_object_size(reading->value) * sizeof *list->items);
    json_object_foreach(reading->value, key, value)
    {
        pattern_rule_t rule = {key, schema_pattern(reading->set, reading->schema, key), NULL};
        rule.schema = rule.pattern ? s_below(reading, key) : NULL;
        if (!rule.schema)
            return false;
        list->items[list->count++] = rule;
    }
    return true;
}

static bool s_name_list(reading_t *reading, const json_t *names, name_list_t *list)
{
    if (!json_is_array(names))
        return s_refuse(reading, "is not a list of names");
    list->items = schema_room(reading->set, json_array_size(names) * sizeof *list->items);
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *name = json_array_get(names, i);
        if (!json_is_string(name))
            return s_refuse(reading, "is not a list of names");
        list->items[list->count++] = (name_t){json_string_value(name), json_string_length(name)};
    }
    return true;
}

static bool s_required(reading_t *reading)
{
    return s_name_list(reading, reading->value, reading->rule);
}

static bool s_dependent_required(reading_t *reading)
{
    dependency_list_t *list = reading->rule;
    const char *key;
    size_t length;
    json_t *value;
    if (!json_is_object(reading->value))
        return s_refuse(reading, "is not an object");
    list->items = schema_room(reading->set, json_object_size(reading->value) * sizeof *list->items);
    json_object_keylen_foreach(reading->value, key, length, value)
    {
        dependency_t *dependency = &list->items[list->count++];
        dependency->name = (name_t){key, length};
        if (!s_name_list(reading, value, &dependency->needs))
            return false;
    }
    return true;
}

static bool s_reference(reading_t *reading)
{
    const char *text = json_string_value(reading->value);
    return text ? schema_refer(reading->set, reading->schema, text) : s_refuse(reading, "is not a string");
}

#define RULE(field) offsetof(schema_t, field)

/* In the order of schema.md. */
static const struct {
    const char *name;
    read_t read;
    size_t rule;
} keywords[] = {
    {"$ref", s_reference, RULE(reference)},
    {"$defs", s_definitions, 0},
    {"type", s_type, RULE(types)},
    {"enum", s_choices, RULE(choices)},
    {"const", s_constant, RULE(constant)},
    {"multipleOf", s_divisor, RULE(multiple_of)},
    {"maximum", s_number, RULE(maximum)},
    {"exclusiveMaximum", s_number, RULE(exclusive_maximum)},
    {"minimum", s_number, RULE(minimum)},
    {"exclusiveMinimum", s_number, RULE(exclusive_minimum)},
    {"maxLength", s_count, RULE(max_length)},
    {"minLength", s_count, RULE(min_length)},
    {"pattern", s_pattern, RULE(pattern)},
    {"format", s_format, 0},
    {"items", s_schema, RULE(items)},
    {"prefixItems", s_schema_list, RULE(prefix_items)},
    {"contains", s_schema, RULE(contains)},
    {"maxContains", s_count, RULE(max_contains)},
    {"minContains", s_count, RULE(min_contains)},
    {"maxItems", s_count, RULE(max_items)},
    {"minItems", s_count, RULE(min_items)},
    {"uniqueItems", s_boolean, RULE(unique_items)},
    {"properties", s_properties, RULE(properties)},
    {"patternProperties", s_pattern_properties, RULE(pattern_properties)},
    {"additionalProperties", s_schema, RULE(additional_properties)},
    {"propertyNames", s_schema, RULE(property_names)},
    {"maxProperties", s_count, RULE(max_properties)},
    {"minProperties", s_count, RULE(min_properties)},
    {"required", s_required, RULE(required)},
    {"dependentRequired", s_dependent_required, RULE(dependent_required)},
    {"allOf", s_schema_list, RULE(all_of)},
    {"anyOf", s_schema_list, RULE(any_of)},
    {"oneOf", s_schema_list, RULE(one_of)},
    {"not", s_schema, RULE(not_this)},
    {"if", s_schema, RULE(if_this)},
    {"then", s_schema, RULE(then_this)},
    {"else", s_schema, RULE(else_this)},
    {"$schema", s_dialect, 0},
    {"$comment", s_annotation, 0},
    {"title", s_annotation, 0},
    {"description", s_annotation, 0},
    {"default", s_annotation, 0},
    {"examples", s_annotation, 0},
};

enum { KEYWORDS = sizeof keywords / sizeof keywords[0] };

const char *schema_keyword(size_t index, bool *ret_annotation)
{
    if (index >= KEYWORDS)
        return NULL;
    if (ret_annotation)
        *ret_annotation = keywords[index].read == s_annotation || keywords[index].read == s_dialect;
    return keywords[index].name;
}

bool schema_read(schema_set_t *set, schema_t *schema, json_t *json)
{
    reading_t reading = {.set = set, .schema = schema};
    schema->refuses_all = json_is_false(json);
    if (json_is_boolean(json))
        return true;
    if (!json_is_object(json))
        return schema_refuse(set, schema->document, schema->pointer, "a schema is an object, true or false");
    json_object_foreach(json, reading.keyword, reading.value)
    {
        size_t index = 0;
        while (index < KEYWORDS && strcmp(keywords[index].name, reading.keyword) != 0)
            index++;
        if (index == KEYWORDS)
            return s_refuse(&reading, "is no keyword that is understood");
        reading.rule = (char *)schema + keywords[index].rule;
        if (!keywords[index].read(&reading))
            return false;
    }
    return true;
}
