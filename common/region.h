/* region - codes of regions and names of nodes: their form, and who lies below whom
 *
 *   region_is("62.71", 5)                  -- true
 *   node_name_is("62.71-1", 7)             -- true
 *   region_below("62.71", "62")            -- true
 */
#ifndef REGION_H
#define REGION_H

#include <stdbool.h>
#include <stddef.h>

#define REGION_TEXT 8     /* "62.71" and a NUL */
#define NODE_NAME_TEXT 16 /* "62.71-1" and a NUL: a region, "-" and 1 to 9 digits without a leading zero */

/* Has it the form of a Kemendagri code, two digits or two dot two ("00" is the centre)? */
bool region_is(const char *text, size_t length);

/* Has it the form of a node's name? */
bool node_name_is(const char *text, size_t length);

/* Is `region` in the subtree of `top`? "00" holds all; equal counts. Both have the form of a region. */
bool region_below(const char *region, const char *top);

#endif
