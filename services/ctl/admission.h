/* admission - how a node comes into the tree: its request, the parent's certificate, what it takes home */
#ifndef ADMISSION_H
#define ADMISSION_H

#include <jansson.h>
#include <stdint.h>

#include "certificates.h"
#include "pointer.h"
#include "tree.h"

/* A certificate-item (proto/README.md section 5) for the node of `request` {node, regions, curve, signing,
   sealing}, signed by `key`, valid for two years from `now` (ms). Exits with a sentence on a request that is
   none. The caller frees. */
char *admission_certify(const json_t *request, const char *issuer, const signing_key_t *key, bool drill,
                        int64_t now);

/* Write certificate-items (the whole chain, root-most first) to DIR/certificates/chain.txt. */
void admission_chain_save(const char *dir, const char *items);

/* The chain of the node in DIR. The caller frees. */
char *admission_chain_read(const char *dir);

/* Read certificate-items into a set that begins at `tree`; exits with a sentence if one does not count. */
/* Sign a certificate with the key in a file and make it known by message node_certify; exits with a sentence. */
void node_certify_next(const char *dir, const char *key_path, certificate_t *next);

certificates_t *admission_chain_check(const char *items, const tree_t *tree);

/* Check an admission and write its parts to DIR. */
void admission_take(const char *dir, const json_t *admission, const char *endpoint);

#endif
