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
 *     SINERGI_CHECKPOINT_SECONDS  how often the newest seal is told when something has changed; daily it is told anyway
 *     SINERGI_WITNESS_SECONDS     how long something may be missing, while its link is up, before it is an alarm
 *
 * FILES
 *     DIR/state/head    epoch, last leaf and last seal: a database that is behind it begins a new epoch
 *     DIR/certificates  this node's own chain
 */
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "chain.h"
#include "check.h"
#include "enrol.h"
#include "limit.h"
#include "link_note.h"
#include "log.h"
#include "numbering.h"
#include "opening.h"
#include "peer.h"
#include "renewal.h"
#include "rotation.h"
#include "sink.h"
#include "status_view.h"
#include "seal_check.h"
#include "told.h"
#include "tree.h"
#include "uplink.h"
#include "witness.h"

#define POLL_MS 250 /* makes up for a lost nudge */
#define TICK_MS 100

static const char manual[] = "relay - carries: numbers and seals the node's journal, serves it to daemons, "
                             "parent and children, follows theirs\n";

static const setting_t settings[] = {
    {"SINERGI_LINK_KBPS", "0", "what a link to another node may carry, in KB/s; 0: as much as it can"},
    {"SINERGI_LINK_TIMEOUT", "30", "seconds without a word after which a link is made anew"},
    {"SINERGI_CHECKPOINT_SECONDS", "900", "how often the newest seal is told when something has changed"},
    {"SINERGI_WITNESS_SECONDS", "3600",
     "how long something may be missing, while its link is up, before it is an alarm"},
    {0},
};

void relay_prepare(const relay_t *relay, db_t *db, const char *name, const char *types)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/services/relay/statements/%s.sql", relay->share, name);
    char *sql = chain_file(path);
    db_prepare(db, name, sql, types);
    free(sql);
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
    relay->told = told_new();
    keys_wipe(&tree, sizeof tree);
    chain_of_folder(relay);
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
    relay_t *relay = argument;
    peers_tick(relay->peers);
    renewal_tick(relay->renewal);
    rotation_tick(relay->rotation);
    witness_tick(relay->witness);
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
    link_note_prepare(relay);
    seal_check_prepare(relay);
    renewal_prepare(relay);
    rotation_prepare(relay);
    witness_prepare(relay);
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
    relay->checkpoint_seconds = settings_number("SINERGI_CHECKPOINT_SECONDS", 1, WITNESS_DAY_SECONDS);
    relay->witness_seconds = settings_number("SINERGI_WITNESS_SECONDS", 1, 7 * WITNESS_DAY_SECONDS);
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
    relay->enrol = enrol_new(relay);
    relay->renewal = renewal_new(relay);
    relay->rotation = rotation_new(relay);
    relay->witness = witness_new(relay);
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
    if (!enrol_receive(relay->enrol, identity, key, rest))
        peers_receive(relay->peers, NULL, identity, key, rest);
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
    enrol_destroy(&relay->enrol);
    rotation_destroy(&relay->rotation);
    renewal_destroy(&relay->renewal);
    db_destroy(&relay->db);
    db_destroy(&relay->reader);
    witness_destroy(&relay->witness);
    peers_destroy(&relay->peers);
    backlog_destroy(&relay->backlog);
    numbering_destroy(&relay->numbering);
    opening_destroy(&relay->opening);
    window_destroy(&relay->window);
    sealing_destroy(&relay->sealing);
    batch_reader_destroy(&relay->unpacker);
    batch_writer_destroy(&relay->writer);
    told_destroy(&relay->told);
    certificates_destroy(&relay->certificates);
    keys_wipe(&relay->signing, sizeof relay->signing);
    free(relay);
}

static int s_key(serve_t *serve, const char *key, problem_t *ret_problem)
{
    return told_key(serve_own(serve), key, ret_problem);
}

static const route_t routes[] = {{"node_seal"}, {"relay_status", .after = status_view}, {0}};

static const service_t service = {.name = "relay",
                                  .manual = manual,
                                  .routes = routes,
                                  .settings = settings,
                                  .accept_nodes = true,
                                  .start = s_start,
                                  .frames = s_frames,
                                  .nudge = s_nudge,
                                  .key = s_key,
                                  .stop = s_stop};

int main(int argc, char **argv)
{
    zsys_set_io_threads(UPLINK_IO_THREADS);
    return serve(&service, argc, argv);
}
