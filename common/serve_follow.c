/* serve_follow - the daemon's follower: begun with the daemon, told which regions the node speaks for and serves; and what a service may use */
#include <signal.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "json_pool.h"
#include "log.h"
#include "serve_private.h"

static const char *s_node_region(void *argument, const char *node)
{
    const node_t *found = directory_node(((serve_t *)argument)->directory, node);
    return found ? found->regions[0] : NULL;
}

static bool s_current(void *argument, int64_t version)
{
    serve_t *self = argument;
    if (version <= directory_version(self->directory))
        return true;
    serve_reload(self);
    return false;
}

static bool s_speaks(void *argument, const char *node, const char *region, int64_t time)
{
    return directory_speaks(((serve_t *)argument)->directory, node, region, time);
}

static void s_on_rebuilt(void *argument)
{
    serve_t *self = argument;
    log_info("rebuilt", "service", self->service->name, NULL);
    raise(SIGTERM);
}

void serve_follow_regions(serve_t *self)
{
    if (!self->follow)
        return;
    const node_t *own = directory_node(self->directory, self->node->name);
    json_t *regions = json_array(), *served = json_array();
    for (char **region = own->regions; *region; region++)
        json_array_append_new(regions, json_string(*region));
    const char *code = NULL;
    while ((code = directory_region_next(self->directory, code)) != NULL) {
        const node_t *server = directory_server(self->directory, code);
        if (server && strcmp(server->node, self->node->name) == 0)
            json_array_append_new(served, json_string(code));
    }
    follow_regions(self->follow, regions, served);
    json_decref(regions);
    json_decref(served);
}

void serve_follow_start(serve_t *self)
{
    static char endpoint[NODE_DIR_TEXT + 96];
    if (strcmp(self->service->name, "relay") == 0)
        return;
    node_config_ipc_endpoint(self->node, "relay", endpoint, sizeof endpoint);
    follow_config_t config = {
        .loop = self->loop,
        .service = self->service->name,
        .share = self->share,
        .conninfo = self->conninfo,
        .node = self->node->name,
        .region = self->node->region,
        .release = SINERGI_VERSION,
        .drill = self->node->drill,
        .rebuild = self->rebuild,
        .contracts = self->contracts,
        .endpoint = endpoint,
        .cert = self->cert,
        .node_region = s_node_region,
        .current = s_current,
        .speaks = s_speaks,
        .rebuilt = s_on_rebuilt,
        .argument = self,
    };
    self->follow = follow_new(&config);
    if (!follow_wanted(self->follow)) {
        follow_destroy(&self->follow);
        return;
    }
    serve_follow_regions(self);
    follow_start(self->follow);
}

zloop_t *serve_loop(serve_t *self)
{
    return self->loop;
}

const contracts_t *serve_contracts(const serve_t *self)
{
    return self->contracts;
}

directory_t *serve_directory(serve_t *self)
{
    return self->directory;
}

const node_config_t *serve_node(const serve_t *self)
{
    return self->node;
}

const char *serve_share(const serve_t *self)
{
    return self->share;
}

const char *serve_conninfo(const serve_t *self)
{
    return self->conninfo;
}

const curve_key_t *serve_key(const serve_t *self)
{
    return &self->key;
}

zcert_t *serve_cert(const serve_t *self)
{
    return self->cert;
}

db_t *serve_db(serve_t *self)
{
    return self->db;
}

int serve_process(const serve_t *self)
{
    return self->process;
}

const vault_t *serve_vault(const serve_t *self)
{
    return self->vault;
}

status_t serve_vault_load(serve_t *self, problem_t *ret_problem)
{
    char path[NODE_DIR_TEXT + 64];
    vault_t *vault;
    snprintf(path, sizeof path, "%s/keys/personal.json", self->node->dir);
    status_t status = vault_load(path, &vault, ret_problem);
    if (status != ST_OK)
        return status;
    vault_destroy(&self->vault);
    self->vault = vault;
    return ST_OK;
}

const tree_t *serve_tree(const serve_t *self)
{
    return &self->tree;
}

const digest_key_t *serve_digest_key(const serve_t *self)
{
    return &self->digest_key;
}

void *serve_own(const serve_t *self)
{
    return self->own;
}

void serve_own_set(serve_t *self, void *own)
{
    self->own = own;
}

bool serve_send(serve_t *self, zframe_t *identity, zmsg_t **message_p)
{
    return gate_send(self->gate, identity, message_p);
}

char *serve_pong(const serve_t *self)
{
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    bool ready = self->started && db_ready(self->db) && db_ready(self->reader);
    json_t *pong = json_pack("{s:s, s:s, s:s, s:b}", "clock", now, "daemon", self->service->name, "release",
                             SINERGI_VERSION, "ready", ready);
    char *text = json_text(pong, JSON_COMPACT);
    CHECK(text);
    json_decref(pong);
    return text;
}

void serve_refused(serve_t *self, const char *key, const char *type, const problem_t *problem)
{
    refusals_note(self->refusals, key, type, problem);
}
