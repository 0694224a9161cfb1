/* node_certify - a parent's word for a child: `sinergi node certify`, `sinergi node announce` */
#include <stdlib.h>

#include "admission.h"
#include "clock.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "node.h"

/* Make the certificate known in the tree: registry's message node_certify. Its id is the certificate's, so
 * that it is said once however often it is sent. */
static int s_announce(const char *dir, const signed_certificate_t *certificate)
{
    char signature[2 * SIGNATURE_BYTES + 1], id[UUID_TEXT], why[512];
    hex_text(certificate->signature.bytes, SIGNATURE_BYTES, signature);
    uuid_text(&certificate->certificate.certificate, id);
    json_t *request = request_new("node_certify", NULL,
                                  json_pack("{s:s, s:s}", "text", certificate->text, "signature", signature));
    json_object_set_new(request, "id", json_string(id));
    client_t *client = client_new(dir, "registry", NULL);
    json_t *reply = client_request(client, request, 30, why, sizeof why);
    if (!reply)
        fatal("%s", why);
    int code = reply_exit_code(reply);
    if (code != EXIT_OK)
        fprintf(stderr, "sinergi: %s\n", json_string_value(pointer_get(reply, "/data/why")));
    client_destroy(&client);
    json_decref(reply);
    json_decref(request);
    return code;
}

/* What the new node takes home; the tree's digest key sealed to it alone. */
static json_t *s_admission(const node_config_t *node, const char *endpoint, const tree_t *tree,
                           const certificate_t *child, const char *chain)
{
    json_t *tree_part = enrolment_tree(tree, child->sealing);
    if (!tree_part)
        fatal("the sealing key of the request is none");
    return json_pack("{s:{s:s, s:s, s:s, s:s}, s:o, s:s}", "parent", "node", node->name, "region",
                     node->region, "endpoint", endpoint, "curve", node->server, "tree", tree_part, "chain",
                     chain);
}

static int s_certify(int argc, char **argv)
{
    const char *dir = NULL, *option = NULL;
    char endpoint[NODE_ENDPOINT_TEXT];
    const option_t options[] = {{"dir", &dir, NULL}, {"endpoint", &option, NULL}, {0}};
    int left = options_take(&command_node_certify, argc, argv, options);
    dir = node_folder(dir);
    if (left != 1)
        fatal("node certify: which request? sinergi node certify --dir PARENT request.json > admission.json");
    node_config_t *node = node_config_of_folder(dir);
    endpoint_option("node certify", node, option, endpoint);
    clock_open(dir, node->drill);
    signing_key_t signing = signing_of_folder(dir);
    tree_t tree = tree_of_folder(dir);
    json_t *request = json_read(argv[0]);
    char *own = admission_chain_read(dir),
         *item = admission_certify(request, node->name, &signing, tree.drill, clock_now()), *chain = NULL;
    if (asprintf(&chain, "%s%s", own, item) < 0)
        fatal("out of memory");
    certificates_t *set = admission_chain_check(chain, &tree);
    const signed_certificate_t *made = certificates_at(set, certificates_count(set) - 1);
    int code = s_announce(dir, made);
    if (code == EXIT_OK) {
        json_t *admission = s_admission(node, endpoint, &tree, &made->certificate, chain);
        json_dumpf(admission, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(admission);
    }
    certificates_destroy(&set);
    keys_wipe(&signing, sizeof signing);
    keys_wipe(&tree, sizeof tree);
    json_decref(request);
    node_config_destroy(&node);
    free(own);
    free(item);
    free(chain);
    return code;
}

const command_t command_node_certify = {
    "node certify", "certify a child node: its request in, its admission out",
    "sinergi node certify [--dir PARENT] [--endpoint tcp://HOST:PORT] REQUEST > ADMISSION\n\n"
    "REQUEST is DIR/request.json of the new node. Signs its certificate with this node's key, makes it known "
    "(message node_certify) and prints the admission,\n"
    "which the new node takes by `sinergi node admit`. Nothing in it is secret to others: what is, is sealed "
    "to the new node.\n\n"
    "This is the way for a place without a link; with one, `sinergi node invite` is shorter. --endpoint "
    "tells by "
    "which address the new node reaches this one's relay,\n"
    "where \"public\" in node.json does not.\n",
    s_certify};

/* The root's own node tells its own certificate once; any other node's was told by its parent. */
static int s_announce_own(int argc, char **argv)
{
    const char *dir = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {0}};
    options_take(&command_node_announce, argc, argv, options);
    dir = node_folder(dir);
    tree_t tree = tree_of_folder(dir);
    char *chain = admission_chain_read(dir);
    certificates_t *set = admission_chain_check(chain, &tree);
    const signed_certificate_t *own = certificates_at(set, certificates_count(set) - 1);
    int code = own->issuer ? EXIT_OK : s_announce(dir, own);
    certificates_destroy(&set);
    keys_wipe(&tree, sizeof tree);
    free(chain);
    return code;
}

const command_t command_node_announce = {
    "node announce", "tell the tree's first certificate (deploy/node does)",
    "sinergi node announce [--dir DIR]\n\n"
    "Sends the node's own certificate to its registry if the root signed it, so that the tree learns it as "
    "it learns every other. Does nothing elsewhere or\n"
    "a second time.\n",
    s_announce_own};
