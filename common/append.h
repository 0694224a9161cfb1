/* append - put a text together in a buffer that is known to be large enough
 *
 *   char *to = line;
 *   to = append_text(to, "event ");
 *   to = append_number(to, leaf);
 *
 * Each gives the end of what it wrote, and writes no NUL. For lines of which thousands are written every
 * second.
 */
#ifndef APPEND_H
#define APPEND_H

#include <stddef.h>
#include <stdint.h>

char *append_text(char *to, const char *text);
char *append_bytes(char *to, const void *bytes, size_t length);

/* In decimal; at most 20 characters. */
char *append_number(char *to, int64_t number);

#endif
