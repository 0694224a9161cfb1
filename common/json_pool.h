/* json_pool - memory for JSON values, which are small and are made and freed in great numbers */
#ifndef JSON_POOL_H
#define JSON_POOL_H

#include <jansson.h>

/* From now on jansson takes its memory from here; values that were made before may be freed after. For one
   thread. What jansson itself allocates for a caller (json_dumps) is then not free's: use json_text. Does
   nothing under a sanitizer, which watches malloc. */
void json_pool_use(void);

/* Like json_dumps; the caller frees with free. NULL if the value cannot be written with these flags. */
char *json_text(const json_t *value, size_t flags);

#endif
