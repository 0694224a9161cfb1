/* schema_check - what schema_check.c and schema_object.c share */
#ifndef SCHEMA_CHECK_H
#define SCHEMA_CHECK_H

#include "schema_tree.h"

/* Where a value stands, as a chain on the stack up to the root (NULL); turned into a pointer only when there
   is a problem to tell. */
typedef struct place {
    const struct place *above;
    const char *key; /* NULL: the item `index` */
    size_t index;
} place_t;

typedef struct {
    schema_flags_t flags;
    problem_t *problems; /* NULL: only the verdict is wanted */
    size_t room, count;
} check_t;

/* Check a value. `entry` is false where a schema is applied to a value for which another one is being checked
   already: its members are then not closed a second time. */
void schema_apply(check_t *check, const schema_t *schema, const json_t *value, const place_t *place,
                  bool entry);

/* Only the verdict. */
bool schema_matches(const check_t *check, const schema_t *schema, const json_t *value, bool entry);

/* Whether there are as many problems as are wanted. */
bool schema_enough(const check_t *check);

/* schema_object.c: the rules for objects. */
void schema_check_object(check_t *check, const schema_t *schema, const json_t *object, const place_t *place,
                         bool entry);

/* schema_problem.c: note a problem; `rule` reads on from the name of the place. */
void schema_problem(check_t *check, const place_t *place, const char *keyword, const char *rule, ...)
    __attribute__((format(printf, 4, 5)));

#endif
