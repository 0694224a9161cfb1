/* pointer - places in a JSON text by name: RFC 6901, and patterns in which `*` means every item of an array
 */
#ifndef POINTER_H
#define POINTER_H

#include <stddef.h>
#include <jansson.h>

/* What stands at `pointer` ("" is the root itself), borrowed from root; NULL if nothing does or the pointer
   is malformed. */
json_t *pointer_get(json_t *root, const char *pointer);

/* Called for each place. `parent` holds `value` under `key`, or, when key is NULL, at `index` of an array;
   for the root parent is NULL. `at` is the place's own pointer, valid during the call. Not 0 stops the walk.
   The call may replace the value in its parent, but not remove it or add others. */
typedef int (*pointer_visit_t)(void *arg, json_t *parent, const char *key, size_t index, json_t *value,
                               const char *at);

/* Visit every place of root that `pattern` names, in order; with `*` between `/contacts/` and `/phone` that
   is the phone of each contact. A place that is not there is passed over. Returns 0, or what a visit returned
   to stop the walk. */
int pointer_each(json_t *root, const char *pattern, pointer_visit_t visit, void *arg);

/* Append one reference token to a pointer in a buffer of `size` bytes, escaping `~` and `/`. Returns 0, or -1
   if it does not fit; the buffer is then as it was. */
int pointer_append(char *pointer, size_t size, const char *token);

#endif
