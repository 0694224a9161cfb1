/* enrol - the one word of a new node that comes with a token's key: ENROL, handed to registry, and its answer
 *
 * Nothing is decided here. Registry's message is sent with the node's own key over the socket in DIR/run; whose invitation it is says the key of the
 * connection, never the text. A new node that gets no answer says ENROL again, and registry answers the same request the same. One token has one
 * question under way, and one a second: whoever holds a token that is spent cannot fill the refusals with it.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "enrol.h"
#include "json_pool.h"
#include "link.h"
#include "log.h"
#include "message.h"

enum {
    ASKED_MOST = 16,      /* enrolments under way; there are a few a year */
    REQUEST_BYTES = 4096, /* more than any request */
    PATIENCE_MS = 15000,
    GAP_MS = 1000, /* from one question of a token to the next */
    TICK_MS = 1000
};

typedef struct {
    char id[UUID_TEXT]; /* of the request to registry; "": answered, or free */
    char key[CURVE_TEXT];
    zframe_t *routing;
    int64_t since; /* clock_monotonic */
} asked_t;

struct enrol {
    relay_t *relay;
    zsock_t *registry; /* NULL until the first one */
    asked_t asked[ASKED_MOST];
    int timer; /* -1: nobody waits */
};

enrol_t *enrol_new(relay_t *relay)
{
    enrol_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->timer = -1;
    return self;
}

static void s_forget(asked_t *asked)
{
    zframe_destroy(&asked->routing);
    asked->id[0] = '\0';
}

void enrol_destroy(enrol_t **self_p)
{
    enrol_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    for (int i = 0; i < ASKED_MOST; i++)
        s_forget(&self->asked[i]);
    if (self->timer >= 0)
        zloop_timer_end(self->relay->loop, self->timer);
    if (self->registry)
        zloop_reader_end(self->relay->loop, self->registry);
    zsock_destroy(&self->registry);
    free(self);
}

static void s_send(enrol_t *self, zframe_t *routing, link_word_t word, char *json)
{
    zmsg_t *message = link_message(word, json, NULL, 0);
    zframe_t *empty = zmsg_pop(message);
    zframe_destroy(&empty);
    serve_send(self->relay->serve, routing, &message);
    free(json);
}

/* The row names the token's key; what registry refuses has a row there too, with the request. */
static void s_refuse(enrol_t *self, zframe_t *routing, const char *key, const problem_t *problem)
{
    if (problem->status != ST_RETRY)
        serve_refused(self->relay->serve, key, "ENROL", problem);
    s_send(self, routing, LINK_REFUSED, link_refused_json(problem));
}

static int s_on_tick(zloop_t *loop, int timer, void *argument)
{
    enrol_t *self = argument;
    int64_t now = clock_monotonic();
    bool waits = false;
    for (int i = 0; i < ASKED_MOST; i++) {
        asked_t *asked = &self->asked[i];
        problem_t problem;
        if (asked->id[0] && now - asked->since > PATIENCE_MS) {
            problem_set(&problem, ST_RETRY, "node.enrolling", "",
                        "registry of this node does not answer; try again");
            s_refuse(self, asked->routing, asked->key, &problem);
            s_forget(asked);
        }
        waits = waits || asked->id[0];
    }
    if (!waits) {
        zloop_timer_end(loop, timer);
        self->timer = -1;
    }
    return 0;
}

static const char *s_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void s_answer(enrol_t *self, asked_t *asked, const json_t *reply)
{
    const json_t *data = json_object_get(reply, "data");
    problem_t problem;
    status_t status = status_of_word(s_text(reply, "status"));
    log_info("enrol", "status", status_word(status), "code", s_text(data, "code"), NULL);
    if (status == ST_OK) {
        char *json = json_text(data, JSON_COMPACT);
        CHECK(json);
        s_send(self, asked->routing, LINK_ADMITTED, json);
        return;
    }
    problem_set(&problem, status, s_text(data, "code"), "", "%s", s_text(data, "why"));
    s_refuse(self, asked->routing, asked->key, &problem);
}

static int s_on_reply(zloop_t *loop, zsock_t *socket, void *argument)
{
    (void)loop;
    enrol_t *self = argument;
    zmsg_t *message = zmsg_recv(socket);
    zframe_t *frame = message ? zmsg_last(message) : NULL;
    json_t *reply = NULL;
    if (frame && message_parse((const char *)zframe_data(frame), zframe_size(frame), &reply, NULL) == ST_OK)
        for (int i = 0; i < ASKED_MOST; i++)
            if (self->asked[i].id[0] && strcmp(self->asked[i].id, s_text(reply, "requestid")) == 0) {
                s_answer(self, &self->asked[i], reply);
                s_forget(&self->asked[i]);
            }
    json_decref(reply);
    zmsg_destroy(&message);
    return 0;
}

static void s_connect(enrol_t *self)
{
    char endpoint[NODE_DIR_TEXT + 64];
    if (self->registry)
        return;
    node_config_ipc_endpoint(serve_node(self->relay->serve), "registry", endpoint, sizeof endpoint);
    self->registry = zsock_new(ZMQ_DEALER);
    CHECK(self->registry);
    zsock_set_linger(self->registry, 0);
    zsock_set_sndhwm(self->registry, ASKED_MOST);
    zcert_apply(serve_cert(self->relay->serve), self->registry);
    zsock_set_curve_serverkey(self->registry, self->relay->key);
    CHECK(zsock_connect(self->registry, "%s", endpoint) == 0);
    zloop_reader(self->relay->loop, self->registry, s_on_reply, self);
    zloop_reader_set_tolerant(self->relay->loop, self->registry);
}

static void s_ask(enrol_t *self, asked_t *asked, const char *key, json_t *request)
{
    uuid_id_t id = uuid_make(clock_now());
    uuid_text(&id, asked->id);
    json_t *message = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:O}}", "specversion", "1.0", "id",
                                asked->id, "source", "relay", "type", "node_enrol", "region",
                                self->relay->region, "data", "key", key, "request", request);
    char *text = json_text(message, JSON_COMPACT);
    CHECK(text);
    s_connect(self);
    zmsg_t *frames = zmsg_new();
    zmsg_addmem(frames, "", 0);
    zmsg_addstr(frames, text);
    if (zsock_events(self->registry) & ZMQ_POLLOUT)
        zmsg_send(&frames, self->registry);
    zmsg_destroy(&frames);
    free(text);
    json_decref(message);
    if (self->timer < 0)
        self->timer = zloop_timer(self->relay->loop, TICK_MS, 0, s_on_tick, self);
}

/* A free place; NULL if all are taken, or this token's last question is too young. */
static asked_t *s_place(enrol_t *self, const char *key)
{
    asked_t *place = NULL;
    int64_t now = clock_monotonic();
    for (int i = 0; i < ASKED_MOST; i++) {
        asked_t *asked = &self->asked[i];
        bool taken = asked->id[0] || (asked->key[0] && now - asked->since < GAP_MS);
        if (taken && strcmp(asked->key, key) == 0)
            return NULL;
        if (!taken && !place)
            place = asked;
    }
    return place;
}

static void s_take(enrol_t *self, zframe_t *routing, const char *key, const link_frames_t *frames)
{
    problem_t problem;
    json_t *request = NULL;
    asked_t *asked = s_place(self, key);
    status_t status = ST_OK;
    if (!asked)
        status = problem_set(
            &problem, ST_RETRY, "node.enrolling", "",
            "an enrolment with this token is under way, or as many as this node answers at a time");
    else if (frames->json_length > REQUEST_BYTES)
        status = problem_set(&problem, ST_INVALID, "message.too_large", "",
                             "a request of enrolment is at most %d bytes", REQUEST_BYTES);
    else
        status = message_parse(frames->json, frames->json_length, &request, &problem);
    if (status != ST_OK) {
        s_refuse(self, routing, key, &problem);
        return;
    }
    s_forget(asked);
    asked->routing = zframe_dup(routing);
    asked->since = clock_monotonic();
    snprintf(asked->key, sizeof asked->key, "%s", key);
    s_ask(self, asked, key, request);
    json_decref(request);
}

bool enrol_receive(enrol_t *self, zframe_t *routing, const char *key, zmsg_t *message)
{
    link_frames_t frames;
    if (!link_open(message, &frames) || frames.nudge || frames.word != LINK_ENROL ||
        !directory_invited(self->relay->directory, key, clock_now()))
        return false;
    s_take(self, routing, key, &frames);
    return true;
}
