/* schema_object - checks the members of an object */
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "schema_check.h"

static const schema_t *s_property(const member_list_t *list, const char *key, size_t length)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = schema_name_order(&list->items[middle].name, key, length);
        if (order == 0)
            return list->items[middle].schema;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool s_known(const closed_t *closed, const char *key, size_t length)
{
    size_t low = 0, high = closed->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = schema_name_order(&closed->names[middle], key, length);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = 0; i < closed->pattern_count; i++)
        if (pattern_matches(closed->patterns[i], key, length))
            return true;
    return false;
}

typedef struct {
    const char *key;
    size_t length;
    json_t *value;
} pair_t;

/* A name that the contract does not know is told only if it looks like a member's name; anything else may be
   a value that was put in the wrong place, and values are never told. */
static void s_refuse_name(check_t *check, const pair_t *pair, const place_t *place, const char *keyword)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    size_t plain = strspn(pair->key, letters);
    if (plain == pair->length && plain > 0 && plain <= 40)
        schema_problem(check, place, keyword, "is no member that is known here");
    else
        schema_problem(check, place->above, keyword, "has a member that is not known here");
}

static void s_check_name(check_t *check, const schema_t *schema, const pair_t *pair, const place_t *place)
{
    json_t *name = json_stringn_nocheck(pair->key, pair->length);
    CHECK(name);
    if (!schema_matches(check, schema, name, true))
        s_refuse_name(check, pair, place, "propertyNames");
    json_decref(name);
}

static void s_check_member(check_t *check, const schema_t *schema, const pair_t *pair, const place_t *place,
                           bool closed)
{
    const schema_t *rule = s_property(&schema->properties, pair->key, pair->length);
    bool known = rule != NULL;
    if (rule)
        schema_apply(check, rule, pair->value, place, true);
    for (size_t i = 0; i < schema->pattern_properties.count; i++) {
        const pattern_rule_t *pattern = &schema->pattern_properties.items[i];
        if (pattern_matches(pattern->pattern, pair->key, pair->length)) {
            known = true;
            schema_apply(check, pattern->schema, pair->value, place, true);
        }
    }
    bool refused = closed && !known && !s_known(&schema->closed, pair->key, pair->length);
    if (refused || (!known && schema->additional_properties && schema->additional_properties->refuses_all))
        s_refuse_name(check, pair, place, "additionalProperties");
    else if (!known && schema->additional_properties)
        schema_apply(check, schema->additional_properties, pair->value, place, true);
    if (schema->property_names)
        s_check_name(check, schema->property_names, pair, place);
}

static void s_check_required(check_t *check, const name_list_t *names, const json_t *object,
                             const place_t *place, const char *keyword)
{
    for (size_t i = 0; i < names->count; i++) {
        place_t missing = {place, names->items[i].text, 0};
        if (!json_object_getn(object, names->items[i].text, names->items[i].length))
            schema_problem(check, &missing, keyword, "is missing");
    }
}

void schema_check_object(check_t *check, const schema_t *schema, const json_t *object, const place_t *place,
                         bool entry)
{
    size_t count = json_object_size(object);
    bool closed = entry && schema->closed.applies && (check->flags & SCHEMA_CLOSED);
    if (count > schema->max_properties) {
        schema_problem(check, place, "maxProperties", "has more than %zu members", schema->max_properties);
        return;
    }
    if (count < schema->min_properties)
        schema_problem(check, place, "minProperties", "has less than %zu members", schema->min_properties);
    s_check_required(check, &schema->required, object, place, "required");
    for (size_t i = 0; i < schema->dependent_required.count; i++) {
        const dependency_t *dependency = &schema->dependent_required.items[i];
        if (json_object_getn(object, dependency->name.text, dependency->name.length))
            s_check_required(check, &dependency->needs, object, place, "dependentRequired");
    }
    bool members = closed || schema->properties.count > 0 || schema->pattern_properties.count > 0 ||
                   schema->additional_properties || schema->property_names;
    if (!members)
        return;
    pair_t pair;
    json_object_keylen_foreach((json_t *)object, pair.key, pair.length, pair.value)
    {
        place_t below = {place, pair.key, 0};
        if (schema_enough(check))
            return;
        s_check_member(check, schema, &pair, &below, closed);
    }
}
