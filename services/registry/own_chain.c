/* own_chain - the certificates of this node's own chain, as they stand in DIR/certificates
 *
 * Read anew each time: certificates are made known a few times a year, and a renewed chain then needs no restart.
 */
#include <stdio.h>
#include <string.h>

#include "registry.h"
#include "scan.h"
#include "tree.h"

enum {
    CHAIN_BYTES = (LIMIT_CHAIN_CERTIFICATES + 1) * (CERTIFICATE_TEXT + 160)
}; /* 160: more than the line before a certificate; one more: the own one that was replaced last */

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

certificates_t *own_chain(const char *dir)
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
