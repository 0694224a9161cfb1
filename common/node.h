/* node - DIR/node.json: what this node is and where its parts lie
 *
 * The file's "endpoints" are for other programs; our own take them from "port" and "listen".
 *
 *   node_config_t *node = node_config_of_folder(settings_get("SINERGI_DIR"));
 */
#ifndef NODE_H
#define NODE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "region.h"

#define NODE_DIR_TEXT 512
#define NODE_ENDPOINT_TEXT 272

typedef struct {
    char dir[NODE_DIR_TEXT];   /* absolute */
    char name[NODE_NAME_TEXT]; /* 62.71-1 */
    char region[REGION_TEXT];  /* 62.71 */
    bool drill;
    char database[512]; /* conninfo without a user, of the embedded PostgreSQL if none is named */
    char listen[64];    /* 127.0.0.1, or * */
    char public_endpoint
        [NODE_ENDPOINT_TEXT]; /* where other nodes reach the relay, as the operator says; "" if he does not */
    long port;                /* the relay's; the others follow */
    char server[41];          /* CURVE public key of all its daemons */
    bool has_parent;
    char parent_node[NODE_NAME_TEXT];
    char parent_region[REGION_TEXT];
    char parent_endpoint[256];
    char parent_curve[41];
} node_config_t;

/* Read DIR/node.json; exits with one sentence that names the file and the place if it is missing, lacks a
 * member, has one that is unknown or of the wrong form, or if DIR is too long for the path of a unix socket.
 * The caller destroys. */
node_config_t *node_config_of_folder(const char *dir);
void node_config_destroy(node_config_t **self_p);

/* Conninfo for a database role; size 1,024 holds any. */
void node_config_conninfo(const node_config_t *self, const char *role, char *ret_conninfo, size_t size);

/* Port of process `number` (0 is the first) of a daemon; 0 if there is no such daemon. */
long node_config_port(const node_config_t *self, const char *daemon, int number);

/* Where a daemon is reached: tcp, ipc, and the better of both for a client on this machine. */
void node_config_tcp_endpoint(const node_config_t *self, const char *daemon, char *ret_endpoint, size_t size);
void node_config_ipc_endpoint(const node_config_t *self, const char *daemon, char *ret_endpoint, size_t size);
void node_config_client_endpoint(const node_config_t *self, const char *daemon, char *ret_endpoint,
                                 size_t size);

/* Where other nodes reach the relay: "public" of node.json, else the address it listens at. False if neither tells: it listens at all
 * addresses. */
bool node_config_public_endpoint(const node_config_t *self, char ret_endpoint[NODE_ENDPOINT_TEXT]);

/* The folder that holds proto/, common/sql and services: SINERGI_SHARE, ../share/sinergi beside the program,
 * or the source. Borrowed. */
const char *share_folder(void);

#endif
