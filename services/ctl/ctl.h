/* ctl - what the files of the program `sinergi` share */
#ifndef CTL_H
#define CTL_H

#include <czmq.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <stdbool.h>

#include "status.h"

/* Exit codes: scripts rely on them. 0 ok; 1 the program's own trouble (usage, files, nobody answers); then
 * the statuses of a reply. */
enum {
    EXIT_OK = 0,
    EXIT_TROUBLE = 1,
    EXIT_INVALID = 2,
    EXIT_DENIED = 3,
    EXIT_MISSING = 4,
    EXIT_CONFLICT = 5,
    EXIT_RETRY = 6,
    EXIT_BROKEN = 7
};

/* A command of `sinergi`: its words, one line, its page of help, and what it does with the arguments after
 * its words. */
typedef struct {
    const char *name; /* "send", "node init" */
    const char *line;
    const char *help;
    int (*run)(int argc, char **argv);
} command_t;

extern const command_t command_archive, command_call, command_clock_set, command_key_rotate_personal,
    command_migrate, command_node_admit, command_node_announce, command_node_certify, command_node_enrol,
    command_node_init, command_node_invitations, command_node_invite, command_node_renew, command_node_revoke,
    command_node_rotate, command_node_wait, command_node_withdraw, command_principal_new,
    command_principal_rotate, command_prove, command_rights, command_schema, command_send, command_status,
    command_tail, command_verify, command_whoami;

/* An option that takes a value (or none) into *ret; ended by a NULL name. */
typedef struct {
    const char *name;   /* "dir" for --dir VALUE */
    const char **value; /* where the value goes, or NULL */
    bool *flag;         /* for an option without a value */
} option_t;

/* Take options out of argv; what is left is moved to the front and counted. Exits with a sentence on an
   unknown option or a missing value.
   --help prints the command's page and exits 0. */
int options_take(const command_t *command, int argc, char **argv, const option_t *options);

/* The node's folder: --dir, else SINERGI_DIR; exits with a sentence if there is neither or it holds no
 * node.json. Sets SINERGI_DIR. */
const char *node_folder(const char *option);

/* A whole number from an argument or a column; exits with a sentence naming it if it is none. */
int64_t number_of(const char *name, const char *text);

/* Connect to the node's database as `role`; exits with PostgreSQL's sentence if that fails. */
PGconn *database_open(const char *role);

/* Read a whole file, "-" for standard input; exits with a sentence. The caller frees. */
char *file_read(const char *path, size_t *ret_length);

/* Parse a JSON document or exit with a sentence naming file and line. New reference. */
json_t *json_read(const char *path);

/* Print JSON for people and programs: indented on a terminal, one line otherwise. */
void json_print(const json_t *value);

/* What --memory keeps: a JSON object, empty if there is no file yet (new reference); and keep a value in it under the file's name without folder and ending. */
json_t *memory_read(const char *path);
void memory_keep(const char *path, const char *file, json_t *value);

/* One client connection to a daemon of a node (client.c). */
typedef struct client client_t;

/* `daemon` of the node in `dir`, speaking with principal `name` (NULL or "node": the node's own key). */
client_t *client_new(const char *dir, const char *daemon, const char *name);
void client_destroy(client_t **self_p);

/* Send a request (id and specversion already in it) and wait for the reply, sending again over a new socket
   while there is none, at most `seconds`. New reference, or NULL with a sentence in ret_why (nobody answers,
   or the key was refused at the handshake). */
json_t *client_request(client_t *self, const json_t *request, int seconds, char *ret_why, size_t size);

/* For those who speak more than requests: open the socket (anew), use it, and take one message after its
   empty frame (NULL if none comes in time; exits with a sentence if the key is refused). */
void client_open(client_t *self);
zsock_t *client_socket(client_t *self);
zmsg_t *client_receive(client_t *self, int milliseconds);

/* Is the daemon there and ready? Asks PING once, waits at most `milliseconds`. On success *ret_pong (if not
 * NULL) is a new reference. */
bool client_ping(client_t *self, int milliseconds, json_t **ret_pong);

/* What the relay says of itself, its journal and its links: a new reference, NULL if it does not answer. */
json_t *relay_status_of(const char *dir);

/* A request of this type with a fresh id by the node's clock; steals `data`. New reference. */
json_t *request_new(const char *type, const char *region, json_t *data);

/* One request by the node's own key: the reply's data (new reference), or the program ends with the refusal's sentence and exit code. Steals `body`; `id` may
   be NULL. */
json_t *ask(const char *dir, const char *daemon, const char *stem, json_t *body, const char *id);

/* The same by principal `name`. */
json_t *ask_as(const char *dir, const char *name, const char *daemon, const char *stem, json_t *body,
               const char *id);

/* Exit code of a reply's status. */
int reply_exit_code(const json_t *reply);

#endif
