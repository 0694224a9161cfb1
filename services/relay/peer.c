/* peer - who is connected: daemons of this node, the parent, children, tails */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "door.h"
#include "json_pool.h"
#include "log.h"
#include "link_note.h"
#include "numbering.h"
#include "opening.h"
#include "peer.h"
#include "seal_check.h"
#include "sink.h"
#include "source.h"
#include "told.h"
#include "uplink.h"
#include "witness.h"

#define LOOK_MS 2000    /* a tail asks for nothing, so it is looked this often whether it may still follow */
#define GONE_SILENCES 3 /* a peer that has said nothing for so many time-outs is gone */

struct peers {
    relay_t *relay;
    peer_t *first;
    link_note_t *note;
    int64_t looked;     /* clock_monotonic when the directory was last asked for, for the sake of tails */
    size_t revocations; /* so many were known when neighbours were last looked at */
};

peers_t *peers_new(relay_t *relay)
{
    peers_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->note = link_note_new(relay);
    return self;
}

static void s_regions_free(char **regions)
{
    for (char **region = regions; region && *region; region++)
        free(*region);
    free(regions);
}

static void s_peer_free(peer_t *peer)
{
    source_destroy(&peer->source);
    sink_destroy(&peer->sink);
    s_regions_free(peer->regions);
    zframe_destroy(&peer->routing);
    free(peer);
}

void peers_destroy(peers_t **self_p)
{
    peers_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    while (self->first) {
        peer_t *peer = self->first;
        self->first = peer->next;
        s_peer_free(peer);
    }
    link_note_destroy(&self->note);
    free(self);
}

peer_t *peers_first(const peers_t *self)
{
    return self->first;
}

void peers_remove(peers_t *self, peer_t *peer)
{
    peer_t **at = &self->first;
    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    s_peer_free(peer);
}

void peer_send(peer_t *self, link_word_t word, const char *json, const void *packed, size_t length)
{
    zmsg_t *message = link_message(word, json, packed, length);
    if (self->routing) {
        zframe_t *empty = zmsg_pop(message);
        zframe_destroy(&empty);
        if (self->door) {
            door_send(self->door, self->routing, &message);
            return;
        }
        serve_send(self->relay->serve, self->routing, &message);
    } else {
        uplink_send(self->relay->uplink, &message);
    }
}

void peer_refuse(peer_t *peer, const problem_t *problem)
{
    char *json = link_refused_json(problem);
    peer_send(peer, LINK_REFUSED, json, NULL, 0);
    free(json);
}

/* A neighbour is believed: what it holds was sealed by this node. A daemon's cursor lies in the same database as the journal. */
static status_t s_cursor_ahead(const peer_t *peer, const link_cursor_t *cursor, problem_t *problem)
{
    bool neighbour = peer->kind == PEER_CHILD || peer->kind == PEER_PARENT;
    if (neighbour && opening_behind(peer->relay->opening, cursor))
        return problem_set(problem, ST_RETRY, "node.starting", "", "this node begins a new epoch");
    return problem_set(problem, ST_CONFLICT, "node.cursor_ahead", "/lanes",
                       "the follower has more of this journal than this node");
}

/* Cursors that this journal does not have, or another kind of node: the follower is told, and an operator. */
static status_t s_check_hello(const peer_t *peer, const link_hello_t *hello, problem_t *problem)
{
    const relay_t *relay = peer->relay;
    char epoch[UUID_TEXT];
    if (!relay->leading)
        return problem_set(problem, ST_RETRY, "node.starting", "", "this node's relay is not ready yet");
    if (hello->drill != relay->drill)
        return problem_set(problem, ST_DENIED, "node.drill_mismatch", "/drill",
                           "one of the two nodes is a drill and the other is not");
    if (strcmp(hello->node, peer->node) != 0 && peer->kind != PEER_TAIL)
        return problem_set(problem, ST_DENIED, "node.other_key", "/node", "the key belongs to another node");
    if (hello->route != (peer->kind == PEER_CHILD || peer->kind == PEER_PARENT))
        return problem_set(problem, ST_DENIED, "node.filter", "/filter",
                           "a relay follows by route, everyone else by event types");
    uuid_text(&relay->head.epoch, epoch);
    for (int lane = 0; lane < LANES; lane++)
        if (strcmp(hello->lanes[lane].epoch, epoch) == 0 && hello->lanes[lane].cursor > relay->head.leaf)
            return s_cursor_ahead(peer, &hello->lanes[lane], problem);
    return ST_OK;
}

static void s_hello(peer_t *peer, const link_frames_t *frames)
{
    link_hello_t hello;
    problem_t problem;
    status_t status = link_hello_parse(frames->json, frames->json_length, &hello, &problem);
    if (status == ST_OK) {
        status = s_check_hello(peer, &hello, &problem);
        if (status != ST_OK)
            link_hello_clear(&hello);
    }
    if (status != ST_OK) {
        log_warn("hello_refused", "peer", peer->name, "node", peer->node, "status", status_word(status),
                 "code", problem.code, "why", problem.why, NULL);
        snprintf(peer->error, sizeof peer->error, "%s", problem.why);
        peer_refuse(peer, &problem);
        if (status != ST_RETRY)
            serve_refused(peer->relay->serve, peer->key, "HELLO", &problem);
        return;
    }
    log_info("followed", "peer", peer->name, "release", hello.release, "clock_ahead_ms",
             log_number(hello.clock - clock_now()), NULL);
    if (hello.route) {
        seal_check(peer->relay, peer->node, &hello);
        witness_hello(peer->relay->witness, peer->node, &hello);
    }
    /* Both ends say HELLO on the connection that the child has made. */
    if (peer->kind == PEER_CHILD && !peer->sink)
        peer->sink = sink_new(peer, NULL, NULL);
    else if (peer->kind == PEER_CHILD)
        sink_hello(peer->sink);
    source_destroy(&peer->source);
    peer->source = source_new(peer, &hello);
    peer->connected = true;
    peer->error[0] = '\0';
    source_feed(peer->source);
}

/* To a link the clock matters; whoever asks whether this daemon is up wants the rest. */
static void s_pong(peer_t *peer)
{
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    json_t *pong = json_pack("{s:s, s:s, s:s, s:b}", "clock", now, "daemon", "relay", "release",
                             SINERGI_VERSION, "ready", (int)peer->relay->leading);
    char *json = json_text(pong, JSON_COMPACT);
    CHECK(json);
    json_decref(pong);
    peer_send(peer, LINK_PONG, json, NULL, 0);
    free(json);
}

void peer_take(peer_t *self, const link_frames_t *frames)
{
    link_ack_t ack;
    self->heard = clock_monotonic();
    if (frames->nudge) {
        numbering_nudge(self->relay->numbering);
        return;
    }
    switch (frames->word) {
    case LINK_HELLO:
        s_hello(self, frames);
        break;
    case LINK_ACK:
        if (self->source && link_ack_parse(frames->json, frames->json_length, &ack, NULL) == ST_OK)
            source_ack(self->source, &ack);
        break;
    case LINK_PING:
        s_pong(self);
        break;
    default:
        if (self->sink)
            sink_take(self->sink, frames);
    }
    if (self->sink)
        sink_heard(self->sink);
}

static bool s_same(const peer_t *peer, const peer_t *other)
{
    return peer->routing && peer->kind == other->kind && peer->kind != PEER_TAIL &&
           strcmp(peer->node, other->node) == 0 && strcmp(peer->name, other->name) == 0;
}

static int s_tails(const peers_t *self)
{
    int tails = 0;
    for (const peer_t *peer = self->first; peer; peer = peer->next)
        tails += peer->kind == PEER_TAIL;
    return tails;
}

/* PING with {}: is this daemon up? A link's own PING tells its clock, and must not be answered as if the link still stood: after a restart of this
 * relay the follower would never say HELLO again. */
static bool s_only_asks(const link_frames_t *frames)
{
    return frames->word == LINK_PING && frames->json_length == 2;
}

/* A first message, which must be HELLO. A peer that was connected before goes on with what is known of it. */
static peer_t *s_meet(peers_t *self, door_t *door, zframe_t *routing, const char *key,
                      const link_frames_t *frames)
{
    peer_t *fresh = calloc(1, sizeof *fresh);
    CHECK(fresh);
    fresh->relay = self->relay;
    fresh->routing = zframe_dup(routing);
    fresh->door = door;
    problem_t problem;
    link_hello_t hello;
    status_t status = ST_OK;
    if (s_only_asks(frames)) {
        s_pong(fresh);
        s_peer_free(fresh);
        return NULL;
    }
    if (frames->word != LINK_HELLO)
        status = problem_set(&problem, ST_RETRY, "node.hello_missing", "", "say HELLO first");
    else if (told_key(self->relay, key, &problem) < 0)
        status = ST_DENIED;
    else if (!peer_identify(self->relay, key, fresh))
        status = problem_set(&problem, ST_DENIED, "node.unknown_key", "",
                             "this key belongs to no daemon, child or principal of this node");
    else if (fresh->kind == PEER_TAIL && s_tails(self) >= LIMIT_TAILS)
        status = problem_set(&problem, ST_RETRY, "node.too_many_tails", "",
                             "as many tails as this node serves are running");
    if (status != ST_OK) {
        peer_refuse(fresh, &problem);
        if (status != ST_RETRY)
            serve_refused(self->relay->serve, key, "HELLO", &problem);
        s_peer_free(fresh);
        return NULL;
    }
    if (fresh->kind == PEER_LOCAL &&
        link_hello_parse(frames->json, frames->json_length, &hello, NULL) == ST_OK) {
        snprintf(fresh->name, sizeof fresh->name, "%s", hello.name);
        link_hello_clear(&hello);
    }
    for (peer_t *peer = self->first; peer; peer = peer->next)
        if (s_same(peer, fresh)) {
            zframe_destroy(&peer->routing);
            peer->routing = fresh->routing;
            peer->door = door;
            snprintf(peer->key, sizeof peer->key, "%s", key);
            fresh->routing = NULL;
            s_peer_free(fresh);
            return peer;
        }
    fresh->next = self->first;
    self->first = fresh;
    return fresh;
}

bool peers_receive(peers_t *self, door_t *door, zframe_t *routing, const char *key, zmsg_t *message)
{
    link_frames_t frames;
    if (!link_open(message, &frames))
        return false;
    if (frames.nudge) {
        numbering_nudge(self->relay->numbering);
        return true;
    }
    peer_t *peer = self->first;
    while (peer && !(peer->routing && peer->door == door && zframe_eq(peer->routing, routing)))
        peer = peer->next;
    if (!peer)
        peer = s_meet(self, door, routing, key, &frames);
    if (peer)
        peer_take(peer, &frames);
    return true;
}

peer_t *peers_parent(peers_t *self)
{
    relay_t *relay = self->relay;
    peer_t *peer = calloc(1, sizeof *peer);
    CHECK(peer);
    peer->relay = relay;
    peer->kind = PEER_PARENT;
    snprintf(peer->node, sizeof peer->node, "%s", relay->parent);
    snprintf(peer->name, sizeof peer->name, "%s", relay->parent);
    peer->heard = clock_monotonic();
    peer->next = self->first;
    self->first = peer;
    return peer;
}

void peers_feed(peers_t *self)
{
    for (peer_t *peer = self->first; peer; peer = peer->next)
        if (peer->source)
            source_feed(peer->source);
    if (self->revocations != told_count(self->relay)) {
        self->revocations = told_count(self->relay);
        peers_cut_revoked(self);
    }
}

void peers_ready(peers_t *self)
{
    for (peer_t *peer = self->first; peer; peer = peer->next)
        if (peer->sink)
            sink_ready(peer->sink);
    peers_cut_revoked(self);
}

/* A journal that is read again from the database may have another epoch: followers say HELLO again. */
void peers_lost(peers_t *self)
{
    problem_t problem;
    problem_set(&problem, ST_RETRY, "node.starting", "", "this node's database is away");
    for (peer_t *peer = self->first; peer; peer = peer->next)
        if (peer->source) {
            peer_refuse(peer, &problem);
            source_destroy(&peer->source);
        }
}

void peers_tick(peers_t *self)
{
    int64_t now = clock_monotonic();
    if (s_tails(self) > 0 && now - self->looked > LOOK_MS) {
        self->looked = now;
        serve_reload(self->relay->serve);
    }
    peers_cut_tails(self);
    for (peer_t *peer = self->first, *next; peer; peer = next) {
        next = peer->next;
        if (peer->source)
            source_tick(peer->source, now);
        if (peer->sink)
            sink_tick(peer->sink);
        if (peer->routing && now - peer->heard > GONE_SILENCES * self->relay->link_timeout) {
            log_info("gone", "peer", peer->name, "node", peer->node, NULL);
            peers_remove(self, peer);
        }
    }
    link_note_tick(self->note, self->first, now);
}
