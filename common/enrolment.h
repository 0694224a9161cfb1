/* enrolment - how a node comes into the tree: its request, the parent's certificate, what it takes home (proto/README.md, section 8)
 *
 *   certificate_t certificate;
 *   if (enrolment_request_read(request, tree.drill, &certificate, &problem) != ST_OK) ...
 *   enrolment_certify(&certificate, node->name, &signing, clock_now(), text, &signature);
 *   json_t *tree_part = enrolment_tree(&tree, certificate.sealing);
 */
#ifndef ENROLMENT_H
#define ENROLMENT_H

#include <jansson.h>

#include "certificates.h"
#include "node.h"
#include "tree.h"

#define ENROLMENT_CHAIN_BYTES                                                                                \
    (2 * LIMIT_CHAIN_CERTIFICATES *                                                                          \
     (CERTIFICATE_TEXT +                                                                                     \
      160)) /* twice: while a key is replaced, the chain of the old certificate and that of the new one; 160: more than the line before a certificate */

/* Take node, regions and keys of a request {node, regions, curve, signing, sealing, drill} into a certificate. Invalid node.request or
   node.key_invalid; denied certificate.drill where one of the two is a drill and the other is not. */
status_t enrolment_request_read(const json_t *request, bool drill, certificate_t *ret_certificate,
                                problem_t *ret_problem);

/* The request of the node in DIR, from its node.json and its keys. New reference; NULL and a problem if a key cannot be read. */
json_t *enrolment_request(const node_config_t *node, problem_t *ret_problem);

/* Digest of a request: the same members give the same, in whatever order they came. */
hash_t enrolment_request_digest(const json_t *request);

/* Complete the certificate as of `now` (ms) with a fresh id, and sign it. Gives the length of the text. */
size_t enrolment_certify(certificate_t *certificate, const char *issuer, const signing_key_t *key,
                         int64_t now, char ret_text[CERTIFICATE_TEXT], signature_t *ret_signature);

/* A certificate-item of proto/README.md section 5. The caller frees. */
char *enrolment_item(const char *text, size_t length, const signature_t *signature);

/* Member `tree` of an admission: the tree's digest key in a box that only `sealing` opens. NULL if that is no key. */
json_t *enrolment_tree(const tree_t *tree, const uint8_t sealing[KEY_BYTES]);

/* Read DIR/certificates/chain.txt: its items. Missing node.certificate_missing, broken certificate.unreadable. The caller frees. */
status_t enrolment_chain_read(const char *dir, char **ret_items, problem_t *ret_problem);

/* Add every item to a set. Broken certificate.unreadable where the text is none, else what certificates_add says. */
status_t enrolment_chain_add(certificates_t *certificates, const char *items, problem_t *ret_problem);

#endif
