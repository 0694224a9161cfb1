/* admission - the commands' side of enrolment.h: what fails ends the program with a sentence */
#ifndef ADMISSION_H
#define ADMISSION_H

#include <jansson.h>
#include <stdint.h>

#include "certificates.h"
#include "enrolment.h"
#include "pointer.h"
#include "token.h"
#include "tree.h"

/* A certificate-item (proto/README.md section 5) for the node of `request`, signed by `key`, from `now` (ms). The caller frees. */
char *admission_certify(const json_t *request, const char *issuer, const signing_key_t *key, bool drill,
                        int64_t now);

/* Write certificate-items (the whole chain, root-most first) to DIR/certificates/chain.txt, whole or not at all. */
void admission_chain_save(const char *dir, const char *items);

/* The chain of the node in DIR. The caller frees. */
char *admission_chain_read(const char *dir);

/* Sign a certificate with the key in a file and make it known by message node_certify; exits with a sentence. */
void node_certify_next(const char *dir, const char *key_path, certificate_t *next);

/* Read certificate-items into a set that begins at `tree`; exits with a sentence if one does not count. */
certificates_t *admission_chain_check(const char *items, const tree_t *tree);

/* Check an admission and write its parts to DIR, the chain last: a node with a chain is enrolled. `endpoint`: of the parent's relay, NULL for what
 * the admission says. `root`: fingerprint that the root's key must have, NULL where nobody has told it. */
void admission_take(const char *dir, const json_t *admission, const char *endpoint, const hash_t *root);

/* Read a token: "-" is standard input, then the name of a file, then the token itself. The caller wipes it. */
token_t token_option(const char *option);

/* DIR/tree.json and DIR/keys/signing.json. The caller wipes them. */
tree_t tree_of_folder(const char *dir);
signing_key_t signing_of_folder(const char *dir);

/* Where others reach the relay of `node`: --endpoint, else as node.json tells. */
void endpoint_option(const char *command, const node_config_t *node, const char *option,
                     char ret_endpoint[NODE_ENDPOINT_TEXT]);

/* Write a JSON file whole or not at all. */
void json_save(const json_t *value, const char *path);

#endif
