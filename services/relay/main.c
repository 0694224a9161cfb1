/* relay - carries: numbers and seals the node's journal, serves it to daemons, parent and children, follows theirs
 *
 * SYNOPSIS
 *     relay [--help]
 *
 * DESCRIPTION
 *     One per node; a second one waits until the first has ended. After a nudge (an empty frame) it gives the new events of journal.event their
 *     leaves, seals them and commits; then each follower is sent what its filter or the events' routes give it. It connects to the parent that
 *     node.json names and follows it as the parent follows this node. Every event of another node is checked - path, seal, chain to the root, region -
 *     before it is stored. README.md beside this file says what a power cut leaves behind in each state of an event.
 *
 * SETTINGS
 *     SINERGI_LINK_KBPS     what a link to another node may carry, in KB/s; 0: as much as it can
 *     SINERGI_LINK_TIMEOUT  seconds without a word after which a link is made anew
 *
 * FILES
 *     DIR/state/head    epoch, last leaf and last seal: a database that is behind it begins a new epoch
 *     DIR/certificates  this node's own chain
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "check.h"
#include "limit.h"
#include "log.h"
#include "numbering.h"
#include "opening.h"
#include "peer.h"
#include "sink.h"
#include "status_view.h"
#include "scan.h"
#include "tree.h"
#include "uplink.h"

#define POLL_MS 250 /* makes up for a lost nudge */
#define TICK_MS 100

static const char manual[] = "relay - carries: numbers and seals the node's journal, serves it to daemons, "
                             "parent and children, follows theirs\n";

static const setting_t settings[] = {
    {"SINERGI_LINK_KBPS", "0", "what a link to another node may carry, in KB/s; 0: as much as it can"},
    {"SINERGI_LINK_TIMEOUT", "30", "seconds without a word after which a link is made anew"},
    {0},
};

static char *s_read(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fatal("cannot read %s: is SINERGI_SHARE the folder of this release?", path);
    char *text = calloc(1, 65536);
    CHECK(text);
    size_t length = fread(text, 1, 65535, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

void relay_prepare(const relay_t *relay, db_t *db, const char *name, const char *types)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/services/relay/statements/%s.sql", relay->share, name);
    char *sql = s_read(path);
    db_prepare(db, name, sql, types);
    free(sql);
}

static int s_by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* Certificate items, as they stand in a batch. */
static status_t s_certificates(relay_t *relay, const char *text, problem_t *problem)
{
    scan_t scan = {text, text + strlen(text)};
    while (scan.at < scan.end) {
        signature_t signature;
        int64_t length;
        if (!scan_literal(&scan, "certificate ") || !scan_hex(&scan, ' ', SIGNATURE_BYTES, signature.bytes) ||
            !scan_number(&scan, '\n', &length) || length > scan.end - scan.at)
            return problem_set(problem, ST_INVALID, "certificate.form", "", "this is no certificate item");
        status_t status = certificates_add(relay->certificates, scan.at, (size_t)length, &signature, problem);
        if (status != ST_OK)
            return status;
        scan.at += length;
    }
    return ST_OK;
}

/* DIR/certificates/NAME.txt, root-most first: each holds certificate items. */
static void s_load_chain(relay_t *relay)
{
    char folder[1024], path[2048];
    struct dirent **files;
    snprintf(folder, sizeof folder, "%s/certificates", relay->dir);
    int count = scandir(folder, &files, NULL, s_by_name);
    if (count < 0)
        fatal("cannot read %s: enrol this node first", folder);
    for (int i = 0; i < count; i++) {
        const char *name = files[i]->d_name, *ending = strrchr(name, '.');
        if (ending && strcmp(ending, ".txt") == 0) {
            problem_t problem;
            snprintf(path, sizeof path, "%s/%s", folder, name);
            char *text = s_read(path);
            if (s_certificates(relay, text, &problem) != ST_OK)
                fatal("%s: %s", path, problem.why);
            free(text);
        }
        free(files[i]);
    }
    free(files);
    hash_t fingerprint = signing_fingerprint(relay->signing.public_key);
    if (!certificates_find(relay->certificates, relay->node, &fingerprint, NULL))
        fatal("%s holds no certificate of node %s with the key in keys/signing.json: enrol this node first",
              folder, relay->node);
}

static void s_load_keys(relay_t *relay)
{
    char path[1024];
    problem_t problem;
    tree_t tree;
    snprintf(path, sizeof path, "%s/keys/signing.json", relay->dir);
    if (signing_key_load(path, &relay->signing, &problem) != ST_OK)
        fatal("%s", problem.why);
    snprintf(path, sizeof path, "%s/tree.json", relay->dir);
    if (tree_load(path, &tree, &problem) != ST_OK)
        fatal("%s", problem.why);
    if (tree.drill != relay->drill)
        fatal("%s and node.json do not agree whether this is a drill", path);
    relay->certificates = certificates_new(tree.root, tree.drill);
    keys_wipe(&tree, sizeof tree);
    s_load_chain(relay);
}

static void s_db_state(void *argument, bool ready)
{
    relay_t *relay = argument;
    if (ready) {
        opening_begin(relay->opening);
        return;
    }
    opening_lost(relay->opening);
    numbering_lost(relay->numbering);
    peers_lost(relay->peers);
}

static void s_reader_state(void *argument, bool ready)
{
    relay_t *relay = argument;
    if (!ready) {
        backlog_lost(relay->backlog);
        return;
    }
    backlog_ready(relay->backlog);
    peers_ready(relay->peers);
}

static int s_poll(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    numbering_nudge(((relay_t *)argument)->numbering);
    return 0;
}

static int s_tick(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    peers_tick(((relay_t *)argument)->peers);
    return 0;
}

/* Plans must not flip to reading whole tables while statistics are young: every statement of this daemon goes by an index. */
static void s_options(db_t *db)
{
    db_option(db, "enable_seqscan", "off");
    db_option(db, "enable_hashjoin", "off");
    db_option(db, "enable_mergejoin", "off");
    db_option(db, "plan_cache_mode", "force_generic_plan");
    db_option(db, "jit", "off");
}

static void s_open_databases(relay_t *relay, const char *conninfo)
{
    relay->db = db_new(relay->loop, conninfo, "relay numbering");
    relay->reader = db_new(relay->loop, conninfo, "relay reading");
    s_options(relay->db);
    s_options(relay->reader);
    opening_prepare(relay->opening);
    numbering_prepare(relay->numbering);
    backlog_prepare(relay->backlog);
    sink_prepare(relay);
    peers_prepare(relay);
    db_start(relay->db, s_db_state, relay);
    db_start(relay->reader, s_reader_state, relay);
}

static void s_start(serve_t *serve)
{
    const node_config_t *node = serve_node(serve);
    relay_t *relay = calloc(1, sizeof *relay);
    CHECK(relay);
    relay->serve = serve;
    relay->loop = serve_loop(serve);
    relay->dir = node->dir;
    relay->share = serve_share(serve);
    relay->drill = node->drill;
    snprintf(relay->node, sizeof relay->node, "%s", node->name);
    snprintf(relay->region, sizeof relay->region, "%s", node->region);
    snprintf(relay->parent, sizeof relay->parent, "%s", node->has_parent ? node->parent_node : "");
    snprintf(relay->key, sizeof relay->key, "%s", serve_key(serve)->public_key);
    relay->link_kbps = settings_number("SINERGI_LINK_KBPS", 0, 1000000);
    relay->link_timeout = 1000 * settings_number("SINERGI_LINK_TIMEOUT", 2, 3600);
    relay->contracts = serve_contracts(serve);
    relay->directory = serve_directory(serve);
    s_load_keys(relay);
    relay->writer = batch_writer_new();
    relay->unpacker = batch_reader_new();
    relay->sealing = sealing_new(relay->node, relay->drill, &relay->signing);
    relay->window = window_new(0, LIMIT_WINDOW_BYTES);
    relay->opening = opening_new(relay);
    relay->numbering = numbering_new(relay);
    relay->backlog = backlog_new(relay);
    relay->peers = peers_new(relay);
    s_open_databases(relay, serve_conninfo(serve));
    if (node->has_parent)
        relay->uplink = uplink_new(relay, node->parent_endpoint, node->parent_curve, serve_cert(serve));
    zloop_timer(relay->loop, POLL_MS, 0, s_poll, relay);
    zloop_timer(relay->loop, TICK_MS, 0, s_tick, relay);
    serve_own_set(serve, relay);
}

static void s_frames(serve_t *serve, const char *key, zframe_t *identity, zmsg_t *rest)
{
    relay_t *relay = serve_own(serve);
    zmsg_pushmem(rest, "", 0);
    peers_receive(relay->peers, identity, key, rest);
}

static void s_nudge(serve_t *serve)
{
    numbering_nudge(((relay_t *)serve_own(serve))->numbering);
}

static void s_stop(serve_t *serve)
{
    relay_t *relay = serve_own(serve);
    numbering_lost(relay->numbering);
    opening_lost(relay->opening);
    uplink_destroy(&relay->uplink);
    db_destroy(&relay->db);
    db_destroy(&relay->reader);
    peers_destroy(&relay->peers);
    backlog_destroy(&relay->backlog);
    numbering_destroy(&relay->numbering);
    opening_destroy(&relay->opening);
    window_destroy(&relay->window);
    sealing_destroy(&relay->sealing);
    batch_reader_destroy(&relay->unpacker);
    batch_writer_destroy(&relay->writer);
    certificates_destroy(&relay->certificates);
    keys_wipe(&relay->signing, sizeof relay->signing);
    free(relay);
}

static const route_t routes[] = {{"relay_status", .after = status_view}, {0}};

static const service_t service = {.name = "relay",
                                  .manual = manual,
                                  .routes = routes,
                                  .settings = settings,
                                  .accept_nodes = true,
                                  .start = s_start,
                                  .frames = s_frames,
                                  .nudge = s_nudge,
                                  .stop = s_stop};

int main(int argc, char **argv)
{
    return serve(&service, argc, argv);
}
