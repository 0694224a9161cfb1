/* node - DIR/node.json: what this node is and where its parts lie */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "node.h"
#include "settings.h"

static const struct {
    const char *daemon;
    int offset;
} ports[] = {{"relay", 0}, {"registry", 1}, {"scheduling", 2}, {"reporting", 3}, {"portal", 80}};

static void s_text(const json_t *object, const char *name, const char *path, char *ret_text, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text || strlen(text) >= size)
        fatal("%s: \"%s\" is missing, no text or too long", path, name);
    snprintf(ret_text, size, "%s", text);
}

static void s_read(node_config_t *self, const json_t *document, const char *path)
{
    s_text(document, "name", path, self->name, sizeof self->name);
    s_text(document, "region", path, self->region, sizeof self->region);
    s_text(document, "server", path, self->server, sizeof self->server);
    s_text(document, "listen", path, self->listen, sizeof self->listen);
    s_text(document, "database", path, self->database, sizeof self->database);
    if (!*self->database &&
        snprintf(self->database, sizeof self->database, "host=%s/pg/socket dbname=sinergi", self->dir) >=
            (int)sizeof self->database)
        fatal("%s: the folder's path is too long", path);
    self->port = (long)json_integer_value(json_object_get(document, "port"));
    if (self->port < 1 || self->port > 65000)
        fatal("%s: \"port\" is no port between 1 and 65000", path);
    self->drill = json_is_true(json_object_get(document, "drill"));
    const json_t *parent = json_object_get(document, "parent");
    self->has_parent = json_is_object(parent);
    if (!self->has_parent)
        return;
    s_text(parent, "node", path, self->parent_node, sizeof self->parent_node);
    s_text(parent, "region", path, self->parent_region, sizeof self->parent_region);
    s_text(parent, "endpoint", path, self->parent_endpoint, sizeof self->parent_endpoint);
    s_text(parent, "curve", path, self->parent_curve, sizeof self->parent_curve);
}

node_config_t *node_config_of_folder(const char *dir)
{
    char path[NODE_DIR_TEXT + 16];
    json_error_t error;
    if (!dir || !*dir)
        fatal("which node? set SINERGI_DIR to the node's folder");
    snprintf(path, sizeof path, "%s/node.json", dir);
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!document)
        fatal("%s cannot be read (%s): `sinergi node init` makes a node", path, error.text);
    node_config_t *self = calloc(1, sizeof *self);
    if (!self)
        fatal("out of memory");
    snprintf(self->dir, sizeof self->dir, "%s", dir);
    s_read(self, document, path);
    json_decref(document);
    return self;
}

void node_config_destroy(node_config_t **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

void node_config_conninfo(const node_config_t *self, const char *role, char *ret_conninfo, size_t size)
{
    bool uri =
        strncmp(self->database, "postgres://", 11) == 0 || strncmp(self->database, "postgresql://", 13) == 0;
    if (uri)
        snprintf(ret_conninfo, size, "%s%suser=%s", self->database, strchr(self->database, '?') ? "&" : "?",
                 role);
    else
        snprintf(ret_conninfo, size, "%s user=%s", self->database, role);
}

long node_config_port(const node_config_t *self, const char *daemon, int number)
{
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        if (strcmp(ports[i].daemon, daemon) == 0)
            return self->port + ports[i].offset + 10L * number;
    return 0;
}

void node_config_tcp_endpoint(const node_config_t *self, const char *daemon, char *ret_endpoint, size_t size)
{
    const char *host = strcmp(self->listen, "*") == 0 ? "127.0.0.1" : self->listen;
    snprintf(ret_endpoint, size, "tcp://%s:%ld", host, node_config_port(self, daemon, 0));
}

void node_config_ipc_endpoint(const node_config_t *self, const char *daemon, char *ret_endpoint, size_t size)
{
    snprintf(ret_endpoint, size, "ipc://%s/run/%s", self->dir, daemon);
}

void node_config_client_endpoint(const node_config_t *self, const char *daemon, char *ret_endpoint,
                                 size_t size)
{
    char path[NODE_DIR_TEXT + 64];
    snprintf(path, sizeof path, "%s/run/%s", self->dir, daemon);
    if (access(path, W_OK) == 0)
        node_config_ipc_endpoint(self, daemon, ret_endpoint, size);
    else
        node_config_tcp_endpoint(self, daemon, ret_endpoint, size);
}

const char *share_folder(void)
{
    static char folder[1024];
    char program[900], *slash;
    const char *set = settings_get("SINERGI_SHARE");
    if (set)
        return set;
    if (*folder)
        return folder;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        program[length] = '\0';
        if ((slash = strrchr(program, '/')) != NULL)
            *slash = '\0';
        snprintf(folder, sizeof folder, "%s/../share/sinergi", program);
        if (access(folder, R_OK) == 0)
            return folder;
    }
    snprintf(folder, sizeof folder, "%s", SINERGI_SOURCE_SHARE);
    return folder;
}
