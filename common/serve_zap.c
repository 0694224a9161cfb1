/* serve_zap - which keys are let in (ZeroMQ's RFC 27), answered in the daemon's own loop from its directory
 *
 * The node's own key, principals that are not revoked, and, where the service wants them, nodes; the relay knows of a revocation, and of a key that was
 * replaced, before the directory does. An unknown key waits until the directory has
 * been read once more, which is done at most twice a second: somebody may have been enrolled a moment ago, and who is refused does not try again by himself.
 */
#include <string.h>

#include "check.h"
#include "clock.h"
#include "serve_private.h"

enum { RELOAD_PAUSE_MS = 500, TICK_MS = 50, PATIENCE_MS = 5000, WAITING_MOST = 256 };

typedef struct {
    zframe_t *identity;
    char *request; /* its number, given back */
    char key[CURVE_TEXT];
    int64_t since; /* ms, clock_monotonic */
} asked_t;

struct zap {
    serve_t *serve;
    zsock_t *socket;
    asked_t waiting[WAITING_MOST]; /* for the directory */
    size_t waiting_count;
    bool loading;
    int64_t reloaded; /* ms, clock_monotonic: when the last load began */
    int timer;        /* while somebody waits; -1: none */
};

static bool s_answer_known(serve_t *serve, const char *key, problem_t *problem)
{
    int judged = serve->service->key && serve->own ? serve->service->key(serve, key, problem) : 0;
    if (judged)
        return judged > 0;
    const principal_t *principal = directory_principal(serve->directory, key);
    const node_t *node = directory_node_of_key(serve->directory, key);
    int64_t now = clock_now();
    bool revoked = principal && principal->revoked_at && principal->revoked_at <= now;
    bool replaced = principal && principal->key_to && principal->key_to <= now;
    if (principal && !revoked && !replaced)
        return true;
    if (serve->service->accept_nodes && node && node->live)
        return true;
    if (serve->service->accept_nodes && directory_invited(serve->directory, key, clock_now()))
        return true; /* for one word alone: the relay sees to that */
    if (replaced)
        problem_set(problem, ST_DENIED, "principal.key_replaced", "",
                    "the key was replaced and its overlap has ended");
    else if (principal)
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
        refusals_handshake(self->serve->refusals, asked->key, &problem);
    s_reply(self, asked, welcome);
    s_forget(asked);
}

/* Answer those who asked before `until`; the others stay. */
static void s_settle_before(zap_t *self, int64_t until)
{
    size_t left = 0;
    for (size_t i = 0; i < self->waiting_count; i++) {
        if (self->waiting[i].since < until)
            s_settle(self, &self->waiting[i]);
        else
            self->waiting[left++] = self->waiting[i];
    }
    self->waiting_count = left;
}

/* What was read is as of after the load began, so it speaks for all who asked before. */
static void s_on_loaded(void *argument, bool ok)
{
    zap_t *self = argument;
    self->loading = false;
    if (!ok)
        return;
    serve_directory_loaded(self->serve);
    s_settle_before(self, self->reloaded);
}

static void s_load(zap_t *self)
{
    if (self->loading || !self->waiting_count || !db_ready(self->serve->reader) ||
        clock_monotonic() - self->reloaded < RELOAD_PAUSE_MS)
        return;
    self->loading = true;
    self->reloaded = clock_monotonic() + 1;
    directory_load(self->serve->directory, self->serve->reader, s_on_loaded, self);
}

/* A database that stays away cannot be waited for: then what is in memory decides. */
static int s_on_tick(zloop_t *loop, int timer, void *argument)
{
    zap_t *self = argument;
    s_load(self);
    s_settle_before(self, clock_monotonic() - PATIENCE_MS);
    if (!self->waiting_count) {
        zloop_timer_end(loop, timer);
        self->timer = -1;
    }
    return 0;
}

static void s_judge(zap_t *self, asked_t *asked)
{
    problem_t problem;
    if (s_answer_known(self->serve, asked->key, &problem) || self->waiting_count == WAITING_MOST) {
        s_settle(self, asked);
        return;
    }
    asked->since = clock_monotonic();
    self->waiting[self->waiting_count++] = *asked;
    s_load(self);
    if (self->timer < 0)
        self->timer = zloop_timer(self->serve->loop, TICK_MS, 0, s_on_tick, self);
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
    self->timer = -1;
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
    if (self->timer >= 0)
        zloop_timer_end(self->serve->loop, self->timer);
    zsock_destroy(&self->socket);
    free(self);
    *self_p = NULL;
}
