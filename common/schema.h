/* schema - JSON Schema 2020-12, a documented subset (schema.md), compiled once and checked without allocating
 *
 * A set holds documents by name, so that `$ref` can say "types.json#/line", "types.json", "#/$defs/x" or "#".
 * Any keyword that is neither claimed nor an annotation is an error when compiling.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "status.h"

#define SCHEMA_PROBLEMS 16 /* problems told in one reply */

typedef struct schema_set schema_set_t;
typedef struct schema schema_t;

typedef enum {
    SCHEMA_OPEN = 0,   /* as the standard says: unknown members are allowed (events of other nodes) */
    SCHEMA_CLOSED = 1, /* unknown members are refused wherever `properties` are listed (requests to us) */
} schema_flags_t;

/* A new, empty set; the caller owns it. Every schema_t belongs to its set. */
schema_set_t *schema_set_new(void);
void schema_set_destroy(schema_set_t **set);

/* Add a document under the name by which `$ref` calls it; the set takes a reference of its own. It may hold
   other things than schemas: only what is compiled is read. False if the name is taken. */
bool schema_set_add(schema_set_t *set, const char *name, json_t *document);

/* Compile what stands at `pointer` ("" for all) of a document, with all that it refers to. The schema lives
   as long as the set; asked again, the same one is given. NULL when it cannot be compiled: ret_error (at most
   `size` bytes) then names document, pointer and keyword, and the set is good for nothing but destroying. */
const schema_t *schema_compile(schema_set_t *set, const char *document, const char *pointer, char *ret_error,
                               size_t size);

/* Check a value. ST_OK, or ST_INVALID with the first problem: `at` points to the value (for a member that is
   missing, to where it should be), `code` is schema. and the keyword, `why` names the place and the rule,
   never the value. `problem` may be NULL when only the verdict is wanted. */
status_t schema_check(const schema_t *schema, const json_t *value, schema_flags_t flags, problem_t *problem);

/* The same, telling up to `room` problems. Returns how many were written; 0 means that the value is valid. */
size_t schema_check_all(const schema_t *schema, const json_t *value, schema_flags_t flags,
                        problem_t *ret_problems, size_t room);

/* The keywords that are understood, in the order of the table in schema.md; NULL behind the last.
   `ret_annotation` (may be NULL): true for one that is allowed but decides nothing. */
const char *schema_keyword(size_t index, bool *ret_annotation);

#endif
