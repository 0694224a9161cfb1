/* schema_link - what can be known of a schema only when all that it refers to is compiled
 *
 * A schema applies others to the same value (`$ref`, allOf, anyOf, oneOf, not, if, then, else). If that leads
 * back to itself, checking would never end: refused. For closed requests the members known at a place are all
 * those that the schema and the others applied there list in `properties` or match by `patternProperties`,
 * except within `not`; an additionalProperties other than false among them leaves the place open.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "schema_tree.h"

typedef bool (*visit_t)(void *arg, schema_t *schema);

/* Visit the schemas applied to the same value; a false ends it. */
static bool s_each_applied(const schema_t *schema, bool with_not, visit_t visit, void *arg)
{
    const schema_t *single[] = {schema->reference, schema->if_this, schema->then_this, schema->else_this,
                                with_not ? schema->not_this : NULL};
    const schema_list_t *lists[] = {&schema->all_of, &schema->any_of, &schema->one_of};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
        if (single[i] && !visit(arg, (schema_t *)single[i]))
            return false;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (size_t j = 0; j < lists[i]->count; j++)
            if (!visit(arg, (schema_t *)lists[i]->items[j]))
                return false;
    return true;
}

static bool s_find_cycle(void *arg, schema_t *schema)
{
    schema_set_t *set = arg;
    if (schema->cycle == LINK_DONE)
        return true;
    if (schema->cycle == LINK_OPEN)
        return schema_refuse(set, schema->document, schema->pointer,
                             "$ref leads back here without going deeper");
    schema->cycle = LINK_OPEN;
    bool fine = s_each_applied(schema, true, s_find_cycle, set);
    schema->cycle = LINK_DONE;
    return fine;
}

/* What the schemas applied at one place have, counted first and collected then. */
typedef struct {
    closed_t *closed;
    bool listed, open;
} gathering_t;

static bool s_gather(void *arg, schema_t *schema)
{
    gathering_t *gathering = arg;
    closed_t *closed = gathering->closed;
    /* A list may be empty and still be one: then no member is known. */
    gathering->listed = gathering->listed || schema->properties.items;
    gathering->open =
        gathering->open || (schema->additional_properties && !schema->additional_properties->refuses_all);
    for (size_t i = 0; i < schema->properties.count; i++, closed->count++)
        if (closed->names)
            closed->names[closed->count] = schema->properties.items[i].name;
    for (size_t i = 0; i < schema->pattern_properties.count; i++, closed->pattern_count++)
        if (closed->patterns)
            closed->patterns[closed->pattern_count] = schema->pattern_properties.items[i].pattern;
    return s_each_applied(schema, false, s_gather, gathering);
}

static int s_name_order(const void *one, const void *other)
{
    const name_t *left = one, *right = other;
    return schema_name_order(left, right->text, right->length);
}

static void s_close(schema_set_t *set, schema_t *schema)
{
    closed_t counted = {.count = 0};
    gathering_t gathering = {.closed = &counted};
    s_gather(&gathering, schema);
    if (!gathering.listed || gathering.open)
        return;
    closed_t *closed = &schema->closed;
    closed->names = schema_room(set, counted.count * sizeof *closed->names);
    closed->patterns = schema_room(set, counted.pattern_count * sizeof *closed->patterns);
    gathering.closed = closed;
    s_gather(&gathering, schema);
    CHECK(closed->count == counted.count && closed->pattern_count == counted.pattern_count);
    qsort(closed->names, closed->count, sizeof *closed->names, s_name_order);
    closed->applies = true;
}

bool schema_link(schema_set_t *set)
{
    for (size_t i = set->linked_count; i < set->schema_count; i++)
        if (!s_find_cycle(set, set->schemas[i]))
            return false;
    for (; set->linked_count < set->schema_count; set->linked_count++)
        s_close(set, set->schemas[set->linked_count]);
    return true;
}
