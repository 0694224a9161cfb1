/* serve_zap - which keys are let in (ZeroMQ's RFC 27), answered in the daemon's own loop from its directory
 *
 * The node's own key, principals that are not revoked, and, where the service wants them, nodes. An unknown key makes the directory be read once
 * more before it is refused, at most twice a second: somebody may have been enrolled a moment ago.
 */
#include <string.h>

#include "check.h"
#include "clock.h"
#include "serve_private.h"

enum { RELOAD_PAUSE_MS = 500, WAITING_MOST = 256 };

typedef struct {
    zframe_t *identity;
    char *request; /* its number, given back */
    char key[CURVE_TEXT];
} asked_t;

struct zap {
    serve_t *serve;
    zsock_t *socket;
    asked_t waiting[WAITING_MOST]; /* for the directory */
    size_t waiting_count;
    bool loading;
    int64_t reloaded;
};

static bool s_answer_known(serve_t *serve, const char *key, problem_t *problem)
{
    const principal_t *principal = directory_principal(serve->directory, key);
    const node_t *node = directory_node_of_key(serve->directory, key);
    if (principal && !(principal->revoked_at && principal->revoked_at <= clock_now()))
        return true;
    if (serve->service->accept_nodes && node && node->live)
        return true;
    if (principal)
        problem_set(problem, ST_DENIED, "principal.revoked", "", "the principal was revoked");
    else if (serve->service->accept_nodes && node)
        problem_set(problem, ST_DENIED, "node.revoked", "", "the certificate of node %s is not in force",
                    node->node);
    else
        problem_set(problem, ST_DENIED, "principal.unknown", "", "the key is not enrolled here");
    return false;
}

static void s_reply(zap_t *self, const asked_t *asked, bool welcome)
{
    zmsg_t *reply = zmsg_new();
    zmsg_addmem(reply, zframe_data(asked->identity), zframe_size(asked->identity));
    zmsg_addstr(reply, "");
    zmsg_addstr(reply, "1.0");
    zmsg_addstr(reply, asked->request);
    zmsg_addstr(reply, welcome ? "200" : "400");
    zmsg_addstr(reply, welcome ? "OK" : "refused");
    zmsg_addstr(reply, welcome ? asked->key : "");
    zmsg_addmem(reply, "", 0);
    zmsg_send(&reply, self->socket);
}

static void s_forget(asked_t *asked)
{
    zframe_destroy(&asked->identity);
    free(asked->request);
}

static void s_settle(zap_t *self, asked_t *asked)
{
    problem_t problem;
    bool welcome = s_answer_known(self->serve, asked->key, &problem);
    if (!welcome)
        refusals_note(self->serve->refusals, asked->key, "handshake", &problem);
    s_reply(self, asked, welcome);
    s_forget(asked);
}

static void s_on_loaded(void *argument, bool ok)
{
    zap_t *self = argument;
    self->loading = false;
    if (ok) /* else what is in memory decides */
        serve_directory_loaded(self->serve);
    for (size_t i = 0; i < self->waiting_count; i++)
        s_settle(self, &self->waiting[i]);
    self->waiting_count = 0;
}

static bool s_worth_a_look(const zap_t *self)
{
    return self->waiting_count < WAITING_MOST && db_ready(self->serve->db) &&
           (self->loading || clock_monotonic() - self->reloaded >= RELOAD_PAUSE_MS);
}

static void s_judge(zap_t *self, asked_t *asked)
{
    problem_t problem;
    if (s_answer_known(self->serve, asked->key, &problem) || !s_worth_a_look(self)) {
        s_settle(self, asked);
        return;
    }
    self->waiting[self->waiting_count++] = *asked;
    if (self->loading)
        return;
    self->loading = true;
    self->reloaded = clock_monotonic();
    directory_load(self->serve->directory, self->serve->reader, s_on_loaded, self);
}

/* identity, "", version, number, domain, address, routing id, mechanism, key */
static int s_on_request(zloop_t *loop, zsock_t *socket, void *argument)
{
    (void)loop;
    zap_t *self = argument;
    zmsg_t *request = zmsg_recv(socket);
    if (!request)
        return 0;
    zframe_t *frames[9] = {zmsg_first(request)};
    for (int i = 1; i < 9 && frames[i - 1]; i++)
        frames[i] = zmsg_next(request);
    asked_t asked = {0};
    if (frames[8] && zframe_streq(frames[7], "CURVE") && zframe_size(frames[8]) == KEY_BYTES) {
        zmq_z85_encode(asked.key, zframe_data(frames[8]), KEY_BYTES);
        asked.identity = zframe_dup(frames[0]);
        asked.request = zframe_strdup(frames[3]);
        s_judge(self, &asked);
    }
    zmsg_destroy(&request);
    return 0;
}

zap_t *zap_new(serve_t *serve)
{
    zap_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->reloaded = -RELOAD_PAUSE_MS;
    self->socket = zsock_new(ZMQ_ROUTER);
    CHECK(self->socket && zsock_bind(self->socket, "inproc://zeromq.zap.01") == 0);
    CHECK(zloop_reader(serve->loop, self->socket, s_on_request, self) == 0);
    zloop_reader_set_tolerant(serve->loop, self->socket);
    return self;
}

void zap_destroy(zap_t **self_p)
{
    zap_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->waiting_count; i++)
        s_forget(&self->waiting[i]);
    zloop_reader_end(self->serve->loop, self->socket);
    zsock_destroy(&self->socket);
    free(self);
    *self_p = NULL;
}
