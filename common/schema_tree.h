/* schema_tree - what a schema is compiled to (for schema*.c alone)
 *
 * Everything is allocated from its set and lives until the set is destroyed. A rule that a schema does not
 * have is NULL, or the bound that refuses nothing.
 */
#ifndef SCHEMA_TREE_H
#define SCHEMA_TREE_H

#include <stdarg.h>
#include <stdint.h>

#include "pattern.h"
#include "schema.h"

enum {
    TYPE_NULL = 1,
    TYPE_BOOLEAN = 2,
    TYPE_INTEGER = 4,
    TYPE_NUMBER = 8,
    TYPE_STRING = 16,
    TYPE_ARRAY = 32,
    TYPE_OBJECT = 64
};

typedef struct {
    const char *text;
    size_t length;
} name_t;

typedef struct {
    const schema_t **items;
    size_t count;
} schema_list_t;

/* `properties`, sorted by name */
typedef struct {
    name_t name;
    const schema_t *schema;
} member_t;

typedef struct {
    member_t *items;
    size_t count;
} member_list_t;

typedef struct {
    const char *text;
    pattern_t *pattern;
    const schema_t *schema; /* patternProperties */
} pattern_rule_t;

typedef struct {
    pattern_rule_t *items;
    size_t count;
} pattern_list_t;

typedef struct {
    name_t *items;
    size_t count;
} name_list_t;

/* dependentRequired: where `name` is, `needs` must be */
typedef struct {
    name_t name;
    name_list_t needs;
} dependency_t;

typedef struct {
    dependency_t *items;
    size_t count;
} dependency_list_t;

/* Members that are known at a place when requests are closed; see schema_link.c. */
typedef struct {
    bool applies;
    name_t *names; /* sorted */
    size_t count;
    const pattern_t **patterns;
    size_t pattern_count;
} closed_t;

typedef enum { LINK_NEW, LINK_OPEN, LINK_DONE } link_state_t;

typedef bool (*format_check_t)(const char *text, size_t length);

struct schema {
    const char *document, *pointer; /* where it stands, for errors */
    bool refuses_all;               /* the schema `false` */
    unsigned types;                 /* 0: any */
    const json_t *constant, *choices;
    const json_t *multiple_of, *minimum, *maximum, *exclusive_minimum, *exclusive_maximum;
    size_t min_length, max_length, min_items, max_items, min_properties, max_properties, min_contains,
        max_contains;
    pattern_rule_t pattern;
    const char *format_name;
    format_check_t format;
    schema_list_t prefix_items;
    const schema_t *items, *contains;
    bool unique_items;
    member_list_t properties;
    pattern_list_t pattern_properties;
    const schema_t *additional_properties, *property_names;
    name_list_t required;
    dependency_list_t dependent_required;
    const schema_t *reference, *not_this, *if_this, *then_this, *else_this;
    schema_list_t all_of, any_of, one_of;
    closed_t closed;
    link_state_t cycle;
};

typedef struct {
    char *document;
    json_t *json;
} document_t;

struct schema_set {
    document_t *documents;
    size_t document_count;
    schema_t **schemas;
    size_t schema_count, schema_room, linked_count;
    json_t *places; /* "document#pointer" -> index in schemas */
    void **blocks;  /* every allocation */
    size_t block_count, block_room;
    pattern_t **patterns;
    size_t pattern_count, pattern_room;
    char error[512]; /* empty while nothing is wrong */
};

/* schema.c: memory that lives as long as the set, zeroed; never NULL. */
void *schema_room(schema_set_t *set, size_t size);
char *schema_text(schema_set_t *set, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* schema.c: note the first thing that is wrong; returns false. */
bool schema_refuse(schema_set_t *set, const char *document, const char *pointer, const char *why, ...)
    __attribute__((format(printf, 4, 5)));

/* schema.c: whether something stands at a place. */
bool schema_stands(const schema_set_t *set, const char *document, const char *pointer);

/* schema.c: the schema at a place, compiled now if it is not yet; NULL if refused. */
const schema_t *schema_at(schema_set_t *set, const char *document, const char *pointer);

/* schema.c: a compiled pattern that belongs to the set; NULL if refused. */
pattern_t *schema_pattern(schema_set_t *set, const schema_t *schema, const char *text);

/* schema_compile.c: read the keywords of one schema. */
bool schema_read(schema_set_t *set, schema_t *schema, json_t *json);

/* schema_reference.c: fill in the schema's reference. */
bool schema_refer(schema_set_t *set, schema_t *schema, const char *text);

/* schema_link.c: refuse schemas that refer to themselves without going deeper, and note which members are
 * known. */
bool schema_link(schema_set_t *set);

/* schema_value.c */
bool schema_equal(const json_t *one, const json_t *other);
int schema_compare(const json_t *number, const json_t *other);
bool schema_whole(const json_t *number);
bool schema_multiple(const json_t *number, const json_t *of);
bool schema_unique(const json_t *array);
size_t schema_characters(const char *text, size_t length);
unsigned schema_types(const json_t *value);
int schema_name_order(const name_t *name, const char *text, size_t length);

/* schema_format.c: the check for a format's name, or NULL. */
format_check_t schema_format(const char *name);

#endif
