/* signed_kind - lines that the signed texts have in common; only their own files need it */
#ifndef SIGNED_KIND_H
#define SIGNED_KIND_H

#include "scan.h"

/* What the first line begins with. */
const char *signed_kind(bool drill);

/* Read the first line; `line` is what follows the kind: "seal-1\n". */
bool signed_kind_scan(scan_t *scan, const char *line, bool *ret_drill);

/* Read a line that is a node's name or "root". */
bool signed_issuer_scan(scan_t *scan, char ret_issuer[NODE_NAME_TEXT]);

#endif
