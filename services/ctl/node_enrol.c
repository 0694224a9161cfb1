/* node_enrol - a new node enrols with a token: `sinergi node enrol`, and waits for what its parent has for it: `sinergi node wait` */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "admission.h"
#include "clock.h"
#include "ctl.h"
#include "link.h"
#include "log.h"

enum {
    ENROL_SECONDS = 60,
    WAIT_SECONDS = 300,
    ATTEMPT_MS = 20000,
    PAUSE_MS = 500,
    LOOK_MS = 200,
    FOLLOWERS = 3
};

typedef struct {
    const token_t *token;
    const node_config_t *node;
    char key[CURVE_TEXT]; /* public half of the token's key */
    zsock_t *socket;
    zactor_t *monitor;
    bool unknown;      /* the parent does not know the token's key */
    bool reached;      /* somebody answered at the endpoint */
    char refused[512]; /* what was answered with "retry" */
} enrol_t;

static void s_close(enrol_t *self)
{
    zactor_destroy(&self->monitor);
    zsock_destroy(&self->socket);
}

static void s_open(enrol_t *self)
{
    self->socket = zsock_new(ZMQ_DEALER);
    zsock_set_linger(self->socket, 0);
    zsock_set_curve_serverkey(self->socket, self->token->server);
    zsock_set_curve_publickey(self->socket, self->key);
    zsock_set_curve_secretkey(self->socket, self->token->secret);
    self->monitor = zactor_new(zmonitor, self->socket);
    zstr_sendx(self->monitor, "LISTEN", "HANDSHAKE_FAILED_AUTH", "CONNECTED", NULL);
    zstr_send(self->monitor, "START");
    zsock_wait(self->monitor);
    if (zsock_connect(self->socket, "%s", self->token->endpoint) != 0)
        fatal("node enrol: %s is no endpoint", self->token->endpoint);
}

static void s_event(enrol_t *self)
{
    zmsg_t *event = zmsg_recv(self->monitor);
    char *name = event ? zmsg_popstr(event) : NULL;
    if (name && strcmp(name, "CONNECTED") == 0)
        self->reached = true;
    else if (name)
        self->unknown = true;
    free(name);
    zmsg_destroy(&event);
}

/* The answer to ENROL by `until`: frames after the empty one, or NULL. */
static zmsg_t *s_receive(enrol_t *self, int64_t until)
{
    zpoller_t *poller = zpoller_new(self->socket, self->monitor, NULL);
    zmsg_t *message = NULL;
    for (int64_t left; !message && !self->unknown && (left = until - clock_monotonic()) > 0;) {
        void *which = zpoller_wait(poller, (int)left);
        if (which == self->monitor)
            s_event(self);
        else if (which == self->socket)
            message = zmsg_recv(self->socket);
    }
    zpoller_destroy(&poller);
    return message;
}

/* One try. The admission, a new reference; NULL with *ret_code set where it is refused for good, NULL and EXIT_OK where it may be tried again. */
static json_t *s_attempt(enrol_t *self, const char *request, int64_t until, int *ret_code)
{
    link_frames_t frames;
    problem_t refused = {0};
    json_t *admission = NULL;
    *ret_code = EXIT_OK;
    s_open(self);
    zmsg_t *message = link_message(LINK_ENROL, request, NULL, 0);
    zmsg_send(&message, self->socket);
    zmsg_t *answer = s_receive(self, until);
    if (answer && link_open(answer, &frames) && frames.word == LINK_ADMITTED)
        admission = json_loadb(frames.json, frames.json_length, JSON_REJECT_DUPLICATES, NULL);
    else if (answer && link_open(answer, &frames) && frames.word == LINK_REFUSED &&
             link_refused_parse(frames.json, frames.json_length, &refused, NULL) == ST_OK) {
        snprintf(self->refused, sizeof self->refused, "%s", refused.why);
        json_t *reply = json_pack("{s:s}", "status", status_word(refused.status));
        *ret_code = refused.status == ST_RETRY ? EXIT_OK : reply_exit_code(reply);
        json_decref(reply);
    }
    zmsg_destroy(&answer);
    s_close(self);
    return admission;
}

/* Why nothing came of it, and what to do. */
static void s_fail(const enrol_t *self, int code)
{
    const token_t *token = self->token;
    if (self->unknown)
        fprintf(stderr,
                "sinergi: node enrol: the parent at %s does not know this token, or it ended more than 30 "
                "days ago: ask its operator for another (`sinergi node invite %s`)\n",
                token->endpoint, token->region);
    else if (*self->refused)
        fprintf(stderr, "sinergi: node enrol: the parent refuses: %s%s\n", self->refused,
                code == EXIT_OK ? "; run the same command again" : "");
    else if (self->reached)
        fprintf(stderr,
                "sinergi: node enrol: who answers at %s is not the parent that gave the token, or is busy: "
                "ask its operator whether the address is right, then run the same command again\n",
                token->endpoint);
    else
        fprintf(stderr,
                "sinergi: node enrol: the parent's relay at %s does not answer: look whether it runs and "
                "this machine may reach it, then run the same command again\n",
                token->endpoint);
}

static int s_enrol_at_parent(enrol_t *self, const char *dir, int64_t seconds)
{
    problem_t problem;
    int code = EXIT_OK;
    json_t *admission = NULL, *request = enrolment_request(self->node, &problem);
    if (!request)
        fatal("%s", problem.why);
    char *text = json_dumps(request, JSON_COMPACT);
    int64_t end = clock_monotonic() + 1000 * seconds;
    do {
        int64_t until = clock_monotonic() + ATTEMPT_MS;
        self->reached = false;
        admission = s_attempt(self, text, until < end ? until : end, &code);
        if (!admission && code == EXIT_OK && !self->unknown)
            zclock_sleep(PAUSE_MS);
    } while (!admission && code == EXIT_OK && !self->unknown && clock_monotonic() < end);
    if (admission) {
        admission_take(dir, admission, self->token->endpoint, &self->token->root);
        printf("node enrol: %s is certified by %s\n", self->node->name,
               json_string_value(pointer_get(admission, "/parent/node")));
    } else {
        s_fail(self, code);
        code = code == EXIT_OK ? self->unknown ? EXIT_DENIED : EXIT_TROUBLE : code;
    }
    json_decref(admission);
    json_decref(request);
    free(text);
    return code;
}

/* Enrolled with this very token or another one for the same node: there is nothing to do. */
static bool s_done(const char *dir, const node_config_t *node, const token_t *token)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/certificates/chain.txt", dir);
    return access(path, F_OK) == 0 && strcmp(node->name, token->node) == 0 &&
           strcmp(node->region, token->region) == 0 && node->drill == token->drill;
}

static int s_enrol(int argc, char **argv)
{
    const char *dir = NULL, *option = NULL, *seconds = NULL;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"token", &option, NULL}, {"seconds", &seconds, NULL}, {0}};
    options_take(&command_node_enrol, argc, argv, options);
    dir = node_folder(dir);
    if (!option)
        fatal("node enrol: with which token? sinergi node enrol --dir DIR --token TOKEN; the parent's "
              "operator gives one by `sinergi node invite`");
    zsys_handler_set(NULL);
    token_t token = token_option(option);
    node_config_t *node = node_config_of_folder(dir);
    enrol_t self = {.token = &token, .node = node};
    clock_open(dir, node->drill);
    int code = EXIT_OK;
    if (zmq_curve_public(self.key, token.secret) != 0)
        fatal("node enrol: this libzmq has no CURVE");
    if (s_done(dir, node, &token))
        printf("node enrol: %s has its certificate already\n", node->name);
    else
        code = s_enrol_at_parent(&self, dir, seconds ? number_of("--seconds", seconds) : ENROL_SECONDS);
    keys_wipe(&token, sizeof token);
    node_config_destroy(&node);
    return code;
}

const command_t command_node_enrol = {
    "node enrol", "come into the tree with a token",
    "sinergi node enrol [--dir DIR] --token TOKEN [--seconds N]\n\n"
    "Shows the parent this node's public keys over the connection that the token allows once, and takes home "
    "the certificate, the chain up to the root and the "
    "tree's\n"
    "keys. The private keys never leave DIR/keys. An answer that is lost does no harm: the same command "
    "again gives the same certificate. TOKEN may be - for "
    "standard\n"
    "input or the name of a file; in the command line itself it is seen by `ps`. Tries for N seconds (60). "
    "Exit code by the parent's answer.\n",
    s_enrol};

static bool s_is(const json_t *link, const char *member, const char *value)
{
    const char *text = json_string_value(json_object_get(link, member));
    return text && strcmp(text, value) == 0;
}

/* What is still missing, or NULL: the parent's journal is here, and each daemon has taken what it follows. */
static const char *s_missing(const json_t *status)
{
    size_t index;
    json_t *link;
    bool parent = false;
    int followers = 0;
    json_array_foreach(json_object_get(status, "links"), index, link)
    {
        bool level = json_is_true(json_object_get(link, "connected")) &&
                     json_integer_value(json_object_get(link, "behind")) == 0;
        if (s_is(link, "kind", "parent") && s_is(link, "direction", "from") && level)
            parent = true;
        if (s_is(link, "kind", "daemon") && level)
            followers++;
    }
    return !parent ? "the parent's journal" : followers < FOLLOWERS ? "the daemons, which read it" : NULL;
}

/* The node's own certificate has come as an event: from then on it serves its region. */
static bool s_known(const node_config_t *node)
{
    PGconn *connection = database_open("auditor");
    const char *name = node->name;
    PGresult *result =
        PQexecParams(connection, "SELECT FROM audit.node WHERE node = $1", 1, NULL, &name, NULL, NULL, 0);
    bool known = PQntuples(result) == 1;
    PQclear(result);
    PQfinish(connection);
    return known;
}

static int s_wait(int argc, char **argv)
{
    const char *dir = NULL, *seconds = NULL, *missing = "the relay";
    const option_t options[] = {{"dir", &dir, NULL}, {"seconds", &seconds, NULL}, {0}};
    options_take(&command_node_wait, argc, argv, options);
    dir = node_folder(dir);
    node_config_t *node = node_config_of_folder(dir);
    int64_t limit = seconds ? number_of("--seconds", seconds) : WAIT_SECONDS,
            end = clock_monotonic() + 1000 * limit;
    while (missing && clock_monotonic() < end) {
        json_t *status = relay_status_of(dir);
        if (status)
            missing = s_missing(status);
        if (!missing && !s_known(node))
            missing = "this node's own certificate, from its parent";
        json_decref(status);
        if (missing)
            zclock_sleep(LOOK_MS);
    }
    if (missing)
        fprintf(stderr,
                "sinergi: node wait: after %lld s this has not come: %s. The node is up and goes on by "
                "itself; `sinergi status --dir %s` shows its links\n",
                (long long)limit, missing, dir);
    node_config_destroy(&node);
    return missing ? EXIT_TROUBLE : EXIT_OK;
}

const command_t command_node_wait = {
    "node wait", "wait until a new node has what its parent has for it",
    "sinergi node wait [--dir DIR] [--seconds N]\n\n"
    "Waits until the node's relay has taken all of the parent's journal that goes to this node - reference "
    "data, board, this node's own certificate - and its "
    "daemons have\n"
    "read it; at most N seconds (300).\n",
    s_wait};
