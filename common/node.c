/* node - DIR/node.json: what this node is and where its parts lie */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "keys.h"
#include "log.h"
#include "node.h"
#include "settings.h"
#include "token.h"

static const struct {
    const char *daemon;
    int offset;
} ports[] = {{"relay", 0}, {"registry", 1}, {"scheduling", 2}, {"reporting", 3}, {"portal", 80}};

enum { SOCKET_PATH_MOST = 107 }; /* sun_path of Linux without its NUL */
#define LONGEST_IPC "/run/scheduling"
#define LONGEST_POSTGRES "/pg/socket/.s.PGSQL.5432.lock"

static void s_text(const json_t *object, const char *name, const char *path, char *ret_text, size_t size)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);
    if (!text || json_string_length(value) >= size || strlen(text) != json_string_length(value))
        fatal("%s: \"%s\" is missing, no text or too long", path, name);
    snprintf(ret_text, size, "%s", text);
}

static void s_name(const json_t *object, const char *name, const char *path, char ret_name[NODE_NAME_TEXT])
{
    s_text(object, name, path, ret_name, NODE_NAME_TEXT);
    if (!node_name_is(ret_name, strlen(ret_name)))
        fatal("%s: \"%s\" is no node's name, like 62.71-1", path, name);
}

static void s_region(const json_t *object, const char *path, char ret_region[REGION_TEXT])
{
    s_text(object, "region", path, ret_region, REGION_TEXT);
    if (!region_is(ret_region, strlen(ret_region)))
        fatal("%s: \"region\" is no region's code, like 62.71", path);
}

static void s_curve(const json_t *object, const char *name, const char *path, char ret_key[41])
{
    hash_t fingerprint;
    s_text(object, name, path, ret_key, 41);
    if (!curve_fingerprint(ret_key, &fingerprint))
        fatal("%s: \"%s\" is no CURVE key", path, name);
}

/* Exit if the object has a member that is not among `names`, ended by NULL: a name with a typing error would
 * otherwise be passed over in silence. */
static void s_known(json_t *object, const char *const *names, const char *path)
{
    const char *member;
    json_t *value;
    json_object_foreach(object, member, value)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], member) != 0)
            i++;
        if (!names[i])
            fatal("%s: \"%s\" is not known", path, member);
    }
}

static void s_parent(node_config_t *self, json_t *parent, const char *path)
{
    static const char *const names[] = {"node", "region", "endpoint", "curve", NULL};
    if (!parent || json_is_null(parent))
        return;
    if (!json_is_object(parent))
        fatal("%s: \"parent\" is neither null nor an object", path);
    s_known(parent, names, path);
    self->has_parent = true;
    s_name(parent, "node", path, self->parent_node);
    s_region(parent, path, self->parent_region);
    s_curve(parent, "curve", path, self->parent_curve);
    s_text(parent, "endpoint", path, self->parent_endpoint, sizeof self->parent_endpoint);
    if (strncmp(self->parent_endpoint, "tcp://", 6) != 0 && strncmp(self->parent_endpoint, "ipc://", 6) != 0)
        fatal("%s: the parent's \"endpoint\" is no tcp:// or ipc:// address", path);
}

static void s_database(node_config_t *self, const json_t *document, const char *path)
{
    s_text(document, "database", path, self->database, sizeof self->database);
    const char *longest = *self->database ? LONGEST_IPC : LONGEST_POSTGRES;
    if (strlen(self->dir) + strlen(longest) > SOCKET_PATH_MOST)
        fatal("%s: the folder's path has more than the %zu bytes that leave room for a socket", path,
              SOCKET_PATH_MOST - strlen(longest));
    if (*self->database)
        return;
    char quoted[2 * SOCKET_PATH_MOST + 1], *end = quoted;
    for (const char *at = self->dir; *at; at++) { /* as libpq reads a value in quotes */
        if (*at == '\'' || *at == '\\')
            *end++ = '\\';
        *end++ = *at;
    }
    *end = '\0';
    snprintf(self->database, sizeof self->database, "host='%s/pg/socket' dbname=sinergi", quoted);
}

static void s_read(node_config_t *self, json_t *document, const char *path)
{
    static const char *const names[] = {"name",   "region", "drill",     "parent", "database", "port",
                                        "listen", "server", "endpoints", "public", NULL};
    s_known(document, names, path);
    s_name(document, "name", path, self->name);
    s_region(document, path, self->region);
    s_curve(document, "server", path, self->server);
    s_text(document, "listen", path, self->listen, sizeof self->listen);
    if (!*self->listen)
        fatal("%s: \"listen\" is empty; it is an address, or * for all", path);
    if (json_object_get(document, "public")) {
        s_text(document, "public", path, self->public_endpoint, sizeof self->public_endpoint);
        if (!token_endpoint_is(self->public_endpoint))
            fatal("%s: \"public\" is no address of a relay, like tcp://62.example.id:7600", path);
    }
    s_database(self, document, path);
    const json_t *port = json_object_get(document, "port"), *drill = json_object_get(document, "drill"),
                 *endpoints = json_object_get(document, "endpoints");
    self->port = (long)json_integer_value(port);
    if (!json_is_integer(port) || json_integer_value(port) < 1 || json_integer_value(port) > 65000)
        fatal("%s: \"port\" is no port from 1 to 65000", path);
    if (!json_is_boolean(drill))
        fatal("%s: \"drill\" is missing, or neither true nor false", path);
    self->drill = json_is_true(drill);
    if (endpoints && !json_is_object(endpoints))
        fatal("%s: \"endpoints\" is no object", path);
    s_parent(self, json_object_get(document, "parent"), path);
}

node_config_t *node_config_of_folder(const char *dir)
{
    char whole[PATH_MAX], path[PATH_MAX + 16];
    json_error_t error;
    if (!dir || !*dir)
        fatal("which node? set SINERGI_DIR to the node's folder");
    errno = 0;
    if (!realpath(dir, whole) || strlen(whole) >= NODE_DIR_TEXT)
        fatal("%s is no folder of a node: %s", dir, errno ? strerror(errno) : "its path is too long");
    snprintf(path, sizeof path, "%s/node.json", whole);
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!document)
        fatal("%s cannot be read (%s): `sinergi node init` makes a node", path, error.text);
    if (!json_is_object(document))
        fatal("%s is no object", path);
    node_config_t *self = calloc(1, sizeof *self);
    CHECK(self);
    memcpy(self->dir, whole, strlen(whole) + 1);
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

bool node_config_public_endpoint(const node_config_t *self, char ret_endpoint[NODE_ENDPOINT_TEXT])
{
    if (!*self->public_endpoint && strcmp(self->listen, "*") == 0)
        return false;
    if (*self->public_endpoint)
        snprintf(ret_endpoint, NODE_ENDPOINT_TEXT, "%s", self->public_endpoint);
    else
        node_config_tcp_endpoint(self, "relay", ret_endpoint, NODE_ENDPOINT_TEXT);
    return true;
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
