/* node_certify - a certificate is made known only if it counts: its issuer is in this node's own chain
 *
 * The chain is read anew each time: certificates are made known a few times a year, and a renewed chain then needs no restart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enrolment.h"
#include "hex.h"
#include "registry.h"

/* This node's chain below the root that DIR/tree.json names; NULL if it cannot be read. The caller destroys. */
static certificates_t *s_own_chain(const char *dir)
{
    char path[NODE_DIR_TEXT + 32], *items = NULL;
    tree_t tree;
    snprintf(path, sizeof path, "%s/tree.json", dir);
    if (tree_load(path, &tree, NULL) != ST_OK)
        return NULL;
    certificates_t *certificates = certificates_new(tree.root, tree.drill);
    keys_wipe(&tree, sizeof tree);
    if (enrolment_chain_read(dir, &items, NULL) != ST_OK ||
        enrolment_chain_add(certificates, items, NULL) != ST_OK)
        certificates_destroy(&certificates);
    free(items);
    return certificates;
}

status_t node_certify_check(serve_t *serve, call_t *call)
{
    const char *text = json_string_value(json_object_get(call->body, "text"));
    const char *signature_text = json_string_value(json_object_get(call->body, "signature"));
    signature_t signature;
    problem_t problem = {0};
    if (!hex_decode(signature_text, 2 * SIGNATURE_BYTES, signature.bytes))
        return call_refuse(call, ST_DENIED, "certificate.signature", "/signature",
                           "the signature is not hexadecimal");
    certificates_t *certificates = s_own_chain(serve_node(serve)->dir);
    if (!certificates)
        return call_refuse(call, ST_BROKEN, "certificate.unreadable", "",
                           "this node's own certificates cannot be read");
    status_t status = certificates_add(certificates, text, strlen(text), &signature, &problem);
    certificates_destroy(&certificates);
    if (status == ST_OK)
        return ST_OK;
    snprintf(problem.at, sizeof problem.at, "/text");
    return call_refuse_problem(call, &problem);
}
