/* node_invite - tokens for new nodes, at the parent: `sinergi node invite`, `node invitations`, `node withdraw` */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "ctl.h"
#include "log.h"

static void s_print(const node_config_t *node, const char *endpoint, const tree_t *tree,
                    const curve_key_t *once, const json_t *given)
{
    token_t token = {.drill = tree->drill, .root = signing_fingerprint(tree->root)};
    char text[TOKEN_TEXT];
    snprintf(token.node, sizeof token.node, "%s", json_string_value(json_object_get(given, "node")));
    snprintf(token.region, sizeof token.region, "%s", json_string_value(json_object_get(given, "serves")));
    snprintf(token.expires, sizeof token.expires, "%s", json_string_value(json_object_get(given, "expires")));
    snprintf(token.endpoint, sizeof token.endpoint, "%s", endpoint);
    snprintf(token.server, sizeof token.server, "%s", node->server);
    snprintf(token.secret, sizeof token.secret, "%s", once->secret_key);
    token_write(&token, text);
    puts(text);
    fprintf(stderr,
            "sinergi: a token for node %s, good once, until %s. Give it to the operator of %s alone; at the "
            "new node:\n"
            "  deploy/node up DIR --token -%s     then paste it, and end with Ctrl-D\n",
            token.node, token.expires, token.region, tree->drill ? " --drill INSTANT" : "");
    keys_wipe(&token, sizeof token);
    keys_wipe(text, sizeof text);
}

static int s_invite(int argc, char **argv)
{
    const char *dir = NULL, *principal = NULL, *name = NULL, *days = NULL, *option = NULL;
    char endpoint[NODE_ENDPOINT_TEXT];
    const option_t options[] = {{"dir", &dir, NULL},   {"as", &principal, NULL},    {"name", &name, NULL},
                                {"days", &days, NULL}, {"endpoint", &option, NULL}, {0}};
    int left = options_take(&command_node_invite, argc, argv, options);
    dir = node_folder(dir);
    if (left != 1 || !region_is(argv[0], strlen(argv[0])))
        fatal("node invite: which region? sinergi node invite 62.03");
    node_config_t *node = node_config_of_folder(dir);
    endpoint_option("node invite", node, option, endpoint);
    tree_t tree = tree_of_folder(dir);
    curve_key_t once;
    curve_key_make(&once);
    json_t *data = json_pack("{s:s, s:s, s:s*}", "serves", argv[0], "key", once.public_key, "node", name);
    if (days)
        json_object_set_new(data, "days", json_integer(number_of("--days", days)));
    json_t *given = ask_as(dir, principal, "registry", "node_invite", data, NULL);
    s_print(node, endpoint, &tree, &once, given);
    keys_wipe(&once, sizeof once);
    keys_wipe(&tree, sizeof tree);
    json_decref(given);
    node_config_destroy(&node);
    return EXIT_OK;
}

const command_t command_node_invite = {
    "node invite", "a one-time token for a new node below this one",
    "sinergi node invite [--dir PARENT] [--as NAME] [--name NODE] [--days N] [--endpoint tcp://HOST:PORT] "
    "REGION\n\n"
    "Prints a token by which one new node comes into the tree, once, as the node of REGION. It holds a "
    "secret: give it to that region's operator by a way "
    "that nobody\n"
    "else reads. At the new node: deploy/node up DIR --token TOKEN.\n\n"
    "  --name NODE          name of the new node (the region and the next free number: 62.03-1)\n"
    "  --days N             how long the token counts (7, at most 30)\n"
    "  --endpoint ENDPOINT  by which address the new node reaches this one's relay, where \"public\" in "
    "node.json does not tell\n\n"
    "`sinergi node invitations` lists what is open, `sinergi node withdraw` takes a token back.\n",
    s_invite};

static int s_invitations(int argc, char **argv)
{
    const char *dir = NULL, *principal = NULL, *after = NULL;
    bool all = false;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"as", &principal, NULL}, {"after", &after, NULL}, {"all", NULL, &all}, {0}};
    options_take(&command_node_invitations, argc, argv, options);
    dir = node_folder(dir);
    json_t *data = ask_as(dir, principal, "registry", "node_invitation_list",
                          json_pack("{s:b, s:s*}", "all", (int)all, "after", after), NULL);
    json_print(data);
    json_decref(data);
    return EXIT_OK;
}

const command_t command_node_invitations = {
    "node invitations", "the tokens that this node has given",
    "sinergi node invitations [--dir PARENT] [--as NAME] [--all] [--after ID]\n\n"
    "Those that are open, with their ids; --all: also those that were used or taken back. The tokens "
    "themselves are nowhere: of each only the public half of "
    "its key is kept.\n",
    s_invitations};

static int s_withdraw(int argc, char **argv)
{
    const char *dir = NULL, *principal = NULL, *reason = NULL;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"as", &principal, NULL}, {"reason", &reason, NULL}, {0}};
    int left = options_take(&command_node_withdraw, argc, argv, options);
    dir = node_folder(dir);
    if (left != 1)
        fatal("node withdraw: which one? `sinergi node invitations` lists their ids");
    json_t *data = ask_as(dir, principal, "registry", "node_invitation_withdraw",
                          json_pack("{s:s, s:s*}", "node_invitation", argv[0], "reason", reason), NULL);
    json_print(data);
    json_decref(data);
    return EXIT_OK;
}

const command_t command_node_withdraw = {
    "node withdraw", "take a token back that was not used",
    "sinergi node withdraw [--dir PARENT] [--as NAME] [--reason TEXT] ID\n\nID as `sinergi node invitations` "
    "shows it. The token is refused from then on; a "
    "node that has enrolled with it stays.\n",
    s_withdraw};
