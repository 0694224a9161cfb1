/* node_enrol - what a new node takes home is made before the statement: its certificate, signed, and the tree's keys sealed to it
 *
 * Nothing of it counts unless the statement finds the invitation open. The chain is read anew each time, and the signing key is in memory
 * for the moment of signing alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "enrolment.h"
#include "hex.h"
#include "registry.h"

/* Certificate and signature as members of the context, with the digest of the request that they answer. */
static json_t *s_certificate(const node_config_t *node, const signing_key_t *key, const json_t *request,
                             int64_t now, certificate_t *certificate)
{
    char text[CERTIFICATE_TEXT], signature_text[2 * SIGNATURE_BYTES + 1], digest_text[HASH_TEXT];
    signature_t signature;
    hash_t digest = enrolment_request_digest(request);
    enrolment_certify(certificate, node->name, key, now, text, &signature);
    hex_text(signature.bytes, SIGNATURE_BYTES, signature_text);
    hash_text(&digest, digest_text);
    return json_pack("{s:s, s:s, s:s}", "text", text, "signature", signature_text, "request", digest_text);
}

static json_t *s_parent(const node_config_t *node)
{
    char endpoint[NODE_ENDPOINT_TEXT];
    json_t *parent =
        json_pack("{s:s, s:s, s:s}", "node", node->name, "region", node->region, "curve", node->server);
    if (node_config_public_endpoint(node, endpoint))
        json_object_set_new(parent, "endpoint", json_string(endpoint));
    return parent;
}

static bool s_load(const char *dir, tree_t *ret_tree, signing_key_t *ret_signing, char **ret_chain,
                   problem_t *ret_problem)
{
    char path[NODE_DIR_TEXT + 32];
    snprintf(path, sizeof path, "%s/tree.json", dir);
    if (tree_load(path, ret_tree, ret_problem) != ST_OK)
        return false;
    snprintf(path, sizeof path, "%s/keys/signing.json", dir);
    if (signing_key_load(path, ret_signing, ret_problem) != ST_OK)
        return false;
    return enrolment_chain_read(dir, ret_chain, ret_problem) == ST_OK;
}

status_t node_enrol_prepare(serve_t *serve, call_t *call)
{
    const node_config_t *node = serve_node(serve);
    const json_t *request = json_object_get(call->body, "request");
    certificate_t certificate;
    problem_t problem;
    tree_t tree = {0};
    signing_key_t signing = {0};
    char *chain = NULL;
    json_t *tree_part = NULL;
    if (enrolment_request_read(request, node->drill, &certificate, &problem) != ST_OK)
        return call_refuse_problem(call, &problem);
    bool loaded = s_load(node->dir, &tree, &signing, &chain, &problem);
    if (loaded && (tree_part = enrolment_tree(&tree, certificate.sealing)) != NULL)
        call->added = json_pack("{s:o, s:o, s:o, s:s}", "certificate",
                                s_certificate(node, &signing, request, call->now, &certificate), "parent",
                                s_parent(node), "tree", tree_part, "chain", chain);
    keys_wipe(&tree, sizeof tree);
    keys_wipe(&signing, sizeof signing);
    free(chain);
    if (!loaded)
        return call_refuse(call, ST_BROKEN, "certificate.unreadable", "",
                           "this node's own certificates or keys cannot be read: %s", problem.why);
    if (!tree_part)
        return call_refuse(call, ST_INVALID, "node.key_invalid", "/request/sealing",
                           "the sealing key of the request is none");
    return ST_OK;
}
