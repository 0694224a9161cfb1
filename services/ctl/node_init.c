/* node_init - a new node's keys and files: `sinergi node init`, `sinergi node admit` */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admission.h"
#include "clock.h"
#include "ctl.h"
#include "digest.h"
#include "hex.h"
#include "log.h"
#include "node.h"
#include "region.h"
#include "vault.h"

typedef struct {
    const char *dir, *name, *region, *port, *listen, *database, *drill, *token, *public_endpoint;
    bool root;
} init_t;

static void s_folders(const char *dir)
{
    static const char *const folders[] = {"",       "/keys",       "/certificates", "/run",
                                          "/state", "/principals", "/log"};
    char path[1024];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s%s", dir, folders[i]);
        /* the node's own folder may be entered: its private PostgreSQL is another user's when root runs it */
        if (mkdir(path, i == 0 || i == 6 ? 0755 : 0700) != 0 && access(path, W_OK) != 0)
            fatal("node init: %s cannot be made", path);
    }
}

static void s_save(json_t *document, const char *dir, const char *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", dir, file);
    json_save(document, path);
    json_decref(document);
}

static void s_must(status_t status, const problem_t *problem)
{
    if (status != ST_OK)
        fatal("node init: %s", problem->why);
}

static json_t *s_endpoints(const init_t *self, long port)
{
    static const struct {
        const char *daemon;
        int offset;
    } daemons[] = {{"relay", 0}, {"registry", 1}, {"scheduling", 2}, {"reporting", 3}, {"portal", 80}};
    json_t *endpoints = json_object();
    const char *host = strcmp(self->listen, "*") == 0 ? "127.0.0.1" : self->listen;
    for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++) {
        char tcp[128], ipc[128];
        snprintf(tcp, sizeof tcp, "tcp://%s:%ld", host, port + daemons[i].offset);
        snprintf(ipc, sizeof ipc, "ipc://%s/run/%s", self->dir, daemons[i].daemon);
        json_object_set_new(endpoints, daemons[i].daemon, json_pack("{s:s, s:s}", "tcp", tcp, "ipc", ipc));
    }
    return endpoints;
}

static void s_keys(const init_t *self, curve_key_t *curve, signing_key_t *signing, sealing_key_t *sealing)
{
    char path[1024];
    problem_t problem;
    curve_key_make(curve);
    signing_key_make(signing);
    sealing_key_make(sealing);
    snprintf(path, sizeof path, "%s/keys/curve.json", self->dir);
    s_must(curve_key_save(curve, path, &problem), &problem);
    snprintf(path, sizeof path, "%s/keys/signing.json", self->dir);
    s_must(signing_key_save(signing, path, &problem), &problem);
    snprintf(path, sizeof path, "%s/keys/sealing.json", self->dir);
    s_must(sealing_key_save(sealing, path, &problem), &problem);
    digest_key_t digest;
    char now[CLOCK_TEXT];
    digest_key_make(&digest);
    snprintf(path, sizeof path, "%s/keys/digest.json", self->dir);
    s_must(digest_key_save(&digest, path, &problem), &problem);
    keys_wipe(&digest, sizeof digest);
    clock_text(clock_now(), now);
    snprintf(path, sizeof path, "%s/keys/personal.json", self->dir);
    s_must(vault_renew(path, now, &problem), &problem);
}

/* The centre's first node makes the root key, which signs its certificate and is then taken offline. */
static void s_root(const init_t *self, const json_t *request, const sealing_key_t *sealing)
{
    char path[1024];
    problem_t problem;
    signing_key_t root;
    tree_t tree = {.drill = self->drill != NULL, .digest_version = 1};
    snprintf(path, sizeof path, "%s/root", self->dir);
    mkdir(path, 0700);
    signing_key_make(&root);
    snprintf(path, sizeof path, "%s/root/signing.json", self->dir);
    s_must(signing_key_save(&root, path, &problem), &problem);
    memcpy(tree.root, root.public_key, sizeof tree.root);
    memcpy(tree.matching, sealing->public_key, sizeof tree.matching);
    randombytes_buf(tree.digest_key, sizeof tree.digest_key);
    snprintf(path, sizeof path, "%s/tree.json", self->dir);
    s_must(tree_save(&tree, path, &problem), &problem);
    char *item = admission_certify(request, ISSUER_ROOT, &root, tree.drill, clock_now());
    admission_chain_save(self->dir, item);
    free(item);
    keys_wipe(&root, sizeof root);
    keys_wipe(&tree, sizeof tree);
    fprintf(stderr, "sinergi: the root key lies in %s/root; move it to a place that is offline\n", self->dir);
}

/* The token says which node this will be, and of what kind. */
static void s_token(init_t *self)
{
    static token_t token;
    token = token_option(self->token);
    keys_wipe(token.secret, sizeof token.secret);
    if ((self->name && strcmp(self->name, token.node) != 0) ||
        (self->region && strcmp(self->region, token.region) != 0))
        fatal("node init: the token is for node %s, region %s: leave --name and --region out, or ask for "
              "another token",
              token.node, token.region);
    if (token.drill && !self->drill)
        fatal("node init: the token is of a drill: add --drill and the instant at which the clock of the new "
              "node begins, like --drill "
              "2023-01-26T01:00:00.000Z");
    if (self->root || (!token.drill && self->drill))
        fatal("node init: the token is of a node that is %s: leave --%s out",
              self->root ? "not the first of a tree" : "no drill", self->root ? "root" : "drill");
    self->name = token.node;
    self->region = token.region;
}

static void s_check(init_t *self)
{
    if (!self->name || !node_name_is(self->name, strlen(self->name)))
        fatal("node init: --name is the node's permanent name, its first region and a number: 62.71-1");
    if (!self->region || !region_is(self->region, strlen(self->region)))
        fatal("node init: --region is the Kemendagri code it serves: 62.71, 62, or 00 for the centre");
    char path[1024];
    snprintf(path, sizeof path, "%s/node.json", self->dir);
    if (access(path, F_OK) == 0)
        fatal("node init: %s holds a node already; a node is never made over", self->dir);
    int64_t instant;
    if (self->public_endpoint && !token_endpoint_is(self->public_endpoint))
        fatal("node init: --public is no address of a relay, like tcp://62.example.id:7600");
    if (self->drill && !clock_parse(self->drill, &instant))
        fatal("node init: --drill takes the instant at which its clock begins: 2023-01-26T01:00:00.000Z");
}

static void s_node_save(const init_t *self, const char *server)
{
    long port = strtol(self->port, NULL, 10);
    json_t *node =
        json_pack("{s:s, s:s, s:b, s:n, s:s, s:i, s:s, s:s, s:o}", "name", self->name, "region", self->region,
                  "drill", self->drill != NULL, "parent", "database", self->database, "port", (int)port,
                  "listen", self->listen, "server", server, "endpoints", s_endpoints(self, port));
    if (self->public_endpoint)
        json_object_set_new(node, "public", json_string(self->public_endpoint));
    s_save(node, self->dir, "node.json");
}

static int s_run(int argc, char **argv)
{
    init_t self = {.port = "7600", .listen = "127.0.0.1", .database = ""};
    const option_t options[] = {{"dir", &self.dir, NULL},
                                {"name", &self.name, NULL},
                                {"region", &self.region, NULL},
                                {"port", &self.port, NULL},
                                {"listen", &self.listen, NULL},
                                {"database", &self.database, NULL},
                                {"drill", &self.drill, NULL},
                                {"root", NULL, &self.root},
                                {"token", &self.token, NULL},
                                {"public", &self.public_endpoint, NULL},
                                {0}};
    options_take(&command_node_init, argc, argv, options);
    if (!self.dir)
        fatal("node init: give --dir DIR, the folder of the new node");
    if (self.token)
        s_token(&self);
    s_check(&self);
    s_folders(self.dir);
    char *whole = realpath(self.dir, NULL);
    if (!whole)
        fatal("node init: %s cannot be reached", self.dir);
    self.dir = whole;
    int64_t begins = 0;
    if (self.drill && (!clock_parse(self.drill, &begins) || !clock_set(self.dir, begins)))
        fatal("node init: %s/clock cannot be written", self.dir);
    clock_open(self.dir, self.drill != NULL);
    curve_key_t curve;
    signing_key_t signing;
    sealing_key_t sealing;
    s_keys(&self, &curve, &signing, &sealing);
    char signing_text[2 * KEY_BYTES + 1], sealing_text[2 * KEY_BYTES + 1];
    hex_text(signing.public_key, KEY_BYTES, signing_text);
    hex_text(sealing.public_key, KEY_BYTES, sealing_text);
    json_t *request = json_pack("{s:s, s:[s], s:s, s:s, s:s, s:b}", "node", self.name, "regions", self.region,
                                "curve", curve.public_key, "signing", signing_text, "sealing", sealing_text,
                                "drill", self.drill != NULL);
    if (self.root)
        s_root(&self, request, &sealing);
    s_save(request, self.dir, "request.json");
    s_node_save(&self, curve.public_key); /* last: a folder with it is a node's, and is never made over */
    keys_wipe(&signing, sizeof signing);
    keys_wipe(&sealing, sizeof sealing);
    keys_wipe(&curve, sizeof curve);
    if (!self.root && !self.token)
        fprintf(stderr,
                "sinergi: send %s/request.json to the parent's operator, who answers with the output of\n"
                "  sinergi node certify --dir PARENT request.json > admission.json\nthen: sinergi node admit "
                "--dir %s admission.json\n",
                self.dir, self.dir);
    free(whole);
    return EXIT_OK;
}

const command_t command_node_init = {
    "node init", "make the keys and files of a new node",
    "sinergi node init --dir DIR --name NAME --region CODE [OPTION]...\n"
    "sinergi node init --dir DIR --token TOKEN [OPTION]...\n\n"
    "  --name NAME        permanent name: a region and a number, 62.71-1\n"
    "  --region CODE      region it serves, with the whole subtree below it that no other node serves\n"
    "  --root             the first node of a tree: makes the root key and certifies itself\n"
    "  --drill INSTANT    an exercise with a clock of its own that begins at INSTANT; joins no node that is "
    "not a drill\n"
    "  --port N           first port (7600): relay N, registry N+1, scheduling N+2, reporting N+3, portal "
    "N+80\n"
    "  --listen ADDRESS   address to listen on (127.0.0.1; * for all)\n"
    "  --public ENDPOINT  where children reach the relay, tcp://HOST:PORT: needed with --listen '*' to "
    "invite any\n"
    "  --token TOKEN      a parent's token, which tells name and region; - reads it from standard input, or "
    "the name of a file. A token in the "
    "command line is seen by `ps`\n"
    "  --database URI     PostgreSQL to use; without it the node brings its own in DIR/pg\n\n"
    "Writes DIR/node.json, DIR/keys (mode 0600) and DIR/request.json for the parent. `deploy/node up` calls "
    "it.\n",
    s_run};

/* What an admission says is checked as any chain is, before a file is written. */
static int s_admit(int argc, char **argv)
{
    const char *dir = NULL, *endpoint = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {"parent", &endpoint, NULL}, {0}};
    int left = options_take(&command_node_admit, argc, argv, options);
    dir = node_folder(dir);
    if (left != 1)
        fatal("node admit: which admission? sinergi node admit --dir DIR admission.json");
    json_t *admission = json_read(argv[0]);
    admission_take(dir, admission, endpoint, NULL);
    printf("node admit: certified by %s; `deploy/node up %s` starts it\n",
           json_string_value(pointer_get(admission, "/parent/node")), dir);
    json_decref(admission);
    return EXIT_OK;
}

const command_t command_node_admit = {
    "node admit", "take the certificate that the parent gave",
    "sinergi node admit [--dir DIR] [--parent ENDPOINT] FILE\n\n"
    "FILE is the output of `sinergi node certify` at the parent. The chain of certificates is checked up to "
    "the root's key; then the parent's address, the\n"
    "chain and the tree's keys are written to DIR. --parent tells another address of the parent's relay: "
    "tcp://10.0.0.1:7600.\n",
    s_admit};
