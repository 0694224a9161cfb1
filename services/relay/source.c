/* source - this node's journal as one follower sees it: filtered, in batches per lane, urgent first, never more on their way than it asked for */
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "check.h"
#include "opening.h"
#include "sink.h"
#include "source.h"

#define PASSED_LEAVES 4096 /* leaves that are not wanted, passed over in silence; then the cursor moves */
#define PASSED_MS 2000
#define NARROW_BYTES (16 * 1024) /* smallest batch of a narrow link, before packing */

typedef struct {
    int64_t acknowledged, sent, seen; /* leaves; what lies between sent and seen was not wanted */
    bool asked;                       /* for a page */
    page_t *page;
} lane_state_t;

struct source {
    peer_t *peer;
    relay_t *relay;
    link_hello_t hello;
    lane_state_t lanes[LANES];
    int flying;                                /* batches on their way */
    const signed_certificate_t **certificates; /* sent on this connection */
    size_t certificate_count, certificate_room;
    const sealed_t **seals; /* in the batch at hand */
    size_t seal_count, seal_room;
    int64_t allowance; /* bytes that a narrow link may send now; below zero it waits */
    int64_t filled_at, passed_at;
    bool moved;
};

static void s_welcome(source_t *self)
{
    relay_t *relay = self->relay;
    link_welcome_t welcome = {.drill = relay->drill, .clock = clock_now(), .head = relay->head.leaf};
    snprintf(welcome.node, sizeof welcome.node, "%s", relay->node);
    snprintf(welcome.region, sizeof welcome.region, "%s", relay->region);
    snprintf(welcome.release, sizeof welcome.release, "%s", SINERGI_VERSION);
    uuid_text(&relay->head.epoch, welcome.epoch);
    char *json = link_welcome_json(&welcome);
    peer_send(self->peer, LINK_WELCOME, json, NULL, 0);
    free(json);
}

source_t *source_new(peer_t *peer, link_hello_t *hello)
{
    source_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->peer = peer;
    self->relay = peer->relay;
    self->hello = *hello;
    memset(hello, 0, sizeof *hello);
    char epoch[UUID_TEXT];
    uuid_text(&self->relay->head.epoch, epoch);
    for (int lane = 0; lane < LANES; lane++) {
        const link_cursor_t *cursor = &self->hello.lanes[lane];
        int64_t from = strcmp(cursor->epoch, epoch) == 0
                           ? cursor->cursor
                           : opening_shared(self->relay->opening, cursor->epoch, cursor->cursor);
        self->lanes[lane] = (lane_state_t){.acknowledged = from, .sent = from, .seen = from};
    }
    self->moved =
        true; /* what it says it has is noted: an acknowledgement of it may have been lost with a connection */
    self->filled_at = self->passed_at = clock_monotonic();
    s_welcome(self);
    return self;
}

static void s_page_drop(source_t *self, lane_state_t *lane)
{
    if (lane->page)
        backlog_return(self->relay->backlog, &lane->page);
}

void source_destroy(source_t **self_p)
{
    source_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    backlog_forget(self->relay->backlog, self);
    for (int lane = 0; lane < LANES; lane++)
        s_page_drop(self, &self->lanes[lane]);
    link_hello_clear(&self->hello);
    free(self->certificates);
    free(self->seals);
    free(self);
}

/* What the neighbour itself has said in an epoch that its journal no longer has: it has lost it, and gets it back over the link it came by. */
static bool s_lost(const peer_t *peer, const entry_t *entry)
{
    const char *epoch = peer->sink ? sink_epoch(peer->sink) : "";
    char sealed[UUID_TEXT];
    if (!*epoch || !entry->seal || strcmp(entry->node, peer->node) != 0)
        return false;
    uuid_text(&entry->seal->seal.epoch, sealed);
    return strcmp(sealed, epoch) != 0;
}

bool source_wants(const peer_t *peer, const link_hello_t *hello, const entry_t *entry)
{
    bool own = strcmp(entry->node, peer->relay->node) == 0;
    switch (peer->kind) {
    case PEER_LOCAL:
        return link_hello_wants(hello, entry->type);
    case PEER_PARENT:
        if (strcmp(entry->via, peer->node) == 0)
            return s_lost(peer, entry);
        return event_route_goes_up(&entry->route, own);
    case PEER_CHILD:
        if (strcmp(entry->via, peer->node) == 0)
            return s_lost(peer, entry);
        return event_route_goes_down(&entry->route, entry->region, own, peer->regions);
    case PEER_TAIL:
        break;
    }
    const contract_event_t *event = contracts_event(peer->relay->contracts, entry->type);
    return event && (event->read & peer->roles) && region_below(entry->region, peer->region) &&
           link_hello_wants(hello, entry->type);
}

static bool s_add_certificates(source_t *self, const sealed_t *sealed)
{
    certificates_t *certificates = self->relay->certificates;
    const signed_certificate_t *last =
        certificates_find(certificates, sealed->seal.node, &sealed->seal.key, NULL);
    const signed_certificate_t *chain[LIMIT_CHAIN_CERTIFICATES];
    size_t length = last ? certificates_chain(last, chain) : 0;
    for (size_t i = 0; i < length; i++) {
        size_t at = self->certificate_count;
        while (at > 0 && self->certificates[at - 1] != chain[i])
            at--;
        if (at > 0)
            continue;
        batch_item_t item = {.kind = BATCH_CERTIFICATE,
                             .bytes = chain[i]->text,
                             .length = chain[i]->length,
                             .signature = chain[i]->signature};
        if (!batch_writer_add(self->relay->writer, &item))
            return false;
        if (self->certificate_count == self->certificate_room) {
            self->certificate_room = self->certificate_room ? 2 * self->certificate_room : 16;
            self->certificates =
                realloc(self->certificates, self->certificate_room * sizeof *self->certificates);
            CHECK(self->certificates);
        }
        self->certificates[self->certificate_count++] = chain[i];
    }
    return true;
}

/* The seal once in each batch that needs it: so a batch is understood by itself, and neither end keeps seals in memory. */
static bool s_add_seal(source_t *self, const sealed_t *sealed)
{
    for (size_t at = self->seal_count; at > 0; at--)
        if (self->seals[at - 1] == sealed)
            return true;
    if (!s_add_certificates(self, sealed))
        return false;
    batch_item_t item = {
        .kind = BATCH_SEAL, .bytes = sealed->text, .length = sealed->length, .signature = sealed->signature};
    if (!batch_writer_add(self->relay->writer, &item))
        return false;
    if (self->seal_count == self->seal_room) {
        self->seal_room = self->seal_room ? 2 * self->seal_room : 64;
        self->seals = realloc(self->seals, self->seal_room * sizeof *self->seals);
        CHECK(self->seals);
    }
    self->seals[self->seal_count++] = sealed;
    return true;
}

static bool s_add(source_t *self, const entry_t *entry)
{
    if (self->hello.proofs && entry->seal && !s_add_seal(self, entry->seal))
        return false;
    batch_item_t item = {.kind = BATCH_EVENT,
                         .bytes = entry->bytes,
                         .length = entry->length,
                         .leaf = entry->leaf,
                         .epoch = self->relay->head.epoch};
    memcpy(item.node, entry->node, sizeof item.node);
    if (entry->seal) {
        item.epoch = entry->seal->seal.epoch;
        item.seal = entry->seal->seal.number;
        item.index = entry->index;
    }
    if (self->hello.proofs) {
        item.path_length = entry->path_length;
        memcpy(item.path, entry->path, entry->path_length * HASH_BYTES);
    }
    return batch_writer_add(self->relay->writer, &item);
}

static bool s_narrow(const source_t *self)
{
    return self->relay->link_kbps > 0 && (self->peer->kind == PEER_PARENT || self->peer->kind == PEER_CHILD);
}

/* A narrow link's batch is what it carries in about two seconds, so that an urgent event never waits long behind a large one. */
static bool s_enough(const source_t *self)
{
    size_t most = (size_t)self->relay->link_kbps * 2048;
    return s_narrow(self) &&
           batch_writer_bytes(self->relay->writer) > (most > NARROW_BYTES ? most : NARROW_BYTES);
}

/* Fill the batch from the window; the last leaf that has been looked at. */
static int64_t s_fill_from_window(source_t *self, lane_t lane, int64_t seen)
{
    const window_t *window = self->relay->window;
    for (int64_t leaf = seen + 1; leaf <= window_head(window); leaf++) {
        const entry_t *entry = window_at(window, leaf);
        if (entry->lane != lane || !source_wants(self->peer, &self->hello, entry))
            continue;
        if (s_enough(self) || !s_add(self, entry))
            return leaf - 1;
    }
    return window_head(window);
}

static int64_t s_fill_from_page(source_t *self, page_t *page)
{
    for (; page->next < page->count; page->next++) {
        const entry_t *entry = page->entries[page->next];
        if (!source_wants(self->peer, &self->hello, entry))
            continue;
        if (s_enough(self) || !s_add(self, entry))
            return entry->leaf - 1;
    }
    return page->upto;
}

static void s_send(source_t *self, lane_t lane, size_t events)
{
    lane_state_t *state = &self->lanes[lane];
    link_batch_t batch = {.lane = lane, .after = state->sent, .upto = state->seen, .events = (int)events};
    uuid_text(&self->relay->head.epoch, batch.epoch);
    size_t length;
    const void *packed = batch_writer_finish(self->relay->writer, state->seen, &length);
    char *json = link_batch_json(&batch);
    peer_send(self->peer, LINK_BATCH, json, packed, length);
    free(json);
    self->flying++;
    self->allowance -= (int64_t)length;
    state->sent = state->seen;
}

/* One batch of the lane, if there is any to send. False if there is nothing (yet). */
static bool s_feed_lane(source_t *self, lane_t lane, bool flush)
{
    lane_state_t *state = &self->lanes[lane];
    relay_t *relay = self->relay;
    if (!state->page && state->seen < window_head(relay->window) &&
        state->seen + 1 < window_first(relay->window)) {
        if (!state->asked)
            backlog_ask(relay->backlog, self, lane, state->seen, self->hello.proofs);
        state->asked = true;
        return false;
    }
    if (!state->page && state->seen == window_head(relay->window) && !(flush && state->sent < state->seen))
        return false;
    batch_writer_start(relay->writer, lane_word(lane), &relay->head.epoch, state->sent);
    self->seal_count = 0;
    state->seen =
        state->page ? s_fill_from_page(self, state->page) : s_fill_from_window(self, lane, state->seen);
    if (state->page && state->page->next == state->page->count)
        s_page_drop(self, state);
    size_t events = batch_writer_events(relay->writer);
    if (events > 0 || state->seen - state->sent >= PASSED_LEAVES || (flush && state->seen > state->sent)) {
        s_send(self, lane, events);
        return true;
    }
    return state->seen < window_head(relay->window);
}

/* A neighbour is served once it has said which epoch its own journal is in: what it lost is then sent back to it. */
static void s_feed(source_t *self, bool flush)
{
    if (self->peer->sink && !sink_welcomed(self->peer->sink))
        return;
    for (int lane = LANE_URGENT; lane < LANES; lane++) {
        /* The last place on the way is kept for what is urgent. */
        int most =
            lane == LANE_URGENT || self->hello.window == 1 ? self->hello.window : self->hello.window - 1;
        while (self->flying < most && !(s_narrow(self) && self->allowance <= 0) &&
               s_feed_lane(self, (lane_t)lane, flush))
            ;
    }
}

void source_feed(source_t *self)
{
    s_feed(self, false);
}

void source_page(source_t *self, lane_t lane, page_t *page)
{
    self->lanes[lane].asked = false;
    self->lanes[lane].page = page;
    s_feed(self, false);
}

void source_ack(source_t *self, const link_ack_t *ack)
{
    char epoch[UUID_TEXT];
    uuid_text(&self->relay->head.epoch, epoch);
    lane_state_t *state = &self->lanes[ack->lane];
    if (strcmp(ack->epoch, epoch) != 0 || ack->upto <= state->acknowledged || ack->upto > state->sent)
        return;
    state->acknowledged = ack->upto;
    self->moved = true;
    if (self->flying > 0)
        self->flying--;
    s_feed(self, false);
}

void source_tick(source_t *self, int64_t now)
{
    int64_t rate = self->relay->link_kbps * 1024;
    self->allowance += (now - self->filled_at) * rate / 1000;
    if (self->allowance > rate)
        self->allowance = rate;
    self->filled_at = now;
    bool flush = now - self->passed_at >= PASSED_MS;
    if (flush)
        self->passed_at = now;
    s_feed(self, flush);
}

int64_t source_acknowledged(const source_t *self, lane_t lane)
{
    return self->lanes[lane].acknowledged;
}

bool source_moved(source_t *self)
{
    bool moved = self->moved;
    self->moved = false;
    return moved;
}

const link_hello_t *source_hello(const source_t *self)
{
    return &self->hello;
}
