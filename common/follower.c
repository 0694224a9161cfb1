/* follower - what one side does to follow the other's journal; knows neither sockets nor databases */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follower.h"
#include "log.h"

#define WAIT_FIRST 200 /* ms before HELLO is said again, doubled each time */
#define WAIT_MOST 60000

typedef enum {
    STATE_DOWN,     /* no connection: follower_hello begins */
    STATE_WAITING,  /* HELLO is due at hello_at, when nothing handed over is unanswered */
    STATE_GREETED,  /* HELLO is said; what comes before WELCOME belongs to an earlier one */
    STATE_WELCOMED, /* batches come */
} state_t;

struct follower {
    follower_config_t config;
    link_cursor_t cursors[LANES]; /* of what was handed over */
    state_t state;
    int open;       /* batches handed over and not answered */
    unsigned tries; /* waits for a HELLO since a batch was committed */
    int64_t now, hello_at, heard_at, ping_at, welcome_at;
    link_welcome_t welcome;
};

follower_t *follower_new(const follower_config_t *config)
{
    follower_t *self = calloc(1, sizeof *self);
    CHECK(self && config->window >= 1 && config->window <= LINK_WINDOW_MOST && config->silence > 0);
    self->config = *config;
    memcpy(self->cursors, config->cursors, sizeof self->cursors);
    return self;
}

void follower_destroy(follower_t **self_p)
{
    if (*self_p) {
        free(*self_p);
        *self_p = NULL;
    }
}

static void s_send(follower_t *self, link_word_t word, char *json)
{
    self->config.send(self->config.argument, word, json);
    free(json);
}

static void s_say_hello(follower_t *self)
{
    const follower_config_t *config = &self->config;
    link_hello_t hello = {.drill = config->drill,
                          .clock = config->clock(),
                          .proofs = config->proofs,
                          .window = config->window,
                          .route = !config->types,
                          .types = (char **)config->types};
    snprintf(hello.node, sizeof hello.node, "%s", config->node);
    snprintf(hello.name, sizeof hello.name, "%s", config->name);
    snprintf(hello.release, sizeof hello.release, "%s", config->release);
    snprintf(hello.filter, sizeof hello.filter, "%s", config->filter);
    memcpy(hello.lanes, self->cursors, sizeof hello.lanes);
    self->state = STATE_GREETED;
    self->heard_at = self->ping_at = self->now;
    s_send(self, LINK_HELLO, link_hello_json(&hello));
}

static void s_hello_if_due(follower_t *self)
{
    if (self->state == STATE_WAITING && self->open == 0 && self->now >= self->hello_at)
        s_say_hello(self);
}

/* Say HELLO again after a while: twice as long each time, and never all followers at once. */
static void s_again(follower_t *self)
{
    int64_t wait = WAIT_MOST;
    if (self->tries < 8)
        wait = WAIT_FIRST << self->tries++;
    self->hello_at = self->now + wait / 2 + randombytes_uniform((uint32_t)(wait / 2) + 1);
    self->state = STATE_WAITING;
}

void follower_hello(follower_t *self, int64_t now)
{
    self->now = self->hello_at = now;
    self->state = STATE_WAITING;
    s_hello_if_due(self);
}

static void s_distrust(follower_t *self, const char *why)
{
    log_warn("follow", "node", self->config.source, "status", "invalid", "why", why, NULL);
    s_again(self);
}

static void s_acknowledge(follower_t *self, lane_t lane, const char *epoch, int64_t upto)
{
    link_ack_t ack = {.lane = lane, .upto = upto};
    snprintf(ack.epoch, sizeof ack.epoch, "%s", epoch);
    s_send(self, LINK_ACK, link_ack_json(&ack));
}

static void s_welcome(follower_t *self, const link_frames_t *frames)
{
    link_welcome_t welcome;
    problem_t problem;
    if (self->state != STATE_GREETED)
        return;
    if (link_welcome_parse(frames->json, frames->json_length, &welcome, &problem) != ST_OK) {
        s_distrust(self, problem.why);
    } else if (welcome.drill != self->config.drill) {
        s_distrust(self, "one side is a drill and the other is not");
    } else if (self->config.source && strcmp(welcome.node, self->config.source) != 0) {
        s_distrust(self, "another node answered");
    } else {
        self->welcome = welcome;
        self->welcome_at = self->now;
        self->state = STATE_WELCOMED;
        /* An ACK may have been lost with the connection before. */
        for (lane_t lane = 0; lane < LANES; lane++)
            if (strcmp(self->cursors[lane].epoch, welcome.epoch) == 0)
                s_acknowledge(self, lane, welcome.epoch, self->cursors[lane].cursor);
        if (self->config.welcome)
            self->config.welcome(self->config.argument, &welcome);
    }
}

static void s_refused(follower_t *self, const link_frames_t *frames)
{
    problem_t refused, problem;
    if (self->state != STATE_GREETED && self->state != STATE_WELCOMED)
        return;
    if (link_refused_parse(frames->json, frames->json_length, &refused, &problem) != ST_OK) {
        s_distrust(self, problem.why);
        return;
    }
    log_warn("follow", "node", self->config.source, "status", status_word(refused.status), "code",
             refused.code, "why", refused.why, NULL);
    s_again(self);
    if (self->config.refused)
        self->config.refused(self->config.argument, &refused);
}

/* Why a batch does not continue what was taken, or NULL. */
static const char *s_gap(const follower_t *self, const link_batch_t *batch)
{
    const link_cursor_t *cursor = &self->cursors[batch->lane];
    if (self->open >= self->config.window)
        return "more batches came than the window allows";
    if (strcmp(batch->epoch, self->welcome.epoch) != 0)
        return "a batch is of another epoch than was welcomed";
    if (strcmp(batch->epoch, cursor->epoch) == 0)
        return batch->after == cursor->cursor ? NULL : "a batch begins elsewhere than at the cursor";
    return batch->after <= cursor->cursor ? NULL : "the first batch of an epoch begins beyond the cursor";
}

static void s_move(link_cursor_t *cursor, const link_batch_t *batch)
{
    if (batch->after < cursor->cursor) { /* the seal may lie beyond what both epochs share */
        cursor->seal = 0;
        cursor->sealhash[0] = 0;
    }
    memcpy(cursor->epoch, batch->epoch, sizeof cursor->epoch);
    cursor->cursor = batch->upto;
}

static void s_batch(follower_t *self, const link_frames_t *frames)
{
    link_batch_t batch;
    problem_t problem;
    if (self->state != STATE_WELCOMED)
        return;
    if (link_batch_parse(frames->json, frames->json_length, &batch, &problem) != ST_OK) {
        s_distrust(self, problem.why);
        return;
    }
    const char *gap = s_gap(self, &batch);
    if (gap) {
        s_distrust(self, gap);
        return;
    }
    s_move(&self->cursors[batch.lane], &batch);
    if (self->welcome.head < batch.upto)
        self->welcome.head = batch.upto;
    self->open++;
    self->config.batch(self->config.argument, &batch, frames->packed, frames->packed_length);
}

void follower_take(follower_t *self, const link_frames_t *frames, int64_t now)
{
    follower_heard(self, now);
    if (frames->nudge || self->state == STATE_DOWN)
        return;
    switch (frames->word) {
    case LINK_WELCOME:
        s_welcome(self, frames);
        break;
    case LINK_REFUSED:
        s_refused(self, frames);
        break;
    case LINK_BATCH:
        s_batch(self, frames);
        break;
    case LINK_PING:
        s_send(self, LINK_PONG, link_clock_json(self->config.clock()));
        break;
    default:
        break;
    }
    s_hello_if_due(self);
}

void follower_heard(follower_t *self, int64_t now)
{
    self->now = self->heard_at = now;
}

static void s_silent(follower_t *self)
{
    log_warn("follow", "node", self->config.source, "status", "retry", "why",
             "nothing was heard for too long", "ms", log_number(self->now - self->heard_at), NULL);
    self->heard_at = self->now;
    if (self->config.reconnect) {
        self->state = STATE_DOWN;
        self->config.reconnect(self->config.argument);
    } else {
        follower_hello(self, self->now);
    }
}

void follower_tick(follower_t *self, int64_t now)
{
    self->now = now;
    s_hello_if_due(self);
    if (self->state != STATE_GREETED && self->state != STATE_WELCOMED)
        return;
    if (self->state == STATE_WELCOMED && now - self->welcome_at > self->config.silence)
        self->tries = 0;
    if (now - self->heard_at >= self->config.silence) {
        s_silent(self);
    } else if (now - self->heard_at >= self->config.silence / 3 &&
               now - self->ping_at >= self->config.silence / 3) {
        self->ping_at = now;
        s_send(self, LINK_PING, link_clock_json(self->config.clock()));
    }
}

void follower_committed(follower_t *self, lane_t lane, const char *epoch, int64_t upto)
{
    CHECK(self->open > 0);
    self->open--;
    self->tries = 0;
    if (self->state == STATE_WELCOMED)
        s_acknowledge(self, lane, epoch, upto);
    s_hello_if_due(self);
}

void follower_reset(follower_t *self, const link_cursor_t cursors[LANES], int64_t now)
{
    self->now = now;
    self->open = 0;
    memcpy(self->cursors, cursors, sizeof self->cursors);
    if (self->state != STATE_DOWN)
        s_again(self);
}

void follower_seal(follower_t *self, lane_t lane, int64_t seal, const char *sealhash)
{
    self->cursors[lane].seal = seal;
    snprintf(self->cursors[lane].sealhash, sizeof self->cursors[lane].sealhash, "%s", sealhash);
}

const link_cursor_t *follower_cursor(const follower_t *self, lane_t lane)
{
    return &self->cursors[lane];
}

bool follower_welcomed(const follower_t *self)
{
    return self->state == STATE_WELCOMED;
}

int64_t follower_head(const follower_t *self)
{
    return self->welcome.head;
}
