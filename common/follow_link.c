/* follow_link - a daemon's connection to the relay of its node */
#include <string.h>

#include "check.h"
#include "clock.h"
#include "follow_parts.h"

#define WINDOW 4     /* batches on their way */
#define SILENCE 6000 /* ms */
#define TICK 250     /* ms */
#define BACKLOG 1000 /* messages that may wait for the relay */

static void s_send(void *argument, link_word_t word, const char *json)
{
    follow_t *self = argument;
    zmsg_t *message = link_message(word, json, NULL, 0);
    if (self->socket)
        zmsg_send(&message, self->socket); /* what does not fit is dropped: HELLO is said again */
    zmsg_destroy(&message);
}

static void s_batch(void *argument, const link_batch_t *batch, const void *packed, size_t length)
{
    follow_batch(argument, batch, packed, length);
}

static void s_welcome(void *argument, const link_welcome_t *welcome)
{
    follow_t *self = argument;
    if (self->rebuild_head < 0)
        self->rebuild_head = welcome->head;
    follow_next(self);
}

static int s_on_message(zloop_t *loop, zsock_t *socket, void *argument)
{
    (void)loop;
    follow_t *self = argument;
    zmsg_t *message = zmsg_recv(socket);
    link_frames_t frames;
    if (message && link_open(message, &frames))
        follower_take(self->follower, &frames, clock_monotonic());
    zmsg_destroy(&message);
    return 0;
}

static void s_connect(follow_t *self)
{
    self->socket = zsock_new(ZMQ_DEALER);
    CHECK(self->socket);
    zsock_set_linger(self->socket, 0);
    zsock_set_sndhwm(self->socket, BACKLOG);
    zsock_set_sndtimeo(self->socket, 0);
    zsock_set_reconnect_ivl(self->socket, 100);
    zsock_set_reconnect_ivl_max(self->socket, 2000);
    zcert_apply(self->config.cert, self->socket);
    zsock_set_curve_serverkey(self->socket, zcert_public_txt(self->config.cert));
    CHECK(zsock_connect(self->socket, "%s", self->config.endpoint) == 0);
    CHECK(zloop_reader(self->config.loop, self->socket, s_on_message, self) == 0);
}

static void s_disconnect(follow_t *self)
{
    if (!self->socket)
        return;
    zloop_reader_end(self->config.loop, self->socket);
    zsock_destroy(&self->socket);
}

/* Called by the follower from a timer, never while the socket's own message is handled. */
static void s_reconnect(void *argument)
{
    follow_t *self = argument;
    s_disconnect(self);
    s_connect(self);
    follower_hello(self->follower, clock_monotonic());
}

static int s_on_tick(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    follow_t *self = argument;
    follower_tick(self->follower, clock_monotonic());
    follow_behalf_look(self);
    return 0;
}

static void s_make(follow_t *self)
{
    const follow_config_t *config = &self->config;
    link_filter(self->types.names, self->filter_version);
    follower_config_t follower = {.node = config->node,
                                  .name = config->service,
                                  .release = config->release,
                                  .source = config->node,
                                  .drill = config->drill,
                                  .window = WINDOW,
                                  .filter = self->filter_version,
                                  .types = self->types.names,
                                  .silence = SILENCE,
                                  .clock = clock_now,
                                  .send = s_send,
                                  .batch = s_batch,
                                  .welcome = s_welcome,
                                  .reconnect = s_reconnect,
                                  .argument = self};
    self->follower = follower_new(&follower);
    self->tick = zloop_timer(config->loop, TICK, 0, s_on_tick, self);
    s_connect(self);
}

void follow_link_open(follow_t *self)
{
    if (!self->config.endpoint)
        return;
    if (!self->follower)
        s_make(self);
    follower_reset(self->follower, self->cursors, clock_monotonic());
    follower_hello(self->follower, clock_monotonic());
}

void follow_link_close(follow_t *self)
{
    if (!self->follower)
        return;
    s_disconnect(self);
    zloop_timer_end(self->config.loop, self->tick);
    follower_destroy(&self->follower);
}

void follow_link_nudge(follow_t *self)
{
    if (!self->socket)
        return;
    zmsg_t *nudge = link_nudge();
    zmsg_send(&nudge, self->socket);
    zmsg_destroy(&nudge);
}
