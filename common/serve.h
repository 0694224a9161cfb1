/* serve - a daemon, but for what is its own: main() gives a table of routes and serve() does the rest
 *
 *   static const route_t routes[] = {
 *       {"activity_propose"},
 *       {"calendar_import", .flags = ROUTE_ALONE, .reason = "takes seconds, nobody else may wait for it"},
 *       {0}};
 *   static const service_t service = {.name = "scheduling", .manual = manual, .routes = routes};
 *   int main(int argc, char **argv) { return serve(&service, argc, argv); }
 *
 * Start: settings, node.json and keys, contract (the pieces must match), database, statements, directory,
 * sockets, "ready". Then one thread and one loop: requests are drained, checked and run as one transaction
 * with one commit for all of them; the replies leave after it. SIGTERM: the batch in hand is finished, then
 * the process ends.
 */
#ifndef SERVE_H
#define SERVE_H

#include <czmq.h>
#include <stdbool.h>

#include "call.h"
#include "contract.h"
#include "directory.h"
#include "keys.h"
#include "node.h"
#include "settings.h"

typedef struct serve serve_t;

enum {
    ROUTE_ALONE = 1, /* a transaction of its own, with no other message */
    /* Its statement takes arrays ($1 jsonb[], $2 text[], $3 jsonb[]) and gives rows (place bigint from 1, outcome jsonb); a place without a row is
       missing. Requests that follow one another are one call and do not see each other's changes: what two of them must not do together a constraint forbids.
       When it does, each runs by itself, and so does one that is refused: it might not be if it saw those before it. */
    ROUTE_MANY = 2
};

/* ST_OK, or a refusal whose problem is in the call (call_refuse). */
typedef status_t route_hook_fn(serve_t *serve, call_t *call);

typedef struct route {
    const char *stem;
    unsigned flags;
    const char *reason; /* with ROUTE_ALONE: why */
    route_hook_fn
        *before; /* no database: adds to the context (call->added) what SQL cannot make; may refuse */
    route_hook_fn
        *after; /* shapes the data of a reply that is ok (call->data), no more; must not fail but by a bug */
} route_t;

typedef struct {
    const char *name;          /* folder of services/ and proto/, role and schema of the database: registry */
    const char *manual;        /* what --help prints before the settings */
    const route_t *routes;     /* ended by a NULL stem */
    const setting_t *settings; /* own ones, ended by a NULL name; may be NULL */
    bool accept_nodes;         /* CURVE keys of other nodes are let in too (the relay) */

    /* All below may be NULL. `start`: everything is loaded, sockets are bound right after it. */
    void (*start)(serve_t *serve);
    /* A message of two or more frames after the empty one; PING too is its own to answer. `key`: CURVE key of the sender, Z85. All are
       borrowed; the routing id counts for serve_send as long as the connection lives. */
    void (*frames)(serve_t *serve, const char *key, zframe_t *identity, zmsg_t *rest);
    /* A message of one empty frame: look at the database now. */
    void (*nudge)(serve_t *serve);
    /* What the service knows of a CURVE key that asks to be let in: 1 let it in, -1 refuse it (with the sentence), 0 the directory decides. */
    int (*key)(serve_t *serve, const char *key, problem_t *ret_problem);
    /* The loop has ended; connections are still open. */
    void (*stop)(serve_t *serve);
    /* The directory was loaded again (nodes, principals or regions changed). */
    void (*directory_changed)(serve_t *serve);
} service_t;

/* Run the daemon. Gives the process's exit code. */
int serve(const service_t *service, int argc, char **argv);

/* What a service may use, from `start` on; all borrowed. */
zloop_t *serve_loop(serve_t *self);
const contracts_t *serve_contracts(const serve_t *self);
directory_t *serve_directory(serve_t *self);
const node_config_t *serve_node(const serve_t *self);
const char *serve_share(const serve_t *self);      /* folder that holds proto/, common/sql and services/ */
const char *serve_conninfo(const serve_t *self);   /* of the daemon's database role */
const curve_key_t *serve_key(const serve_t *self); /* the node's CURVE key */
zcert_t *serve_cert(const serve_t *self);          /* the same, for a client's socket */
db_t *serve_db(
    serve_t *self); /* connection of commands: only whole groups ended by db_sync, never while a batch runs */
int serve_process(const serve_t *self); /* SINERGI_PROCESS */
void *serve_own(const serve_t *self);   /* what the service keeps */
void serve_own_set(serve_t *self, void *own);

/* Send [identity][""][frames of rest] from the daemon's ROUTER; *message_p is taken. A peer that is gone or
   does not read any more is passed over silently (false). */
bool serve_send(serve_t *self, zframe_t *identity, zmsg_t **message_p);

/* What a PING is answered with: {clock, daemon, release, ready}. A service without `frames` has it answered by itself. The caller frees. */
char *serve_pong(const serve_t *self);

/* What the daemon holds of keys or files has changed: it finishes as after SIGTERM and begins anew as the same process. DIR/keys/curve.json it watches
   itself. */
void serve_restart(serve_t *self);

/* A refusal that belongs to no request of proto/ (a handshake): a row of journal.refusal with the next
   transaction, counted together per key, type and code within an hour. `key` is a CURVE key, Z85; `type` the
   word. */
void serve_refused(serve_t *self, const char *key, const char *type, const problem_t *problem);

#endif
