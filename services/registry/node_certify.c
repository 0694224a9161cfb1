/* node_certify - a certificate is made known only if it counts: its issuer is in this node's own chain
 *
 * The chain is read anew each time: certificates are made known a few times a year, and a renewed chain then needs no restart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificates.h"
#include "hex.h"
#include "registry.h"
#include "scan.h"
#include "tree.h"

enum {
    CHAIN_BYTES = LIMIT_CHAIN_CERTIFICATES * (CERTIFICATE_TEXT + 160)
}; /* 160: more than the line before a certificate */

/* The whole file and a NUL; false if it cannot be read or holds more than a chain can. */
static bool s_read(const char *path, char ret_text[CHAIN_BYTES])
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    size_t length = fread(ret_text, 1, CHAIN_BYTES - 1, file);
    bool whole = feof(file) && !ferror(file);
    fclose(file);
    ret_text[length] = '\0';
    return whole && strlen(ret_text) == length;
}

/* Add every certificate of a chain file (proto/README.md section 5, certificate-item). */
static bool s_add_chain(certificates_t *certificates, const char *text)
{
    scan_t scan = {text, text + strlen(text)};
    while (scan.at < scan.end) {
        signature_t signature;
        int64_t length;
        if (!scan_literal(&scan, "certificate ") || !scan_hex(&scan, ' ', SIGNATURE_BYTES, signature.bytes) ||
            !scan_number(&scan, '\n', &length) || length > scan.end - scan.at)
            return false;
        if (certificates_add(certificates, scan.at, (size_t)length, &signature, NULL) != ST_OK)
            return false;
        scan.at += length;
    }
    return true;
}

/* This node's chain below the root that DIR/tree.json names; NULL if it cannot be read. The caller destroys. */
static certificates_t *s_own_chain(const char *dir)
{
    char path[NODE_DIR_TEXT + 32], text[CHAIN_BYTES];
    tree_t tree;
    snprintf(path, sizeof path, "%s/tree.json", dir);
    if (tree_load(path, &tree, NULL) != ST_OK)
        return NULL;
    certificates_t *certificates = certificates_new(tree.root, tree.drill);
    keys_wipe(&tree, sizeof tree);
    snprintf(path, sizeof path, "%s/certificates/chain.txt", dir);
    if (!s_read(path, text) || !s_add_chain(certificates, text))
        certificates_destroy(&certificates);
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
