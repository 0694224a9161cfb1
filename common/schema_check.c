/* schema_check - checks a value against a compiled schema; allocates nothing (propertyNames alone does) */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <jansson.h>

#include "check.h"
#include "schema.h"
#include "schema_check.h"
#include "schema_tree.h"

static void s_check_type(check_t *check, const schema_t *schema, unsigned types, const place_t *place)
{
    if (schema->types && !(schema->types & types))
        schema_problem(check, place, "type", "is not of the type that is asked for");
}

static void s_check_value(check_t *check, const schema_t *schema, const json_t *value, const place_t *place)
{
    if (schema->constant && !schema_equal(schema->constant, value))
        schema_problem(check, place, "const", "is not the one value that is allowed");
    if (!schema->choices)
        return;
    for (size_t i = 0; i < json_array_size(schema->choices); i++)
        if (schema_equal(json_array_get(schema->choices, i), value))
            return;
    schema_problem(check, place, "enum", "is none of the %zu values that are allowed",
                   json_array_size(schema->choices));
}

/* A bound as text; at most 32 bytes. */
static const char *s_bound(const json_t *bound, char *text)
{
    if (json_is_integer(bound))
        snprintf(text, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(bound));
    else
        snprintf(text, 32, "%.15g", json_real_value(bound));
    return text;
}

static void s_check_number(check_t *check, const schema_t *schema, const json_t *value, const place_t *place)
{
    char text[32];
    if (schema->minimum && schema_compare(value, schema->minimum) < 0)
        schema_problem(check, place, "minimum", "is less than %s", s_bound(schema->minimum, text));
    if (schema->maximum && schema_compare(value, schema->maximum) > 0)
        schema_problem(check, place, "maximum", "is more than %s", s_bound(schema->maximum, text));
    if (schema->exclusive_minimum && schema_compare(value, schema->exclusive_minimum) <= 0)
        schema_problem(check, place, "exclusiveMinimum", "is not more than %s",
                       s_bound(schema->exclusive_minimum, text));
    if (schema->exclusive_maximum && schema_compare(value, schema->exclusive_maximum) >= 0)
        schema_problem(check, place, "exclusiveMaximum", "is not less than %s",
                       s_bound(schema->exclusive_maximum, text));
    if (schema->multiple_of && !schema_multiple(value, schema->multiple_of))
        schema_problem(check, place, "multipleOf", "is not a multiple of %s",
                       s_bound(schema->multiple_of, text));
}

static void s_check_string(check_t *check, const schema_t *schema, const char *text, size_t length,
                           const place_t *place)
{
    if (schema->max_length != SIZE_MAX || schema->min_length > 0) {
        size_t characters = schema_characters(text, length);
        if (characters > schema->max_length) {
            /* A pattern is not run over what is too long anyway. */
            schema_problem(check, place, "maxLength", "has more than %zu characters", schema->max_length);
            return;
        }
        if (characters < schema->min_length)
            schema_problem(check, place, "minLength", "has less than %zu characters", schema->min_length);
    }
    if (schema->format && !schema->format(text, length))
        schema_problem(check, place, "format", "is not a %s", schema->format_name);
    if (schema->pattern.pattern && !pattern_matches(schema->pattern.pattern, text, length))
        schema_problem(check, place, "pattern", "does not match the pattern %s", schema->pattern.text);
}

static void s_check_contains(check_t *check, const schema_t *schema, const json_t *array,
                             const place_t *place)
{
    size_t found = 0;
    for (size_t i = 0; i < json_array_size(array); i++)
        found += schema_matches(check, schema->contains, json_array_get(array, i), true);
    if (found < schema->min_contains)
        schema_problem(check, place, schema->min_contains == 1 ? "contains" : "minContains",
                       "has less than %zu items of the kind it must contain", schema->min_contains);
    if (found > schema->max_contains)
        schema_problem(check, place, "maxContains", "has more than %zu items of a kind",
                       schema->max_contains);
}

static void s_check_array(check_t *check, const schema_t *schema, const json_t *array, const place_t *place)
{
    size_t count = json_array_size(array);
    if (count > schema->max_items) {
        schema_problem(check, place, "maxItems", "has more than %zu items", schema->max_items);
        return;
    }
    if (count < schema->min_items)
        schema_problem(check, place, "minItems", "has less than %zu items", schema->min_items);
    for (size_t i = 0; i < count && !schema_enough(check); i++) {
        place_t below = {place, NULL, i};
        const schema_t *rule = i < schema->prefix_items.count ? schema->prefix_items.items[i] : schema->items;
        if (rule)
            schema_apply(check, rule, json_array_get(array, i), &below, true);
    }
    if (schema->unique_items && !schema_unique(array))
        schema_problem(check, place, "uniqueItems", "has the same item twice");
    if (schema->contains)
        s_check_contains(check, schema, array, place);
}

static void s_check_all_of(check_t *check, const schema_t *schema, const json_t *value, const place_t *place)
{
    for (size_t i = 0; i < schema->all_of.count; i++)
        schema_apply(check, schema->all_of.items[i], value, place, false);
}

static size_t s_count_matches(check_t *check, const schema_list_t *list, const json_t *value, size_t enough)
{
    size_t found = 0;
    for (size_t i = 0; i < list->count && found < enough; i++)
        found += schema_matches(check, list->items[i], value, false);
    return found;
}

static void s_check_applied(check_t *check, const schema_t *schema, const json_t *value, const place_t *place)
{
    if (schema->reference)
        schema_apply(check, schema->reference, value, place, false);
    s_check_all_of(check, schema, value, place);
    if (schema->any_of.count > 0 && s_count_matches(check, &schema->any_of, value, 1) == 0)
        schema_problem(check, place, "anyOf", "has none of the %zu forms that are allowed",
                       schema->any_of.count);
    if (schema->one_of.count > 0 && s_count_matches(check, &schema->one_of, value, 2) != 1)
        schema_problem(check, place, "oneOf", "has none or more than one of the %zu forms that are allowed",
                       schema->one_of.count);
    if (schema->not_this && schema_matches(check, schema->not_this, value, false))
        schema_problem(check, place, "not", "has a form that is not allowed");
    if (!schema->if_this || (!schema->then_this && !schema->else_this))
        return;
    bool matches = schema_matches(check, schema->if_this, value, false);
    const schema_t *rule = matches ? schema->then_this : schema->else_this;
    if (rule)
        schema_apply(check, rule, value, place, false);
}

void schema_apply(check_t *check, const schema_t *schema, const json_t *value, const place_t *place,
                  bool entry)
{
    if (schema_enough(check))
        return;
    if (schema->refuses_all) {
        schema_problem(check, place, "false", "is not allowed here");
        return;
    }
    unsigned types = schema_types(value);
    s_check_type(check, schema, types, place);
    if (schema->constant || schema->choices)
        s_check_value(check, schema, value, place);
    if (types & TYPE_NUMBER)
        s_check_number(check, schema, value, place);
    else if (types == TYPE_STRING)
        s_check_string(check, schema, json_string_value(value), json_string_length(value), place);
    else if (types == TYPE_ARRAY)
        s_check_array(check, schema, value, place);
    else if (types == TYPE_OBJECT)
        schema_check_object(check, schema, value, place, entry);
    s_check_applied(check, schema, value, place);
}

bool schema_matches(const check_t *check, const schema_t *schema, const json_t *value, bool entry)
{
    check_t quiet = {.flags = check->flags, .room = 1};
    schema_apply(&quiet, schema, value, NULL, entry);
    return quiet.count == 0;
}

bool schema_enough(const check_t *check)
{
    return check->count >= check->room;
}

size_t schema_check_all(const schema_t *schema, const json_t *value, schema_flags_t flags,
                        problem_t *ret_problems, size_t room)
{
    CHECK(schema && value && ret_problems && room > 0);
    check_t check = {.flags = flags, .problems = ret_problems, .room = room};
    schema_apply(&check, schema, value, NULL, true);
    return check.count;
}

status_t schema_check(const schema_t *schema, const json_t *value, schema_flags_t flags, problem_t *problem)
{
    CHECK(schema && value);
    check_t check = {.flags = flags, .problems = problem, .room = 1};
    schema_apply(&check, schema, value, NULL, true);
    return check.count == 0 ? ST_OK : ST_INVALID;
}
